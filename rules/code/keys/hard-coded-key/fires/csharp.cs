using OpenAI.Chat;

class Support
{
    private readonly ChatClient _client = new("gpt-4o", "gw_9fK2mQ7xVb4Lt8ZsRw3Y");
}

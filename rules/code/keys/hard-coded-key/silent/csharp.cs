using System;
using OpenAI.Chat;

class Support
{
    private readonly ChatClient _client = new("gpt-4o", Environment.GetEnvironmentVariable("OPENAI_API_KEY"));
}

using Microsoft.Data.SqlClient;
using OpenAI.Chat;

class Act
{
    private readonly ChatClient _client;

    public async Task Run(string task)
    {
        ChatCompletion answer = await _client.CompleteChatAsync(task);
        var text = answer.Content[0].Text;
        var command = new SqlCommand($"select * from orders where {text}");
    }
}

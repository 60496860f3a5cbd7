using System;
using OpenAI;

class Support
{
    private readonly OpenAIClient _client = new(new ApiKeyCredential(Environment.GetEnvironmentVariable("KEY")), new OpenAIClientOptions { Endpoint = new Uri("http://llm.acme.example/v1") });
}

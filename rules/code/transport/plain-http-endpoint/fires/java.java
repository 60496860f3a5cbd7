import dev.langchain4j.model.openai.OpenAiChatModel;

class Support {
  final OpenAiChatModel model = OpenAiChatModel.builder().baseUrl("http://llm.acme.example/v1").modelName("m").build();
}

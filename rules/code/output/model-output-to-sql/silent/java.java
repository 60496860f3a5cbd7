import com.openai.client.OpenAIClient;

class Act {
  private OpenAIClient client;
  private java.sql.Statement statement;

  void act(Object params) throws Exception {
    var answer = client.chat().completions().create(params);
    String text = answer.choices().get(0).message().content().get();
    statement.executeQuery("select count(*) from orders");
  }
}

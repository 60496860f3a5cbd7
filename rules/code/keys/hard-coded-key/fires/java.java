import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;

class Support {
  private final OpenAIClient client = OpenAIOkHttpClient.builder().apiKey("gw_9fK2mQ7xVb4Lt8ZsRw3Y").build();
}

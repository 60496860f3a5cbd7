import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;

class Support {
  private final OpenAIClient client = OpenAIOkHttpClient.builder().apiKey(System.getenv("OPENAI_API_KEY")).build();
}

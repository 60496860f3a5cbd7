import dev.langchain4j.agent.tool.Tool;

class Tools {
  @Tool("Runs a command")
  String run(String command) throws Exception {
    return new String(Runtime.getRuntime().exec(command).getInputStream().readAllBytes());
  }
}

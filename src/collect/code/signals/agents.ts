import { type Signal, SignalTable } from './signal.ts';

/** A constructor of an agent. Adding a framework is one row. */
export interface AgentSignal extends Signal {
  readonly framework: string;
  readonly positional?: readonly string[];
  /** The framework ends its loop by itself when nothing is set. */
  readonly bounded: boolean;
  /** Effects the agent has without any tool: it writes and runs code or SQL by design. */
  readonly inherent?: readonly ('shell' | 'code-eval' | 'sql' | 'http-out')[];
  /** Only an agent when it is given tools (`generateText`). */
  readonly needsTools?: boolean;
  /** An agent that has tools without naming any (coding agents). */
  readonly selfEquipped?: boolean;
}

const python: readonly AgentSignal[] = [
  {
    from: ['langchain', 'langchain_classic', 'langchain_community'],
    names: ['AgentExecutor', 'AgentExecutor.from_agent_and_tools', 'initialize_agent'],
    framework: 'langchain',
    positional: ['tools', 'llm'],
    bounded: true,
  },
  {
    from: ['langchain.agents'],
    names: ['create_agent'],
    framework: 'langchain',
    positional: ['model', 'tools'],
    bounded: true,
  },
  {
    from: ['langgraph.prebuilt'],
    names: ['create_react_agent'],
    framework: 'langgraph',
    positional: ['model', 'tools'],
    bounded: true,
  },
  {
    from: ['langchain_experimental', 'langchain.agents', 'langchain_community'],
    names: ['create_pandas_dataframe_agent', 'create_csv_agent', 'create_python_agent', 'create_spark_dataframe_agent'],
    framework: 'langchain',
    positional: ['llm'],
    bounded: true,
    inherent: ['code-eval'],
  },
  {
    from: ['langchain_community', 'langchain'],
    names: ['create_sql_agent', 'SQLDatabaseChain.from_llm', 'create_sql_query_chain'],
    framework: 'langchain',
    positional: ['llm', 'db'],
    bounded: true,
    inherent: ['sql'],
  },
  {
    from: ['langchain_experimental.sql'],
    names: ['SQLDatabaseChain.from_llm', 'SQLDatabaseChain'],
    framework: 'langchain',
    positional: ['llm', 'db'],
    bounded: true,
    inherent: ['sql'],
  },
  {
    from: ['langchain_community', 'langchain'],
    names: ['create_openapi_agent', 'APIChain.from_llm_and_api_docs'],
    framework: 'langchain',
    positional: ['llm'],
    bounded: true,
    inherent: ['http-out'],
  },
  {
    from: ['llama_index.core'],
    names: [
      'ReActAgent',
      'ReActAgent.from_tools',
      'FunctionAgent',
      'AgentWorkflow',
      'AgentWorkflow.from_tools_or_functions',
      'CodeActAgent',
    ],
    framework: 'llamaindex',
    positional: ['tools'],
    bounded: true,
  },
  {
    from: ['llama_index.core'],
    names: ['NLSQLTableQueryEngine', 'SQLTableRetrieverQueryEngine'],
    framework: 'llamaindex',
    positional: ['sql_database'],
    bounded: true,
    inherent: ['sql'],
  },
  {
    from: ['llama_index.experimental'],
    names: ['PandasQueryEngine'],
    framework: 'llamaindex',
    bounded: true,
    inherent: ['code-eval'],
  },
  { from: ['crewai'], names: ['Agent'], framework: 'crewai', bounded: true },
  {
    from: ['autogen', 'ag2', 'autogen_agentchat', 'pyautogen'],
    names: ['AssistantAgent', 'UserProxyAgent', 'ConversableAgent', 'CodeExecutorAgent'],
    framework: 'autogen',
    positional: ['name'],
    bounded: true,
  },
  { from: ['semantic_kernel.agents'], names: ['ChatCompletionAgent'], framework: 'semantic-kernel', bounded: true },
  { from: ['agents'], names: ['Agent'], framework: 'openai-agents', positional: ['name'], bounded: true },
  {
    from: ['claude_agent_sdk', 'claude_code_sdk'],
    names: ['ClaudeAgentOptions', 'ClaudeCodeOptions'],
    framework: 'claude-agent-sdk',
    bounded: false,
    selfEquipped: true,
  },
  { from: ['strands'], names: ['Agent'], framework: 'strands', positional: ['model'], bounded: false },
  { from: ['pydantic_ai'], names: ['Agent'], framework: 'pydantic-ai', positional: ['model'], bounded: true },
  { from: ['google.adk.agents'], names: ['Agent', 'LlmAgent'], framework: 'google-adk', bounded: true },
  {
    from: ['smolagents'],
    names: ['CodeAgent'],
    framework: 'smolagents',
    positional: ['tools', 'model'],
    bounded: true,
    inherent: ['code-eval'],
  },
  {
    from: ['smolagents'],
    names: ['ToolCallingAgent'],
    framework: 'smolagents',
    positional: ['tools', 'model'],
    bounded: true,
  },
  { from: ['agno.agent'], names: ['Agent'], framework: 'agno', bounded: false },
  {
    from: ['haystack.components.agents', 'haystack_experimental.components.agents'],
    names: ['Agent'],
    framework: 'haystack',
    bounded: true,
  },
];

const typescript: readonly AgentSignal[] = [
  {
    from: ['langchain', '@langchain/classic'],
    names: ['AgentExecutor', 'AgentExecutor.fromAgentAndTools', 'initializeAgentExecutorWithOptions'],
    framework: 'langchain',
    positional: ['tools'],
    bounded: true,
  },
  { from: ['langchain'], names: ['createAgent'], framework: 'langchain', bounded: true },
  {
    from: ['langchain', '@langchain/classic'],
    names: ['createSqlAgent', 'SqlDatabaseChain'],
    framework: 'langchain',
    positional: ['llm', 'toolkit'],
    bounded: true,
    inherent: ['sql'],
  },
  { from: ['@langchain/langgraph'], names: ['createReactAgent'], framework: 'langgraph', bounded: true },
  { from: ['@openai/agents'], names: ['Agent', 'Agent.create'], framework: 'openai-agents', bounded: true },
  { from: ['@mastra/core'], names: ['Agent'], framework: 'mastra', bounded: true },
  { from: ['ai'], names: ['generateText', 'streamText'], framework: 'vercel-ai', bounded: true, needsTools: true },
  { from: ['ai'], names: ['Agent', 'ToolLoopAgent', 'Experimental_Agent'], framework: 'vercel-ai', bounded: true },
  {
    from: ['@anthropic-ai/claude-agent-sdk', '@anthropic-ai/claude-code'],
    names: ['query'],
    framework: 'claude-agent-sdk',
    bounded: false,
    selfEquipped: true,
  },
  { from: ['@strands-agents/sdk'], names: ['Agent'], framework: 'strands', bounded: false },
  { from: ['@google/adk'], names: ['LlmAgent', 'Agent'], framework: 'google-adk', bounded: true },
  {
    from: ['llamaindex', '@llamaindex/workflow'],
    names: ['agent', 'ReActAgent', 'OpenAIAgent'],
    framework: 'llamaindex',
    bounded: true,
  },
];

const go: readonly AgentSignal[] = [
  {
    from: ['github.com/tmc/langchaingo/agents'],
    names: ['NewExecutor', 'Initialize', 'NewOneShotAgent'],
    framework: 'langchaingo',
    positional: ['llm', 'tools'],
    bounded: true,
  },
  { from: ['google.golang.org/adk/agent/llmagent'], names: ['New'], framework: 'google-adk', bounded: true },
  { from: ['github.com/cloudwego/eino/flow/agent/react'], names: ['NewAgent'], framework: 'eino', bounded: true },
];

const java: readonly AgentSignal[] = [
  {
    from: ['dev.langchain4j.service'],
    names: ['AiServices.builder'],
    framework: 'langchain4j',
    positional: ['name'],
    bounded: true,
    needsTools: true,
  },
  {
    from: ['org.springframework.ai.chat.client'],
    names: ['ChatClient.builder', 'ChatClient.create'],
    framework: 'spring-ai',
    positional: ['model'],
    bounded: true,
    needsTools: true,
  },
  { from: ['com.google.adk.agents'], names: ['LlmAgent.builder'], framework: 'google-adk', bounded: true },
];

const csharp: readonly AgentSignal[] = [
  {
    from: ['Microsoft.SemanticKernel'],
    names: ['ChatCompletionAgent', 'OpenAIAssistantAgent'],
    framework: 'semantic-kernel',
    bounded: true,
  },
  {
    from: ['Microsoft.Agents.AI'],
    names: ['ChatClientAgent'],
    framework: 'agent-framework',
    positional: ['model'],
    bounded: true,
  },
];

/** Agent constructors by language. */
export const agentSignals = {
  python: new SignalTable(python),
  typescript: new SignalTable(typescript),
  go: new SignalTable(go),
  java: new SignalTable(java),
  csharp: new SignalTable(csharp),
};

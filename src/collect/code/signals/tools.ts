import { type Signal, SignalTable } from './signal.ts';

/** A decorator, attribute or factory that makes a function a tool. */
export interface ToolSignal extends Signal {
  readonly framework: string;
  readonly positional?: readonly string[];
  /** It stands on the function. */
  readonly decorator?: boolean;
  /** It registers a tool of an MCP server. */
  readonly mcp?: boolean;
}

const python: readonly ToolSignal[] = [
  {
    from: ['langchain', 'langchain_core', 'langchain_classic'],
    names: ['tool'],
    framework: 'langchain',
    decorator: true,
  },
  {
    from: ['langchain', 'langchain_core', 'langchain_classic'],
    names: ['Tool', 'StructuredTool', 'Tool.from_function', 'StructuredTool.from_function'],
    framework: 'langchain',
    positional: ['name', 'func', 'description'],
  },
  { from: ['agents'], names: ['function_tool'], framework: 'openai-agents', decorator: true },
  { from: ['crewai.tools', 'crewai_tools', 'crewai'], names: ['tool'], framework: 'crewai', decorator: true },
  { from: ['strands'], names: ['tool'], framework: 'strands', decorator: true },
  { from: ['smolagents'], names: ['tool'], framework: 'smolagents', decorator: true },
  {
    from: ['claude_agent_sdk'],
    names: ['tool'],
    framework: 'claude-agent-sdk',
    decorator: true,
    positional: ['name', 'description'],
  },
  { from: ['agno.tools'], names: ['tool'], framework: 'agno', decorator: true },
  { from: ['semantic_kernel.functions'], names: ['kernel_function'], framework: 'semantic-kernel', decorator: true },
  { from: ['haystack.tools'], names: ['tool', 'create_tool_from_function'], framework: 'haystack', decorator: true },
  {
    from: ['pydantic_ai', 'pydantic_ai.Agent()'],
    names: ['tool', 'tool_plain'],
    framework: 'pydantic-ai',
    decorator: true,
  },
  {
    from: ['llama_index.core.tools'],
    names: ['FunctionTool.from_defaults'],
    framework: 'llamaindex',
    positional: ['fn'],
  },
  { from: ['google.adk.tools'], names: ['FunctionTool'], framework: 'google-adk', positional: ['func'] },
  {
    from: ['mcp.server.fastmcp.FastMCP()', 'mcp.server.FastMCP()', 'fastmcp.FastMCP()'],
    names: ['tool'],
    framework: 'mcp',
    decorator: true,
    positional: ['name'],
    mcp: true,
  },
];

const typescript: readonly ToolSignal[] = [
  { from: ['ai'], names: ['tool', 'dynamicTool'], framework: 'vercel-ai' },
  {
    from: ['@langchain/core/tools', 'langchain', 'langchain/tools'],
    names: ['tool', 'DynamicStructuredTool', 'DynamicTool'],
    framework: 'langchain',
    positional: ['func'],
  },
  { from: ['@openai/agents'], names: ['tool'], framework: 'openai-agents' },
  { from: ['@mastra/core'], names: ['createTool'], framework: 'mastra' },
  {
    from: ['@anthropic-ai/claude-agent-sdk'],
    names: ['tool'],
    framework: 'claude-agent-sdk',
    positional: ['name', 'description', 'inputschema', 'handler'],
  },
  { from: ['@strands-agents/sdk'], names: ['tool'], framework: 'strands' },
  {
    from: ['llamaindex', '@llamaindex/core/tools'],
    names: ['tool', 'FunctionTool.from'],
    framework: 'llamaindex',
    positional: ['func'],
  },
  {
    from: [
      '@modelcontextprotocol/sdk/server/mcp.js.McpServer()',
      '@modelcontextprotocol/server.McpServer()',
      '@modelcontextprotocol/sdk/server/mcp.McpServer()',
    ],
    names: ['tool', 'registerTool'],
    framework: 'mcp',
    positional: ['name'],
    mcp: true,
  },
  { from: ['fastmcp.FastMCP()'], names: ['addTool'], framework: 'mcp', mcp: true },
];

const go: readonly ToolSignal[] = [
  {
    from: ['github.com/mark3labs/mcp-go/server.NewMCPServer()'],
    names: ['AddTool'],
    framework: 'mcp',
    positional: ['tool', 'handler'],
    mcp: true,
  },
  {
    from: ['github.com/modelcontextprotocol/go-sdk/mcp'],
    names: ['AddTool'],
    framework: 'mcp',
    positional: ['server', 'tool', 'handler'],
    mcp: true,
  },
];

const java: readonly ToolSignal[] = [
  {
    from: ['dev.langchain4j.agent.tool'],
    names: ['Tool'],
    framework: 'langchain4j',
    decorator: true,
    positional: ['description'],
  },
  {
    from: ['org.springframework.ai.tool.annotation'],
    names: ['Tool'],
    framework: 'spring-ai',
    decorator: true,
    positional: ['description'],
  },
  { from: ['org.springaicommunity.mcp.annotation'], names: ['McpTool'], framework: 'mcp', decorator: true, mcp: true },
];

const csharp: readonly ToolSignal[] = [
  {
    from: ['Microsoft.SemanticKernel'],
    names: ['KernelFunction'],
    framework: 'semantic-kernel',
    decorator: true,
    positional: ['name'],
  },
  { from: ['ModelContextProtocol.Server'], names: ['McpServerTool'], framework: 'mcp', decorator: true, mcp: true },
  {
    from: ['Microsoft.Extensions.AI'],
    names: ['AIFunctionFactory.Create'],
    framework: 'extensions-ai',
    positional: ['func'],
  },
];

/** What makes a tool, by language. */
export const toolSignals = {
  python: new SignalTable(python),
  typescript: new SignalTable(typescript),
  go: new SignalTable(go),
  java: new SignalTable(java),
  csharp: new SignalTable(csharp),
};

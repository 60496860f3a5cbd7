/** A tool of a server for demonstrations. */
export interface DemoTool {
  readonly name: string;
  readonly description: string;
  /** Arguments, all of them text and needed. */
  readonly arguments: readonly string[];
  readonly run: (args: Readonly<Record<string, string>>) => string;
}

interface DemoRequest {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly name?: unknown; readonly arguments?: unknown };
}

/** Serves tools by MCP (2025-11-25) on this program's standard input and output, one message a line, until the input ends. */
export async function serveDemo(name: string, tools: readonly DemoTool[]): Promise<void> {
  let rest = '';
  process.stdin.setEncoding('utf8');
  for await (const piece of process.stdin as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { id, ...request } = JSON.parse(line) as DemoRequest;
      if (id !== undefined && request.method !== undefined)
        process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer(name, tools, request) })}\n`);
    }
  }
}

function answer(name: string, tools: readonly DemoTool[], { method, params }: DemoRequest): object {
  switch (method) {
    case 'initialize':
      return {
        result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name, version: '1' } },
      };
    case 'ping':
      return { result: {} };
    case 'tools/list':
      return { result: { tools: tools.map(listed) } };
    case 'tools/call': {
      const tool = tools.find((one) => one.name === params?.name);
      if (tool === undefined) return { error: { code: -32602, message: 'Unknown tool' } };
      const args = Object.entries((params?.arguments ?? {}) as Record<string, unknown>);
      const text = tool.run(Object.fromEntries(args.map(([key, value]) => [key, String(value)])));
      return { result: { content: [{ type: 'text', text }] } };
    }
    case undefined:
    default:
      return { error: { code: -32601, message: 'Method not found' } };
  }
}

function listed({ name, description, arguments: names }: DemoTool): object {
  const properties = Object.fromEntries(names.map((argument) => [argument, { type: 'string' }]));
  return { name, description, inputSchema: { type: 'object', properties, required: names } };
}

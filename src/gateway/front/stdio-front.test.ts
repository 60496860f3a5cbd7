import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../base/json-object.ts';
import type { JsonRpcRequest } from '../../model/mcp.ts';
import type { HttpAnswer } from '../upstream/http-port.ts';
import { type FrontCall, StdioFront } from './stdio-front.ts';

type Said = Readonly<Record<string, unknown>>;
/** The gateway's answer to what it is sent: none for a notification. */
type Answers = (sent: JsonRpcRequest, call: FrontCall) => Said | Promise<Said>;

const own = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

function answerOf(status: number, body: string, headers: Readonly<Record<string, string>>): HttpAnswer {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    bytes: async () => bytes,
    chunks: async function* () {
      yield bytes;
    },
    discard: () => undefined,
  };
}

/** What a client on standard input and output gets for these lines, and what the gateway was sent. */
async function run(
  lines: readonly unknown[],
  answers: Answers,
): Promise<{ readonly got: readonly unknown[]; readonly sent: readonly FrontCall[] }> {
  const got: unknown[] = [];
  const sent: FrontCall[] = [];
  const front = new StdioFront({
    send: async (call) => {
      sent.push(call);
      if (call.method !== 'POST') return answerOf(405, '', {});
      const message = JSON.parse(call.body ?? '') as JsonRpcRequest;
      if (!('id' in message)) return answerOf(202, '', {});
      const said = await answers(message, call);
      const headers: Record<string, string> = message.method === 'initialize' ? { 'mcp-session-id': 's' } : {};
      return answerOf(
        isJsonObject(said['error']) ? 400 : 200,
        JSON.stringify({ jsonrpc: '2.0', id: message.id, ...said }),
        headers,
      );
    },
    headers: async () => ({}),
    input: (async function* () {
      for (const line of lines) {
        yield Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })(),
    write: async (line) => void got.push(JSON.parse(line)),
  });
  await front.run();
  return { got, sent };
}

const request = (id: number, method: string, params: Said = {}): Said => ({ jsonrpc: '2.0', id, method, params });

describe('what is no message', () => {
  it.each<[string, unknown, number | string | null, number]>([
    ['no JSON', '{', null, -32700],
    ['a list', [request(1, 'ping')], null, -32600],
    ['parameters that are no object', { jsonrpc: '2.0', id: 5, method: 'tools/call', params: [] }, 5, -32600],
    ['no version', { id: 'a', method: 'ping' }, 'a', -32600],
    ['an id that is none', { jsonrpc: '2.0', id: 1.5, method: 'ping' }, null, -32600],
  ])('is answered by what can be read of it: %s', async (_, line, id, code) => {
    const { got } = await run([line], () => ({ result: {} }));
    expect(got).toMatchObject([{ id, error: { code } }]);
  });

  it('and is no answer to a question', async () => {
    const { got } = await run([{ jsonrpc: '2.0', id: 5, result: 1 }], () => ({ result: {} }));
    expect(got).toMatchObject([{ id: null, error: { code: -32600 } }]);
  });
});

describe('a client that knows of no fields', () => {
  const schema = (header: string): object => ({
    type: 'object',
    properties: { region: { type: 'string', 'x-mcp-header': header } },
  });
  const tools = [
    { name: 'x', inputSchema: schema('Region') },
    { name: 'bad', inputSchema: schema('a b') },
  ];
  const answers: Answers = ({ method, params = {} }, { headers }) => {
    if (method === 'tools/list') return { result: { resultType: 'complete', tools } };
    const { region } = params['arguments'] as { region?: string };
    if (headers['mcp-param-region'] !== region) return { error: { code: -32020, message: 'Header mismatch' } };
    return { result: { resultType: 'complete', content: [] } };
  };

  it('calls a tool that mirrors an argument without having listed it', async () => {
    const call = request(1, 'tools/call', { name: 'x', arguments: { region: 'eu' }, _meta: own });
    const { got, sent } = await run([call], answers);
    expect(got).toMatchObject([{ id: 1, result: { resultType: 'complete' } }]);
    expect(sent.map(({ headers }) => headers['mcp-method'])).toEqual(['tools/call', 'tools/list', 'tools/call']);
  });

  it('is told of what is refused again, after one more try', async () => {
    const call = request(1, 'tools/call', { name: 'y', arguments: { region: 'eu' }, _meta: own });
    const { got, sent } = await run([call], answers);
    expect(got).toMatchObject([{ id: 1, error: { code: -32020 } }]);
    expect(sent).toHaveLength(3);
  });

  it('is not shown a tool that mirrors arguments as it must not', async () => {
    const { got } = await run([request(1, 'tools/list', { _meta: own })], answers);
    expect(got).toMatchObject([{ id: 1, result: { tools: [tools[0]] } }]);
    expect((got[0] as { result: { tools: unknown[] } }).result.tools).toHaveLength(1);
  });
});

describe('a request that is taken back', () => {
  it('is not answered any more, also in a session, and the next of its name is', async () => {
    const begun = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: {} };
    let answer: (said: Said) => void = () => undefined;
    let asked = 0;
    const { got } = await run(
      [
        request(0, 'initialize', begun),
        request(1, 'tools/call', { name: 'x' }),
        { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
        request(2, 'ping'),
        request(1, 'tools/call', { name: 'x' }),
      ],
      ({ method }) => {
        if (method === 'initialize') return { result: begun };
        if (method === 'ping') answer({ error: { code: -32603, message: 'taken back by the client' } });
        if (method !== 'tools/call' || asked++ > 0) return { result: {} };
        return new Promise((resolve) => (answer = resolve));
      },
    );
    expect(got).toMatchObject([{ id: 0 }, { id: 2 }, { id: 1, result: {} }]);
    expect(got).toHaveLength(3);
  });
});

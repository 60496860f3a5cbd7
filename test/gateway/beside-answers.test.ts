/** What servers write beside the members of their answers, on every way to a client, with the interceptor that decides and records. */
import { afterEach, expect, it } from 'vitest';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import { gateway as decided } from '../../src/gateway/pipeline/fixtures/test-gateway.ts';
import type { JsonRpcRequest, McpEra } from '../../src/model/mcp.ts';
import { data, events, FaultyServer, json } from './faulty-server.ts';
import { clock, httpServer, random, startGateway } from './gateway.ts';
import { beginSession, initialize, meta, post, statefulHeaders, statelessHeaders } from './requests.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const results: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } },
  'server/discover': { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
  'tools/list': { resultType: 'complete', tools: [{ name: 'get_ticket', inputSchema: { type: 'object' } }] },
  'tools/call': { resultType: 'complete', content: [{ type: 'text', text: 'the ticket' }] },
  'tasks/list': { tasks: [] },
};
const failure = { error: { code: -32603, message: 'out of order' } };

type Way = 'json' | 'stream' | 'late';

/** A gateway before a server that writes more than answers into its answers. */
async function behind(era: McpEra, way: Way = 'json', fails = false): Promise<URL> {
  const server = new FaultyServer();
  closing.push(() => server.close());
  let late = '';
  server.behaviour = (response, { method: verb, body }) => {
    if (verb === 'GET') return void events(response, late).end();
    const { id, method } = JSON.parse(body === '' ? '{}' : body) as JsonRpcRequest;
    if (id === undefined) return void response.writeHead(202).end();
    const answer = {
      jsonrpc: '2.0',
      id,
      note: 'hidden',
      params: { note: 'hidden' },
      ...(fails && method !== 'initialize' ? failure : { result: results[method] }),
    };
    if (method !== 'tools/call' || way === 'json')
      return json(response, answer, method === 'initialize' ? { 'mcp-session-id': 'theirs' } : {});
    if (way === 'late') late = `id: 8\n${data(answer)}`;
    events(response, way === 'late' ? 'id: 7\nretry: 1\ndata: \n\n' : data(answer)).end();
  };
  const one = new BridgedUpstream(httpServer('one', await server.listen()), { clock, random }, new Set([era]));
  const gateway = await startGateway(new Map([['one', one]]), {
    interceptor: decided().pipeline,
    aggregate: { name: 'all', version: '1' },
  });
  closing.push(() => gateway.close());
  return gateway.url;
}

const stateless = (url: URL, method: string, params: object): Promise<Response> => {
  const { 'mcp-name': _, ...headers } = statelessHeaders;
  const name = 'name' in params ? { 'mcp-name': String(params.name) } : {};
  const message = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } };
  return post(url, message, { ...headers, ...name, 'mcp-method': method });
};

it.each<[client: McpEra, path: string, server: McpEra, way: Way, fails?: boolean]>([
  ['stateful', '/mcp/one', 'stateful', 'json'],
  ['stateful', '/mcp/one', 'stateful', 'stream'],
  ['stateful', '/mcp/one', 'stateful', 'late'],
  ['stateful', '/mcp/one', 'stateful', 'json', true],
  ['stateful', '/mcp/one', 'stateless', 'stream'],
  ['stateful', '/mcp', 'stateful', 'json'],
  ['stateful', '/mcp', 'stateless', 'stream'],
  ['stateless', '/mcp/one', 'stateless', 'json'],
  ['stateless', '/mcp/one', 'stateless', 'stream', true],
  ['stateless', '/mcp/one', 'stateful', 'stream'],
  ['stateless', '/mcp', 'stateful', 'json'],
  ['stateless', '/mcp', 'stateless', 'stream'],
])('a client gets none of it: %s at %s, from a server that is %s (%s)', async (era, path, ofServer, way, fails) => {
  const url = new URL(path, await behind(ofServer, way, fails));
  const headers = era === 'stateful' ? await beginSession(url) : {};
  const ask = (method: string, params: object): Promise<Response> =>
    era === 'stateless'
      ? stateless(url, method, params)
      : post(url, { jsonrpc: '2.0', id: 1, method, params }, headers);
  const call = { name: path === '/mcp' ? 'one__get_ticket' : 'get_ticket', arguments: {} };
  let said = '';
  for (const [method, params] of [
    ['tools/list', {}],
    ['tasks/list', {}],
    ['tools/call', call],
  ] as const)
    said += await (await ask(method, params)).text();
  if (way === 'late') said += await (await fetch(url, { headers: { ...headers, 'last-event-id': '7' } })).text();
  expect(said).toContain(fails === true ? failure.error.message : 'the ticket');
  expect(said).not.toContain('hidden');
});

it('of the answer to its handshake as well', async () => {
  const said = await (await post(new URL('/mcp/one', await behind('stateful')), initialize, statefulHeaders)).text();
  expect(said).toContain('serverInfo');
  expect(said).not.toContain('hidden');
});

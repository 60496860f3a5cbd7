/** What servers ask clients, on every way to them, with the interceptor that decides and records. */
import { afterEach, expect, it } from 'vitest';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import { gateway as decided, strictTerms } from '../../src/gateway/pipeline/fixtures/test-gateway.ts';
import type { ServerTerms } from '../../src/gateway/pipeline/parts.ts';
import type { JsonRpcRequest, McpEra } from '../../src/model/mcp.ts';
import { data, events, FaultyServer, json } from './faulty-server.ts';
import { clock, httpServer, random, startGateway } from './gateway.ts';
import { initialize, meta, post, statefulHeaders, statelessHeaders } from './requests.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const secret = `AKIA${'ABCDEFGH'.repeat(2)}`;
const capabilities = { elicitation: { form: {} } };
const question = {
  method: 'elicitation/create',
  params: {
    message: `Use ${secret}?`,
    requestedSchema: { type: 'object', properties: { yes: { type: 'boolean', description: secret } } },
  },
};

/** A gateway before a server of an era that asks in the middle of a call, and what that server was answered. */
async function behind(
  era: McpEra,
  terms: Partial<ServerTerms>,
): Promise<{ readonly url: URL; readonly answered: () => string; readonly recorded: () => string }> {
  const server = new FaultyServer();
  closing.push(() => server.close());
  server.behaviour = (response, { body }) => {
    const { id, method } = JSON.parse(body === '' ? '{}' : body) as JsonRpcRequest;
    if (id === undefined || method === undefined) return void response.writeHead(202).end();
    const answer = (result: object, headers = {}): void => json(response, { jsonrpc: '2.0', id, result }, headers);
    const hello = { capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } };
    if (method === 'initialize')
      return answer({ protocolVersion: '2025-11-25', ...hello }, { 'mcp-session-id': 'theirs' });
    if (method === 'server/discover') return answer({ supportedVersions: ['2026-07-28'], ...hello });
    if (era === 'stateless') return answer({ resultType: 'input_required', inputRequests: { q: question } });
    events(response, data({ jsonrpc: '2.0', id: 's-1', ...question }));
  };
  const made = decided();
  made.terms = { ...strictTerms, ...terms };
  const one = new BridgedUpstream(httpServer('one', await server.listen()), { clock, random }, new Set([era]));
  const gateway = await startGateway(new Map([['one', one]]), {
    interceptor: made.pipeline,
    aggregate: { name: 'all', version: '1' },
  });
  closing.push(() => gateway.close());
  return {
    url: gateway.url,
    answered: () => JSON.stringify(server.received.map(({ body }) => body)),
    recorded: () => JSON.stringify(made.events),
  };
}

/** Calls as a client of an era does. */
async function call(url: URL, era: McpEra, name: string, signal: AbortSignal): Promise<Response> {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } };
  if (era === 'stateless') {
    const _meta = { ...meta, 'io.modelcontextprotocol/clientCapabilities': capabilities };
    const headers = { ...statelessHeaders, 'mcp-name': name };
    return post(url, { ...message, params: { ...message.params, _meta } }, headers, signal);
  }
  const begin = { ...initialize, params: { ...initialize.params, capabilities } };
  const begun = await post(url, begin, statefulHeaders);
  await begun.text();
  const headers = { ...statefulHeaders, 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
  return post(url, message, headers, signal);
}

/** The first message that a client gets. */
async function firstOf({ body }: Response): Promise<string> {
  for await (const chunk of body ?? []) {
    const text = Buffer.from(chunk as Uint8Array).toString();
    if (text.includes('jsonrpc')) return text;
  }
  return '';
}

const ways: readonly (readonly [client: McpEra, server: McpEra, path: string])[] = [
  ['stateful', 'stateful', '/mcp/one'],
  ['stateful', 'stateful', '/mcp'],
  ['stateful', 'stateless', '/mcp/one'],
  ['stateless', 'stateful', '/mcp/one'],
  ['stateless', 'stateless', '/mcp/one'],
];
const named = (path: string): string => (path === '/mcp' ? 'one__get_ticket' : 'get_ticket');

it.each(ways)('credentials in it are replaced: a %s client, a %s server, %s', async (client, ofServer, path) => {
  const stop = new AbortController();
  const { url, recorded } = await behind(ofServer, { secretsInResults: 'redact' });
  const said = await firstOf(await call(new URL(path, url), client, named(path), stop.signal));
  expect(said).toContain('Use [secret: aws-access-key]?');
  expect(said + recorded()).not.toContain(secret);
  stop.abort();
});

it.each(ways)('or it is not asked at all: a %s client, a %s server, %s', async (client, ofServer, path) => {
  const stop = new AbortController();
  const { url, answered, recorded } = await behind(ofServer, { secretsInResults: 'deny' });
  const said = call(new URL(path, url), client, named(path), stop.signal).then(firstOf);
  said.catch(() => undefined);
  // A question in a result is refused with it; one of its own is answered to its server.
  if (client === 'stateful' && ofServer === 'stateful')
    await expect.poll(answered).toContain('\\"id\\":\\"s-1\\",\\"error\\"');
  else expect(await said).toMatch(/Refused/);
  expect(recorded()).not.toContain(secret);
  stop.abort();
});

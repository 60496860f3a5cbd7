import { queryObjects } from 'node:v8';
import { afterEach, expect, it } from 'vitest';
import { type JsonRpcMessage, type JsonRpcRequest, resultOf, rpcErrors } from '../../model/mcp.ts';
import type { Outgoing, Reply } from '../upstream/upstream.ts';
import { BridgedUpstream } from './bridged-upstream.ts';
import { ForStatefulClient } from './for-stateful-client.ts';
import { meta } from './server-link.ts';

const upstreams: BridgedUpstream[] = [];
afterEach(async () => {
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

type Answer = (request: JsonRpcRequest, outgoing: Outgoing) => Record<string, unknown>;

/** A bridge to a server of one era, in memory. */
function bridgeTo(era: 'stateful' | 'stateless', answer: Answer): { upstream: BridgedUpstream; sent: Outgoing[] } {
  const sent: Outgoing[] = [];
  const send = async (outgoing: Outgoing): Promise<Reply> => {
    sent.push(outgoing);
    const request = outgoing.message as JsonRpcRequest | undefined;
    if (request?.id === undefined) return { kind: 'status', status: request === undefined ? 405 : 202 };
    const response = answer(request, outgoing);
    const message = { jsonrpc: '2.0', id: request.id, ...response } as JsonRpcMessage;
    const link = request.method === 'initialize' ? 's' : undefined;
    return { kind: 'message', status: 200, message, text: JSON.stringify(message), link };
  };
  let drawn = 0;
  const random = { bytes: (count: number) => new Uint8Array(count).fill(++drawn) };
  const parts = { clock: { now: () => 0 }, random };
  const upstream = new BridgedUpstream({ send, close: () => Promise.resolve() }, parts, new Set([era]));
  upstreams.push(upstream);
  return { upstream, sent };
}

const from = (agent: string, more: Partial<Outgoing> = {}): Outgoing => ({
  kind: 'message',
  principal: { agent, roles: [], scopes: [], clearance: 'restricted', authentication: 'none', training: [] },
  revision: '2025-11-25',
  headers: new Map(),
  signal: new AbortController().signal,
  ...more,
});
const request = (method: string, params: Record<string, unknown> = {}, id = 1): { message: JsonRpcRequest } => ({
  message: { jsonrpc: '2.0', id, method, params },
});
const call = (params: Record<string, unknown>): { message: JsonRpcRequest } => request('tools/call', params);
const initialize = request('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: { elicitation: {} },
  clientInfo: { name: 'c', version: '1' },
});
const discovered = { result: { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} } };
const done = { result: { resultType: 'complete', content: [] } };

it('nothing is kept of a session that did not begin', async () => {
  const { upstream } = bridgeTo('stateless', () => {
    throw new Error('the server is down');
  });
  const kept = (): number => queryObjects(ForStatefulClient, { format: 'count' });
  const before = kept();
  const begin = (): Promise<string> => upstream.send(from('a', initialize)).then(() => 'begun', String);
  for (let count = 0; count < 10; count++) expect(await begin()).toContain('down');
  expect(kept() - before).toBeLessThan(2);
});

it('a call that ended cannot be cancelled any more', async () => {
  const { upstream, sent } = bridgeTo('stateless', ({ method }) => (method === 'server/discover' ? discovered : done));
  const { link } = await upstream.send(from('a', initialize));
  await upstream.send(from('a', { ...call({ name: 'x' }), link }));
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } } as const;
  await upstream.send(from('a', { message: cancelled, link }));
  expect(sent.map(({ signal }) => signal.aborted)).toEqual([false, false]);
});

it('the name that a server gives a session finds nobody else’s bridge', async () => {
  const { upstream, sent } = bridgeTo('stateful', () => ({ result: { capabilities: {} } }));
  const own = { [meta.version]: '2026-07-28', [meta.capabilities]: {} };
  await upstream.send(from('a', { ...request('tools/list', { _meta: own }), revision: '2026-07-28' }));
  await upstream.send(from('b', { kind: 'end', link: '["a"]' }));
  expect(sent.at(-1)).toMatchObject({ kind: 'end', link: '["a"]', principal: { agent: 'b' } });
});

it('a call that goes on with the answer of its client has its fields again, and those of no other call', async () => {
  const inputSchema = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } };
  const inputRequests = { q: { method: 'elicitation/create', params: { message: 'm' } } };
  const { upstream, sent } = bridgeTo('stateless', ({ method, params = {} }, { added }) => {
    if (method === 'server/discover') return discovered;
    if (method === 'tools/list') return { result: { resultType: 'complete', tools: [{ name: 'x', inputSchema }] } };
    const { region } = params['arguments'] as { region?: string };
    if (added?.['mcp-param-region'] !== region) return { error: { code: rpcErrors.headerMismatch, message: 'no' } };
    if (region === undefined || 'inputResponses' in params) return done;
    return { result: { resultType: 'input_required', inputRequests, requestState: 'r' } };
  });
  const { link } = await upstream.send(from('a', initialize));
  await upstream.send(from('a', { ...request('tools/list'), link, added: {} }));
  const added = { 'mcp-param-region': 'us', authorization: 'secret' };
  const reply = await upstream.send(from('a', { ...call({ name: 'x', arguments: { region: 'us' } }), link, added }));
  const messages: JsonRpcMessage[] = [];
  if (reply.kind !== 'stream') throw new Error('the client is not asked');
  for await (const { message } of reply.events) {
    if (message === undefined) continue;
    messages.push(message);
    if ('method' in message && 'id' in message)
      await upstream.send(from('a', { message: resultOf(message.id, { action: 'accept' }), link }));
  }
  expect(messages).toMatchObject([{ method: 'elicitation/create' }, { id: 1, result: { content: [] } }]);
  expect(sent.at(-1)?.added).toEqual({ 'mcp-param-region': 'us', authorization: 'secret' });
  const other = await upstream.send(from('a', { ...call({ name: 'x', arguments: {} }), link }));
  expect(other).toMatchObject({ message: { result: { content: [] } } });
});

it.each(['stateful', 'stateless'] as const)(
  'calls of one principal at once are sent with their own fields each (%s server)',
  async (era) => {
    const { upstream, sent } = bridgeTo(era, ({ method }) => {
      if (method === 'server/discover') return discovered;
      return method === 'initialize' ? { result: { capabilities: {} } } : done;
    });
    const isStateful = era === 'stateless';
    const { link } = isStateful ? await upstream.send(from('a', initialize)) : {};
    const own = { [meta.version]: '2026-07-28', [meta.capabilities]: {} };
    const calls = ['one', 'two', 'three'].map((name) =>
      upstream.send(
        from('a', {
          ...call({ name, ...(isStateful ? {} : { _meta: own }) }),
          ...(isStateful ? { link } : { revision: '2026-07-28' }),
          headers: new Map([
            ['x-tenant', name],
            ['accept', 'text/html'],
            ['last-event-id', 'e'],
          ]),
          added: { authorization: name },
        }),
      ),
    );
    await Promise.all(calls);
    const made = sent.filter(({ message }) => (message as JsonRpcRequest | undefined)?.method === 'tools/call');
    expect(made).toHaveLength(3);
    for (const { message, added, headers } of made) {
      const name = (message as JsonRpcRequest).params?.['name'];
      expect(added).toMatchObject({ authorization: name });
      expect(headers.get('x-tenant')).toBe(name);
      expect(headers.get('accept')).toBe('application/json, text/event-stream');
      expect(headers.has('last-event-id')).toBe(false);
    }
  },
);

it('a call whose tool mirrors another argument than before is made again with that, and once only', async () => {
  let mirrored = 'region';
  const { upstream, sent } = bridgeTo('stateless', ({ method, params = {} }, { added }) => {
    if (method === 'server/discover') return discovered;
    const schema = { type: 'object', properties: { [mirrored]: { type: 'string', 'x-mcp-header': mirrored } } };
    if (method === 'tools/list')
      return { result: { resultType: 'complete', tools: [{ name: 'x', inputSchema: schema }] } };
    const args = params['arguments'] as Record<string, string>;
    const isRight = added?.[`mcp-param-${mirrored}`] === args[mirrored] && mirrored in args;
    return isRight ? done : { error: { code: rpcErrors.headerMismatch, message: 'no' } };
  });
  const { link } = await upstream.send(from('a', initialize));
  const called = (args: object): Promise<Reply> =>
    upstream.send(from('a', { ...call({ name: 'x', arguments: args }), link }));
  expect(await called({ region: 'us' })).toMatchObject({ message: { result: { content: [] } } });
  mirrored = 'tenant';
  expect(await called({ tenant: 't' })).toMatchObject({ message: { result: { content: [] } } });
  const before = sent.length;
  expect(await called({})).toMatchObject({ message: { error: { code: rpcErrors.headerMismatch } } });
  const methods = sent.slice(before).map(({ message }) => (message as JsonRpcRequest).method);
  expect(methods).toEqual(['tools/call', 'tools/list', 'tools/call']);
});

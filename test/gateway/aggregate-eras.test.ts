/** What all servers together answer by themselves, as the era of the client has it. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultyServer, json, type Received } from './faulty-server.ts';
import { httpServer, startGateway } from './gateway.ts';
import { beginSession, meta, post, statelessHeaders, until } from './requests.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Asked {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}
/** What a server answers; nothing ever where it is undefined. */
type Answers = (asked: Asked) => object | undefined;

const begun = { result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: {} } };
const none = { error: { code: -32601, message: 'Method not found' } };
const failing = { error: { code: -32603, message: 'out of order' } };

/** A gateway before servers of these names, and what each of them was sent. */
async function behind(
  servers: Readonly<Record<string, Answers>>,
): Promise<{ readonly url: URL; readonly seen: (readonly [server: string, asked: Asked])[] }> {
  const seen: (readonly [string, Asked])[] = [];
  const upstreams = await Promise.all(
    Object.entries(servers).map(async ([name, answers]) => {
      const server = new FaultyServer();
      closing.push(() => server.close());
      server.behaviour = (response: ServerResponse, { body }: Received) => {
        const asked = JSON.parse(body === '' ? '{"method":""}' : body) as Asked;
        seen.push([name, asked]);
        if (asked.id === undefined) return void response.writeHead(202).end();
        const session: Record<string, string> = asked.method === 'initialize' ? { 'mcp-session-id': name } : {};
        const said = answers(asked);
        if (said !== undefined) json(response, { jsonrpc: '2.0', id: asked.id, ...said }, session);
      };
      return [name, httpServer(name, await server.listen())] as const;
    }),
  );
  const gateway = await startGateway(new Map(upstreams), { aggregate: { name: 'all', version: '1' } });
  closing.push(() => gateway.close());
  return { url: new URL('/mcp', gateway.url), seen };
}

const stateless = (url: URL, method: string, params: object = {}): Promise<Response> => {
  const { 'mcp-name': _, ...headers } = statelessHeaders;
  const message = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } };
  return post(url, message, { ...headers, 'mcp-method': method });
};
const listing =
  (more: object): Answers =>
  ({ method }) =>
    method === 'tools/list' ? { result: { resultType: 'complete', tools: [{ name: 't' }], ...more } } : none;

describe('a list of all servers', () => {
  it.each<[string, Readonly<Record<string, Answers>>, object]>([
    [
      'is kept as long as the first part of it',
      { a: listing({ ttlMs: 9, cacheScope: 'public' }), b: listing({ ttlMs: 5, cacheScope: 'public' }) },
      { ttlMs: 5, cacheScope: 'public' },
    ],
    [
      'of which a part is missing is not kept',
      { a: listing({ ttlMs: 9, cacheScope: 'public' }), b: () => failing },
      { ttlMs: 0, cacheScope: 'public' },
    ],
    ['that is empty says so too', { a: () => none }, { tools: [], ttlMs: 0, cacheScope: 'private' }],
  ])('%s', async (_, servers, expected) => {
    const { url } = await behind(servers);
    const answer = (await (await stateless(url, 'tools/list')).json()) as object;
    const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'all', version: '1' } };
    expect(answer).toMatchObject({ id: 1, result: { resultType: 'complete', ...expected, _meta } });
  });

  it('that no server gives is none', async () => {
    const { url } = await behind({ a: () => failing, b: () => failing });
    expect(await (await stateless(url, 'tools/list')).json()).toMatchObject({ id: 1, ...failing });
  });
});

describe('a method', () => {
  const both = { a: (): object => ({ result: {} }), b: (): object => ({ result: {} }) };

  it.each(['ping', 'logging/setLevel', 'resources/subscribe', 'tasks/list', 'tasks/result'])(
    'that the stateless era has no more is not known: %s',
    async (method) => {
      const { url, seen } = await behind(both);
      const answer = await stateless(url, method, { uri: 'x:', level: 'info', taskId: 't' });
      expect([answer.status, await answer.json()]).toMatchObject([404, { id: 1, ...none }]);
      expect(seen).toEqual([]);
    },
  );

  it.each(['server/discover', 'subscriptions/listen', 'tasks/update'])(
    'that the stateful era does not have yet is not known: %s',
    async (method) => {
      const { url } = await behind({ a: (asked) => (asked.method === 'initialize' ? begun : { result: {} }) });
      const headers = await beginSession(url);
      const answer = await post(url, { jsonrpc: '2.0', id: 1, method, params: { notifications: {} } }, headers);
      expect([answer.status, await answer.json()]).toMatchObject([200, { id: 1, ...none }]);
    },
  );
});

describe('what a server is told', () => {
  it('that a call is taken back, only the server with the call is, and only while it has it', async () => {
    let isHanging = true;
    const answers: Answers = ({ method }) =>
      method === 'initialize' ? begun : isHanging ? undefined : { result: { content: [] } };
    const { url, seen } = await behind({ a: answers, b: answers });
    const headers = await beginSession(url);
    const call = (id: number): Promise<Response> =>
      post(url, { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'a__t' } }, headers);
    const cancel = async (requestId: number): Promise<number> =>
      (await post(url, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }, headers)).status;
    const told = (): unknown[] =>
      seen.flatMap(([name, { method, params }]) => (method === 'notifications/cancelled' ? [[name, params]] : []));
    const called = call(7);
    await until(() => seen.some(([, { id }]) => id === 7));
    expect(await cancel(7)).toBe(202);
    expect(await (await called).json()).toMatchObject({ id: 7, error: {} });
    expect(told()).toEqual([['a', { requestId: 7 }]]);
    isHanging = false;
    await (await call(8)).text();
    for (const id of [7, 8, 9]) expect(await cancel(id)).toBe(202);
    expect(told()).toHaveLength(1);
  });

  it('by one id only once in its session', async () => {
    const { url, seen } = await behind({
      a: ({ method, params = {} }) =>
        method === 'initialize'
          ? begun
          : { result: { resources: [], resourceTemplates: [], ...('cursor' in params ? {} : { nextCursor: 'c' }) } },
    });
    const headers = await beginSession(url);
    for (const id of [1, 2])
      await (
        await post(url, { jsonrpc: '2.0', id, method: 'resources/read', params: { uri: `x:${id}` } }, headers)
      ).text();
    const ids = seen.flatMap(([, { id }]) => (id === undefined ? [] : [id]));
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

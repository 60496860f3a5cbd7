/** Tasks of several servers as one, of several principals apart, and over restarts. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, httpServer, passing, passThrough, startGateway } from './gateway.ts';
import { Stop } from '../../src/base/stop.ts';
import { SseReader } from '../../src/gateway/mcp/sse.ts';
import { beginSession, meta, post, statelessHeaders, until } from './requests.ts';
import { startTaskServer, type TaskServer } from './task-server.ts';
import { eventsOf, type WholeGateway, wholeGateway } from './whole.ts';

let gateway: Gateway;
let servers: readonly TaskServer[];
beforeAll(async () => {
  servers = await Promise.all(['a', 'b'].map((name) => startTaskServer(name)));
  const upstreams = servers.map(({ url }, at) => ['ab'.charAt(at), httpServer('ab'.charAt(at), url)] as const);
  gateway = await startGateway(new Map(upstreams), { aggregate: { name: 'all', version: '1' } });
});
afterAll(async () => {
  await gateway.close();
  for (const { server } of servers) server.close();
});
beforeEach(() => servers.forEach(({ seen }) => (seen.length = 0)));

interface Said {
  readonly result?: Record<string, unknown> & { readonly task?: { readonly taskId: string } };
  readonly error?: { readonly code: number; readonly message: string };
}
type Ask = (method: string, params?: object) => Promise<Said>;

/** A client of the stateful era. */
async function stateful(path: string, agent: string, origin: string | URL = gateway.url): Promise<Ask> {
  const url = new URL(path, origin);
  const headers = await beginSession(url, { 'x-agent': agent });
  let id = 0;
  return async (method, params = {}) =>
    (await post(url, { jsonrpc: '2.0', id: ++id, method, params }, headers)).json() as Promise<Said>;
}

/** A client of the stateless era. */
function stateless(path: string, agent: string, origin: string | URL = gateway.url): Ask {
  let id = 0;
  return async (method, params = {}) => {
    const { name, taskId } = params as { name?: string; taskId?: string };
    const headers = { ...statelessHeaders, 'x-agent': agent, 'mcp-method': method, 'mcp-name': name ?? taskId ?? '' };
    const body = { jsonrpc: '2.0', id: ++id, method, params: { ...params, _meta: meta } };
    return (await post(new URL(path, origin), body, headers)).json() as Promise<Said>;
  };
}

const withTasks = {
  ...meta,
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

interface Subscription {
  /** What came, the acknowledgement first. */
  readonly told: { readonly method?: string; readonly params?: Record<string, unknown> }[];
  readonly end: () => void;
}

/** Subscribes to what is told of tasks (2026-07-28, SEP-2663), until it is ended. */
async function subscribe(path: string, agent: string, taskIds: unknown): Promise<Subscription> {
  const stop = new AbortController();
  const headers = { ...statelessHeaders, 'x-agent': agent, 'mcp-method': 'subscriptions/listen', 'mcp-name': '' };
  const params = { notifications: { toolsListChanged: true, taskIds }, _meta: withTasks };
  const body = { jsonrpc: '2.0', id: 'sub', method: 'subscriptions/listen', params };
  const stream = await post(new URL(path, gateway.url), body, headers, stop.signal);
  const told: Subscription['told'][number][] = [];
  const read = async (): Promise<void> => {
    const reader = new SseReader();
    for await (const chunk of stream.body ?? [])
      for (const { data } of reader.push(chunk as Uint8Array))
        if (data !== undefined && data !== '') told.push(JSON.parse(data) as Subscription['told'][number]);
  };
  void read().catch(() => undefined);
  await until(() => told.length > 0);
  return { told, end: () => stop.abort() };
}

const notFound = { error: { code: -32602, message: 'Task not found' } };
const related = 'io.modelcontextprotocol/related-task';
const seenBy = (at: number): readonly string[] => servers[at]?.seen ?? [];

describe('tasks of all servers together', () => {
  it('G17: go to the server that made them, under names that say nothing and are nobody else’s (2025-11-25)', async () => {
    const ann = await stateful('/mcp', 'ann');
    const made = async (server: string): Promise<string> =>
      (await ann('tools/call', { name: `${server}__slow`, arguments: {}, task: {} })).result?.task?.taskId ?? '';
    const [ofA, ofB] = [await made('a'), await made('b')];
    expect(ofA).toMatch(/^[\w-]{24}$/);
    expect(ofB).not.toBe(ofA);
    expect(await ann('tasks/result', { taskId: ofB })).toMatchObject({
      result: { content: [{ text: 'from b' }], _meta: { [related]: { taskId: ofB } } },
    });
    expect(await ann('tasks/get', { taskId: ofA })).toMatchObject({ result: { taskId: ofA, status: 'completed' } });
    expect(await ann('tasks/cancel', { taskId: ofA })).toMatchObject({ result: { taskId: ofA, status: 'cancelled' } });
    expect(seenBy(0)).toEqual(['tasks/get task-1', 'tasks/cancel task-1']);
    expect(seenBy(1)).toEqual(['tasks/result task-1']);
    expect(await ann('tasks/list')).toMatchObject({ result: { tasks: [{ taskId: ofA }, { taskId: ofB }] } });

    const bob = await stateful('/mcp', 'bob');
    servers.forEach(({ seen }) => (seen.length = 0));
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
      for (const taskId of [ofA, ofB, 'task-1', 'a__task-1', '', 7])
        expect(await bob(method, { taskId })).toMatchObject(notFound);
    expect([...seenBy(0), ...seenBy(1)]).toEqual([]);
    expect((await bob('tasks/list')).result).toEqual({ tasks: [] });
  });

  it('G17: and in the shape of the extension of 2026-07-28', async () => {
    const ann = stateless('/mcp', 'ann');
    const made = (await ann('tools/call', { name: 'b__slow', arguments: {} })).result ?? {};
    expect(made).toMatchObject({ resultType: 'task', status: 'working' });
    const { taskId } = made;
    expect(taskId).toMatch(/^[\w-]{24}$/);
    expect(await ann('tasks/get', { taskId })).toMatchObject({
      result: { taskId, result: { content: [{ text: 'from b' }] } },
    });
    expect(await ann('tasks/update', { taskId, inputResponses: {} })).toMatchObject({ result: {} });
    expect(seenBy(1).map((line) => line.split(' ')[0])).toEqual(['tasks/get', 'tasks/update']);
    servers.forEach(({ seen }) => (seen.length = 0));
    const bob = stateless('/mcp', 'bob');
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
      expect(await bob(method, { taskId })).toMatchObject(notFound);
    expect([...seenBy(0), ...seenBy(1)]).toEqual([]);
  });

  it('G17: a subscription to tasks reaches the server of each by its own name, and what is told has the gateway’s', async () => {
    const [ann, bob] = [stateless('/mcp', 'ann'), stateless('/mcp', 'bob')];
    const made = async (ask: Ask, server: string): Promise<string> =>
      String((await ask('tools/call', { name: `${server}__slow`, arguments: {} })).result?.['taskId']);
    const [ofA, ofB, bobs] = [await made(ann, 'a'), await made(ann, 'b'), await made(bob, 'b')];
    const idAt = async (at: number, ask: Ask, taskId: string): Promise<string> => {
      await ask('tasks/get', { taskId });
      return seenBy(at).at(-1)?.split(' ')[1] ?? '';
    };
    const annsAtA = await idAt(0, ann, ofA);
    const [annsAtB, bobsAtB] = [await idAt(1, ann, ofB), await idAt(1, bob, bobs)];
    servers.forEach(({ seen }) => (seen.length = 0));
    const { told, end } = await subscribe('/mcp', 'ann', [ofA, bobs, ofB, annsAtB, 'never', 7]);
    expect(told[0]).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
    expect(told[0]?.params?.['notifications']).toMatchObject({ toolsListChanged: true, taskIds: [ofA, ofB] });
    expect([...seenBy(0), ...seenBy(1)]).toEqual([
      `subscriptions/listen ["${annsAtA}"]`,
      `subscriptions/listen ["${annsAtB}"]`,
    ]);
    for (const id of [bobsAtB, annsAtB]) servers[1]?.tell(String(id));
    await until(() => told.length > 1);
    const about = { _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub' } };
    expect(told.slice(1)).toMatchObject([
      { method: 'notifications/tasks', params: { taskId: ofB, status: 'working', ...about } },
    ]);
    end();
  });

  it('a subscription to tasks takes a client that declares them (SEP-2663)', async () => {
    const { error } = await stateless('/mcp', 'ann')('subscriptions/listen', { notifications: { taskIds: ['never'] } });
    expect(error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
    });
  });

  it('are told of in what all can do, other extensions are not', async () => {
    const capabilities = { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } };
    const { result } = await stateless('/mcp', 'ann')('server/discover');
    expect(result?.['capabilities']).toMatchObject(capabilities);
    expect(result?.['capabilities']).toHaveProperty('extensions', { 'io.modelcontextprotocol/tasks': {} });
  });
});

describe('tasks of one server', () => {
  it.each([
    ['stateful', stateful],
    ['stateless', async (path: string, agent: string) => stateless(path, agent)],
  ] as const)('G17: are read by who made them, and by nobody who knows or guesses their ids: %s', async (_era, as) => {
    const ann = await as('/mcp/a', 'ann');
    const { result = {} } = await ann('tools/call', { name: 'slow', arguments: {}, task: {} });
    const taskId = String(result.task?.taskId ?? result['taskId']);
    expect(taskId).toMatch(/^task-\d+$/);
    expect(await ann('tasks/get', { taskId })).toMatchObject({ result: { taskId } });
    const bob = await as('/mcp/a', 'bob');
    servers.forEach(({ seen }) => (seen.length = 0));
    // The server's own answer to what it does not know.
    const unknown = await bob('tasks/get', { taskId: 'never' });
    for (const method of ['tasks/get', 'tasks/cancel'])
      expect((await bob(method, { taskId })).error).toEqual(unknown.error);
    expect(seenBy(0)).toHaveLength(3);
    expect(seenBy(0).join()).not.toContain(taskId);
    expect((await bob('tasks/list')).result?.['tasks']).toEqual([]);
  });

  it('G17: are subscribed to by who made them, and nobody is told whether others have one', async () => {
    const made = async (agent: string): Promise<string> =>
      String((await stateless('/mcp/a', agent)('tools/call', { name: 'slow', arguments: {} })).result?.['taskId']);
    const [anns, bobs] = [await made('ann'), await made('bob')];
    servers.forEach(({ seen }) => (seen.length = 0));
    const { told, end } = await subscribe('/mcp/a', 'ann', [anns, bobs, 'never']);
    expect(told[0]?.params?.['notifications']).toMatchObject({ taskIds: [anns] });
    expect(seenBy(0)).toEqual([`subscriptions/listen ["${anns}"]`]);
    for (const id of [bobs, anns]) servers[0]?.tell(id);
    await until(() => told.length > 1);
    expect(told.slice(1)).toMatchObject([{ method: 'notifications/tasks', params: { taskId: anns } }]);
    end();
  });
});

it.each(['2025-11-25', '2026-07-28'])(
  'a task that is taken back says little of what its client said: %s',
  async (revision) => {
    const isStateless = revision === '2026-07-28';
    const server = await startTaskServer('slow');
    const stop = new Stop();
    const task = {
      run: 'r',
      enter: () => ({ signal: stop, leave: () => undefined }),
      takenBack: async () => ({ 'x-credential': 'its own' }),
    };
    const own = await startGateway(new Map([['slow', httpServer('slow', server.url)]]), {
      interceptor: { ...passThrough, begin: async (request) => ({ kind: 'forward', request, filter: passing, task }) },
    });
    const url = new URL('/mcp/slow', own.url);
    const version = { 'mcp-protocol-version': revision };
    const headers = isStateless ? { ...statelessHeaders, 'mcp-name': 'slow' } : await beginSession(url, version);
    for (const length of [1, 10_000]) {
      const info = { 'io.modelcontextprotocol/clientInfo': { name: 'x'.repeat(length * 100), version: '1' } };
      const params = { name: 'slow', arguments: {}, task: {}, _meta: { ...(isStateless ? meta : {}), ...info } };
      const body = { jsonrpc: '2.0', id: length, method: 'tools/call', params };
      expect((await post(url, body, { ...headers, tracestate: `a=${'1'.repeat(length)}` })).status).toBe(200);
    }
    stop.abort('kill.run');
    await until(() => server.cancellations.length === 2);
    await own.close();
    server.server.close();
    expect(server.cancellations.map(({ headers: { tracestate } }) => tracestate)).toEqual(['a=1', undefined]);
    for (const { headers: sent, text } of server.cancellations) {
      expect(sent).toMatchObject({ ...version, 'x-credential': 'its own' });
      expect(text.length).toBeLessThan(500);
      expect(text.includes('"io.modelcontextprotocol/clientInfo":{"name":"demarc"')).toBe(isStateless);
    }
  },
);

describe('tasks of a gateway that was started again', () => {
  let whole: WholeGateway | undefined;
  afterEach(async () => {
    await whole?.close();
    whole?.remove();
    whole = undefined;
  });

  it.each([
    ['stateful', stateful, 'tasks/result'],
    ['stateless', async (...to: Parameters<typeof stateless>) => stateless(...to), 'tasks/get'],
  ] as const)('are whose they were, and bring what their tool brings: %s', async (era, as, reading) => {
    const config = `servers: {a: {url: "${servers[0]?.url.href}", eras: [${era}]}, b: {url: "${servers[1]?.url.href}", eras: [${era}]}}`;
    const start = async (): Promise<WholeGateway> => (whole = await wholeGateway(config, {}, undefined, whole?.folder));
    await start();
    const made = async (path: string, name: string): Promise<string> => {
      const { result = {} } = await (await as(path, '', whole?.origin))('tools/call', {
        name,
        arguments: {},
        task: {},
      });
      return String(result.task?.taskId ?? result['taskId']);
    };
    const [ofB, id] = [await made('/mcp', 'b__slow'), await made('/mcp/a', 'slow')];
    await whole?.close();

    const { origin, folder } = await start();
    const all = await as('/mcp', '', origin);
    expect(await all('tasks/get', { taskId: ofB })).toMatchObject({ result: { taskId: ofB } });
    const read = await all(reading, { taskId: ofB });
    expect(JSON.stringify(read)).toContain('from b');
    expect(await (await as('/mcp/a', '', origin))('tasks/get', { taskId: id })).toMatchObject({
      result: { taskId: id },
    });
    expect(await (await as('/mcp/b', '', origin))('tasks/get', { taskId: 'never' })).toHaveProperty('error');
    await whole?.close();
    const results = (await eventsOf(folder)).filter(({ kind }) => kind === 'tool.result');
    expect(results.slice(-4).map(({ server, tool }) => `${server} ${tool}`)).toEqual([
      'b slow',
      'b slow',
      'a slow',
      'b tasks/get',
    ]);
    for (const name of ['tasks.jsonl', 'tasks.key'])
      expect(statSync(join(folder, 'state', name)).mode & 0o777).toBe(0o600);
    const kept = readFileSync(join(folder, 'state', 'tasks.jsonl'), 'utf8');
    expect(kept).toContain(ofB);
    expect(kept).not.toContain('local');
  });
});

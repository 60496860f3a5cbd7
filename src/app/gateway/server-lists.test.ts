import { expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { Directory } from '../../gateway/definitions/directory.ts';
import { type Outgoing, type Reply, serverFailure, type Upstream } from '../../gateway/upstream/upstream.ts';
import { failureOf, type JsonRpcResponse, resultOf, rpcErrors } from '../../model/mcp.ts';
import { ServerLists } from './server-lists.ts';

/** Servers that take a while for each answer, and how many are asked at a time. */
class Slow {
  most = 0;
  readonly answered: string[] = [];
  #asked = 0;
  readonly #takesMs: number;

  constructor(takesMs: number) {
    this.#takesMs = takesMs;
  }

  named(name: string): readonly [string, Upstream] {
    return [name, { send: (outgoing) => this.#answer(name, outgoing), close: () => Promise.resolve() }];
  }

  async #answer(name: string, { message, signal }: Outgoing): Promise<Reply> {
    this.most = Math.max(this.most, ++this.#asked);
    const isOver = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), this.#takesMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
    this.#asked--;
    if (isOver) throw new Error('was not waited for');
    this.answered.push(name);
    const id = message !== undefined && 'id' in message ? (message.id ?? 0) : 0;
    const answer = resultOf(id, { capabilities: {} });
    return { kind: 'message', status: 200, message: answer, text: JSON.stringify(answer) };
  }
}

it('says why a server cannot be reached, as far as it is known', async () => {
  const told: string[] = [];
  const failing = (thrown: Error): Upstream => ({ send: () => Promise.reject(thrown), close: () => Promise.resolve() });
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:9');
  const servers = new Map([
    ['a', failing(serverFailure('a', 'cannot be reached', refused))],
    ['b', failing(serverFailure('b', 'cannot be reached'))],
  ]);
  await new ServerLists(servers, () => false).fillAll(directory(), (_server, why) => void told.push(why));
  expect(told).toEqual([
    'server `a` cannot be reached: connect ECONNREFUSED 127.0.0.1:9',
    'server `b` cannot be reached',
  ]);
});

const principal = {
  agent: 'a',
  roles: [],
  scopes: [],
  clearance: 'public',
  authentication: 'none',
  training: [],
} as const;
const contextOf = (signal = new AbortController().signal) =>
  ({ principal, server: 'one', revision: '2026-07-28', capabilities: {}, signal }) as const;

const directory = (): Directory =>
  new Directory({ manifest: () => new Map(), inspect: () => [], approved: () => undefined, changed: () => undefined });
const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `s${at}`);

it.each([0, 1])('programs that are asked at a time: limit + %i', async (more) => {
  const count = limits.gatewayStartsMax + more;
  const slow = new Slow(20);
  await new ServerLists(new Map(names(count).map((name) => slow.named(name))), () => true).fillAll(directory(), String);
  expect(slow.most).toBe(limits.gatewayStartsMax);
  expect(slow.answered.sort()).toEqual(names(count));
});

it('servers that are elsewhere are asked at once', async () => {
  const count = limits.gatewayStartsMax * 3;
  const slow = new Slow(20);
  await new ServerLists(new Map(names(count).map((name) => slow.named(name))), () => false).fillAll(
    directory(),
    String,
  );
  expect(slow.most).toBe(count);
});

it('each program has its whole time, however many are before it; who takes longer is told of', async () => {
  const quick = new Slow(100);
  const told: string[] = [];
  const tell = (server: string, why: string): void => void told.push(`${server}: ${why}`);
  const servers = names(limits.gatewayStartsMax * 3);
  await new ServerLists(new Map(servers.map((name) => quick.named(name))), () => true, 250).fillAll(directory(), tell);
  expect(told).toEqual([]);
  const late = new Slow(1_000);
  await new ServerLists(new Map([late.named('late')]), () => true, 50).fillAll(directory(), tell);
  expect(told).toEqual(['late: no answer in 0.05 s']);
});

it('one that takes long is told of while it is waited for', async () => {
  const told: string[] = [];
  const slow = new Map([new Slow(3_300).named('slow'), new Slow(10).named('quick')]);
  await new ServerLists(slow, () => false).fillAll(directory(), String, (server) => told.push(server));
  expect(told).toEqual(['slow']);
});

it('of several who wait for what a server offers, one who goes away takes it from no other; with the last, nobody asks on', async () => {
  const slow = new Slow(100);
  const lists = new ServerLists(new Map([slow.named('one')]), () => false);
  const known = directory();
  const clients = [new AbortController(), new AbortController()];
  const waiting = (): Promise<void>[] => clients.map(({ signal }) => lists.fill(known, contextOf(signal)));
  const [first, second] = waiting();
  clients[0]?.abort();
  await first;
  expect(known.knows('one', principal, 'tool', 'x')).toBe(false);
  await second;
  expect([slow.answered, known.knows('one', principal, 'tool', 'x')]).toEqual([['one'], true]);
  const again = lists.fill(known, {
    ...contextOf(AbortSignal.timeout(20)),
    principal: { ...principal, agent: 'b' },
  });
  await again;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(slow.answered).toEqual(['one']);
});

/** A server that says that it has failed as often as it is to, each time at the same method, and says two pages of tools else. */
function failing(at: string, times: number): readonly [string, Upstream] {
  const answer = ({ message }: Outgoing): JsonRpcResponse => {
    const {
      id = 0,
      method = '',
      params = {},
    } = message !== undefined && 'id' in message && 'method' in message ? message : {};
    const place = params['cursor'] === undefined ? method : `${method} 2`;
    if (place === at && times-- > 0) return failureOf(id, rpcErrors.internal, 'not now');
    if (method === 'server/discover') return resultOf(id, { capabilities: { tools: {}, resources: {} } });
    if (method === 'resources/templates/list') return failureOf(id, rpcErrors.methodNotFound, 'Method not found');
    if (method !== 'tools/list') return resultOf(id, {});
    const [name, more] = params['cursor'] === undefined ? ['a', { nextCursor: '2' }] : ['b', {}];
    return resultOf(id, { tools: [{ name }], ...more });
  };
  const send = async (outgoing: Outgoing): Promise<Reply> => {
    const message = answer(outgoing);
    return { kind: 'message', status: 200, message, text: JSON.stringify(message) };
  };
  return ['one', { send, close: () => Promise.resolve() }];
}

it.each(['server/discover', 'tools/list', 'tools/list 2'])(
  'a server that fails at %s is asked again before a name counts as none of its own',
  async (at) => {
    const known = new Directory({
      manifest: () => new Map(),
      inspect: (_server, _principal, _feature, definitions) => definitions.map(() => []),
      approved: () => undefined,
      changed: () => undefined,
    });
    const lists = new ServerLists(new Map([failing(at, 1)]), () => false);
    await lists.fill(known, contextOf());
    expect(known.knows('one', principal, 'tool', 'b')).toBe(false);
    await lists.fill(known, contextOf());
    expect([known.get('one', principal, 'tool', 'b')?.labels.name, known.knows('one', principal, 'tool', 'c')]).toEqual(
      ['b', true],
    );
  },
);

it('one that always fails at a list is not asked again for what its others have not', async () => {
  const known = directory();
  const lists = new ServerLists(new Map([failing('resources/list', Infinity)]), () => false);
  await lists.fill(known, contextOf());
  expect([known.knows('one', principal, 'tool', 'c'), known.knows('one', principal, 'resource', 'x:1')]).toEqual([
    true,
    false,
  ]);
});

it.each([
  ['server/discover', 'not now'],
  ['tools/list 2', 'a list of it failed'],
])(
  'one that fails at %s when the gateway starts is told of: what it listed before is not forgotten',
  async (at, why) => {
    const told: string[] = [];
    const known = directory();
    await new ServerLists(new Map([failing(at, 1)]), () => false).fillAll(known, (server, because) =>
      told.push(`${server}: ${because}`),
    );
    expect(told).toEqual([`one: ${why}`]);
  },
);

import { expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { Directory } from '../../gateway/definitions/directory.ts';
import type { Outgoing, Reply, Upstream } from '../../gateway/upstream/upstream.ts';
import { resultOf } from '../../model/mcp.ts';
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
  const principal = {
    agent: 'a',
    roles: [],
    scopes: [],
    clearance: 'public',
    authentication: 'none',
    training: [],
  } as const;
  const clients = [new AbortController(), new AbortController()];
  const waiting = (): Promise<void>[] =>
    clients.map(({ signal }) =>
      lists.fill(known, { principal, server: 'one', revision: '2026-07-28', capabilities: {}, signal }),
    );
  const [first, second] = waiting();
  clients[0]?.abort();
  await first;
  expect(known.knows('one', principal, 'tool', 'x')).toBe(false);
  await second;
  expect([slow.answered, known.knows('one', principal, 'tool', 'x')]).toEqual([['one'], true]);
  const again = lists.fill(known, {
    principal: { ...principal, agent: 'b' },
    server: 'one',
    revision: '2026-07-28',
    capabilities: {},
    signal: AbortSignal.timeout(20),
  });
  await again;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(slow.answered).toEqual(['one']);
});

/** A client over standard input and output whose session at the gateway is gone, of which it knows nothing. */
import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { undiciHttp } from '../../src/app/gateway/undici-http.ts';
import type { Exchange } from '../../src/gateway/exchange.ts';
import { localSend } from '../../src/gateway/front/local-answer.ts';
import { StdioFront } from '../../src/gateway/front/stdio-front.ts';
import { data, events, FaultyServer, json } from './faulty-server.ts';
import { type Gateway, httpServer, startGateway } from './gateway.ts';
import { initialize, until } from './requests.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

class World {
  /** Methods that the server got. */
  readonly seen: string[] = [];
  /** What the server was asked to set: a level, or a resource to tell of. */
  readonly set: string[] = [];
  readonly lines: string[] = [];
  isRefusing = false;
  isSilent = false;
  /** The name of the session that the front sends. */
  session = '';
  #gateway: Gateway | undefined;
  #server: URL | undefined;
  #stream: ServerResponse | undefined;
  #push: (line: string | undefined) => void = () => undefined;
  readonly #setAgainMs: number | undefined;

  constructor(setAgainMs?: number) {
    this.#setAgainMs = setAgainMs;
  }

  async open(): Promise<void> {
    const server = new FaultyServer();
    closing.push(() => server.close());
    server.behaviour = (response, { method: verb, body }) => {
      if (verb === 'GET') return void (this.#stream = events(response, ':\n\n'));
      const { id, method, params } = JSON.parse(body === '' ? '{}' : body) as {
        id?: number;
        method?: string;
        params?: { uri?: string; level?: string };
      };
      this.seen.push(method ?? verb);
      const what = params?.uri ?? params?.level;
      if (what !== undefined) this.set.push(`${method ?? ''} ${what}`);
      if (what === 'x:no') return json(response, { jsonrpc: '2.0', id, error: { code: -1, message: 'no' } });
      if (what === 'x:silent' && this.isSilent) return;
      if (id === undefined) return void response.writeHead(202).end();
      if (method !== 'initialize') return json(response, { jsonrpc: '2.0', id, result: {} });
      if (this.isRefusing) return json(response, { jsonrpc: '2.0', id, error: { code: -1, message: 'not now' } });
      const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } };
      json(response, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': 's' });
    };
    this.#server = await server.listen();
    await this.restart();
    closing.push(() => this.#gateway?.close());
    await this.#run();
  }

  /** Another gateway, which knows nothing of the first. */
  async restart(): Promise<void> {
    await this.#gateway?.close();
    if (this.#server !== undefined)
      this.#gateway = await startGateway(new Map([['one', httpServer('one', this.#server)]]));
  }

  /** The gateway forgets the session, as it does with one that lay unused. */
  async forget(): Promise<void> {
    await fetch(`${this.#gateway?.url.href}mcp/one`, { method: 'DELETE', headers: { 'mcp-session-id': this.session } });
  }

  say(message: object): void {
    this.#stream?.write(data({ jsonrpc: '2.0', ...message }));
  }

  write(message: object): void {
    this.#push(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  async answerTo(id: number): Promise<string> {
    let line: string | undefined;
    await until(() => (line = this.lines.find((one) => one.includes(`"id":${id}`))) !== undefined);
    return line ?? '';
  }

  async #run(): Promise<void> {
    const http = undiciHttp();
    const lines: (string | undefined)[] = [];
    let wake: () => void = () => undefined;
    this.#push = (line) => {
      lines.push(line);
      wake();
    };
    const input = (async function* () {
      for (;;) {
        if (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const line = lines.shift();
        if (line === undefined) return;
        yield Buffer.from(line);
      }
    })();
    const front = new StdioFront({
      send: (call) => {
        this.session = call.headers['mcp-session-id'] ?? '';
        return http.send({ ...call, origin: this.#gateway?.url.origin ?? '', path: '/mcp/one', idleMs: 0 });
      },
      headers: async () => ({}),
      input,
      write: async (line) => void this.lines.push(line),
      setAgainMs: this.#setAgainMs,
    });
    const ended = front.run();
    closing.push(async () => {
      this.#push(undefined);
      await ended;
      await http.close();
    });
    this.write(initialize);
    this.write({ method: 'notifications/initialized' });
    await until(() => this.#stream !== undefined);
  }
}

describe('a session that is gone', () => {
  it('is begun again, and listened to, when the client sends something', async () => {
    const world = new World();
    await world.open();
    await world.restart();
    world.write({ id: 1, method: 'tools/list' });
    expect(await world.answerTo(1)).toContain('result');
    expect(world.seen).toEqual([
      'initialize',
      'notifications/initialized',
      'DELETE',
      'initialize',
      'notifications/initialized',
      'tools/list',
    ]);
    await until(() => {
      world.say({ method: 'notifications/tools/list_changed' });
      return world.lines.some((line) => line.includes('list_changed'));
    });
    expect(world.lines.filter((line) => line.includes('protocolVersion'))).toHaveLength(1);
  });

  it('is begun again when its stream is opened again', async () => {
    const world = new World();
    await world.open();
    await world.restart();
    await until(() => world.seen.filter((method) => method === 'notifications/initialized').length === 2);
  });

  it('is begun again once, however many find it gone', async () => {
    const world = new World();
    await world.open();
    await world.forget();
    for (const id of [1, 2, 3]) world.write({ id, method: 'tools/list' });
    for (const id of [1, 2, 3]) expect(await world.answerTo(id)).toContain('result');
    expect(world.seen.filter((method) => method === 'initialize')).toHaveLength(2);
  });

  it('has what was set in the one before', async () => {
    const world = new World();
    await world.open();
    const requests = [
      ['logging/setLevel', { level: 'info' }],
      ['logging/setLevel', { level: 'debug' }],
      ['resources/subscribe', { uri: 'x:a' }],
      ['resources/subscribe', { uri: 'x:b' }],
      ['resources/subscribe', { uri: 'x:no' }],
      ['resources/unsubscribe', { uri: 'x:a' }],
    ] as const;
    for (const [at, [method, params]] of requests.entries()) {
      world.write({ id: at + 1, method, params });
      await world.answerTo(at + 1);
    }
    const answered = world.lines.length;
    for (const id of [11, 12]) {
      world.set.length = 0;
      await world.forget();
      world.write({ id, method: 'tools/list' });
      expect(await world.answerTo(id)).toContain('result');
      expect(world.set).toEqual(['logging/setLevel debug', 'resources/subscribe x:b']);
    }
    // The client has had its answers.
    expect(world.lines).toHaveLength(answered + 2);
  });

  it('goes on without what a server does not set again', async () => {
    const world = new World(50);
    await world.open();
    world.write({ id: 1, method: 'resources/subscribe', params: { uri: 'x:silent' } });
    await world.answerTo(1);
    world.isSilent = true;
    await world.forget();
    world.write({ id: 2, method: 'tools/list' });
    expect(await world.answerTo(2)).toContain('result');
  });

  it('fails the request where none can be begun, and not the next one', async () => {
    const world = new World();
    await world.open();
    await world.forget();
    world.isRefusing = true;
    world.write({ id: 1, method: 'tools/list' });
    expect(await world.answerTo(1)).toContain('the session is gone, and no other one begins: not now');
    world.isRefusing = false;
    world.write({ id: 2, method: 'tools/list' });
    expect(await world.answerTo(2)).toContain('result');
  });
});

it('ends with its input, also where the gateway does not say whether its session begins', async () => {
  const lines: string[] = [];
  let isSent = false;
  let isLeft = false;
  const front = new StdioFront({
    send: ({ signal }) =>
      new Promise((_, reject) => {
        isSent = true;
        signal.addEventListener('abort', () => {
          isLeft = true;
          reject(new Error('left'));
        });
      }),
    headers: async () => ({}),
    input: (async function* () {
      yield Buffer.from(`${JSON.stringify(initialize)}\n`);
      await until(() => isSent);
    })(),
    write: async (line) => void lines.push(line),
  });
  await front.run();
  expect({ lines, isLeft }).toEqual({ lines: [], isLeft: true });
});

it('keeps nothing of requests that are over', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const count = 10_000;
  const heap: number[] = [];
  let answered = 0;
  const handle = async (exchange: Exchange): Promise<void> => {
    const { id } = JSON.parse(Buffer.from(await exchange.body(1_000)).toString()) as { id: number };
    exchange.signal.addEventListener('abort', () => undefined, { once: true });
    exchange.respond(200, { 'content-type': 'application/json' }, JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
  };
  const front = new StdioFront({
    send: localSend(handle, 'local', '/mcp'),
    headers: async () => ({}),
    input: (async function* () {
      for (let id = 1; id <= 2 * count; id++) {
        yield Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
        if (id % 100 === 0) await until(() => answered === id);
        if (id % count !== 0) continue;
        await new Promise((resolve) => setTimeout(resolve, 100));
        collect();
        heap.push(process.memoryUsage().heapUsed);
      }
    })(),
    write: async () => void answered++,
  });
  await front.run();
  const [before = 0, after = 0] = heap;
  expect((after - before) / count).toBeLessThan(200);
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventInput } from '../../model/event.ts';
import { egressRule } from '../../sandbox/egress-rules.ts';
import { nodeClock } from '../node-ports.ts';
import { EgressProxy, type EgressPorts } from './egress-proxy.ts';

const publicAddress = '93.184.215.14';

/** A proxy, a server it leads to, and what it was asked. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'demarc-egress-'));
  readonly events: EventInput[] = [];
  readonly connected: string[] = [];
  readonly resolved: string[] = [];
  readonly addresses: Record<string, readonly string[]> = { 'api.example.com': [publicAddress] };
  record: EgressPorts['record'] = async (event) => void this.events.push(event);
  echo: Server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  readonly #proxies: EgressProxy[] = [];
  readonly #clients: Socket[] = [];

  listen(): Promise<void> {
    return new Promise((resolve) => this.echo.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    const address = this.echo.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  proxy(bounds?: EgressPorts['bounds']): EgressProxy {
    const proxy = new EgressProxy(
      { server: 'files', reference: 'sandbox-1', rules: [egressRule.parse('api.example.com')] },
      {
        clock: nodeClock,
        folder: this.folder,
        record: (event) => this.record(event),
        resolve: async (host) => {
          this.resolved.push(host);
          return this.addresses[host] ?? [];
        },
        connect: ({ host, port }) => {
          this.connected.push(`${host}:${port}`);
          return connect({ host: '127.0.0.1', port: this.port, allowHalfOpen: true });
        },
        bounds,
      },
    );
    this.#proxies.push(proxy);
    return proxy;
  }

  /** Sends a text; resolves to what comes back, once there is `until` in it or the connection ends. */
  ask(proxy: EgressProxy, text: string, until = '\r\n\r\n'): Promise<string> {
    const client = this.open(proxy);
    client.write(text);
    return new Promise((resolve) => {
      let told = '';
      client.on('data', (chunk) => {
        told += String(chunk);
        if (told.includes(until)) resolve(told);
      });
      client.on('close', () => resolve(told));
    });
  }

  open(proxy: EgressProxy): Socket {
    const client = connect(proxy.socket).on('error', () => undefined);
    this.#clients.push(client);
    return client;
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
    for (const proxy of this.#proxies) proxy.close();
    this.echo.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const connectTo = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
const seen = (events: readonly EventInput[]): string[] =>
  events.map(({ operation, decision, outcome, reasons = [], destination = '-' }) =>
    [operation?.replace('sandbox.', ''), destination, decision ?? outcome, ...reasons].join(' '),
  );

describe('the way out of a sandbox', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.listen();
  });
  afterEach(() => world.close());

  it('leads to what the rules name, at the address that was checked, and is recorded before and after', async () => {
    const client = world.open(world.proxy());
    let told = '';
    await new Promise<void>((resolve) => {
      client.on('data', (chunk) => {
        told += String(chunk);
        if (told.endsWith('hello')) client.end();
      });
      client.on('close', resolve);
      // What is sent with the request goes on, too.
      client.write(`${connectTo('API.example.com:443')}hello`);
    });
    expect(told).toBe('HTTP/1.1 200 Connection Established\r\n\r\nhello');
    expect(world.connected).toEqual([`${publicAddress}:443`]);
    expect(world.resolved).toEqual(['api.example.com']);
    await expect
      .poll(() => seen(world.events))
      .toEqual(['egress api.example.com:443 allow', 'egress-end api.example.com:443 ok']);
    expect(world.events[1]).toMatchObject({ server: 'files', reference: 'sandbox-1', bytes: 10 });
  });

  it.each([
    ['other.example.com:443', 403, 'egress other.example.com:443 deny egress.not-allowed'],
    ['api.example.com:80', 403, 'egress api.example.com:80 deny egress.not-allowed'],
    ['169.254.169.254:80', 400, 'egress - deny egress.malformed'],
    ['127.0.0.1:443', 400, 'egress - deny egress.malformed'],
    ['[::1]:443', 400, 'egress - deny egress.malformed'],
    ['api.example.com', 400, 'egress - deny egress.malformed'],
  ])('G15: does not lead to %s', async (target, status, event) => {
    expect(await world.ask(world.proxy(), connectTo(target))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await expect.poll(() => seen(world.events)).toEqual([event]);
    expect(world.connected).toEqual([]);
    // Not even its name is looked up: that alone would tell somebody something.
    expect(world.resolved).toEqual([]);
  });

  it.each([['127.0.0.1'], ['169.254.169.254'], ['10.0.0.1'], [publicAddress, '::1'], ['::ffff:10.0.0.1']])(
    'G15: does not lead to a name that is bound to %s %s',
    async (...addresses) => {
      world.addresses['api.example.com'] = addresses;
      expect(await world.ask(world.proxy(), connectTo('api.example.com:443'))).toMatch(/^HTTP\/1.1 403 /);
      await expect.poll(() => seen(world.events)).toEqual(['egress api.example.com:443 deny egress.address']);
      expect(world.connected).toEqual([]);
    },
  );

  it('G15: looks a name up once: what it is bound to between check and use does not matter', async () => {
    const proxy = world.proxy();
    const told = world.ask(proxy, connectTo('api.example.com:443'));
    await told;
    world.addresses['api.example.com'] = ['127.0.0.1'];
    expect(world.connected).toEqual([`${publicAddress}:443`]);
    expect(world.resolved).toHaveLength(1);
    expect(await world.ask(proxy, connectTo('api.example.com:443'))).toMatch(/^HTTP\/1.1 403 /);
  });

  it.each([
    'GET http://api.example.com/ HTTP/1.1\r\nHost: api.example.com\r\n\r\n',
    'GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n',
  ])('takes nothing but CONNECT', async (text) => {
    expect(await world.ask(world.proxy(), text)).toMatch(/^HTTP\/1.1 405 /);
    expect(world.connected).toEqual([]);
  });

  it.each([
    '\0\0\0\0',
    'CONNECT\r\n\r\n',
    'CONNECT a b c\r\n\r\n',
    `CONNECT ${'a'.repeat(100_000)}:443 HTTP/1.1\r\n\r\n`,
  ])('survives what is no HTTP', async (text) => {
    const proxy = world.proxy();
    await world.ask(proxy, text);
    expect(await world.ask(proxy, connectTo('api.example.com:443'))).toMatch(/^HTTP\/1.1 200 /);
  });

  it('makes no connection that cannot be recorded', async () => {
    world.record = async () => {
      throw new Error('the ledger is full');
    };
    expect(await world.ask(world.proxy(), connectTo('api.example.com:443'))).toBe('');
    expect(world.connected).toEqual([]);
  });

  it('tells that a name has no address, or nobody answers', async () => {
    world.addresses['api.example.com'] = [];
    expect(await world.ask(world.proxy(), connectTo('api.example.com:443'))).toMatch(/^HTTP\/1.1 502 /);
    world.addresses['api.example.com'] = [publicAddress];
    world.echo.close();
    expect(await world.ask(world.proxy(), connectTo('api.example.com:443'))).toMatch(/^HTTP\/1.1 502 /);
    await expect
      .poll(() => seen(world.events).filter((line) => line.startsWith('egress-end')))
      .toEqual([
        'egress-end api.example.com:443 error egress.unresolved',
        'egress-end api.example.com:443 error egress.unreachable',
      ]);
  });

  it('does not wait for ever for a name', async () => {
    const proxy = new EgressProxy(
      { server: 'files', reference: 'sandbox-1', rules: [egressRule.parse('api.example.com')] },
      {
        clock: nodeClock,
        folder: world.folder,
        record: (event) => world.record(event),
        resolve: () => new Promise(() => undefined),
        connect: () => connect({ host: '127.0.0.1', port: world.port }),
        bounds: { sandboxConnectionsMax: 8, sandboxConnectMs: 20 },
      },
    );
    expect(await world.ask(proxy, connectTo('api.example.com:443'))).toMatch(/^HTTP\/1.1 502 /);
    proxy.close();
  });

  it('has room for so many connections, whether they ask for something or not, and is there for the next when they end', async () => {
    const proxy = world.proxy({ sandboxConnectionsMax: 4, sandboxConnectMs: 5_000 });
    const held = Array.from({ length: 40 }, () => world.open(proxy));
    const open = (): number => held.filter(({ closed }) => !closed).length;
    await expect.poll(open).toBeLessThan(10);
    for (const client of held) client.destroy();
    await expect.poll(() => world.ask(proxy, connectTo('api.example.com:443'))).toMatch(/^HTTP\/1.1 200 /);
  });

  it('tells nobody that it is refused before that is recorded: a flood waits for the ledger', async () => {
    let release = (): void => undefined;
    let waiting = 0;
    world.record = () => {
      waiting++;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    const told = world.ask(world.proxy(), connectTo('other.example.com:443'));
    await expect.poll(() => waiting).toBe(1);
    const early = await Promise.race([told, new Promise((resolve) => setTimeout(() => resolve('nothing'), 100))]);
    expect(early).toBe('nothing');
    release();
    expect(await told).toMatch(/^HTTP\/1.1 403 /);
  });

  it('looks up one name at a time: slow ones of a server keep nobody else from theirs', async () => {
    const asked: string[] = [];
    const ports = { clock: nodeClock, folder: world.folder, record: world.record, connect: () => connect('') };
    const proxy = new EgressProxy(
      { server: 'files', reference: 'sandbox-1', rules: [egressRule.parse('*.example.com')] },
      {
        ...ports,
        resolve: (host) => {
          asked.push(host);
          return new Promise(() => undefined);
        },
        bounds: { sandboxConnectionsMax: 8, sandboxConnectMs: 200 },
      },
    );
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) => world.ask(proxy, connectTo(`${name}.example.com:443`))),
    );
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 502 /);
    expect(asked).toHaveLength(1);
    proxy.close();
  });

  it('is refused where the path of its socket would be too long', () => {
    const folder = join(world.folder, 'x'.repeat(90));
    mkdirSync(folder);
    const owner = { server: 'files', reference: 'sandbox-1', rules: [] };
    const ports = {
      clock: nodeClock,
      folder,
      record: world.record,
      resolve: async () => [],
      connect: () => connect(''),
    };
    expect(() => new EgressProxy(owner, ports)).toThrow('is too long for a socket');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has a socket only its own user can use, and leaves nothing behind', async () => {
    const proxy = world.proxy();
    expect(statSync(proxy.socket).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(proxy.socket)).mode & 0o777).toBe(0o700);
    const client = world.open(proxy);
    client.write(connectTo('api.example.com:443'));
    await new Promise((resolve) => client.once('data', resolve));
    const closed = new Promise((resolve) => client.once('close', resolve));
    proxy.close();
    await closed;
    expect(readdirSync(world.folder)).toEqual([]);
  });
});

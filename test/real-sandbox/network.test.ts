import { createServer, type Server as HttpServer } from 'node:http';
import { connect, createServer as createTcpServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventInput } from '../../src/model/event.ts';
import type { StartPorts } from '../../src/app/sandbox/start-server.ts';
import { printed, type Ran, SandboxWorld } from './world.ts';

const publicAddress = '93.184.215.14';

/** Functions for probes: what connecting or resolving comes to. */
const probes = `import { connect } from 'node:net'; import dns from 'node:dns'; import { createSocket } from 'node:dgram';
const reach = (options, text = '') => new Promise((resolve) => {
  const s = connect(options, () => text ? s.write(text) : (s.destroy(), resolve('connected')));
  s.setTimeout(5000, () => { s.destroy(); resolve('timeout'); });
  s.on('data', (d) => { s.destroy(); resolve(String(d)); }).on('error', (e) => resolve(e.code)).on('close', () => resolve('closed'));
});
const find = (name) => dns.promises.lookup(name).then((a) => a.address, (e) => e.code);
`;

function portOf(server: Server | HttpServer): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const seen = (ran: Ran): string[] =>
  ran
    .events()
    .filter(({ operation }) => operation !== undefined)
    .map(({ operation, destination = '-', decision, outcome, reasons = [] }: EventInput) =>
      [operation?.replace('sandbox.', ''), destination, decision ?? outcome, ...reasons].join(' '),
    );

describe('the network', () => {
  const world = new SandboxWorld();
  const local = createTcpServer((socket) => socket.end('host'));
  const abstract = createTcpServer((socket) => socket.end('host'));
  const web = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  const connected: string[] = [];
  const outside: Partial<StartPorts> = {
    resolve: async (host) => (host === 'inside.example.com' ? ['10.0.0.7'] : [publicAddress]),
    connect: ({ host, port }) => {
      connected.push(`${host}:${port}`);
      return connect({ host: '127.0.0.1', port: portOf(web), allowHalfOpen: true });
    },
  };
  beforeAll(async () => {
    for (const server of [local, web]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => abstract.listen(`\0demarc-test-${process.pid}`, resolve));
  });
  afterAll(() => {
    for (const server of [local, abstract, web]) server.close();
    world.close();
  });

  const everything = (): string => `${probes}
    const udp = await new Promise((r) => { const s = createSocket('udp4').on('error', (e) => r(e.code)); s.send('x', 53, '8.8.8.8', (e) => { s.close(); r(e ? e.code : 'sent'); }); });
    console.log(JSON.stringify([
      await reach({ host: '127.0.0.1', port: ${portOf(local)} }), await reach({ host: '::1', port: ${portOf(local)} }),
      await reach({ host: '169.254.169.254', port: 80 }), await reach({ host: '${publicAddress}', port: 443 }), await reach({ host: '10.0.0.1', port: 22 }),
      await reach({ host: '2606:2800:21f::1', port: 443 }), await reach({ path: '\\0demarc-test-${process.pid}' }),
      await find('example.com'), await find('metadata.google.internal'), udp,
    ]));`;
  const nothing = [
    'ECONNREFUSED',
    expect.stringMatching(/^(?:ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH)$/),
    ...Array.from({ length: 4 }, () => expect.stringMatching(/^(?:ENETUNREACH|EADDRNOTAVAIL)$/)),
    'ECONNREFUSED',
    expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
    expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
    expect.stringMatching(/^(?:ENETUNREACH|EADDRNOTAVAIL)$/),
  ];

  it('is not there: no loopback of the host, no metadata service, no name, no socket without a file', async () => {
    expect(printed(await world.run(everything()))).toEqual(nothing);
    const { connections } = await new Promise<{ connections: number }>((resolve) =>
      local.getConnections((_error, connections) => resolve({ connections })),
    );
    expect(connections).toBe(0);
  });

  it('is not there either beside a way out', async () => {
    expect(printed(await world.run(everything(), { sandbox: { egress: ['api.example.com'] } }, {}, outside))).toEqual(
      nothing,
    );
  });

  it('leads to a host that is named, under its own name and port, for a program that knows no proxy', async () => {
    const ran = await world.run(
      `${probes} const response = await fetch('http://api.example.com/path?x=1');
      console.log(JSON.stringify([response.status, await response.text(), await find('api.example.com'), process.env.HTTPS_PROXY ?? 'none']));`,
      { sandbox: { egress: ['api.example.com:80'] } },
      {},
      outside,
    );
    expect(printed(ran)).toEqual([200, 'api.example.com /path?x=1', '127.1.0.1', 'none']);
    expect(connected.splice(0)).toEqual([`${publicAddress}:80`]);
    await expect.poll(() => seen(ran)).toEqual(['egress api.example.com:80 allow', 'egress-end api.example.com:80 ok']);
  });

  it('leads nowhere else, whatever is said to the proxy, its socket, or instead of the forwarder', async () => {
    const ask = (target: string): string => JSON.stringify(`CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const ran = await world.run(
      `${probes} const proxy = { host: '127.0.0.1', port: 3128 }, socket = { path: '/run/demarc/egress.sock' };
      const told = [];
      for (const to of [proxy, socket]) for (const text of [${[
        'evil.example.net:443',
        'api.example.com:443',
        '169.254.169.254:80',
        `127.0.0.1:${portOf(local)}`,
        'inside.example.com:80',
      ]
        .map(ask)
        .join(
          ',',
        )}, 'GET http://evil.example.net/ HTTP/1.1\\r\\nHost: evil.example.net\\r\\n\\r\\n']) told.push((await reach(to, text)).split(' ')[1]);
      console.log(JSON.stringify(told));`,
      { sandbox: { egress: ['api.example.com:80', '*.example.com:80'] } },
      {},
      outside,
    );
    const refused = ['403', '403', '400', '400', '403', '405'];
    expect(printed(ran)).toEqual([...refused, ...refused]);
    expect(connected).toEqual([]);
    const events = [
      'egress evil.example.net:443 deny egress.not-allowed',
      'egress api.example.com:443 deny egress.not-allowed',
      'egress - deny egress.malformed',
      'egress - deny egress.malformed',
      'egress inside.example.com:80 deny egress.address',
    ];
    await expect.poll(() => seen(ran)).toEqual([...events, ...events]);
  });

  it('leads through the proxy to what a pattern allows', async () => {
    const ran = await world.run(
      `${probes} const text = 'CONNECT a.b.example.com:80 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /p HTTP/1.1\\r\\nHost: a.b.example.com\\r\\nConnection: close\\r\\n\\r\\n';
      let told = ''; const { port, hostname } = new URL(process.env.HTTPS_PROXY);
      await new Promise((r) => connect(port, hostname, function () { this.write(text); }).on('data', (d) => told += d).on('close', r));
      console.log(JSON.stringify(told));`,
      { sandbox: { egress: ['*.example.com:80'] } },
      {},
      outside,
    );
    expect(printed(ran)).toMatch(/^HTTP\/1.1 200 Connection Established[\s\S]*a\.b\.example\.com \/p/);
    await expect.poll(() => seen(ran)).toEqual(['egress a.b.example.com:80 allow', 'egress-end a.b.example.com:80 ok']);
  });

  it('keeps the standard streams and the exit of the server as they are, forwarder or not', async () => {
    const server = await world.start(
      world.script('process.stdin.pipe(process.stdout); process.stdin.on("end", () => process.exit(7))', {
        sandbox: { egress: ['api.example.com'] },
      }),
      {},
      outside,
    );
    const chunks: string[] = [];
    await server.write('{"jsonrpc":"2.0"}\n');
    for await (const chunk of server.output) {
      chunks.push(Buffer.from(chunk).toString('utf8'));
      if (chunks.join('').includes('\n')) break;
    }
    await server.end(10_000);
    expect(chunks.join('')).toBe('{"jsonrpc":"2.0"}\n');
    expect((await server.exited).code).toBe(7);
  });
});

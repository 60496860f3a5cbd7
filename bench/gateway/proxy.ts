/**
 * One thing that stands between client and server, in a process of its own: `plain`, `relay` or `gateway`, as they are built in dist/.
 * `gateway` serves the server at `url` as `one` in the era 2026-07-28 and as `two` in the era before.
 */
import { createServer, request as outgoingRequest, Agent } from 'node:http';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Interceptor, MessageFilter } from '../../src/gateway/interceptor.ts';

/** A module as it ships: what tsx makes of the sources costs more. */
const built = <T>(module: string): Promise<T> =>
  import(`${process.env['DEMARC_ROOT'] ?? ''}dist/${module}.js`) as Promise<T>;
const { openGateway } = await built<typeof import('../../src/app/gateway/open-gateway.ts')>('app/gateway/open-gateway');
const { serveNode } = await built<typeof import('../../src/app/gateway/node-server.ts')>('app/gateway/node-server');
const { parseGatewayConfig } =
  await built<typeof import('../../src/app/gateway/read-config.ts')>('app/gateway/read-config');
const { undiciHttp } = await built<typeof import('../../src/app/gateway/undici-http.ts')>('app/gateway/undici-http');
const { processContext } = await built<typeof import('../../src/app/context.ts')>('app/context');
const { Relay } = await built<typeof import('../../src/gateway/relay.ts')>('gateway/relay');
const { HttpUpstream } = await built<typeof import('../../src/gateway/upstream/http-upstream.ts')>(
  'gateway/upstream/http-upstream',
);

const [kind = '', url = '', eras = 'stateless', state = '', budgets = 'kept'] = process.argv.slice(2);
process.on('message', () => {
  // Where the bench lets it (`--expose-gc`): what is held, without what only waits to be collected.
  globalThis.gc?.();
  process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss, heap: process.memoryUsage().heapUsed });
});
process.on('disconnect', () => process.exit(0));

/** Bytes in, bytes out: what a proxy in Node costs that looks at nothing. */
async function plain(): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const server = createServer((request, response) => {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const onward = outgoingRequest(url, { method: request.method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const passing: MessageFilter = { message: (message) => message, ended: () => undefined };
const passThrough: Interceptor = {
  begin: async (request) => ({ kind: 'forward', request, filter: passing }),
  notification: (notification) => notification,
  answer: (response) => response,
  stream: () => ({ filter: passing }),
  stopped: () => undefined,
};

async function relay(): Promise<number> {
  const hosts = new Set<string>();
  const made = new Relay({
    identify: async () => ({
      agent: 'bench',
      roles: [],
      scopes: [],
      clearance: 'restricted',
      authentication: 'none',
      training: [],
    }),
    interceptor: passThrough,
    servers: new Map([['one', new HttpUpstream({ name: 'one', url: new URL(url) }, undiciHttp())]]),
    rules: { hosts, origins: new Set() },
    clock: processContext().clock,
    random: { bytes: (count) => new Uint8Array(randomBytes(count)) },
  });
  const server = await serveNode({ handle: (exchange) => made.handle(exchange), host: '127.0.0.1', port: 0 });
  hosts.add(`127.0.0.1:${server.port}`);
  return server.port;
}

/** Everything on: policies, provenance, secrets both ways, budgets, the ledger. */
async function gateway(): Promise<number> {
  const folder = state === '' ? mkdtempSync(join(tmpdir(), 'demarc-bench-')) : state;
  // Below the ports that the system gives to connections.
  const port = 10_000 + (process.pid % 20_000);
  const rules = Array.from({ length: 100 }, (_, at) =>
    at % 2 === 0
      ? `@id("p${at}") permit (principal, action in [Demarc::Action::"one/get_ticket", Demarc::Action::"two/get_ticket"], resource) when { context.args has id && context.args.id > ${at} };`
      : `@id("p${at}") @reason("bench.${at}") forbid (principal, action, resource) when { context.tainted && context.labels.sendsOut && principal.roles.contains("r${at}") };`,
  );
  writeFileSync(join(folder, 'bench.cedar'), rules.join('\n'));
  const settings = parseGatewayConfig(
    [
      `version: 1`,
      `listen: 127.0.0.1:${port}`,
      `state: state`,
      `policies: {set: .}`,
      `identity: {anonymous: {agent: bench}}`,
      // To keep them takes a database.
      ...(budgets === 'kept'
        ? [`budgets: {budgets: [{name: calls, unit: calls, limit: 100000000, per: [principal]}]}`]
        : []),
      `servers: {one: {url: "${url}", eras: [${eras}]}, two: {url: "${url}", eras: [stateful]}}`,
    ].join('\n'),
    'bench',
  );
  const opened = await openGateway(processContext(), { settings, folder, tell: () => undefined });
  await serveNode({ handle: opened.handle, host: '127.0.0.1', port });
  return port;
}

const port = await ({ plain, relay, gateway }[kind] ?? plain)();
process.send?.({ port });

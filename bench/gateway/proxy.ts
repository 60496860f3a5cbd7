/** One thing that stands between client and server, in a process of its own: `plain`, `relay` or `gateway`. Reports its processor time when asked. */
import { createServer, request as outgoingRequest, Agent } from 'node:http';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateway } from '../../src/app/gateway/open-gateway.ts';
import { serveNode } from '../../src/app/gateway/node-server.ts';
import { parseGatewayConfig } from '../../src/app/gateway/read-config.ts';
import { undiciHttp } from '../../src/app/gateway/undici-http.ts';
import { processContext } from '../../src/app/context.ts';
import type { Interceptor, MessageFilter } from '../../src/gateway/interceptor.ts';
import { Relay } from '../../src/gateway/relay.ts';
import { HttpUpstream } from '../../src/gateway/upstream/http-upstream.ts';

const [kind = '', url = '', eras = 'stateless', state = ''] = process.argv.slice(2);
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
  notification: () => true,
  answer: (response) => response,
  stream: () => passing,
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
  const port = 20_000 + (process.pid % 20_000);
  const rules = Array.from({ length: 100 }, (_, at) =>
    at % 2 === 0
      ? `@id("p${at}") permit (principal, action == Demarc::Action::"one/get_ticket", resource) when { context.args has id && context.args.id > ${at} };`
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
      `budgets: {budgets: [{name: calls, unit: calls, limit: 100000000, per: [principal]}], loops: {same: 100, among: 100}}`,
      `servers: {one: {url: "${url}", eras: [${eras}]}}`,
    ].join('\n'),
    'bench',
  );
  const opened = await openGateway(processContext(), { settings, folder, tell: () => undefined });
  await serveNode({ handle: opened.handle, host: '127.0.0.1', port });
  return port;
}

const port = await ({ plain, relay, gateway }[kind] ?? plain)();
process.send?.({ port });

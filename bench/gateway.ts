/**
 * What stands between an agent and a server costs a call: processor time of its own processes, and latency, in alternating blocks.
 *
 *   npm run build && npx tsx bench/gateway.ts [--requests 4000] [--blocks 5] [--json out.json]
 *
 * `plain` is a byte proxy in Node that looks at nothing; `relay` is Demarc's relay with nothing to decide; `everything on` has 100
 * policies, labels and provenance, secret scan both ways, budgets, loops, the ledger in group commit. nginx where it is installed;
 * peers from npm are installed beside the project. A call has 750 bytes, its answer 450.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Agent } from 'undici';
import { alsoAs, mcpProxy, nginx, portkey, type Standing, started } from './gateway/standing.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '4000' },
    blocks: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const [requests, blocks] = [Number(values.requests), Number(values.blocks)];
const note =
  'The customer asks for a copy of the invoice of last month and wants to know whether the address was changed. '.repeat(
    6,
  );
const agent = new Agent({ connections: 64, keepAliveTimeout: 60_000 });
let sent = 0;

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const mcpHeaders = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

function requestTo({ speaks }: Standing, session: string): Request {
  const id = ++sent;
  const call = { name: 'get_ticket', arguments: { id: 1000 + id, note } };
  switch (speaks) {
    case 'stateless':
      return {
        headers: {
          ...mcpHeaders,
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'tools/call',
          'mcp-name': 'get_ticket',
          'demarc-run': `r-${id % 200}`,
        },
        body: { jsonrpc: '2.0', id, method: 'tools/call', params: { ...call, _meta: meta } },
      };
    case 'session':
      return {
        headers: { ...mcpHeaders, 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': session },
        body: { jsonrpc: '2.0', id, method: 'tools/call', params: call },
      };
    case 'chat':
      return {
        headers: { 'content-type': 'application/json' },
        body: { model: 'm', messages: [{ role: 'user', content: `${id} ${note}` }] },
      };
  }
}

async function send(target: Standing, { headers, body }: Request): Promise<{ text: string; session: string }> {
  const answer = await agent.request({
    origin: `http://127.0.0.1:${target.port}`,
    path: target.path,
    method: 'POST',
    headers: { ...headers, ...target.headers },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${target.name}: ${answer.statusCode} ${text.slice(0, 200)}`);
  return { text, session: String(answer.headers['mcp-session-id'] ?? '') };
}

async function sessionAt(target: Standing): Promise<string> {
  if (target.speaks !== 'session') return '';
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  const initialize = { jsonrpc: '2.0', id: ++sent, method: 'initialize', params };
  const { session } = await send(target, { headers: mcpHeaders, body: initialize });
  const headers = { ...mcpHeaders, 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': session };
  await send(target, { headers, body: { jsonrpc: '2.0', method: 'notifications/initialized' } });
  return session;
}

/** @returns milliseconds of each call */
async function block(target: Standing, sessions: readonly string[], count: number): Promise<number[]> {
  const latencies: number[] = [];
  let left = count;
  await Promise.all(
    sessions.map(async (session) => {
      while (left-- > 0) {
        const request = requestTo(target, session);
        const before = performance.now();
        const { text } = await send(target, request);
        latencies.push(performance.now() - before);
        if (!text.includes('Invoice 2231')) throw new Error(`${target.name}: ${text.slice(0, 200)}`);
      }
    }),
  );
  return latencies;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;

const upstream = await started('direct', ['upstream.ts'], { path: '/mcp', speaks: 'stateless' });
const url = `http://127.0.0.1:${upstream.port}/mcp`;
const gateway = await started('demarc, everything on', ['proxy.ts', 'gateway', url], {
  path: '/mcp/one',
  speaks: 'stateless',
});
const targets = [
  upstream,
  await nginx(upstream.port),
  await started('plain proxy in Node', ['proxy.ts', 'plain', url], { path: '/mcp', speaks: 'stateless' }),
  await started('demarc, relay only', ['proxy.ts', 'relay', url], { path: '/mcp/one', speaks: 'stateless' }),
  gateway,
  alsoAs(gateway, 'demarc, everything on, with a session', { path: '/mcp/two', speaks: 'session' }),
  await started('client and server of SDK 1.x', ['sdk-bridge.ts', url], { path: '/mcp', speaks: 'session' }),
  await mcpProxy(),
  await portkey(upstream.port),
].filter((target) => target !== undefined);

const rows: object[] = [];
const machine = `${cpus().length} × ${cpus()[0]?.model ?? ''}, Node ${process.version}`;
process.stdout.write(`${machine}, load ${loadavg()[0]?.toFixed(1)} before\n`);
for (const concurrency of [1, 10]) {
  const found = new Map(targets.map((target) => [target, { cpu: 0, count: 0, latencies: [] as number[] }]));
  const sessions = new Map<Standing, string[]>();
  for (const target of targets) {
    const own = await Promise.all(Array.from({ length: concurrency }, () => sessionAt(target)));
    sessions.set(target, own);
    await block(target, own, requests);
  }
  for (let at = 0; at < blocks; at++)
    for (const [target, own] of found) {
      const before = target.cpu();
      const latencies = await block(target, sessions.get(target) ?? [], requests);
      own.cpu += target.cpu() - before;
      own.count += latencies.length;
      own.latencies.push(...latencies);
    }
  for (const [target, { cpu, count, latencies }] of found) {
    latencies.sort((a, b) => a - b);
    const row = {
      name: target.name,
      concurrency,
      cpuMicroseconds: Math.round(cpu / count),
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      memoryMb: Math.round(target.memory() / 1e6),
    };
    rows.push(row);
    process.stdout.write(
      `c=${String(concurrency).padEnd(2)} ${row.name.padEnd(44)} CPU ${String(row.cpuMicroseconds).padStart(5)} µs/call  p50 ${row.p50Ms.toFixed(2).padStart(6)} ms  p99 ${row.p99Ms.toFixed(2).padStart(6)} ms  ${row.memoryMb} MB\n`,
    );
  }
}
if (values.json !== undefined) {
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    values.json,
    `${JSON.stringify({ what: 'gateway', date, machine, requests, blocks, rows }, null, 2)}\n`,
  );
}
for (const target of targets) target.stop();
await agent.close();
process.exit(0);

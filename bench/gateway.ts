/**
 * What the gateway costs a call: processor time of the proxy's own process, and latency, in alternating blocks.
 *
 *   npx tsx bench/gateway.ts [--requests 4000] [--blocks 5] [--json out.json]
 *
 * `plain` is a byte proxy in Node that looks at nothing; `relay` is Demarc's relay with nothing to decide; `gateway` has everything on:
 * 100 policies, labels and provenance, secret scan both ways, budgets, loops, the ledger in group commit. nginx where it is installed.
 */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent } from 'undici';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '4000' },
    blocks: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const [requests, blocks] = [Number(values.requests), Number(values.blocks)];
const here = new URL('.', import.meta.url).pathname;

interface Started {
  readonly name: string;
  readonly port: number;
  /** Microseconds of processor time so far. */
  cpu(): Promise<number>;
  stop(): void;
}

function ask(child: ChildProcess, send: boolean): Promise<{ port?: number; cpu?: NodeJS.CpuUsage }> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as never));
    if (send) child.send('?');
  });
}

async function started(name: string, file: string, args: readonly string[]): Promise<Started> {
  const child = fork(join(here, 'gateway', file), [...args], { execArgv: ['--import', 'tsx'] });
  const { port = 0 } = await ask(child, false);
  return {
    name,
    port,
    cpu: async () => {
      const { cpu } = await ask(child, true);
      return (cpu?.user ?? 0) + (cpu?.system ?? 0);
    },
    stop: () => child.disconnect(),
  };
}

/** nginx in front of the same server: the floor. */
function nginx(upstream: number): Started | undefined {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'demarc-nginx-'));
  const port = 18_999;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http { access_log off; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
upstream u { server 127.0.0.1:${upstream}; keepalive 256; }
server { listen 127.0.0.1:${port}; keepalive_requests 1000000; location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const workers = (): string[] =>
    spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean);
  const ticks = (pid: string): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    return Number(fields[13]) + Number(fields[14]);
  };
  return {
    name: 'nginx',
    port,
    cpu: async () => workers().reduce((sum, pid) => sum + ticks(pid) * 10_000, 0),
    stop: () => child.kill(),
  };
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const note =
  'The customer asks for a copy of the invoice of last month and wants to know whether the address was changed. '.repeat(
    6,
  );
const agent = new Agent({ connections: 64, keepAliveTimeout: 60_000 });
let sent = 0;

async function call(port: number, path: string): Promise<number> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: ++sent,
    method: 'tools/call',
    params: { name: 'get_ticket', arguments: { id: 1000 + sent, note }, _meta: meta },
  });
  const before = performance.now();
  const answer = await agent.request({
    origin: `http://127.0.0.1:${port}`,
    path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'get_ticket',
      'demarc-run': `r-${sent % 200}`,
    },
    body,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || !text.includes('Invoice 2231'))
    throw new Error(`${answer.statusCode} ${text.slice(0, 200)}`);
  return performance.now() - before;
}

async function block(
  target: { readonly port: number; readonly path: string },
  count: number,
  concurrency: number,
): Promise<number[]> {
  const latencies: number[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) latencies.push(await call(target.port, target.path));
    }),
  );
  return latencies;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;

const upstream = await started('direct', 'upstream.ts', []);
const url = `http://127.0.0.1:${upstream.port}/mcp`;
const front = nginx(upstream.port);
const targets: Started[] = [
  upstream,
  ...(front === undefined ? [] : [front]),
  await started('plain proxy in Node', 'proxy.ts', ['plain', url]),
  await started('demarc, relay only', 'proxy.ts', ['relay', url]),
  await started('demarc, everything on', 'proxy.ts', ['gateway', url]),
];
const pathOf = ({ name }: Started): string => (name.startsWith('demarc') ? '/mcp/one' : '/mcp');
const rows = [];
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model ?? ''}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)} before\n`,
);
for (const concurrency of [1, 10]) {
  const found = new Map(targets.map((target) => [target, { cpu: 0, count: 0, latencies: [] as number[] }]));
  for (const target of targets) await block({ port: target.port, path: pathOf(target) }, requests / 4, concurrency);
  for (let at = 0; at < blocks; at++)
    for (const target of targets) {
      const own = found.get(target);
      if (own === undefined) continue;
      const before = await target.cpu();
      const latencies = await block({ port: target.port, path: pathOf(target) }, requests, concurrency);
      own.cpu += (await target.cpu()) - before;
      own.count += latencies.length;
      own.latencies.push(...latencies);
    }
  for (const [{ name }, { cpu, count, latencies }] of found) {
    latencies.sort((a, b) => a - b);
    const row = {
      name,
      concurrency,
      'CPU µs/call': cpu / count,
      'p50 ms': quantile(latencies, 0.5),
      'p99 ms': quantile(latencies, 0.99),
    };
    rows.push(row);
    process.stdout.write(
      `c=${concurrency} ${name.padEnd(24)} CPU ${row['CPU µs/call'].toFixed(0).padStart(5)} µs/call  p50 ${row['p50 ms'].toFixed(3)} ms  p99 ${row['p99 ms'].toFixed(3)} ms\n`,
    );
  }
}
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify({ what: 'gateway', date: new Date().toISOString().slice(0, 10), node: process.version, cpus: cpus().length, rows }, null, 2)}\n`,
  );
for (const target of targets) target.stop();
await agent.close();
process.exit(0);

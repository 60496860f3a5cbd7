/**
 * What idle streams cost a gateway in memory: its resident set before and after so many were opened.
 *
 *   npx tsx bench/gateway-streams.ts [--streams 9500] [--proxy gateway|relay] [--kind listen|get] [--eras stateless] [--idle 35] [--budgets none|kept] [--json out.json]
 *
 * `--eras` is what the server is taken to speak: with the other one streams cross the era bridge.
 * `listen` are subscriptions of 2026-07-28, `get` sessions of 2025-11-25 with the stream on which the server speaks unasked. Client,
 * gateway and server are processes of their own. Every stream is two connections of the gateway: mind `ulimit -n`. After `--idle`
 * seconds each stream must be open and have got a comment that keeps it alive. To keep budgets takes a database (PGlite).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plainEnvironment, plainNode } from './gateway/plain-node.ts';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '9500' },
    proxy: { type: 'string', default: 'gateway' },
    kind: { type: 'string', default: 'listen' },
    eras: { type: 'string', default: 'stateful, stateless' },
    idle: { type: 'string', default: '35' },
    budgets: { type: 'string', default: 'none' },
    json: { type: 'string' },
  },
});
const streams = Number(values.streams);
const megabyte = 1024 * 1024;

function started(file: string, args: readonly string[], execArgv: readonly string[] = []): ChildProcess {
  return fork(plainNode(file), [...args], { execArgv: [...execArgv], env: plainEnvironment });
}
function told<T>(child: ChildProcess, asked = false): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a process of the bench ended with ${code}`)));
    if (asked) child.send('?');
  });
}
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Usage {
  readonly cpu: NodeJS.CpuUsage;
  readonly rss: number;
  readonly heap: number;
}

process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model ?? ''}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}\n`,
);
const upstream = started('streams-upstream.ts', []);
const { port: server } = await told<{ port: number }>(upstream);
// Collections are asked for before each measure: the resident set is what is held, not what the collector has not come to yet.
const state = mkdtempSync(join(tmpdir(), 'demarc-bench-'));
const proxied = async (): Promise<{ readonly child: ChildProcess; readonly port: number }> => {
  const args = [values.proxy, `http://127.0.0.1:${server}/mcp`, values.eras, state, values.budgets];
  const child = started('proxy.ts', args, ['--expose-gc']);
  return { child, ...(await told<{ port: number }>(child)) };
};
// The first start makes the ledger and the database, which takes memory that later starts do not.
const { child: making } = await proxied();
making.removeAllListeners('exit').disconnect();
await once(making, 'exit');
const { child: proxy, port } = await proxied();
const opening = async (count: number): Promise<ChildProcess> => {
  const client = started('streams-client.ts', [String(port), values.kind, String(count)]);
  await told(client);
  return client;
};
// What is loaded and compiled at the first use is not the streams'.
const first = await opening(100);
await wait(1_000);
const before = await told<Usage>(proxy, true);
const client = await opening(streams);
await wait(1_000);
const opened = await told<Usage>(proxy, true);
await wait(Number(values.idle) * 1_000);
const idle = await told<Usage>(proxy, true);
const { bytes, broken } = await told<{ bytes: number; broken: number }>(client, true);
const of = ({ rss, heap }: Usage): { rssMb: number; heapMb: number } => ({
  rssMb: Math.round(rss / megabyte),
  heapMb: Math.round(heap / megabyte),
});
const result = {
  what: 'gateway-streams',
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpus: cpus().length,
  proxy: values.proxy,
  kind: values.kind,
  eras: values.eras,
  budgets: values.budgets,
  streams,
  before: of(before),
  opened: of(opened),
  idle: of(idle),
  rssMbPer1000Streams: Number((((idle.rss - before.rss) / megabyte / streams) * 1_000).toFixed(1)),
  heapMbPer1000Streams: Number((((idle.heap - before.heap) / megabyte / streams) * 1_000).toFixed(1)),
  cpuMsPerIdleSecond: Number(
    ((idle.cpu.user + idle.cpu.system - opened.cpu.user - opened.cpu.system) / 1_000 / Number(values.idle)).toFixed(1),
  ),
  bytesPerStream: Number((bytes / streams).toFixed(1)),
  broken,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
rmSync(state, { recursive: true, force: true });
for (const child of [first, client, proxy, upstream]) child.disconnect();
process.exit(broken > 0 ? 1 : 0);

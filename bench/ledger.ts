/**
 * Measures the ledger's writer on this machine's disk: sustained rate, acknowledgement latency, ten million entries, and
 * the same load on other places to put events. Everything is durable before it counts. The folder must lie on a real disk.
 *
 *   npx tsx bench/ledger.ts [--dir folder] [--entries 1000000] [--callers 1024] [--paced] [--millions 10]
 *     [--peers] [--json out.json]
 */
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeDurableFiles } from '../src/app/node-durable-files.ts';
import { inclusionProof, verifyInclusion } from '../src/ledger/proof.ts';
import { TileReader } from '../src/ledger/tile-reader.ts';
import { fileStorage } from '../src/store/log/files/file-storage.ts';
import { openWriter } from '../src/store/log/fixtures/test-log.ts';
import type { LogWriter } from '../src/store/log/writer.ts';
import { entryMaker, flatOut, type Measured, paced } from './ledger-peers/callers.ts';
import { jsonLines, type Load, type Outcome, postgres, sqlite, tessera } from './ledger-peers/peers.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: tmpdir() },
    entries: { type: 'string', default: '1000000' },
    bytes: { type: 'string', default: '1024' },
    callers: { type: 'string', default: '1024' },
    paced: { type: 'boolean', default: false },
    millions: { type: 'string', default: '0' },
    peers: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const load: Load = { entries: Number(values.entries), bytes: Number(values.bytes), callers: Number(values.callers) };
const scratch = mkdtempSync(join(values.dir, 'demarc-bench-'));
const results: Record<string, unknown>[] = [];

function report(what: string, numbers: Record<string, number | string>): void {
  results.push({ what, ...numbers });
  const shown = Object.entries(numbers).map(([name, value]) => {
    const digits = typeof value === 'number' && Math.abs(value) < 100 && !Number.isInteger(value) ? 2 : 0;
    return `${name} ${typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: digits }) : value}`;
  });
  process.stdout.write(`${what.padEnd(46)} ${shown.join(' · ')}\n`);
}

function numbersOf({ entries, seconds, p50Ms, p99Ms, maxMs }: Measured): Record<string, number> {
  const rate = { 'entries/s': entries / seconds };
  return Number.isNaN(p50Ms) ? rate : { ...rate, 'p50 ms': p50Ms, 'p99 ms': p99Ms, 'max ms': maxMs };
}

/** A folder of its own for one measurement, removed after it. */
async function inFolder<T>(name: string, work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(scratch, `${name}-`));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the disk does when one file grows by 4 MB writes, each synced. */
async function diskBandwidth(): Promise<number> {
  return inFolder('disk', async (folder) => {
    const file = await open(join(folder, 'sequential'), 'a');
    const piece = Buffer.alloc(4 * 1024 * 1024, 'x');
    const pieces = 100;
    const started = performance.now();
    for (let count = 0; count < pieces; count++) {
      await file.write(piece);
      await file.datasync();
    }
    await file.close();
    return (pieces * piece.length) / 1e6 / ((performance.now() - started) / 1000);
  });
}

function openLedger(folder: string): Promise<LogWriter> {
  return openWriter(nodeDurableFiles(), join(folder, 'log'), { settings: { checkpointIntervalMs: 1_000 } });
}

async function sustained(): Promise<void> {
  const before = await diskBandwidth();
  const { measured, closeSeconds, cpuUs } = await inFolder('ledger', async (folder) => {
    const writer = await openLedger(folder);
    const cpu = process.cpuUsage();
    const measured = await flatOut(load.entries, load.bytes, load.callers, (entry) => writer.append(entry, 'durable'));
    const { user, system } = process.cpuUsage(cpu);
    const started = performance.now();
    await writer.close();
    return { measured, closeSeconds: (performance.now() - started) / 1000, cpuUs: (user + system) / load.entries };
  });
  const bandwidth = (before + (await diskBandwidth())) / 2;
  // Each entry is written to the write-ahead log and to its bundle, its hash to a tile.
  const written = (load.entries * (2 * (load.bytes + 2) + 33)) / 1e6 / (measured.seconds + closeSeconds);
  report('demarc ledger, durable', {
    ...numbersOf(measured),
    'CPU µs/entry': cpuUs,
    'published after s': closeSeconds,
    'MB/s written': written,
    'disk MB/s': bandwidth,
    '% of disk': (100 * written) / bandwidth,
  });
}

async function latency(): Promise<void> {
  for (const perSecond of [500, 5_000, 20_000])
    await inFolder('paced', async (folder) => {
      const writer = await openLedger(folder);
      const measured = await paced(perSecond, 8, load.bytes, (entry) => writer.append(entry, 'durable'));
      await writer.close();
      report(`demarc ledger, paced at ${perSecond}/s`, numbersOf(measured));
    });
}

async function many(millions: number): Promise<void> {
  await inFolder('many', async (folder) => {
    const writer = await openLedger(folder);
    const make = entryMaker(200);
    const startMb = process.memoryUsage().rss / 1e6;
    const memory: number[] = [];
    const started = performance.now();
    for (let million = 0; million < millions; million++) {
      for (let part = 0; part < 100; part++) {
        const batches = Array.from({ length: 10 }, () => Array.from({ length: 1_000 }, make));
        await Promise.all(batches.map((batch) => writer.appendBatch(batch, 'durable')));
      }
      memory.push(process.memoryUsage().rss / 1e6);
    }
    const seconds = (performance.now() - started) / 1000;
    await writer.close();
    report(`${millions} million entries of 200 bytes`, {
      'entries/s': (millions * 1e6) / seconds,
      'MB at start': startMb,
      'MB after each million': memory.map((mb) => mb.toFixed(0)).join(' '),
    });
    const reopening = performance.now();
    const again = await openLedger(folder);
    const reopenMs = performance.now() - reopening;
    const { size, root } = again.published;
    const appended = await again.append(make(), 'durable');
    await again.close();
    const proving = performance.now();
    const index = Math.floor(size / 3);
    const tiles = new TileReader(fileStorage(nodeDurableFiles(), join(folder, 'log')), size);
    const leaf = (await tiles.tile(0, Math.floor(index / 256))).subarray((index % 256) * 32, (index % 256) * 32 + 32);
    const proof = await inclusionProof(tiles, index);
    if (!verifyInclusion(index, size, leaf, proof, root)) throw new Error('the proof does not verify');
    report(`  reopened at ${appended.index.toLocaleString('en')}, proved`, {
      'reopen ms': reopenMs,
      'proof ms': performance.now() - proving,
    });
  });
}

async function peers(): Promise<void> {
  const all: readonly [string, (folder: string, load: Load) => Promise<Outcome> | Outcome, number][] = [
    ['JSON lines, fdatasync a group', jsonLines, 1],
    ['SQLite (better-sqlite3), FULL, a transaction a group', sqlite, 1],
    ['PostgreSQL, synchronous_commit, a statement a group', postgres, 4],
    ['Tessera POSIX (Go)', tessera, 10],
  ];
  for (const [name, run, fewer] of all) {
    const outcome = await inFolder('peer', (folder) =>
      run(folder, { ...load, entries: Math.ceil(load.entries / fewer) }),
    );
    report(name, typeof outcome === 'string' ? { skipped: outcome } : numbersOf(outcome));
  }
}

/** Magic numbers of file systems that lie in memory (statfs(2)): tmpfs, ramfs. */
const inMemory = new Set([0x01021994, 0x858458f6]);
if (inMemory.has(statfsSync(scratch).type))
  throw new Error(`${values.dir} lies in memory; name a folder on a disk with --dir`);
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model ?? ''}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? ''} before\n` +
    `${load.entries.toLocaleString('en')} entries of ${load.bytes} bytes, ${load.callers} callers that wait for durability\n`,
);
results.push({
  what: 'machine',
  cpus: cpus().length,
  cpu: cpus()[0]?.model ?? '',
  node: process.version,
  load: loadavg()[0] ?? 0,
});
try {
  await sustained();
  if (values.paced) await latency();
  if (Number(values.millions) > 0) await many(Number(values.millions));
  if (values.peers) await peers();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);

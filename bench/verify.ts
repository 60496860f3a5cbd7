/**
 * Verifying a log: entries a second and memory. Writes one million entries of 1 KB into a temporary folder, then verifies
 * every bundle, tile and hash of it from the files.
 *
 *     npx tsx bench/verify.ts [entries] [bytes]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  bundlePath,
  ed25519Signer,
  encodeBundle,
  hashBundle,
  signCheckpoint,
  TileTree,
  verifyLog,
} from '../src/ledger/ledger.ts';

const size = Number(process.argv[2] ?? 1_000_000);
const bytes = Number(process.argv[3] ?? 1024);
const dir = mkdtempSync(join(tmpdir(), 'demarc-verify-'));
const signer = ed25519Signer('bench.example/log', Buffer.alloc(32, 1));
const made = new Set<string>();
const write = (path: string, data: Uint8Array | string): void => {
  const folder = dirname(join(dir, path));
  if (!made.has(folder)) mkdirSync(folder, { recursive: true });
  made.add(folder);
  writeFileSync(join(dir, path), data);
};
const secondsOf = async (work: () => void | Promise<void>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};
const megabytes = (count: number): string => `${(count / 2 ** 20).toFixed(0)} MB`;
const rate = (seconds: number): string => `${Math.round(size / seconds).toLocaleString('en')} entries/s`;

console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? '?'}`,
);
try {
  const tree = new TileTree();
  const entry = Buffer.alloc(bytes, 0x61);
  let writing = 0;
  const total = await secondsOf(() => {
    for (let first = 0; first < size; first += 256) {
      const entries = Array.from({ length: Math.min(256, size - first) }, (_, at) => {
        const one = Buffer.from(entry);
        one.writeUInt32BE(first + at);
        return one;
      });
      const bundle = encodeBundle(entries);
      const { leaves } = hashBundle(bundle, entries.length);
      for (let at = 0; at < leaves.length; at += 32) tree.append(leaves.subarray(at, at + 32));
      const start = performance.now();
      write(bundlePath(first / 256, entries.length), bundle);
      for (const { path, data } of tree.takeFull()) write(path, data);
      writing += (performance.now() - start) / 1000;
    }
    for (const { path, data } of tree.partials()) write(path, data);
    write('checkpoint', signCheckpoint({ origin: signer.verifier.name, size, root: tree.root() }, signer));
  });
  console.log(
    `made ${size.toLocaleString('en')} entries of ${bytes} bytes; hashing and tiles alone ${rate(total - writing)}`,
  );
  const files = {
    read: async (path: string): Promise<Uint8Array | undefined> => {
      try {
        return readFileSync(join(dir, path));
      } catch {
        return undefined;
      }
    },
  };
  for (let run = 1; run <= 3; run++) {
    let most = 0;
    let bundles = 0;
    const cpu = process.cpuUsage();
    const seconds = await secondsOf(async () => {
      const onProgress = (): void => {
        if (++bundles % 64 === 0) most = Math.max(most, process.memoryUsage.rss());
      };
      const { verified } = await verifyLog({ files, key: signer.verifier, onProgress });
      if (!verified) throw new Error('does not verify');
    });
    const { user, system } = process.cpuUsage(cpu);
    const busy = (user + system) / 1e6;
    console.log(`verify ${run}: ${rate(seconds)}, ${rate(busy)} of CPU time, memory ${megabytes(most)}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

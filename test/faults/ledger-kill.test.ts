/**
 * A real process, a real folder, a real `kill -9` at a random moment, again and again: every acknowledgement that was
 * printed is there after the next start. (The power stays on: what unsynced data does then is ledger-crash.test.ts.)
 *
 *   DEMARC_KILLS=200 npx vitest run test/faults/ledger-kill.test.ts
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../src/app/node-durable-files.ts';
import { nodeProcesses } from '../../src/app/node-processes.ts';
import { verifyLog } from '../../src/ledger/verify-log.ts';
import {
  openWriter,
  scratchFolder,
  storedEntries,
  testOrigin,
  testSigner,
} from '../../src/store/log/fixtures/test-log.ts';

const kills = Number(process.env['DEMARC_KILLS'] ?? 10);
const scratch = scratchFolder();
const directory = join(scratch, 'log');
const program = join(scratch, 'writer.mjs');

beforeAll(() =>
  build({
    entryPoints: [new URL('ledger-writer.ts', import.meta.url).pathname],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    logLevel: 'error',
  }),
);
afterAll(() => rmSync(scratch, { recursive: true }));

/** Lets the writer run, kills it a while after it opened, and gives the lines it printed. */
async function killedWriter(afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  child.stdout.on('data', (data: Buffer) => {
    printed += data.toString();
    timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...end) => resolve(end)),
  );
  clearTimeout(timer);
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  return printed.split('\n').slice(1, -1);
}

it(`kill -9, ${kills} times: every printed acknowledgement is in the ledger`, {
  timeout: 60_000 + kills * 10_000,
}, async () => {
  const acknowledged = new Map<number, string>();
  let pinned: string | undefined;
  for (let round = 0; round < kills; round++) {
    for (const line of await killedWriter(Math.random() * 300)) {
      const [, index = '', text = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
      acknowledged.set(Number(index), text);
    }
    const writer = await openWriter(nodeDurableFiles(), directory, { processes: nodeProcesses() });
    await writer.close();
    const files = { read: (path: string) => nodeDurableFiles().read(join(directory, path)) };
    const verified = await verifyLog({
      files,
      key: testSigner.verifier,
      origin: testOrigin,
      ...(pinned === undefined ? {} : { pinned: [pinned] }),
    });
    expect(verified.problems).toEqual([]);
    pinned = readFileSync(join(directory, 'checkpoint'), 'utf8');
  }
  const entries = storedEntries(directory);
  for (const [index, text] of acknowledged) expect(entries[index]?.toString().startsWith(text)).toBe(true);
  expect(acknowledged.size).toBeGreaterThan(kills);
});

/**
 * Holds src/ledger against verifiers that others wrote, both ways: they accept our logs, proofs and receipts and reject
 * tampered ones; a real witness cosigns for our client and refuses rollbacks and rewritten history; our verifier accepts
 * their published logs. Arguments: folder of the built programs, folder of Tessera's published logs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Http } from '../../../src/base/ports.ts';
import * as ledger from '../../../src/ledger/ledger.ts';
import { cosignCheckpoint } from '../../../src/store/log/witness-client.ts';

const [programs = '', published = ''] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'ledger-verifiers-'));
const signer = ledger.ed25519Signer('log.example/demarc', Buffer.alloc(32, 3));
const vkey = ledger.formatVerifierKey(signer.verifier);
let failures = 0;

function expect(what: string, holds: boolean, detail = ''): void {
  if (holds) return;
  failures++;
  console.error(`FAILED: ${what} ${detail}`);
}

/** Runs a verifier; whether it accepts. One that does neither is a failure of this suite. */
function accepts(...args: string[]): { ok: boolean; said: string } {
  const { status, stdout, stderr } = spawnSync(join(programs, 'verifiers'), args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0 && status !== 1) throw new Error(`${args[0]} neither accepts nor rejects: ${status} ${stderr}`);
  return { ok: status === 0, said: `${stdout}${stderr}`.trim() };
}

function folder(dir: string, checkpoint = 'checkpoint'): ledger.LogFiles {
  return {
    read: async (path) => {
      try {
        return readFileSync(join(dir, path === 'checkpoint' ? checkpoint : path));
      } catch {
        return undefined;
      }
    },
  };
}

const entryAt = (index: number): Buffer => Buffer.from(`{"entry":${index},"text":"${'x'.repeat(index % 40)}"}`);

/** Writes a log of a size as files; its signed checkpoint. */
function writeLog(dir: string, size: number, entry: (index: number) => Buffer = entryAt): string {
  const write = (path: string, data: Uint8Array | string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), data);
  };
  const tree = new ledger.TileTree();
  for (let first = 0; first < size; first += 256) {
    const entries = Array.from({ length: Math.min(256, size - first) }, (_, at) => entry(first + at));
    write(ledger.bundlePath(first / 256, entries.length), ledger.encodeBundle(entries));
    for (const one of entries) tree.append(ledger.leafHash(one));
  }
  for (const { path, data } of [...tree.takeFull(), ...tree.partials()]) write(path, data);
  const checkpoint = ledger.signCheckpoint({ origin: signer.verifier.name, size, root: tree.root() }, signer);
  write('checkpoint', checkpoint);
  return checkpoint;
}

/** Our proofs over a log, for others to check. */
async function writeProofs(dir: string, size: number): Promise<string> {
  const tiles = new ledger.TileReader(folder(dir), size);
  const root = await tiles.root(0, size);
  const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
  const picked = [0, 1, 254, 255, 256, 300, Math.floor(size / 3), size - 2, size - 1].filter((n) => n >= 0 && n < size);
  const Inclusion = await Promise.all(
    picked.map(async (index) => ({
      Index: index,
      Size: size,
      Leaf: base64(ledger.leafHash(entryAt(index))),
      Root: base64(root),
      Hashes: (await ledger.inclusionProof(tiles, index)).map(base64),
    })),
  );
  const Consistency = await Promise.all(
    picked.filter((old) => old > 0).map(async (old) => ({
      Old: old,
      Size: size,
      OldRoot: base64(await tiles.root(0, old)),
      Root: base64(root),
      Hashes: (await ledger.consistencyProof(tiles, old)).map(base64),
    })),
  );
  const path = join(scratch, `proofs-${size}.json`);
  writeFileSync(path, JSON.stringify({ Inclusion, Consistency }));
  return path;
}

async function ourLogs(): Promise<void> {
  for (const size of [0, 1, 255, 256, 257, 65_536, 70_000]) {
    const dir = join(scratch, String(size));
    writeLog(dir, size);
    const fsck = accepts('fsck', dir, vkey);
    expect(`fsck accepts a log of ${size}`, fsck.ok, fsck.said);
    const tlog = accepts('tlog', dir, vkey, size === 0 ? '' : await writeProofs(dir, size));
    expect(`x/mod accepts a log of ${size} and its proofs`, tlog.ok, tlog.said);
    const ours = await ledger.verifyLog({ files: folder(dir), key: signer.verifier });
    expect(`we accept it`, ours.verified && ours.entries === size, JSON.stringify(ours.problems));
  }
}

const flip = (path: string, at: number): void => {
  const data = readFileSync(path);
  data[at] = (data[at] ?? 0) ^ 1;
  writeFileSync(path, data);
};

async function tampered(): Promise<void> {
  const tampers: Record<string, (dir: string) => void> = {
    'a bit in an entry': (dir) => flip(join(dir, 'tile/entries/100'), 40),
    'a bit in a level 0 tile': (dir) => flip(join(dir, 'tile/0/100'), 40),
    'a bit in a level 1 tile': (dir) => flip(join(dir, 'tile/1/000'), 40),
    'a missing bundle': (dir) => rmSync(join(dir, 'tile/entries/100')),
    'an edited size': (dir) => writeFileSync(join(dir, 'checkpoint'), readFileSync(join(dir, 'checkpoint'), 'utf8').replace('70000', '69999')),
    'a swapped bundle': (dir) => cpSync(join(dir, 'tile/entries/101'), join(dir, 'tile/entries/100')),
  };
  for (const [what, tamper] of Object.entries(tampers)) {
    const dir = join(scratch, 'tampered');
    cpSync(join(scratch, '70000'), dir, { recursive: true });
    tamper(dir);
    expect(`fsck rejects ${what}`, !accepts('fsck', dir, vkey).ok);
    const { verified, problems } = await ledger.verifyLog({ files: folder(dir), key: signer.verifier });
    expect(`we reject ${what}, as one problem`, !verified && problems.length === 1, JSON.stringify(problems));
    rmSync(dir, { recursive: true });
  }
}

/** Receipts under a policy: accepted as they are, and not with any byte changed. */
async function receipts(checkpoint: string, witness: string): Promise<void> {
  const tiles = new ledger.TileReader(folder(join(scratch, '1000')), 1000);
  const policy = `log ${vkey}\nwitness w ${witness}\nquorum w\n`;
  const index = 321;
  const receipt = ledger.formatReceipt({ index, hashes: await ledger.inclusionProof(tiles, index), checkpoint });
  const files = ['policy', 'entry', 'receipt'].map((name) => join(scratch, name)) as [string, string, string];
  const [policyFile, entryFile, receiptFile] = files;
  writeFileSync(policyFile, policy);
  writeFileSync(entryFile, entryAt(index));
  writeFileSync(receiptFile, receipt);
  const theirs = accepts('receipt', ...files);
  expect('torchwood accepts our receipt', theirs.ok, theirs.said);
  ledger.verifyReceipt(ledger.parseReceipt(receipt), entryAt(index), ledger.parsePolicy(policy));
  const data = Buffer.from(receipt);
  for (let at = 0; at < data.length; at += Math.ceil(data.length / 40)) {
    const changed = Buffer.from(data);
    // Not the lowest bit: in the last digit of a base64 hash it means nothing, and Go ignores it where we do not.
    changed[at] = (changed[at] ?? 0) ^ 4;
    writeFileSync(receiptFile, changed);
    expect(`torchwood rejects a receipt with byte ${at} changed`, !accepts('receipt', ...files).ok);
    let ours = true;
    try {
      ledger.verifyReceipt(ledger.parseReceipt(changed), entryAt(index), ledger.parsePolicy(policy));
    } catch {
      ours = false;
    }
    expect(`we reject a receipt with byte ${at} changed`, !ours);
  }
}

const http: Http = {
  send: async ({ method, url, headers, body, timeoutMs }) => {
    const response = await fetch(url, { method, headers, body: body === undefined ? null : Buffer.from(body), signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: new Uint8Array(await response.arrayBuffer()) };
  },
};

/** An address nobody listens on now. */
function freeAddress(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(`127.0.0.1:${typeof address === 'object' ? address?.port : ''}`));
    });
  });
}

async function witness(): Promise<void> {
  const address = await freeAddress();
  const state = join(scratch, 'witness');
  mkdirSync(state);
  const child = spawn(join(programs, 'verifiers'), ['witness', join(programs, 'litewitness'), state, address, vkey], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    const key = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())));
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await fetch(`http://${address}/`).then(() => true, () => false)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const policy = ledger.parsePolicy(`log ${vkey}\nwitness w ${key} http://${address}/\nquorum w\n`);
    const sizes = new Map<string, number>();
    const ask = async (dir: string, checkpoint: string): Promise<{ checkpoint: string; said: string }> => {
      const { checkpoint: cosigned, fulfilled, outcomes } = await cosignCheckpoint({ http, files: folder(dir), checkpoint, policy, sizes, timeoutMs: 5_000 });
      const [outcome] = outcomes;
      return { checkpoint: cosigned, said: fulfilled ? 'cosigned' : outcome?.state === 'cosigned' ? '' : (outcome?.reason ?? '') };
    };
    const at = async (name: string, size: number, entry?: (index: number) => Buffer): Promise<{ checkpoint: string; said: string }> =>
      ask(join(scratch, name), writeLog(join(scratch, name), size, entry));
    expect('litewitness cosigns 0 -> 300', (await at('300', 300)).said === 'cosigned');
    const thousand = await at('1000', 1000);
    expect('litewitness cosigns 300 -> 1000', thousand.said === 'cosigned', thousand.said);
    sizes.clear();
    const again = await at('1000', 1000);
    expect('and again, when we have forgotten its size', again.said === 'cosigned', again.said);
    const back = await at('rolled-back', 500);
    expect('litewitness refuses a rollback', back.said === 'ahead', back.said);
    const rewrite = (index: number): Buffer => (index === 500 ? Buffer.from('rewritten') : entryAt(index));
    for (const size of [1000, 1200]) {
      const { said } = await at('rewritten', size, rewrite);
      expect(`litewitness refuses rewritten history at ${size}`, said === 'inconsistent', said);
    }
    const foreign = ledger.ed25519Signer('log.example/other', Buffer.alloc(32, 4));
    const stranger = ledger.signCheckpoint({ origin: 'log.example/other', size: 0, root: ledger.emptyRoot }, foreign);
    expect('litewitness does not know another log', (await ask(join(scratch, '0'), stranger)).said === 'unknown-log');
    const impostor = ledger.ed25519Signer(signer.verifier.name, Buffer.alloc(32, 4));
    const forged = ledger.signCheckpoint({ origin: signer.verifier.name, size: 0, root: ledger.emptyRoot }, impostor);
    expect('litewitness refuses another key', (await ask(join(scratch, '0'), forged)).said === 'signature');
    await receipts(thousand.checkpoint, key);
  } finally {
    child.stdin.end();
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  }
}

/** Tessera's testdata/log with its sixteen checkpoints; key from its testdata/build_log.sh. */
async function publishedLogs(): Promise<void> {
  const key = ledger.parseVerifierKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
  const newest = folder(published);
  for (let size = 0; size <= 15; size++) {
    const files = folder(published, `checkpoint.${size}`);
    const pinned = (await files.read('checkpoint')) ?? '';
    const then = await ledger.verifyLog({ files, key });
    expect(`we accept Tessera's log of ${size}`, then.verified && then.size === size, JSON.stringify(then.problems));
    const now = await ledger.verifyLog({ files: newest, key, pinned: [pinned] });
    expect(`and that it grew from ${size}`, now.verified && now.size === 15, JSON.stringify(now.problems));
  }
}

try {
  await ourLogs();
  await tampered();
  await witness();
  await publishedLogs();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failures > 0) process.exit(1);
console.log('fsck, x/mod/sumdb, torchwood and litewitness agree with src/ledger, and it with them');

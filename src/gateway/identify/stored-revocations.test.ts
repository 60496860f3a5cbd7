import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppendFile } from '../../base/ports.ts';
import { nodeDurableFiles } from '../../app/node-durable-files.ts';
import { nodeKeyFiles } from '../../app/node-key-files.ts';
import { Crash, CrashingFiles } from '../../../test/faults/crashing-files.ts';
import { MemoryKeyFiles } from './fixtures/world.ts';
import type { Revocation } from './revocations.ts';
import { StoredRevocations } from './stored-revocations.ts';

const path = '/state/revoked';
const agent = (name: string): Revocation => ({ kind: 'agent', agent: name });
const names = ['a', 'b', 'c', 'd'];
const inForce = (revocations: StoredRevocations): string[] =>
  names.filter((name) => revocations.isRevoked({ issuer: 'local', agent: name, issuedMs: 0 }));

/** What was promised: agents whose revocation, or whose lifting, was answered. */
interface Promised {
  readonly revoked: Set<string>;
  readonly lifted: Set<string>;
}

async function live(files: CrashingFiles, promised: Promised): Promise<void> {
  const revocations = await StoredRevocations.open(files, path);
  for (const step of ['+a', '+b', '-a', '+c', '+d', '-d', '+d'] as const) {
    const name = step.slice(1);
    try {
      if (step.startsWith('+')) {
        promised.lifted.delete(name);
        await revocations.revoke(agent(name), 1);
        promised.revoked.add(name);
      } else {
        promised.revoked.delete(name);
        await revocations.lift(agent(name));
        promised.lifted.add(name);
      }
    } catch (thrown) {
      if (thrown instanceof Crash) throw thrown;
      // In force all the same, in this process.
      if (step.startsWith('+')) expect(inForce(revocations)).toContain(name);
    }
  }
  await revocations.close();
}

async function restart(files: CrashingFiles, { revoked, lifted }: Promised, step: number): Promise<void> {
  const found = inForce(await StoredRevocations.open(files, path));
  for (const name of revoked) expect(found, `step ${step}`).toContain(name);
  for (const name of lifted) expect(found, `step ${step}`).not.toContain(name);
}

const steps = await (async () => {
  const files = new CrashingFiles();
  await live(files, { revoked: new Set(), lifted: new Set() });
  return files.steps;
})();

describe('revocations survive', () => {
  const choices: Record<string, (states: number) => number> = {
    'the oldest state': () => 0,
    'the newest state': (states) => states - 1,
    'a state between': (states) => Math.min(1, states - 1),
    'the last but one': (states) => Math.max(0, states - 2),
  };
  it.each(Object.keys(choices))('a power loss before every step that leaves %s', async (name) => {
    expect(steps).toBeGreaterThan(20);
    for (let step = 0; step < steps; step++) {
      const files = new CrashingFiles();
      const promised = { revoked: new Set<string>(), lifted: new Set<string>() };
      files.crashAt = step;
      await live(files, promised).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Crash));
      files.powerLoss(choices[name] ?? (() => 0));
      await restart(files, promised, step);
    }
  });

  it('a failure of every step, and a power loss after', async () => {
    for (let step = 0; step < steps; step++) {
      const files = new CrashingFiles();
      const promised = { revoked: new Set<string>(), lifted: new Set<string>() };
      files.failAt = step;
      await live(files, promised).catch((thrown: unknown) => expect(String(thrown)).toContain('EIO'));
      files.powerLoss((states) => states - 1);
      await restart(files, promised, step);
    }
  });

  it('in one file, which forgets what was lifted and which its owner reads only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demarc-revoked-'));
    const files = nodeKeyFiles(nodeDurableFiles(), 'linux');
    const file = join(folder, 'revoked');
    const first = await StoredRevocations.open(files, file);
    const all: Revocation[] = [
      { kind: 'credential', issuer: 'https://a.example', id: 'x' },
      { kind: 'person', issuer: 'https://a.example', subject: 'jane' },
      { kind: 'run', run: 'r' },
      { kind: 'all' },
    ];
    await Promise.all([agent('a'), agent('b'), ...all].map((one) => first.revoke(one, 5)));
    await first.lift(agent('a'));
    expect(inForce(first)).toEqual(names);
    await first.lift({ kind: 'all' });
    expect(inForce(first)).toEqual(['b']);
    await first.revoke({ kind: 'all' }, 5);
    await first.close();
    for (let start = 0; start < 2; start++) await (await StoredRevocations.open(files, file)).close();
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { revoke: Revocation });
    expect(lines.map(({ revoke }) => revoke)).toEqual([agent('b'), ...all]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await rm(folder, { recursive: true });
  });
});

describe('a file of revocations', () => {
  it('is cut where a line was written in part, before the next is', async () => {
    const files = new CrashingFiles();
    const open = files.openAppend.bind(files);
    let isFull = false;
    const openAppend = async (name: string): Promise<AppendFile> => {
      const file = await open(name);
      const append = async ([piece = new Uint8Array()]: readonly Uint8Array[]): Promise<void> => {
        await file.append([isFull ? piece.subarray(0, 9) : piece]);
        if (isFull) throw new Error('ENOSPC: no space left on device');
      };
      return { ...file, append };
    };
    const revocations = await StoredRevocations.open(Object.assign(files, { openAppend }), path);
    isFull = true;
    await expect(revocations.revoke(agent('a'), 1)).rejects.toThrow('ENOSPC');
    await expect(revocations.revoke(agent('b'), 1)).rejects.toThrow('ENOSPC');
    isFull = false;
    for (const name of ['c', 'd']) await revocations.revoke(agent(name), 1);
    expect(inForce(revocations)).toEqual(names);
    await revocations.close();
    expect(inForce(await StoredRevocations.open(files, path))).toEqual(['c', 'd']);
  });

  it.each(['x\n', '{"revoke":{"kind":"agent"},"sinceMs":1}\n', '{}\n', '{"revoke":{"kind":"all"},"sinceMs":1}\n\n'])(
    'that is damaged is told, not passed over: %j',
    async (text) => {
      const files = new MemoryKeyFiles();
      files.files.set(path, { data: Buffer.from(text), mode: 0o600 });
      await expect(StoredRevocations.open(files, path)).rejects.toThrow('is damaged');
    },
  );

  it('that others may read is refused', async () => {
    const files = new MemoryKeyFiles();
    files.files.set(path, { data: new Uint8Array(), mode: 0o644 });
    await expect(StoredRevocations.open(files, path)).rejects.toThrow('is readable by others');
  });
});

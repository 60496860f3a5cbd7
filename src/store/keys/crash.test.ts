/**
 * Crash table of the keys: the machine stops before every step of the disk, or one step fails, and each file is then in any
 * state that what was not synced allows. What was promised before must hold after the next start.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Crash, CrashingFiles } from '../../../test/faults/crashing-files.ts';
import type { Erasure } from './erasures.ts';
import { createKeyFolder, keyPaths } from './key-folder.ts';
import { KeyStore } from './key-store.ts';

const paths = keyPaths('/ledger.keys');
const context = Buffer.from('id custom');
const anna = 'anna@example.com';
const bert = 'Bert';

class World {
  readonly files = new CrashingFiles();
  nowMs = Date.parse('2026-08-01T10:00:00Z');
  #drawn = 0;
  readonly random = {
    bytes: (count: number) =>
      Buffer.concat(
        [0, 1, 2].map((part) =>
          createHash('sha256')
            .update(`${this.#drawn++} ${part}`)
            .digest(),
        ),
      ).subarray(0, count),
  };
  /** Secrets that were derived, with the names of their keys. */
  readonly sealed: { names: readonly string[]; secret: Uint8Array }[] = [];
  /** Key lines of each owner, as far as they were ever on the disk. */
  readonly keyLines = new Map<string, Set<string>>();
  readonly erased: Erasure[] = [];
  /** Pseudonyms whose erasure was begun. */
  readonly begun = new Set<string>();
  recorded = 0;

  open(): Promise<KeyStore> {
    return KeyStore.open({
      files: this.files,
      random: this.random,
      clock: { now: () => this.nowMs, monotonic: () => 0 },
      paths,
    });
  }

  async seal(keys: KeyStore, subjects: readonly string[]): Promise<void> {
    const sealing = await keys.sealFor(subjects);
    this.sealed.push({ names: sealing.names, secret: await sealing.secret(context) });
    this.noteKeys();
  }

  noteKeys(): void {
    for (const [path, data] of this.files.all()) {
      if (!path.startsWith(paths.owners)) continue;
      const lines = this.keyLines.get(path.slice(paths.owners.length + 1)) ?? new Set();
      for (const [, line] of Buffer.from(data)
        .toString('latin1')
        .matchAll(/key \S+ (\S{44})/g))
        lines.add(line ?? '');
      this.keyLines.set(path.slice(paths.owners.length + 1), lines);
    }
  }

  async erase(keys: KeyStore, subject: string): Promise<void> {
    const pseudonym = await keys.pseudonymOf(subject);
    if (pseudonym !== undefined) this.begun.add(pseudonym);
    this.erased.push(...(await keys.erase({ subject, reason: 'asked', by: 'dpo' })));
  }

  /** Whether any file holds a key of the owner. */
  holdsKeyOf(owner: string): boolean {
    const disk = [...this.files.all().values()].map((data) => Buffer.from(data).toString('latin1')).join('\n');
    return [...(this.keyLines.get(owner) ?? [])].some((line) => disk.includes(line));
  }
}

/** A life of keys: people, periods, a rotation, shared payloads, a hold, an erasure, a return. */
async function live(world: World): Promise<void> {
  const keys = await world.open();
  await world.seal(keys, [anna]);
  await world.seal(keys, []);
  await world.seal(keys, [bert, anna]);
  world.nowMs += 40 * 86_400_000;
  await world.seal(keys, [anna]);
  await keys.rotate();
  await world.seal(keys, [bert]);
  const hold = await keys.hold(bert, 'case 7', 'counsel');
  await expectHeld(keys.erase({ subject: anna, reason: 'asked', by: 'dpo' }));
  await keys.holds.release(hold.id, 'counsel');
  await world.erase(keys, anna);
  const [erasure] = world.erased;
  // From here on the ledger states it.
  world.recorded++;
  if (erasure !== undefined) await keys.recorded(erasure);
  await world.seal(keys, [anna]);
  await world.seal(keys, []);
}

async function expectHeld(erasing: Promise<unknown>): Promise<void> {
  const outcome = await erasing.then(
    () => 'erased',
    (error: unknown) => error,
  );
  if (outcome instanceof Crash || (outcome instanceof Error && outcome.message.startsWith('EIO'))) throw outcome;
  expect(outcome).toMatchObject({ code: 'DMC_LEDGER_HELD' });
}

async function begin(): Promise<World> {
  const world = new World();
  await createKeyFolder(world.files, world.random, paths, { name: 'example.com/log' });
  world.files.steps = 0;
  return world;
}

/** What must hold at any time for everything that was promised. */
async function check(world: World, keys: KeyStore, finished: readonly Erasure[]): Promise<void> {
  const erased = new Set([...world.erased, ...finished].map(({ pseudonym }) => pseudonym));
  for (const { names, secret } of world.sealed) {
    const derived = await keys.secretOf(names, context);
    const owners = names.map((name) => name.split('/')[0] ?? '');
    if (owners.some((owner) => erased.has(owner))) expect(derived).toBe('erased');
    else expect(Buffer.from(derived).equals(secret), names.join()).toBe(true);
    if (derived === 'erased')
      expect(owners.filter((owner) => erased.has(owner) && world.holdsKeyOf(owner))).toEqual([]);
  }
  // Whatever was begun is finished by now.
  for (const { pseudonym } of finished) expect(world.begun.has(pseudonym)).toBe(true);
}

async function restart(world: World): Promise<void> {
  world.noteKeys();
  const keys = await world.open();
  const finished = await keys.unrecordedErasures();
  if (world.erased.length > 0 && world.recorded === 0)
    expect(finished.map(({ pseudonym }) => pseudonym)).toContain(world.erased[0]?.pseudonym);
  for (const erasure of finished) expect(erasure).toMatchObject({ reason: 'asked', by: 'dpo', periods: 2 });
  await check(world, keys, finished);
  for (const erasure of finished) await keys.recorded(erasure);
  expect(await keys.unrecordedErasures()).toEqual([]);
  // Life goes on, and an erasure still works.
  await world.seal(keys, [anna]);
  await world.seal(keys, [anna, bert]);
  await world.seal(keys, []);
  for (const { id } of await keys.holds.all()) await keys.holds.release(id, 'counsel');
  await world.erase(keys, anna);
  await check(world, keys, finished);
  const disk = [...world.files.all()].map(([, data]) => Buffer.from(data).toString('latin1'));
  expect(disk.join('\n')).not.toContain(Buffer.from(anna).toString('base64url'));
}

const steps = await (async () => {
  const world = await begin();
  await live(world);
  return world.files.steps;
})();

describe('the keys of people survive', () => {
  it('a life without faults', async () => {
    const world = await begin();
    await live(world);
    expect(steps).toBeGreaterThan(80);
    expect(world.erased).toHaveLength(1);
    await restart(world);
  });

  // States are chosen first, last, second, and mixed by file.
  const choices: Record<string, (states: number, path: string) => number> = {
    'the oldest state': () => 0,
    'the newest state': (states) => states - 1,
    'the second state': (states) => Math.min(1, states - 1),
    'the second newest state': (states) => Math.max(0, states - 2),
    'a mixture': (states, path) => (path.length * 7 + (path.codePointAt(path.length - 1) ?? 0)) % states,
  };
  it.each(Object.keys(choices))('a power loss before every step that leaves %s', async (name) => {
    for (let step = 0; step < steps; step++) {
      const world = await begin();
      world.files.crashAt = step;
      await expect(live(world), `step ${step}`).rejects.toThrow(Crash);
      world.files.powerLoss(choices[name] ?? (() => 0));
      await restart(world).catch((error: unknown) => {
        throw new Error(`after a crash before step ${step}: ${String(error)}`, { cause: error });
      });
    }
  });

  it('a failure of every step, with the process going on, and a power loss after', async () => {
    for (let step = 0; step < steps; step++) {
      const world = await begin();
      world.files.failAt = step;
      await live(world).catch(() => undefined);
      world.files.powerLoss((states) => states - 1);
      await restart(world).catch((error: unknown) => {
        throw new Error(`after a failure of step ${step}: ${String(error)}`, { cause: error });
      });
    }
  });

  it('a failed erasure that is tried again in the same process', async () => {
    for (let step = 0; step < steps; step++) {
      const world = await begin();
      const keys = await world.open();
      await world.seal(keys, [anna]);
      world.files.failAt = world.files.steps + step;
      await world.erase(keys, anna).catch(() => undefined);
      world.files.failAt = -1;
      if (world.erased.length === 0) await world.erase(keys, anna);
      expect(world.erased, `step ${step}`).toHaveLength(1);
      await check(world, keys, []);
      await world.seal(keys, [anna]);
      await check(world, keys, []);
    }
  });
});

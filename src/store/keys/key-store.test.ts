import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CrashingFiles } from '../../../test/faults/crashing-files.ts';
import { formatSignerKey } from '../../ledger/note.ts';
import { beatFile } from './beat-file.ts';
import { createKeyFolder, keyPaths, readSigner } from './key-folder.ts';
import { KeyStore, type KeyStoreParts, type Sealing } from './key-store.ts';
import { formatHeader, formatKey, parseOwnerFile } from './owner-file.ts';

const paths = keyPaths('/log.keys');
const context = Buffer.from('id custom');
const asked = { reason: 'asked', by: 'dpo' };

function parts(): KeyStoreParts & { files: CrashingFiles; clock: { at: number } } {
  let drawn = 0;
  const random = {
    bytes: (count: number) => createHash('sha512').update(String(drawn++)).digest().subarray(0, count),
  };
  const clock = { at: Date.parse('2026-08-31T23:59:59Z'), now: () => clock.at, monotonic: () => 0 };
  return { files: new CrashingFiles(), random, clock, paths };
}

async function keysOf(made: KeyStoreParts): Promise<KeyStore> {
  await createKeyFolder(made.files, made.random, paths, { name: 'example.com/log' });
  return KeyStore.open(made);
}

const secretOf = (sealing: Sealing): Promise<Uint8Array> => Promise.resolve(sealing.secret(context));
const codeOf = (code: string): unknown => expect.objectContaining({ code }) as unknown;

describe('the making of keys', () => {
  it('makes a signer that is read back, once', async () => {
    const { files, random } = parts();
    const signer = await createKeyFolder(files, random, paths, { name: 'example.com/log' });
    expect((await readSigner(files, paths.signer)).verifier).toEqual(signer.verifier);
    await expect(createKeyFolder(files, random, paths, { name: 'example.com/log' })).rejects.toEqual(
      codeOf('DMC_LEDGER_EXISTS'),
    );
  });

  it('completes a folder whose making was cut short, with the same key', async () => {
    const { files, random } = parts();
    await createKeyFolder(files, random, paths, { name: 'example.com/log' });
    const first = (await readSigner(files, paths.signer)).verifier;
    await files.destroy(paths.verifier);
    expect((await createKeyFolder(files, random, paths, { name: 'example.com/log' })).verifier).toEqual(first);
  });

  it('keeps no signing key that is kept elsewhere, and takes none of another name', async () => {
    const { files, random } = parts();
    const signerKey = formatSignerKey('example.com/log', new Uint8Array(32));
    await expect(createKeyFolder(files, random, paths, { name: 'other', signerKey })).rejects.toEqual(
      codeOf('DMC_LEDGER_KEY'),
    );
    await createKeyFolder(files, random, paths, { name: 'example.com/log', signerKey });
    expect(files.all().has(paths.signer)).toBe(false);
    await expect(readSigner(files, paths.signer)).rejects.toEqual(codeOf('DMC_LEDGER_KEY'));
  });

  it('is not opened when there are none, or the secret is damaged', async () => {
    const made = parts();
    await expect(KeyStore.open(made)).rejects.toEqual(codeOf('DMC_LEDGER_KEY'));
    await made.files.replace(paths.nameSecret, Buffer.from('abc'));
    await expect(KeyStore.open(made)).rejects.toEqual(codeOf('DMC_LEDGER_KEY'));
  });
});

describe('people', () => {
  it('have one pseudonym each, however their name is written', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const names = ['Erika@Example.com', ' erika@example.com ', 'erika@example.com'];
    const found = await Promise.all(names.map(async (name) => (await keys.sealFor([name])).pseudonyms[0]));
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toMatch(/^s_[0-9a-f]{16}$/);
    expect((await keys.sealFor(['Ren\u00e9'])).pseudonyms).toEqual((await keys.sealFor(['Rene\u0301'])).pseudonyms);
    expect((await keys.sealFor(['bert'])).pseudonyms).not.toEqual((await keys.sealFor(['Bert'])).pseudonyms);
    expect((await (await KeyStore.open(made)).sealFor(['erika@example.com'])).pseudonyms[0]).toBe(found[0]);
  });

  it('have their name in their own file only, and no file is named after them', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const [pseudonym = ''] = (await keys.sealFor(['Erika Mustermann'])).pseudonyms;
    await keys.sealFor(['Erika Mustermann', 'Bert']);
    const name = /Erika|Mustermann|RXJpa2E/;
    expect([...made.files.all().keys()].join()).not.toMatch(name);
    const holding = [...made.files.all()].filter(([, data]) => name.test(Buffer.from(data).toString()));
    expect(holding.map(([path]) => path)).toEqual([`${paths.owners}/${pseudonym}`]);
    expect(await keys.personBehind(pseudonym)).toEqual({ state: 'known', name: 'Erika Mustermann' });
    expect(await keys.pseudonymOf('Erika Mustermann')).toBe(pseudonym);
  });

  it('are known by their pseudonym, as long as it is in use', async () => {
    const keys = await keysOf(parts());
    const [pseudonym = ''] = (await keys.sealFor(['Erika'])).pseudonyms;
    expect((await keys.sealFor([pseudonym])).pseudonyms).toEqual([pseudonym]);
    expect((await keys.sealFor([pseudonym, 'Erika'])).pseudonyms).toEqual([pseudonym]);
    expect(await keys.erase({ subject: pseudonym, ...asked })).toMatchObject([{ pseudonym, periods: 1 }]);
    expect((await keys.sealFor([pseudonym])).pseudonyms).not.toEqual([pseudonym]);
    expect(await keys.personBehind(pseudonym)).toEqual({ state: 'erased' });
  });

  it('whose link is damaged get no second pseudonym, which an erasure of the first would miss', async () => {
    const made = parts();
    await (await keysOf(made)).sealFor(['erika']);
    const link = [...made.files.all().keys()].find((path) => path.startsWith(paths.people)) ?? '';
    const damage = codeOf('DMC_LEDGER_KEY');
    await made.files.replace(link, Buffer.from('s_0000'));
    const keys = await KeyStore.open(made);
    await expect(keys.sealFor(['erika'])).rejects.toEqual(damage);
    await expect(keys.erase({ subject: 'erika', ...asked })).rejects.toEqual(damage);
    // What a crash leaves that cut the destruction of a link short is no link.
    await made.files.replace(link, new Uint8Array(19));
    expect((await keys.sealFor(['erika'])).pseudonyms).toHaveLength(1);
  });

  it('are erased although the link to their pseudonym was lost', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const [pseudonym] = (await keys.sealFor(['erika'])).pseudonyms;
    await keys.sealFor(['bert']);
    for (const path of made.files.all().keys()) if (path.startsWith(paths.people)) await made.files.destroy(path);
    const opened = await KeyStore.open(made);
    expect(await opened.erase({ subject: 'erika', ...asked })).toMatchObject([{ pseudonym, periods: 1 }]);
    expect(made.files.all().has(`${paths.owners}/${pseudonym}`)).toBe(false);
    expect(await opened.erase({ subject: 'nobody', ...asked })).toEqual([]);
  });

  it('that are unknown get no pseudonym by asking', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const before = made.files.all().size;
    expect(await keys.pseudonymOf('Erika')).toBeUndefined();
    for (const name of ['s_0123456789abcdef', '../people', 'log'])
      expect(await keys.personBehind(name)).toEqual({ state: 'unknown' });
    expect(await keys.erase({ subject: 'Erika', ...asked })).toEqual([]);
    expect(made.files.all().size).toBe(before);
  });

  it('met by many events at once get one pseudonym and one key', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const sealings = await Promise.all(Array.from({ length: 50 }, async () => keys.sealFor(['Erika', 'Bert'])));
    expect(new Set(sealings.map(({ names }) => names.join())).size).toBe(1);
    const again = await KeyStore.open(made);
    for (const sealing of sealings.slice(0, 3))
      expect(await again.secretOf(sealing.names, context)).toEqual(await secretOf(sealing));
  });

  it('more than are kept in memory keep their keys', async () => {
    const made = { ...parts(), cachedMax: 10 };
    const keys = await keysOf(made);
    const first = await keys.sealFor(['first']);
    const secret = await secretOf(first);
    // The tenth other one pushes the first out.
    for (const count of [9, 10, 25]) {
      await Promise.all(Array.from({ length: count }, async (_, at) => keys.sealFor([`p${at}`])));
      made.clock.at += 40 * 86_400_000;
      expect((await keys.sealFor(['first'])).pseudonyms).toEqual(first.pseudonyms);
      await keys.sealFor(['first', 'p1']);
      expect(await keys.secretOf(first.names, context)).toEqual(secret);
    }
    expect(await keys.erase({ subject: 'first', ...asked })).toMatchObject([{ periods: 4 }]);
  });
});

describe('periods', () => {
  it.each([
    ['day', '2026-08-31', '2026-09-01'],
    ['month', '2026-08', '2026-09'],
    ['year', '2026', '2027'],
  ] as const)('last a %s', async (period, first, next) => {
    const made = { ...parts(), period };
    const keys = await keysOf(made);
    const before = await keys.sealFor([]);
    expect(before.names).toEqual([`log/${first}`]);
    made.clock.at += period === 'year' ? 200 * 86_400_000 : 1000;
    expect((await keys.sealFor([])).names).toEqual([`log/${next}`]);
    expect(await keys.secretOf(before.names, context)).toEqual(await secretOf(before));
  });

  it('start anew when keys are rotated, as often as they are', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const before = await keys.sealFor(['Erika']);
    const secret = await secretOf(before);
    expect([await keys.rotate(), await keys.rotate()]).toEqual(['2026-08.1', '2026-08.2']);
    const after = await (await KeyStore.open(made)).sealFor(['Erika']);
    expect(after.names).toEqual([`${before.pseudonyms[0]}/2026-08.2`]);
    expect(await keys.secretOf(after.names, context)).not.toEqual(secret);
    expect(await keys.secretOf(before.names, context)).toEqual(secret);
    made.clock.at += 1000;
    expect((await keys.sealFor(['Erika'])).names).toEqual([`${before.pseudonyms[0]}/2026-09`]);
  });
});

describe('an erasure', () => {
  it('makes everything sealed for the person unreadable, and nothing else', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const erika = await keys.sealFor(['Erika']);
    const both = await keys.sealFor(['Bert', 'Erika']);
    const bert = await keys.sealFor(['Bert']);
    const secret = await secretOf(bert);
    const [erasure] = await keys.erase({ subject: 'Erika', ...asked });
    expect(erasure).toMatchObject({ pseudonym: erika.pseudonyms[0], periods: 1, reason: 'asked', by: 'dpo' });
    for (const reader of [keys, await KeyStore.open(made)]) {
      expect(await reader.secretOf(erika.names, context)).toBe('erased');
      expect(await reader.secretOf(both.names, context)).toBe('erased');
      expect(await reader.secretOf(bert.names, context)).toEqual(secret);
    }
  });

  it('leaves a stranger: the person gets a new pseudonym that nothing joins to the old one', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const [old = ''] = (await keys.sealFor(['Erika'])).pseudonyms;
    const [erasure] = await keys.erase({ subject: 'Erika', ...asked });
    if (erasure !== undefined) await keys.recorded(erasure);
    const [now = ''] = (await keys.sealFor(['Erika'])).pseudonyms;
    expect(now).not.toBe(old);
    const withOld = [...made.files.all()].filter(
      ([path, data]) => path.includes(old) || Buffer.from(data).includes(old),
    );
    expect(withOld.map(([path]) => path)).toEqual([`${paths.erased}/${old}`]);
    expect(withOld.map(([, data]) => Buffer.from(data).toString()).join()).not.toContain(now);
  });

  it('by another process is noticed by those that read on', async () => {
    const made = parts();
    const clock = { ...made.clock, ms: 0, now: () => made.clock.at, monotonic: () => clock.ms };
    const writer = await keysOf({ ...made, clock });
    const sealing = await writer.sealFor(['erika']);
    const secret = await secretOf(sealing);
    const reader = await KeyStore.open({ ...made, clock });
    expect(await reader.secretOf(sealing.names, context)).toEqual(secret);
    await writer.erase({ subject: 'erika', ...asked });
    clock.ms = 1_000;
    expect(await reader.secretOf(sealing.names, context)).toBe('erased');
    expect(await reader.personBehind(sealing.pseudonyms[0] ?? '')).toEqual({ state: 'erased' });
  });

  it('outlasts a backup of the keys that is put back', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const sealing = await keys.sealFor(['Erika']);
    const backup = [...made.files.all()];
    await keys.erase({ subject: 'Erika', ...asked });
    for (const [path, data] of backup) await made.files.replace(path, data);
    const again = await KeyStore.open(made);
    expect(await again.secretOf(sealing.names, context)).toBe('erased');
    expect((await again.sealFor(['Erika'])).pseudonyms).not.toEqual(sealing.pseudonyms);
    // The keys that came back were found and destroyed.
    expect(made.files.all().has(`${paths.owners}/${sealing.pseudonyms[0]}`)).toBe(false);
  });

  it('is refused under a hold on the person, on everybody, or on somebody payloads are shared with', async () => {
    const keys = await keysOf(parts());
    await keys.sealFor(['Erika', 'Bert']);
    await keys.sealFor(['Carla']);
    const held = codeOf('DMC_LEDGER_HELD');
    for (const subject of ['Erika', 'Bert', undefined]) {
      const hold = await keys.hold(subject, 'case 7', 'counsel');
      await expect(keys.erase({ subject: 'Erika', ...asked })).rejects.toEqual(held);
      expect(await keys.holds.all()).toMatchObject([
        { id: hold.id, reason: 'case 7', who: 'counsel', since: '2026-08-31T23:59:59.000Z' },
      ]);
      expect(await keys.holds.release(hold.id, 'counsel')).toBe(true);
      expect(await keys.holds.release(hold.id, 'counsel')).toBe(false);
    }
    const other = await keys.hold('Carla', 'case 8', 'counsel');
    expect(await keys.erase({ subject: 'Erika', ...asked })).toHaveLength(1);
    await expect(keys.erase({ subject: 'Carla', ...asked })).rejects.toEqual(held);
    expect(await keys.holds.release('../signer.key', 'x')).toBe(false);
    expect(await keys.holds.release(other.id, 'counsel')).toBe(true);
  });

  it('is refused while one of two holds stands, and while a hold cannot be read', async () => {
    const made = parts();
    const keys = await keysOf(made);
    await keys.sealFor(['Erika']);
    const [first, second] = [await keys.hold('Erika', 'case 7', 'a'), await keys.hold('Erika', 'case 8', 'b')];
    await keys.holds.release(first.id, 'a');
    await expect(keys.erase({ subject: 'Erika', ...asked })).rejects.toEqual(codeOf('DMC_LEDGER_HELD'));
    await made.files.replace(`${paths.holds}/${second.id}`, Buffer.from('{'));
    await expect(keys.erase({ subject: 'Erika', ...asked })).rejects.toEqual(codeOf('DMC_LEDGER_KEY'));
  });

  it('meets events that are being sealed without losing later ones', async () => {
    const made = parts();
    const keys = await keysOf(made);
    await keys.sealFor(['Erika']);
    const [erased, sealings] = await Promise.all([
      keys.erase({ subject: 'Erika', ...asked }),
      Promise.all(Array.from({ length: 20 }, async () => keys.sealFor(['Erika', 'Bert']))),
    ]);
    const gone = new Set(erased.map(({ pseudonym }) => pseudonym));
    for (const sealing of sealings) {
      const secret = await keys.secretOf(sealing.names, context);
      if (sealing.pseudonyms.some((pseudonym) => gone.has(pseudonym))) expect(secret).toBe('erased');
      else expect(secret).toEqual(await secretOf(sealing));
    }
    const after = await keys.sealFor(['Erika']);
    expect(await (await KeyStore.open(made)).secretOf(after.names, context)).toEqual(await secretOf(after));
  });

  it('that failed half-way takes no later events with it', async () => {
    for (let step = 0; step < 30; step++) {
      const made = parts();
      const keys = await keysOf(made);
      await keys.sealFor(['Erika']);
      made.files.failAt = made.files.steps + step;
      await keys.erase({ subject: 'Erika', ...asked }).catch(() => undefined);
      made.files.failAt = -1;
      const later = await keys.sealFor(['Erika']);
      const secret = await secretOf(later);
      const again = await KeyStore.open(made);
      await again.unrecordedErasures();
      expect(await again.secretOf(later.names, context), `step ${step}`).toEqual(secret);
    }
  });
});

describe('a key that is not there', () => {
  it('is told from one that was destroyed, whatever a foreign entry names', async () => {
    const made = parts();
    const keys = await keysOf(made);
    const sealing = await keys.sealFor(['Erika']);
    const foreign = [
      's_0123456789abcdef/2026-08',
      'log/1999',
      '../signer.key',
      'log',
      '',
      's_x/..',
      `${sealing.pseudonyms[0]}/2025-01`,
    ];
    for (const name of foreign) expect(await keys.secretOf([name], context)).toBe('no-keys');
    expect(await keys.secretOf([...sealing.names, 'log/1999'], context)).toBe('no-keys');
    expect(await keys.secretOf([], context)).toBe('no-keys');
  });

  it('because its file is damaged stops sealing for the person, and no reader', async () => {
    const made = parts();
    const sealing = await (await keysOf(made)).sealFor(['Erika']);
    const path = `${paths.owners}/${sealing.pseudonyms[0]}`;
    const file = Buffer.from(made.files.all().get(path) ?? '');
    await made.files.replace(path, Buffer.concat([Buffer.from('x'), file]));
    const keys = await KeyStore.open(made);
    await expect(keys.sealFor(['Erika'])).rejects.toEqual(codeOf('DMC_LEDGER_KEY'));
    expect(await keys.secretOf(sealing.names, context)).toBe('no-keys');
    // It can still be erased.
    expect(await keys.erase({ subject: 'Erika', ...asked })).toMatchObject([{ periods: 0 }]);
  });
});

describe('the file of an owner', () => {
  it('reads back, also when its last line was cut short', () => {
    const whole = formatHeader('s_0123456789abcdef', 'Ünal') + formatKey('2026-08', new Uint8Array(32));
    const next = formatKey('2026-09', new Uint8Array(32).fill(1));
    for (let cut = 0; cut < next.length; cut++) {
      const parsed = parseOwnerFile(Buffer.from(whole + next.slice(0, cut)));
      expect(parsed).toMatchObject({ owner: 's_0123456789abcdef', subject: 'Ünal', size: whole.length });
      expect(typeof parsed === 'object' ? [...parsed.keys.keys()] : parsed).toEqual(['2026-08']);
    }
    expect(parseOwnerFile(Buffer.from(`${whole}${next}key x\n`))).toBe('damaged');
    for (let cut = 0; cut < formatHeader('log', undefined).length; cut++)
      expect(parseOwnerFile(Buffer.from(formatHeader('log', undefined).slice(0, cut)))).toBe('unused');
  });
});

it('the count of heartbeats starts at nothing and is kept', async () => {
  const { files } = parts();
  const beats = beatFile(files, paths);
  expect(await beats.read()).toBe(0);
  await beats.write(41);
  expect(await beatFile(files, paths).read()).toBe(41);
  await files.replace(paths.heartbeat, Buffer.from('torn'));
  expect(await beats.read()).toBe(0);
});

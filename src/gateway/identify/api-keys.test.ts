import { mkdtemp, readdir, readFile, rm, stat, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../app/node-durable-files.ts';
import { nodeKeyFiles } from '../../app/node-key-files.ts';
import { limits } from '../../base/limits.ts';
import { newKey } from './api-key-format.ts';
import { ApiKeys } from './api-keys.ts';
import { MemoryKeyFiles, random, SetClock } from './fixtures/world.ts';

const directory = '/etc/demarc/keys';
function open(files = new MemoryKeyFiles(), clock = new SetClock()) {
  const told: string[] = [];
  return { files, clock, told, keys: new ApiKeys(directory, { files, clock, tell: (problem) => told.push(problem) }) };
}
const support = { agent: 'support', roles: ['reader'] };

describe('API keys', () => {
  it('are known by all their text, and nothing of them is kept but a hash', async () => {
    const { keys, files } = open();
    const { text, record } = await keys.create({ ...support, person: 'jane' }, random);
    await keys.refresh();
    expect(keys.verify(text)).toEqual(record);
    expect(record).toMatchObject({
      agent: 'support',
      roles: ['reader'],
      person: 'jane',
      created: '2026-11-28T12:00:00.000Z',
    });
    const [[path, { data, mode }] = ['', { data: new Uint8Array(), mode: 0 }]] = [...files.files];
    expect(path).toBe(`${directory}/${record.id}.json`);
    expect(mode).toBe(0o600);
    const secret = text.slice(text.lastIndexOf('_') + 1);
    for (let at = 0; at + 8 <= secret.length; at++)
      expect(Buffer.from(data).toString()).not.toContain(secret.slice(at, at + 8));
  });

  it('another key under the id of one is refused', async () => {
    const { keys } = open();
    const { record } = await keys.create(support, random);
    await keys.refresh();
    // A whole key, checksum and all, whose id is the known one.
    const idBytes = Buffer.from(
      BigInt(record.id.split('').reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n))
        .toString(16)
        .padStart(14, '0'),
      'hex',
    );
    const forged = newKey({ bytes: (count) => (count === 7 ? idBytes : new Uint8Array(count)) });
    expect(forged.id).toBe(record.id);
    expect(keys.verify(forged.text)).toBe('identity.signature');
  });

  it('unknown and misspelt ones are refused', async () => {
    const { keys } = open();
    await keys.refresh();
    expect(keys.verify(newKey(random).text)).toBe('identity.unknown-key');
    expect(keys.verify('dmk_x')).toBe('identity.token');
  });

  it('end when they are to', async () => {
    const { keys, clock } = open();
    const { text } = await keys.create({ ...support, expiresMs: clock.ms + 1_000 }, random);
    await keys.refresh();
    clock.ms += 999;
    expect(keys.verify(text)).toMatchObject({ agent: 'support' });
    clock.ms += 1;
    expect(keys.verify(text)).toBe('identity.expired');
  });

  it('that another process makes or revokes are so once the folder is looked at again', async () => {
    const { keys, files, clock } = open();
    const other = open(files, clock).keys;
    await keys.refresh();
    const { text, record } = await other.create(support, random);
    expect(keys.isCurrent).toBe(true);
    await keys.refresh();
    expect(keys.verify(text)).toBe('identity.unknown-key');
    clock.ms += limits.apiKeysCheckMs;
    expect(keys.isCurrent).toBe(false);
    await keys.refresh();
    expect(keys.verify(text)).toEqual(record);
    const { generation } = keys;
    expect(await other.revoke(record.id)).toBe(true);
    const later = await other.create(support, random);
    clock.ms += limits.apiKeysCheckMs + 1;
    await keys.refresh();
    expect(keys.verify(text)).toBe('identity.unknown-key');
    expect(keys.verify(later.text)).toEqual(later.record);
    expect(keys.generation).not.toBe(generation);
  });

  it('are of one generation until one comes or goes', async () => {
    const { keys, clock } = open();
    const { record } = await keys.create(support, random);
    const seen: number[] = [];
    for (const change of [() => keys.create(support, random), () => undefined, () => keys.revoke(record.id)]) {
      await change();
      clock.ms += limits.apiKeysCheckMs;
      await keys.refresh();
      seen.push(keys.generation);
    }
    const [made, same, gone] = seen;
    expect([same === made, gone === same]).toEqual([true, false]);
  });

  it('are looked at once for many requests, and read once', async () => {
    const { keys, files, clock } = open();
    await keys.create(support, random);
    files.lists = 0;
    await Promise.all(Array.from({ length: 50 }, () => keys.refresh()));
    expect([files.lists, files.reads]).toEqual([1, 1]);
    clock.ms += limits.apiKeysCheckMs;
    await keys.refresh();
    expect([files.lists, files.reads]).toEqual([2, 1]);
  });

  it('clients that come at once, the first ever or after a long silence, all wait for the folder to be read', async () => {
    const { keys, clock } = open();
    const { text, record } = await keys.create(support, random);
    const ask = async (): Promise<unknown> => {
      if (!keys.isCurrent) await keys.refresh();
      return keys.verify(text);
    };
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([record, record, record]);
    clock.ms += limits.apiKeysStaleMs + 1;
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([record, record, record]);
  });

  it('count on while the folder cannot be read, for a time', async () => {
    const { keys, files, clock, told } = open();
    const { text } = await keys.create(support, random);
    await keys.refresh();
    files.failure = new Error('EIO: i/o error');
    clock.ms += limits.apiKeysStaleMs;
    await keys.refresh();
    expect(keys.verify(text)).toMatchObject({ agent: 'support' });
    expect(told).toEqual(['the API keys cannot be read: Error: EIO: i/o error']);
    for (let ms = limits.apiKeysStaleMs; ms < limits.apiKeysStaleMs + 1; ms++) clock.ms++;
    expect(keys.verify(text)).toBe('identity.unavailable');
    const { lists } = files;
    await keys.refresh();
    expect(files.lists).toBe(lists);
    files.failure = undefined;
    clock.ms += limits.apiKeysCheckMs;
    await keys.refresh();
    expect(keys.verify(text)).toMatchObject({ agent: 'support' });
  });

  it('whose folder cannot be read are told of once, until it can', async () => {
    const { keys, files, clock, told } = open();
    for (const failure of [new Error('EIO: i/o error'), undefined, new Error('EACCES: permission denied')]) {
      files.failure = failure;
      for (let time = 0; time < 3; time++) {
        clock.ms += limits.apiKeysCheckMs;
        await keys.refresh();
      }
    }
    expect(told).toEqual([
      'the API keys cannot be read: Error: EIO: i/o error',
      'the API keys cannot be read: Error: EACCES: permission denied',
    ]);
  });

  it('files that are none are told once, and passed over', async () => {
    const { keys, files, clock, told } = open();
    const { text } = await keys.create(support, random);
    const [good = new Uint8Array()] = [...files.files.values()].map(({ data }) => data);
    files.files.set(`${directory}/aaaaaaaaaaa.json`, { data: good, mode: 0o600 });
    files.files.set(`${directory}/bbbbbbbbbbb.json`, { data: Buffer.from('{"id":'), mode: 0o600 });
    files.files.set(`${directory}/notes.txt`, { data: good, mode: 0o644 });
    files.files.set(`${directory}/../x.json`, { data: good, mode: 0o644 });
    for (let time = 0; time < 3; time++) {
      await keys.refresh();
      clock.ms += limits.apiKeysCheckMs;
    }
    expect(told).toEqual([
      `\`${directory}/aaaaaaaaaaa.json\` is no API key of this gateway: it is passed over`,
      `\`${directory}/bbbbbbbbbbb.json\` is no API key of this gateway: it is passed over`,
    ]);
    expect(keys.verify(text)).toMatchObject({ agent: 'support' });
    expect(await keys.list()).toHaveLength(1);
  });

  it('whose files were seen half written count once they are whole', async () => {
    const { files, clock, told, keys } = open();
    const { text, record } = await open(files, clock).keys.create(support, random);
    const path = `${directory}/${record.id}.json`;
    const { data: whole } = files.files.get(path) ?? { data: new Uint8Array() };
    for (const data of [new Uint8Array(), whole.subarray(0, 20), whole]) {
      files.files.set(path, { data, mode: 0o600 });
      clock.ms += limits.apiKeysCheckMs;
      await keys.refresh();
    }
    expect(keys.verify(text)).toEqual(record);
    expect(told).toHaveLength(1);
  });

  it('that others can read are not taken', async () => {
    const { keys, files, told } = open();
    const { text } = await keys.create(support, random);
    for (const file of files.files.values()) file.mode = 0o644;
    await keys.refresh();
    expect(keys.verify(text)).toBe('identity.unavailable');
    expect(told.join()).toContain('is readable by others');
  });

  it('of which one cannot be read are not held up by it: the others count, and end when they are revoked', async () => {
    const { keys, files, clock, told } = open();
    const [good, ended, open_, root] = await Promise.all(Array.from({ length: 4 }, () => keys.create(support, random)));
    const pathOf = (id = ''): string => `${directory}/${id}.json`;
    const exposed = files.files.get(pathOf(open_?.record.id));
    if (exposed !== undefined) exposed.mode = 0o644;
    files.unreadable.add(pathOf(root?.record.id));
    const look = async (): Promise<unknown[]> => {
      clock.ms += limits.apiKeysCheckMs;
      await keys.refresh();
      return [good, ended, open_, root].map((made) => {
        const found = keys.verify(made?.text ?? '');
        return typeof found === 'string' ? found : found.agent;
      });
    };
    expect(await look()).toEqual(['support', 'support', 'identity.unavailable', 'identity.unavailable']);
    expect(await keys.revoke(ended?.record.id ?? '')).toBe(true);
    expect(await look()).toEqual(['support', 'identity.unknown-key', 'identity.unavailable', 'identity.unavailable']);
    expect(await keys.list()).toEqual([good?.record]);
    expect(told.toSorted()).toEqual(
      [
        `\`${pathOf(open_?.record.id)}\` is readable by others: it is passed over`,
        `\`${pathOf(root?.record.id)}\` cannot be read: EACCES: permission denied: it is passed over`,
      ].toSorted(),
    );
    if (exposed !== undefined) exposed.mode = 0o600;
    files.unreadable.clear();
    expect(await look()).toEqual(['support', 'identity.unknown-key', 'support', 'support']);
  });

  it('are not more than so many', async () => {
    const { keys, files } = open();
    const fill = (count: number): void => {
      for (let at = files.files.size; at < count; at++)
        files.files.set(`${directory}/${at.toString(36).padStart(11, '0')}.json`, {
          data: new Uint8Array(),
          mode: 0o600,
        });
    };
    fill(limits.apiKeysMax - 1);
    await keys.create(support, random);
    expect(files.files.size + 1).toBe(limits.apiKeysMax + 1);
    await expect(keys.create(support, random)).rejects.toMatchObject({ code: 'DMC_IDENTITY' });
  });

  it('are listed as they were made', async () => {
    const { keys, clock } = open();
    const made: string[][] = [];
    for (let time = 0; time < 3; time++) {
      const both = await Promise.all([keys.create(support, random), keys.create(support, random)]);
      made.push(both.map(({ record }) => record.id).sort());
      clock.ms -= 1_000;
    }
    expect((await keys.list()).map(({ id }) => id)).toEqual(made.toReversed().flat());
  });

  it.each([
    ['agent', { agent: 'corp:x' }],
    ['roles.0', { roles: ['a b'] }],
    ['issuer', { issuer: 'https://a.example' }],
  ])('none is made whose `%s` is none', async (where, more) => {
    const { keys, files } = open();
    await expect(keys.create({ ...support, ...more }, random)).rejects.toThrow(`no key can say that: \`${where}\` `);
    expect(files.files.size).toBe(0);
  });

  it('names that no key may have are no ids', async () => {
    const { keys, files } = open();
    files.files.set('/etc/demarc/secret.json', { data: new Uint8Array(), mode: 0o600 });
    for (const id of ['../secret', '', 'AAAAAAAAAAA', 'zzzzzzzzzzz']) expect(await keys.revoke(id)).toBe(false);
    expect(files.files.size).toBe(1);
  });
});

describe('API keys on a disk', () => {
  let folder: string | undefined;
  afterEach(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('lie in files only their owner reads, one each; revoking destroys the file', async () => {
    folder = await mkdtemp(join(tmpdir(), 'demarc-keys-'));
    const files = nodeKeyFiles(nodeDurableFiles(), 'linux');
    const told: string[] = [];
    const keys = new ApiKeys(`${folder}/keys`, { files, clock: new SetClock(), tell: (problem) => told.push(problem) });
    expect(await keys.list()).toEqual([]);
    const made = await Promise.all(Array.from({ length: 8 }, () => keys.create(support, random)));
    expect(await readdir(`${folder}/keys`)).toHaveLength(8);
    const [first, ...others] = made;
    const path = `${folder}/keys/${first?.record.id}.json`;
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${folder}/keys`)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(first?.record);
    expect(await keys.revoke(first?.record.id ?? '')).toBe(true);
    await writeFile(`${folder}/keys/unrelated`, 'x');
    expect((await keys.list()).map(({ id }) => id).sort()).toEqual(others.map(({ record }) => record.id).sort());
    await chmod(`${folder}/keys`, 0o755);
    await expect(keys.create(support, random)).rejects.toMatchObject({ code: 'DMC_IDENTITY' });
    expect(told).toEqual([]);
  });
});

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../app/node-durable-files.ts';
import { nodeKeyFiles } from '../app/node-key-files.ts';
import { SealedFolder } from './sealed-folder.ts';

const files = nodeKeyFiles(nodeDurableFiles(), 'linux');
const random = { bytes: (count: number) => randomBytes(count) };
let scratch: string;
let folder: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'demarc-sealed-'));
  folder = join(scratch, 'store');
});
afterEach(() => rmSync(scratch, { recursive: true }));
const open = (): Promise<SealedFolder> => SealedFolder.open(files, random, folder);
const items = (): string[] => readdirSync(join(folder, 'items')).map((name) => join(folder, 'items', name));
const text = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString();

describe('a sealed folder', () => {
  it('gives back what was put in, also to who opens it later', async () => {
    const store = await open();
    await store.put('secret a', Buffer.from('one'));
    await store.put('secret b', Buffer.from('two'));
    await store.put('secret a', Buffer.from('three'));
    const later = await open();
    expect(text(await later.get('secret a'))).toBe('three');
    expect(text(await later.get('secret b'))).toBe('two');
    expect(await later.get('secret c')).toBeUndefined();
    expect(await later.names()).toEqual(['secret a', 'secret b']);
    await later.remove('secret a');
    await later.remove('secret a');
    expect(await store.names()).toEqual(['secret b']);
  });

  it("shows neither names nor values, and is the owner's alone", async () => {
    const store = await open();
    await store.put('token of anna', Buffer.from('at-visible'));
    const [item = ''] = items();
    expect(`${item} ${readFileSync(item, 'latin1')}`).not.toMatch(/anna|at-visible/);
    for (const path of [item, join(folder, 'key')]) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('tells when an item was changed, moved to another name, or sealed with another key', async () => {
    const store = await open();
    await store.put('a', Buffer.from('one'));
    const [item = ''] = items();
    const whole = readFileSync(item);
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(item, changed);
      await expect(store.get('a'), `byte ${at}`).rejects.toMatchObject({ code: 'store-failed' });
    }
    writeFileSync(item, whole.subarray(0, 5));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'store-failed' });
    writeFileSync(item, whole);
    await store.put('b', Buffer.from('two'));
    const other = items().find((path) => path !== item) ?? '';
    renameSync(other, item);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'store-failed' });
    writeFileSync(join(folder, 'key'), `${'0'.repeat(64)}\n`);
    expect(await (await open()).get('a')).toBeUndefined();
    await expect((await open()).names()).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('is not opened where others may read the key, or it is damaged', async () => {
    await open();
    const key = join(folder, 'key');
    chmodSync(key, 0o640);
    await expect(open()).rejects.toMatchObject({ code: 'store-failed' });
    chmodSync(key, 0o600);
    chmodSync(folder, 0o755);
    await expect(open()).rejects.toMatchObject({ code: 'store-failed' });
    chmodSync(folder, 0o700);
    writeFileSync(key, 'short');
    await expect(open()).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('that two make at once has one key', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, open));
    await Promise.all(stores.map((store, at) => store.put(`n${at}`, Buffer.from(String(at)))));
    expect(await (await open()).names()).toHaveLength(8);
  });
});

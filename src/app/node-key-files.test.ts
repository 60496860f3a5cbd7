import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createKeyFolder, type KeyPaths, keyPaths, readSigner } from '../store/keys/key-folder.ts';
import { KeyStore } from '../store/keys/key-store.ts';
import { nodeDurableFiles } from './node-durable-files.ts';
import { nodeKeyFiles } from './node-key-files.ts';

const root = mkdtempSync(join(tmpdir(), 'demarc-keys-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files = nodeKeyFiles(nodeDurableFiles(), process.platform);
const random = { bytes: (count: number) => randomBytes(count) };
const clock = { now: () => Date.parse('2026-08-01T10:00:00Z'), monotonic: () => 0 };
let made = 0;

async function folder(): Promise<KeyPaths> {
  const paths = keyPaths(join(root, `log${made++}.keys`));
  await createKeyFolder(files, random, paths, { name: 'example.com/log' });
  return paths;
}

const open = (paths: KeyPaths): Promise<KeyStore> => KeyStore.open({ files, random, clock, paths });

function modes(path: string): Map<string, number> {
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return new Map([
    ['.', statSync(path).mode & 0o777],
    ...entries.map((entry): [string, number] => {
      const at = join(entry.parentPath, entry.name);
      return [at.slice(path.length + 1), statSync(at).mode & 0o777];
    }),
  ]);
}

describe.skipIf(process.platform === 'win32')('a folder of keys on the disk', () => {
  it('is its owner’s only, and so is every file in it', async () => {
    const paths = await folder();
    const keys = await open(paths);
    await keys.sealFor(['erika@example.com']);
    await keys.sealFor([]);
    await keys.rotate();
    await keys.hold('erika@example.com', 'case 7', 'counsel');
    const found = modes(paths.directory);
    expect(found.size).toBeGreaterThan(12);
    for (const [name, mode] of found)
      expect(`${name} ${mode.toString(8)}`).toBe(
        `${name} ${statSync(join(paths.directory, name)).isDirectory() ? '700' : '600'}`,
      );
  });

  it.each(['directory', 'signer', 'nameSecret'] as const)('is refused when others may read its %s', async (which) => {
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601]) {
      const paths = await folder();
      chmodSync(paths[which], which === 'directory' ? mode | 0o100 : mode);
      const opening = which === 'signer' ? readSigner(files, paths.signer) : open(paths);
      await expect(opening).rejects.toMatchObject({ code: 'DMC_LEDGER_KEY' });
    }
  });

  it('is refused when others may read the keys of a person', async () => {
    const paths = await folder();
    const { pseudonyms, names } = await (await open(paths)).sealFor(['erika@example.com']);
    chmodSync(join(paths.owners, pseudonyms[0] ?? ''), 0o644);
    const keys = await open(paths);
    await expect(keys.sealFor(['erika@example.com'])).rejects.toMatchObject({ code: 'DMC_LEDGER_KEY' });
    await expect(keys.secretOf(names, new Uint8Array())).rejects.toMatchObject({
      code: 'DMC_LEDGER_KEY',
    });
  });

  it('overwrites keys in place before they are removed', async () => {
    const paths = await folder();
    const { pseudonyms } = await (await open(paths)).sealFor(['erika@example.com']);
    const path = join(paths.owners, pseudonyms[0] ?? '');
    // A second name for the same file shows what became of its bytes.
    const { linkSync } = await import('node:fs');
    linkSync(path, join(root, 'second-name'));
    const size = statSync(path).size;
    await (await open(paths)).erase({ subject: 'erika@example.com', reason: 'asked', by: 'dpo' });
    expect(readFileSync(join(root, 'second-name'))).toEqual(Buffer.alloc(size));
    expect(readdirSync(paths.owners)).toEqual([]);
  });

  it('survives being opened anew after each thing it does', async () => {
    const paths = await folder();
    const context = Buffer.from('id custom');
    const sealing = await (await open(paths)).sealFor(['erika@example.com', 'Bert']);
    const secret = await sealing.secret(context);
    expect(await (await open(paths)).secretOf(sealing.names, context)).toEqual(secret);
    expect(await (await open(paths)).rotate()).toBe('2026-08.1');
    expect((await (await open(paths)).sealFor(['Bert'])).names).toEqual([`${sealing.pseudonyms[1]}/2026-08.1`]);
    await (await open(paths)).erase({ subject: 'Bert', reason: 'asked', by: 'dpo' });
    expect(await (await open(paths)).secretOf(sealing.names, context)).toBe('erased');
  });

  it('destroys a file that is not there, makes a folder that is there, and tells permissions of neither', async () => {
    await files.destroy(join(root, 'nothing'));
    await files.makeDirectory(join(root, 'a', 'b'), 0o700);
    await files.makeDirectory(join(root, 'a', 'b'), 0o700);
    expect(await files.permissions(join(root, 'nothing'))).toBeUndefined();
    expect(await nodeKeyFiles(nodeDurableFiles(), 'win32').permissions(root)).toBeUndefined();
    writeFileSync(join(root, 'x'), '');
    await expect(files.destroy(join(root, 'x', 'y'))).rejects.toThrow('ENOTDIR');
  });
});

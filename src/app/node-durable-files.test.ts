import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratchFolder } from '../store/log/fixtures/test-log.ts';
import { nodeDurableFiles } from './node-durable-files.ts';

let scratch = '';
beforeEach(() => {
  scratch = scratchFolder();
});
afterEach(() => rmSync(scratch, { recursive: true }));
const at = (path: string): string => join(scratch, path);
const text = (path: string): string => readFileSync(at(path), 'utf8');

it('reads what is there, and tells what is not from what cannot be read', async () => {
  const files = nodeDurableFiles();
  expect(await files.read(at('none'))).toBeUndefined();
  expect(await files.list(at('none'))).toEqual([]);
  writeFileSync(at('file'), 'text');
  expect(await files.read(at('file'))).toEqual(Buffer.from('text'));
  expect(await files.read(at('file/below'))).toBeUndefined();
  expect(await files.list(scratch)).toEqual(['file']);
  await expect(files.read(scratch)).rejects.toMatchObject({ code: 'EISDIR' });
});

it('writes files below folders that are not there yet, many before they are synced', async () => {
  const files = nodeDurableFiles();
  const paths = Array.from({ length: 300 }, (_, index) => at(`a/b${index % 3}/${index}`));
  for (const path of paths) await files.write(path, Buffer.from(path));
  await files.write(paths[0] ?? '', Buffer.from('again'));
  await files.sync(paths);
  await files.sync(paths.slice(0, 2));
  expect(text('a/b0/0')).toBe('again');
  expect(text('a/b1/1')).toBe(paths[1]);
  await expect(files.sync([at('a/none')])).rejects.toMatchObject({ code: 'ENOENT' });
});

it('replaces a file whole, with its permissions, and leaves nothing beside it', async () => {
  const files = nodeDurableFiles();
  await files.replace(at('keys/file'), Buffer.from('one'), 0o600);
  await files.replace(at('keys/file'), Buffer.from('two'), 0o600);
  expect(text('keys/file')).toBe('two');
  expect(statSync(at('keys/file')).mode & 0o777).toBe(0o600);
  mkdirSync(at('folder/full'), { recursive: true });
  await expect(files.replace(at('folder'), Buffer.from('x'))).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(scratch).sort()).toEqual(['folder', 'keys']);
  expect(readdirSync(at('keys'))).toEqual(['file']);
});

it('creates a file once, whoever asks', async () => {
  const files = nodeDurableFiles();
  const made = await Promise.all([1, 2, 3].map((who) => files.create(at('x/lock'), Buffer.from(`${who}`), 0o600)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await files.create(at('x/lock'), Buffer.from('4'))).toBe(false);
  expect(['1', '2', '3']).toContain(text('x/lock'));
  expect(readdirSync(at('x'))).toEqual(['lock']);
});

it('creates and replaces a file side by side with others of the process', async () => {
  const all = Array.from({ length: 8 }, nodeDurableFiles);
  await nodeDurableFiles().create(at('x/key'), Buffer.from('key'), 0o600);
  const made = await Promise.all(all.map((files) => files.create(at('x/key'), Buffer.from('other'), 0o600)));
  expect(made).toEqual(all.map(() => false));
  await Promise.all(all.map((files) => files.replace(at('x/file'), Buffer.from('new'), 0o600)));
  expect([text('x/key'), text('x/file')]).toEqual(['key', 'new']);
});

it('has what it creates whole, whenever the process ends', async () => {
  const program = `
    import { nodeDurableFiles } from ${JSON.stringify(new URL('node-durable-files.ts', import.meta.url).pathname)};
    for (let at = 0; ; at++) await nodeDurableFiles().create(process.argv[1] + '/' + at, Buffer.alloc(64, 'k'), 0o600);`;
  for (let run = 0; run < 3; run++) {
    const folder = at(`run-${run}`);
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, folder]);
    await expect.poll(() => existsSync(folder) && readdirSync(folder).length > 2, { timeout: 30_000 }).toBe(true);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const made = readdirSync(folder).filter((name) => !name.endsWith('.tmp'));
    expect(made.filter((name) => text(`run-${run}/${name}`) !== 'k'.repeat(64))).toEqual([]);
  }
});

it.runIf(existsSync('/dev/full'))('keeps no descriptor of what could not be written', async () => {
  const files = nodeDurableFiles();
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let count = 0; count < 20; count++) {
    symlinkSync('/dev/full', at(String(count)));
    await expect(files.write(at(String(count)), Buffer.from('x'))).rejects.toThrow('ENOSPC');
  }
  expect(open()).toBeLessThan(before + 10);
});

it('appends at the end of what is there', async () => {
  const files = nodeDurableFiles();
  const file = await files.openAppend(at('wal/1'));
  await file.append([Buffer.from('ab'), Buffer.alloc(0), Buffer.from('cd')]);
  await file.sync();
  expect(file.size).toBe(4);
  await file.truncate(3);
  await file.close();
  const again = await files.openAppend(at('wal/1'));
  expect(again.size).toBe(3);
  const large = Buffer.alloc(3_000_000, 'x');
  await again.append([large, large]);
  await again.close();
  expect(text('wal/1')).toBe(`abc${'x'.repeat(6_000_000)}`);
});

it('removes files, empty folders, and nothing else', async () => {
  const files = nodeDurableFiles();
  await files.write(at('p/1'), Buffer.from('x'));
  await files.remove(at('p'));
  expect(text('p/1')).toBe('x');
  await files.remove(at('p/1'));
  await files.remove(at('p/1'));
  await files.remove(at('p'));
  expect(readdirSync(scratch)).toEqual([]);
});

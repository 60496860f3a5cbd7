import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import { runDiff } from './diff-run.ts';
import { runPin } from './pin-run.ts';

const lock = 'demarc.mcp-lock.json';
const notes = { name: 'search_notes', description: 'Searches notes.', inputSchema: { type: 'object' } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demarc-mcp-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a command ends with on a list of tools, and what it printed. */
async function run(command: 'pin' | 'diff', tools: readonly unknown[], name = 'notes'): Promise<[number, string]> {
  const kept = keepingContext();
  const context = { ...kept, environment: { ...kept.environment, workingDirectory: folder } };
  writeFileSync(join(folder, 'tools.json'), JSON.stringify({ tools }));
  const code = await (command === 'pin'
    ? runPin(context, { lock, name, acceptAlarms: false }, 'tools.json')
    : runDiff(context, { lock, name, json: false, record: false }, 'tools.json'));
  return [code, kept.out.join('') + kept.err.join('')];
}

it.each([
  ['a second one of a name', { ...notes, description: 'Searches notes and mails.' }, 'second definition'],
  ['one without a name', { description: 'Searches notes.' }, 'no definition'],
])('a definition that cannot be pinned is none of which nothing has to be said: %s', async (_what, more, said) => {
  expect(await run('pin', [notes, more])).toEqual([1, expect.stringContaining(said)]);
  expect(existsSync(join(folder, lock))).toBe(false);
  expect((await run('pin', [notes]))[0]).toBe(0);
  expect((await run('diff', [notes]))[0]).toBe(0);
  expect(await run('diff', [notes, more])).toEqual([1, expect.stringContaining(said)]);
});

it('a new sentence that names a tool of another pinned server blocks', async () => {
  const named = { ...notes, description: 'Searches notes. Goes well with send_email.' };
  expect((await run('pin', [notes]))[0]).toBe(0);
  expect((await run('diff', [named]))[0]).toBe(0);
  expect((await run('pin', [{ name: 'send_email', inputSchema: { type: 'object' } }], 'mail'))[0]).toBe(0);
  expect(await run('diff', [named])).toEqual([1, expect.stringContaining('new-instruction')]);
});

it('a server that lists more than a lock file holds leaves the approvals of others as they are', async () => {
  expect((await run('pin', [notes]))[0]).toBe(0);
  const endless = Array.from({ length: 197_000 }, (_, at) => at);
  const large = { name: 'large', inputSchema: { properties: { x: { enum: endless } } } };
  await expect(run('pin', [large], 'other')).rejects.toThrow(/would be larger than \d+ bytes/);
  expect((await run('diff', [notes]))[0]).toBe(0);
});

it('what is left of a merge is told with a way out, since pinning reads the file too', async () => {
  expect((await run('pin', [notes]))[0]).toBe(0);
  const text = readFileSync(join(folder, lock), 'utf8');
  writeFileSync(join(folder, lock), text.replace(/^ *(\{"kind".*\})$/m, '$1,\n$1'));
  await expect(run('pin', [notes])).rejects.toMatchObject({
    message: expect.stringContaining('one stands twice') as string,
    hint: expect.stringContaining('remove it and pin again') as string,
  });
  rmSync(join(folder, lock));
  expect((await run('pin', [notes]))[0]).toBe(0);
});

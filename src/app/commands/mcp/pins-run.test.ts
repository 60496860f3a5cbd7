import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import { runDiff } from './diff-run.ts';
import { runPin } from './pin-run.ts';
import { runScan } from './scan-run.ts';

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

it('an entry that cannot be started hides nothing of the others, and the exit code is 2', async () => {
  const server = join(import.meta.dirname, '../../../../test/integrity/notes-server.mjs');
  const entries = {
    gone: { command: 'no-such-program' },
    unset: { command: 'node', args: ['${NO_SUCH_VARIABLE}'] },
    notes: { command: process.execPath, args: [server] },
  };
  writeFileSync(join(folder, 'c.json'), JSON.stringify({ mcpServers: entries }));
  const plain = keepingContext();
  const context = { ...plain, environment: { ...plain.environment, workingDirectory: folder } };
  const flags = { config: 'c.json', start: ['all'], json: true, notes: false, failOn: 'alarm' } as const;
  expect(await runScan(context, flags, undefined)).toBe(2);
  const { servers, unanswered } = JSON.parse(context.out.join('')) as { servers: object[]; unanswered: string[] };
  expect(servers).toEqual([expect.objectContaining({ name: 'notes' })]);
  expect(unanswered).toEqual([
    'server `gone`: there is no program `no-such-program`',
    'server `unset` needs the variable NO_SUCH_VARIABLE, which is not set',
  ]);
}, 30_000);

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

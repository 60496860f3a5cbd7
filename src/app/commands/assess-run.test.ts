import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Context, processContext } from '../context.ts';
import type { AssessFlags } from './assess.ts';
import { runAssess } from './assess-run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demarc-assess-'));
  cpSync(new URL('../../../examples/acme-support', import.meta.url).pathname, join(folder, 'tree'), {
    recursive: true,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const flags: AssessFlags = { format: 'terminal', strict: false, machine: false, cache: true, quiet: true };

/** What a run prints, less the seconds it took. */
async function printed(more: Partial<AssessFlags> = {}): Promise<string> {
  const written: string[] = [];
  const base = processContext();
  const context: Context = {
    ...base,
    process: { stdout: { write: (text) => void written.push(text) }, stderr: { write() {} } },
    environment: { ...base.environment, variables: { XDG_CACHE_HOME: folder } },
  };
  await runAssess(context, { ...flags, ...more }, [join(folder, 'tree')]);
  return written.join('').replace(/, [\d.]+ s$/m, '');
}

/** Damages what the cache keeps of resources, each time otherwise, and leaves what refers to them as it is. */
function damage(): void {
  const cache = join(folder, 'demarc');
  for (const [at, name] of readdirSync(cache).entries()) {
    if (!name.includes('-resources-')) continue;
    if (at % 2 === 0) rmSync(join(cache, name));
    else writeFileSync(join(cache, name), readFileSync(join(cache, name), 'utf8').replaceAll('e', 'a'));
  }
}

it('a cache that is damaged where it is read last is made anew, and nothing is printed twice', async () => {
  const fresh = await printed({ cache: false });
  expect(await printed()).toBe(fresh);
  damage();
  expect(await printed()).toBe(fresh);
  expect(await printed()).toBe(fresh);
  damage();
  expect(await printed({ format: 'markdown' })).toBe(await printed({ format: 'markdown', cache: false }));
  expect(await printed()).toBe(fresh);
});

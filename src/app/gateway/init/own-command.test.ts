import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { keepingContext } from '../../commands/ledger/fixtures/real-ledger.ts';
import { ownCommand } from './own-command.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'demarc-own-')));
afterAll(() => rmSync(root, { recursive: true }));

it('is the name where PATH leads to this program, else node and its file', () => {
  const [package_, bin] = [join(root, 'package'), join(root, 'bin')];
  for (const folder of [package_, bin]) mkdirSync(folder);
  const [file, link] = [join(package_, 'main.js'), join(bin, 'demarc')];
  writeFileSync(file, '', { mode: 0o755 });
  const context = keepingContext();
  const environment = { ...context.environment, variables: { PATH: bin } };
  const own = (started: string): readonly string[] => ownCommand({ ...context, environment }, started);
  expect(own(file)).toEqual([process.execPath, file]);
  symlinkSync(file, link);
  expect(own(file)).toEqual(['demarc']);
  expect(own(link)).toEqual(['demarc']);
  chmodSync(file, 0o644);
  expect(own(link)).toEqual([process.execPath, file]);
  rmSync(link);
  // Whoever has the name is another program.
  writeFileSync(link, '', { mode: 0o755 });
  expect(own(file)).toEqual([process.execPath, file]);
});

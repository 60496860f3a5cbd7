import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { launchSettings } from '../../sandbox/settings.ts';
import { unwritableFolders } from './unwritable.ts';

const folder = mkdtempSync(join(tmpdir(), 'demarc-unwritable-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { uid, gid } = statSync(folder);
const settings = (more: object = {}) =>
  launchSettings.parse({ command: '/usr/bin/node', sandbox: { writable: [folder], ...more } });

it('finds folders that the user of a server cannot write, where the gateway is root', () => {
  chmodSync(folder, 0o755);
  expect(unwritableFolders(settings(), { user: 0 })).toEqual([folder]);
  expect(unwritableFolders(settings(), { user: 1_000 })).toEqual([]);
  chmodSync(folder, 0o777);
  expect(unwritableFolders(settings(), { user: 0 })).toEqual([]);
});

it("does not take the gateway's groups for those of a server, which has none but its own there", () => {
  chmodSync(folder, 0o770);
  expect(unwritableFolders(settings(), { user: 0 })).toEqual([folder]);
  expect(unwritableFolders(settings({ user: gid === 0 ? 1 : gid }), { user: 0 })).toEqual(gid === 0 ? [folder] : []);
});

it.skipIf(uid === 0)('takes the owner for one who can', () => {
  chmodSync(folder, 0o700);
  expect(unwritableFolders(settings({ user: uid }), { user: 0 })).toEqual([]);
});

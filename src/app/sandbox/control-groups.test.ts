import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ControlGroup } from './control-groups.ts';

const parent = mkdtempSync(join(tmpdir(), 'demarc-groups-'));
afterAll(() => rmSync(parent, { recursive: true }));

it('a group is removed although the kernel is not yet done with who was in it', async () => {
  const group = ControlGroup.make({ parent, name: 'busy', controllers: [], values: {} });
  const member = join(parent, 'busy', 'member');
  writeFileSync(member, '');
  setTimeout(() => rmSync(member), 50);
  await group.remove();
  expect(existsSync(join(parent, 'busy'))).toBe(false);
});

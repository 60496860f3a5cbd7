import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findProgram, programFolders } from './find-program.ts';

const root = mkdtempSync(join(tmpdir(), 'demarc-programs-'));
afterAll(() => rmSync(root, { recursive: true }));
const [own, bin, shims] = [join(root, 'own'), join(root, 'bin'), join(root, 'node_modules', '.bin')];
for (const folder of [own, bin, shims]) mkdirSync(folder, { recursive: true });
writeFileSync(join(own, 'tool'), '', { mode: 0o644 });
writeFileSync(join(bin, 'tool'), '', { mode: 0o755 });
writeFileSync(join(shims, 'planted'), '', { mode: 0o755 });
mkdirSync(join(own, 'folder'));
symlinkSync(join(bin, 'tool'), join(own, 'link'));
const environment = {
  variables: { PATH: ['', '.', 'own', shims, own, bin, bin].join(delimiter) },
  homeDirectory: root,
  workingDirectory: root,
  platform: 'linux',
} as const;

describe('a program', () => {
  it('is looked up in folders that do not depend on where one stands or which project runs', () => {
    expect(programFolders(environment)).toEqual([own, bin]);
    expect(programFolders({ ...environment, variables: {} })).toEqual([]);
  });

  it('is the first file that may be run', () => {
    expect(findProgram('tool', environment)).toBe(join(bin, 'tool'));
    expect(findProgram('link', environment)).toBe(join(own, 'link'));
    expect(findProgram('folder', environment)).toBeUndefined();
    expect(findProgram('planted', environment)).toBeUndefined();
  });

  it('by its path is the file there', () => {
    expect(findProgram(join(bin, 'tool'), environment)).toBe(join(bin, 'tool'));
    expect(findProgram(join(own, 'tool'), environment)).toBeUndefined();
    expect(findProgram(join(own, 'none'), environment)).toBeUndefined();
  });
});

import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../app/node-ports.ts';
import type { Files } from '../base/ports.ts';
import { walk, type WalkedFile } from './walk.ts';

let root: string;
const now = Date.parse('2026-11-21T08:00:00Z');

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'demarc-walk-'));
  for (const [name, ageMs] of [
    ['old', 2_001],
    ['settling', 2_000],
    ['ahead', -60_000],
  ] as const) {
    writeFileSync(join(root, name), name);
    utimesSync(join(root, name), (now - ageMs) / 1000, (now - ageMs) / 1000);
  }
  symlinkSync('old', join(root, 'link'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** @param changedMs tells the time of the last change from that of the last modification: nobody can set it on a disk */
function walked(name: string, changedMs = (modifiedMs: number): number => modifiedMs): WalkedFile | undefined {
  const files: Files = {
    ...nodeFiles,
    stat(path) {
      const stat = nodeFiles.stat(path);
      return { ...stat, changedMs: changedMs(stat.modifiedMs) };
    },
  };
  return walk(files, root, { starts: [''], excludes: [], now }, () => true).files.find(({ path }) => path === name);
}

describe('the stamp of a file', () => {
  it('is relied on only where a later change surely gives another time', () => {
    expect(walked('old')?.stamp).toBeDefined();
    expect(walked('settling')?.stamp).toBeUndefined();
    expect(walked('ahead')?.stamp).toBeUndefined();
  });

  it('is not relied on, or is another, where a file was changed and its time set back', () => {
    expect(walked('old', () => now)?.stamp).toBeUndefined();
    expect(walked('old', () => now - 3_000)?.stamp).not.toBe(walked('old')?.stamp);
  });

  it('says nothing of what a link leads to; its size is that of the file', () => {
    expect(walked('link')).toEqual({ path: 'link', size: 3, stamp: undefined });
  });

  it('changes with the content', () => {
    const before = walked('old')?.stamp;
    writeFileSync(join(root, 'old'), 'older');
    utimesSync(join(root, 'old'), (now - 9_000) / 1000, (now - 9_000) / 1000);
    expect(walked('old')?.stamp).not.toBe(before);
  });
});

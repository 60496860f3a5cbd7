import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DemarcError } from '../../base/errors.ts';
import { nodeFiles } from '../node-ports.ts';
import { readSetFolder } from './read-set.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'demarc-set-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = () => readSetFolder(nodeFiles, join(root, 'set'), 'set');
const permit = 'permit (principal, action, resource);';
const forbid = 'forbid (principal, action, resource);';

describe('a folder of policies', () => {
  it('has the files behind links: none is left out', () => {
    write('set/a.cedar', permit);
    write('shared/b.cedar', forbid);
    write('shared/entities.json', '[{"uid":{"type":"Demarc::Role","id":"staff"}}]');
    for (const name of ['b.cedar', 'entities.json']) symlinkSync(join(root, 'shared', name), join(root, 'set', name));
    const { files, entities } = read();
    expect([files.map(({ path }) => path).sort(), entities.length]).toEqual([['a.cedar', 'b.cedar'], 1]);
  });

  it('may be mounted the way Kubernetes does', () => {
    write('set/..2026_11_29/a.cedar', permit);
    symlinkSync('..2026_11_29', join(root, 'set/..data'));
    symlinkSync('..data/a.cedar', join(root, 'set/a.cedar'));
    expect(read().files).toEqual([{ path: 'a.cedar', text: permit }]);
  });

  it('that is not there may be a shipped one, misspelt', () => {
    const hintOf = (name: string): unknown => {
      try {
        return readSetFolder(nodeFiles, join(root, name), name);
      } catch (thrown) {
        return (thrown as DemarcError).hint;
      }
    };
    expect(hintOf('provenence')).toBe('did you mean the shipped set `provenance`?');
    expect(hintOf('./team')).toBe(
      'name a folder of `.cedar` files, or a shipped set: provenance, rule-of-two, least-privilege, lockdown, controlled, open',
    );
  });

  it('is refused with what cannot be followed', () => {
    write('set/a.cedar', permit);
    write('shared/b.cedar', forbid);
    symlinkSync(join(root, 'shared'), join(root, 'set/more'));
    expect(read).toThrow(expect.objectContaining({ code: 'DMC_POLICY', message: expect.stringMatching(/`more`/) }));
    rmSync(join(root, 'set/more'));
    for (const name of ['b.cedar', 'entities.json']) {
      const link = join(root, 'set', name);
      symlinkSync(join(root, 'nothing'), link);
      expect(read).toThrow(
        expect.objectContaining({ code: 'DMC_POLICY', message: `\`${name}\` is a link that leads to no file` }),
      );
      rmSync(link);
    }
  });

  it('is read while Emacs has a file of it open, and whatever other links to nothing are there', () => {
    write('set/a.cedar', permit);
    for (const name of ['.#a.cedar', 'notes']) symlinkSync('jane@host.4711:1790000000', join(root, 'set', name));
    expect(read().files).toEqual([{ path: 'a.cedar', text: permit }]);
  });

  it('is refused with text that is not UTF-8: it would say something else', () => {
    mkdirSync(join(root, 'set'));
    const text = `${permit} forbid (principal, action, resource) when { context.run.id == "Müller" };`;
    writeFileSync(join(root, 'set/a.cedar'), Buffer.from(text, 'latin1'));
    expect(read).toThrow(expect.objectContaining({ code: 'DMC_POLICY', message: 'a.cedar is not UTF-8' }));
    writeFileSync(join(root, 'set/a.cedar'), text);
    expect(read().files).toEqual([{ path: 'a.cedar', text }]);
  });

  it('is refused where it is deeper than what is looked at', () => {
    write('set/a.cedar', permit);
    write(`set/${'d/'.repeat(65)}b.cedar`, forbid);
    expect(read).toThrow(expect.objectContaining({ code: 'DMC_POLICY', message: expect.stringMatching(/deeper/) }));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { MemoryTree } from './fixtures/memory-tree.ts';
import { treeDigest } from './tree-digest.ts';

const base = { '/p/a.js': 'one', '/p/lib/b.js': 'two', '/p/run*': '#!', '/p/link': { link: '/p/a.js' } };
const digest = (entries: ConstructorParameters<typeof MemoryTree>[0], root = '/p'): string =>
  treeDigest(new MemoryTree(entries), root);

describe('the digest of a tree', () => {
  it('is the same for the same tree, in whatever order a folder lists it, and wherever it lies', () => {
    const reordered = Object.fromEntries(Object.entries(base).reverse());
    expect(digest(reordered)).toBe(digest(base));
    const moved = { '/q/a.js': 'one', '/q/lib/b.js': 'two', '/q/run*': '#!', '/q/link': { link: '/q/a.js' } };
    expect(digest(moved, '/q')).toBe(digest(base));
  });

  it.each<[string, ConstructorParameters<typeof MemoryTree>[0]]>([
    ['a byte of a file', { ...base, '/p/a.js': 'onE' }],
    ['a new file', { ...base, '/p/c.js': '' }],
    ['a renamed file', { '/p/z.js': 'one', '/p/lib/b.js': 'two', '/p/run*': '#!', '/p/link': { link: '/p/z.js' } }],
    ['where a link leads', { ...base, '/p/link': { link: '/p/lib/b.js' } }],
    ['a link that leads out', { ...base, '/p/link': { link: '/etc/passwd' }, '/etc/passwd': '' }],
    ['a file in place of a link', { ...base, '/p/link': 'one' }],
    ['that a file can be run', { '/p/a.js': 'one', '/p/lib/b.js': 'two', '/p/run': '#!', '/p/link': base['/p/link'] }],
  ])('changes with %s', (_what, changed) => {
    expect(digest(changed)).not.toBe(digest(base));
  });

  it('tells two trees apart whose names and contents run into each other', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        fc.pre(a !== b);
        expect(digest({ '/p/x': a, '/p/y': b })).not.toBe(digest({ '/p/x': b, '/p/y': a }));
      }),
    );
  });

  it('is one of a file alone, too', () => {
    expect(digest({ '/p': 'one' })).not.toBe(digest({ '/p': 'two' }));
  });

  it('refuses sockets and devices', () => {
    expect(() => digest({ ...base, '/p/agent.sock': { kind: 'other' } })).toThrow('no file, folder or link');
  });

  it('takes so many files and bytes, and no more', () => {
    class Many extends MemoryTree {
      readonly count: number;
      constructor(count: number) {
        super({ '/p/x': '' });
        this.count = count;
      }
      override list(): readonly { name: string; kind: 'file' }[] {
        return Array.from({ length: this.count - 1 }, (_, at) => ({ name: String(at), kind: 'file' }));
      }
      override stat(path: string): ReturnType<MemoryTree['stat']> {
        return path === '/p' ? super.stat('/p') : super.stat('/p/x');
      }
      override read(): Uint8Array {
        return new Uint8Array();
      }
    }
    // The folder itself is one of them.
    expect(treeDigest(new Many(limits.sandboxTreeFilesMax), '/p')).toMatch(/^sha256:/);
    expect(() => treeDigest(new Many(limits.sandboxTreeFilesMax + 1), '/p')).toThrow(
      `has more than ${limits.sandboxTreeFilesMax} files`,
    );
    expect(digest({ '/p/x': { size: limits.sandboxTreeBytesMax } })).toMatch(/^sha256:/);
    expect(() => digest({ '/p/x': { size: limits.sandboxTreeBytesMax + 1 } })).toThrow('bytes');
  });
});

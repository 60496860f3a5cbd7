import { createHash } from 'node:crypto';
import { limits } from '../base/limits.ts';
import type { Files, FileStat } from '../base/ports.ts';

/** What a tree may hold. */
export type TreeBounds = Readonly<Record<'sandboxTreeFilesMax' | 'sandboxTreeBytesMax', number>>;

/**
 * The digest of a file or folder: of every name below it, what each is, whether it can be run, and its content; a symbolic link
 * is where it leads in the end. Times and owners are left out: a second installation has the same.
 *
 * @returns `sha256:` and hex digits
 * @throws the platform's error for what cannot be read; RangeError when there is too much, or something that is no file, folder or link
 */
export function treeDigest(files: Files, root: string, bounds: TreeBounds = limits): string {
  const tree = createHash('sha256');
  let count = 0;
  let bytes = 0;
  const add = (path: string, shown: string): void => {
    count++;
    if (count > bounds.sandboxTreeFilesMax) throw new RangeError(`has more than ${bounds.sandboxTreeFilesMax} files`);
    const stat = files.stat(path);
    switch (stat.kind) {
      case 'file':
        bytes += stat.size;
        if (bytes > bounds.sandboxTreeBytesMax)
          throw new RangeError(`has more than ${bounds.sandboxTreeBytesMax} bytes`);
        return line(tree, isProgram(stat) ? 'program' : 'file', shown, sha256(files.read(path)));
      case 'symlink':
        return line(tree, 'link', shown, targetOf(files, root, path));
      case 'directory': {
        line(tree, 'folder', shown, '');
        const names = files.list(path).map(({ name }) => name);
        // Without a comparison, `sort` compares code units: the same order everywhere.
        for (const name of names.sort()) add(`${path}/${name}`, shown === '' ? name : `${shown}/${name}`);
        return;
      }
      case 'other':
        throw new RangeError(`holds \`${shown}\`, which is no file, folder or link`);
    }
  };
  add(root, '');
  return `sha256:${tree.digest('hex')}`;
}

function line(hash: ReturnType<typeof createHash>, kind: string, shown: string, content: string): void {
  hash.update(`${JSON.stringify([kind, shown, content])}\n`);
}

function isProgram({ mode }: FileStat): boolean {
  return (mode & 0o111) !== 0;
}

/** Where a link leads; inside the tree as a relative path, so that the tree can be moved. */
function targetOf(files: Files, root: string, path: string): string {
  let target: string;
  try {
    target = files.real(path);
  } catch {
    return 'nowhere';
  }
  return target === root || target.startsWith(`${root}/`) ? `.${target.slice(root.length)}` : target;
}

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

import {
  closeSync,
  mkdirSync,
  openSync,
  writeSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { Clock, Environment, FileKind, Files, FileWriter } from '../base/ports.ts';

/** The real outside world. Only `app/` makes these; everything else receives them. */
export const nodeFiles: Files = {
  list: (directory) =>
    readdirSync(directory, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
  stat(path) {
    const stat = lstatSync(path);
    return {
      kind: kindOf(stat),
      size: stat.size,
      modifiedMs: stat.mtimeMs,
      changedMs: stat.ctimeMs,
      inode: stat.ino,
      mode: stat.mode,
      uid: stat.uid,
    };
  },
  kind: (path) => kindOf(statSync(path)),
  real: (path) => realpathSync(path),
  size: (path) => statSync(path).size,
  read: (path) => readFileSync(path),
};

export const nodeWriter: FileWriter = {
  write(path, data) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
  },
  writeAll(path, pieces) {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'w');
    try {
      for (const piece of pieces) {
        if (typeof piece === 'string') writeSync(file, piece);
        else writeSync(file, piece);
      }
    } finally {
      closeSync(file);
    }
  },
  replaceAll(path, pieces) {
    const beside = `${path}.${process.pid}.tmp`;
    try {
      nodeWriter.writeAll(beside, pieces);
      renameSync(beside, path);
    } catch (thrown) {
      rmSync(beside, { force: true });
      throw thrown;
    }
  },
  makeDirectory: (path) => void mkdirSync(path, { recursive: true }),
  remove: (path) => rmSync(path, { force: true }),
};

export const nodeClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** The environment of this process. */
export function nodeEnvironment(): Environment {
  const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
  return { variables: process.env, homeDirectory: homedir(), workingDirectory: process.cwd(), platform };
}

function kindOf(entry: Dirent | Stats): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

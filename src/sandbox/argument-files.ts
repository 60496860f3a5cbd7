import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asJsonObject } from '../base/json-object.ts';
import type { Files, FileKind } from '../base/ports.ts';
import { programError } from './sandbox-error.ts';
import { isAtOrInside, type LaunchSettings } from './settings.ts';

/** Programs whose first argument that is no option is what they run, whatever it is called. */
const interpreter = /^(?:node(?:js)?|bun|deno|python[\d.]*|pypy[\d.]*|ruby|perl|php|(?:ba|da|z|k)?sh)$/;
/** Those of them that run folders by their `package.json`. */
const nodeLike = /^(?:node(?:js)?|bun)$/;
/** Options of Node.js whose value is loaded before the script. */
const preloading = /^(?:-r|--(?:require|import|(?:experimental-)?loader))$/;
const code = /\.(?:[cm]?[jt]sx?|py[cwz]?|rb|pl|php|lua|jar|wasm|node|so|(?:ba|z)?sh)$/i;
/** What Node.js and Python try after a name that is no file: nodejs.org/api/modules.html, docs.python.org/3/using/cmdline.html. */
const endings = ['', '.js', '.node', '.py', '/__main__.py'];

/**
 * The files that the arguments of a server name, and where: those it is made of, and those it is told to read. A file that is no code and
 * lies where the server writes is its data, and left out.
 *
 * @param command the real path of the program; undefined where it is a package, which runs no script but its own
 * @param isSigned code was refused there when the server was signed: what looks like it now is the server's doing, and left out too
 * @throws DemarcError `DMC_SERVER_PROGRAM` for a folder that is to be run and has nothing to run
 */
export function argumentFiles(
  name: string,
  settings: LaunchSettings,
  command: string | undefined,
  files: Files,
  isSigned = false,
): readonly string[] {
  const { args, pin, sandbox } = settings;
  const writable = 'none' in sandbox ? [] : sandbox.writable;
  const given = 'none' in sandbox ? [] : [...pin, ...sandbox.readable, ...writable];
  const start = settings.cwd ?? ('none' in sandbox ? '/' : '/tmp');
  const isBelow = (path: string, folders: readonly string[]): boolean =>
    folders.some((folder) => isAtOrInside(path, folder));
  // In a sandbox, `/tmp` is the server's own: of the machine's there is only what it was given.
  const isThere = (path: string): boolean => 'none' in sandbox || !isAtOrInside(path, '/tmp') || isBelow(path, given);
  const program = posix.basename(command ?? '');
  const isNode = nodeLike.test(program);
  const scriptAt = interpreter.test(program) ? scriptIn(args) : -1;
  const words = args.map(wordsOf);
  // A folder can be one that the program goes to first, as `uv --directory` does.
  const named = words.flat().map((word) => posix.resolve(start, word));
  const folders = [start, ...named.filter((path) => kindOf(files, path) === 'directory')];
  return words.flatMap((of, at) => {
    const paths = of.flatMap((word) =>
      posix.isAbsolute(word)
        ? [posix.resolve(word)]
        : folders.map((folder) => posix.resolve(folder, word)).filter(isThere),
    );
    const folder = paths.find((path) => kindOf(files, path) === 'directory');
    const main = at === scriptAt && folder !== undefined && isNode ? mainOf(name, files, folder) : [];
    return [...paths.flatMap((path) => endings.map((ending) => path + ending)), ...main].filter((path) => {
      if (kindOf(files, path) !== 'file' || isBelow(path, pin)) return false;
      if (at === scriptAt) return true;
      if (isSigned && isBelow(path, writable)) return false;
      return !isBelow(files.real(path), writable) || (!isSigned && isCode(files, path));
    });
  });
}

/** What of an argument can be a path: itself where it is no option, and what comes after `=`. */
function wordsOf(argument: string): string[] {
  const at = argument.indexOf('=');
  return [argument.startsWith('-') ? '' : argument, at === -1 ? '' : argument.slice(at + 1)].flatMap((word) => {
    if (!word.startsWith('file:')) return word === '' ? [] : [word];
    try {
      return [fileURLToPath(word)];
    } catch {
      return [];
    }
  });
}

function scriptIn(args: readonly string[]): number {
  return args.findIndex((argument, at) => !argument.startsWith('-') && !preloading.test(args[at - 1] ?? ''));
}

/** What Node.js loads for a folder: nodejs.org/api/modules.html, folders as modules. */
function mainOf(name: string, files: Files, folder: string): string[] {
  const manifest = `${folder}/package.json`;
  const starts = [`${folder}/index`];
  try {
    const { main } = asJsonObject(JSON.parse(Buffer.from(files.read(manifest)).toString('utf8')));
    if (typeof main === 'string') starts.push(posix.resolve(folder, main), posix.resolve(folder, main, 'index'));
  } catch {
    // Without a manifest that can be read, Node.js looks for `index.js`.
  }
  const tried = starts.flatMap((path) => [path, `${path}.js`, `${path}.node`]);
  if (tried.some((path) => kindOf(files, path) === 'file')) return [manifest, ...tried];
  throw programError(
    name,
    `is to run \`${folder}\`, a folder without a main file`,
    'name the script in it; a folder that belongs to an option is written `--option=<folder>`',
  );
}

function isCode(files: Files, path: string): boolean {
  const real = files.real(path);
  return code.test(path) || code.test(real) || (files.stat(real).mode & 0o111) !== 0;
}

/** What a path leads to; undefined where it is none. */
function kindOf(files: Files, path: string): FileKind | undefined {
  try {
    return files.kind(path);
  } catch {
    return undefined;
  }
}

import { asJsonObject, isJsonObject, type JsonObject } from '../base/json-object.ts';
import { createHash } from 'node:crypto';
import { messageOf } from '../base/errors.ts';
import type { Files } from '../base/ports.ts';
import type { NpmPackage, PypiPackage } from './settings.ts';
import { readPackageArchive } from './tar.ts';
import { sha256 } from './tree-digest.ts';

/** A program as it is started: the path of what is run, and the arguments that come before those of the entry. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
}

/** What is wrong with a package; the message is the rest of a sentence about it. */
export class PackageProblem extends RangeError {}

/**
 * Finds the program of a package that npm installed, and holds it against the digest npm states for what was published:
 *
 * - npm's own record of the installation (`node_modules/.package-lock.json`) must state that digest. npm checks it when it installs; this
 *   says that it did, not that nothing changed since: that is what pinning the folder is for.
 * - With the archive: its digest must be that one, and the installed files must be its files, byte for byte.
 *
 * What the package depends on has digests of its own; all of it is in the folder, and pinned with it.
 *
 * @param node path of Node.js
 * @throws PackageProblem
 */
export function npmProgram(files: Files, entry: NpmPackage, node: string): Program {
  const at = entry.npm.lastIndexOf('@');
  const [name, version] = [entry.npm.slice(0, at), entry.npm.slice(at + 1)];
  const place = `node_modules/${name}`;
  const manifest = readObject(files, `${entry.folder}/${place}/package.json`);
  if (manifest['name'] !== name || manifest['version'] !== version)
    throw new PackageProblem(`is \`${String(manifest['name'])}@${String(manifest['version'])}\`, not \`${entry.npm}\``);
  const record = asJsonObject(
    asJsonObject(readObject(files, `${entry.folder}/node_modules/.package-lock.json`)['packages'])[place],
  );
  if (record['integrity'] !== entry.integrity)
    throw new PackageProblem(`\`${entry.npm}\` was installed from another archive than \`integrity\` names`);
  if (entry.archive !== undefined) checkArchive(files, entry.archive, entry.integrity, `${entry.folder}/${place}`);
  return { path: node, args: [`${entry.folder}/${place}/${binOf(manifest, entry.bin)}`] };
}

/**
 * Finds the program of a package that pip installed into a virtual environment. The archive must have the digest PyPI states, and the
 * installed files must be those of the installation's own record (PyPA: Recording installed projects). pip keeps nothing that ties
 * the two together: that is for whoever signs, and the folder is pinned from then on.
 *
 * @throws PackageProblem
 */
export function pypiProgram(files: Files, entry: PypiPackage): Program {
  const [name = '', version = ''] = entry.pypi.split('==');
  if (sha256(read(files, entry.archive)) !== entry.sha256)
    throw new PackageProblem(`\`${entry.archive}\` has not the digest \`sha256\` names`);
  const [site, info] = distributionOf(files, entry.folder, `${name.replace(/[-_.]+/g, '_').toLowerCase()}-${version}`);
  for (const line of Buffer.from(read(files, `${site}/${info}/RECORD`))
    .toString('utf8')
    .split('\n')) {
    const [, path = '', digest] = /^"?([^",]+)"?,(?:sha256=([\w-]+))?,\d*\r?$/.exec(line) ?? [];
    if (digest === undefined) continue;
    const found = createHash('sha256')
      .update(read(files, resolved(site, path)))
      .digest('base64url');
    if (found !== digest) throw new PackageProblem(`\`${path}\` is not the file that was installed`);
  }
  return { path: `${entry.folder}/bin/${entry.bin ?? name}`, args: [] };
}

/** `lib/python3.x/site-packages` and the `.dist-info` folder of a distribution in it, whatever way its name is written. */
function distributionOf(files: Files, folder: string, wanted: string): readonly [site: string, info: string] {
  const list = (path: string): readonly string[] => attempt(() => files.list(path).map(({ name }) => name));
  for (const python of list(`${folder}/lib`).filter((name) => name.startsWith('python3'))) {
    const site = `${folder}/lib/${python}/site-packages`;
    const info = list(site).find((name) => {
      const [, project = '', version = ''] = /^(.*)-([^-]+)\.dist-info$/.exec(name) ?? [];
      return `${project.replace(/[-_.]+/g, '_').toLowerCase()}-${version}` === wanted;
    });
    if (info !== undefined) return [site, info];
  }
  throw new PackageProblem(`\`${wanted}\` is not installed in \`${folder}\``);
}

/** A path of a record, which may lead out of `site-packages` (scripts do). */
function resolved(site: string, path: string): string {
  const parts = path.startsWith('/') ? [] : site.split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function checkArchive(files: Files, archive: string, integrity: string, folder: string): void {
  const bytes = read(files, archive);
  if (`sha512-${createHash('sha512').update(bytes).digest('base64')}` !== integrity)
    throw new PackageProblem(`\`${archive}\` has not the digest \`integrity\` names`);
  const published = attempt(() => readPackageArchive(bytes));
  for (const [path, content] of published)
    if (!Buffer.from(read(files, `${folder}/${path}`)).equals(content))
      throw new PackageProblem(`\`${path}\` is not the published file`);
  const installed = pathsBelow(files, folder, '').filter((path) => !published.has(path));
  if (installed[0] !== undefined) throw new PackageProblem(`\`${installed[0]}\` was not published`);
}

/** Files of the package itself: what it brought into `node_modules` of its own is somebody else's. */
function pathsBelow(files: Files, root: string, below: string): readonly string[] {
  return attempt(() => files.list(below === '' ? root : `${root}/${below}`)).flatMap(({ name, kind }) => {
    const path = below === '' ? name : `${below}/${name}`;
    if (path === 'node_modules') return [];
    return kind === 'directory' ? pathsBelow(files, root, path) : [path];
  });
}

/** `bin` of package.json (docs.npmjs.com/cli/configuring-npm/package-json): a path, or paths by name. */
function binOf({ bin }: JsonObject, wanted: string | undefined): string {
  const paths = typeof bin === 'string' ? { '': bin } : asJsonObject(bin);
  const names = Object.keys(paths);
  const path = names.length === 1 && wanted === undefined ? paths[names[0] ?? ''] : paths[wanted ?? ''];
  if (typeof path !== 'string')
    throw new PackageProblem(`has the programs ${names.join(', ') || '(none)'}: name one with \`bin\``);
  const plain = path.replace(/^\.\//, '');
  if (/^\/|(?:^|\/)\.\.(?:\/|$)/.test(plain)) throw new PackageProblem('has a program outside of it');
  return plain;
}

function read(files: Files, path: string): Uint8Array {
  return attempt(() => files.read(path));
}

function readObject(files: Files, path: string): JsonObject {
  const value: unknown = attempt(() => JSON.parse(Buffer.from(files.read(path)).toString('utf8')));
  if (isJsonObject(value)) return value;
  throw new PackageProblem(`\`${path}\` is no JSON object`);
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof PackageProblem ? thrown : new PackageProblem(`cannot be read: ${messageOf(thrown)}`);
  }
}

import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import { messageOf } from '../base/errors.ts';
import type { Files } from '../base/ports.ts';
import { argumentFiles } from './argument-files.ts';
import { npmProgram, PackageProblem, type Program, pypiProgram } from './installed-package.ts';
import { programError } from './sandbox-error.ts';
import { type LaunchSettings, launchSettings, writeProblem } from './settings.ts';
import { treeDigest } from './tree-digest.ts';

/** What is needed to look at programs on this machine. */
export interface ProgramParts {
  readonly files: Files;
  /** Path of the Node.js that runs the gateway: packages of npm run on it, and it is trusted as the gateway is. */
  readonly node: string;
  /** What the gateway itself relies on: its configuration, state and policies, as far as they are known. */
  readonly own?: readonly string[] | undefined;
  /** The servers were signed before, and are held against that. */
  readonly isSigned?: boolean | undefined;
}

/** The program of an entry as it lies on this machine. */
export interface ServerProgram {
  readonly name: string;
  readonly settings: LaunchSettings;
  readonly program: Program;
  /** `sha256:` and hex of the canonical JSON of the entry as it was written. */
  readonly entry: string;
  /** Digest by path of everything that is pinned: the program, what the entry pins, and files among its arguments. */
  readonly pins: ReadonlyMap<string, string>;
  /** Where all that is named: on the way there can be links. */
  readonly named: readonly string[];
}

/** Whether an entry starts a process. */
export function startsProcess(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && ('command' in entry || 'package' in entry);
}

/**
 * Reads an entry and looks at its program: where it is, that it is the package it is said to be, and what its files are now.
 *
 * @param written the entry as it stands in the configuration
 * @param digests of what was read just now, by path: what several servers pin, `node_modules` mostly, is read once for all of them
 * @throws DemarcError `DMC_SERVER_PROGRAM`
 */
export function lookAtProgram(
  name: string,
  written: unknown,
  parts: ProgramParts,
  digests = new Map<string, string>(),
): ServerProgram {
  const parsed = launchSettings.safeParse(written);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw programError(
      name,
      `${where === '' ? '' : `\`${where}\` `}${issue?.message ?? ''}`,
      'docs/guide/sandbox.md describes every key',
    );
  }
  const settings = parsed.data;
  checkPaths(name, settings, parts.files);
  const program = programOf(name, settings, parts);
  const pins = new Map<string, string>();
  const named = pinnedPaths(name, settings, program, parts);
  for (const path of named) {
    const real = attempt(name, path, () => parts.files.real(path));
    const digest = digests.get(real) ?? attempt(name, path, () => treeDigest(parts.files, real));
    digests.set(real, digest);
    pins.set(real, digest);
  }
  const entry = `sha256:${createHash('sha256').update(canonicalJson(written)).digest('hex')}`;
  return { name, settings, program, entry, pins, named };
}

/** Looks at every program that a configuration starts. @param servers as they were written. @throws DemarcError `DMC_SERVER_PROGRAM` */
export function lookAtPrograms(
  servers: Readonly<Record<string, unknown>>,
  parts: ProgramParts,
): readonly ServerProgram[] {
  const digests = new Map<string, string>();
  return Object.entries(servers).flatMap(([name, entry]) =>
    startsProcess(entry) ? [lookAtProgram(name, entry, parts, digests)] : [],
  );
}

/**
 * Holds what servers may write against what is relied on while they run: programs and what is pinned of all of them, paths that others
 * are given, and the gateway's own.
 *
 * @throws DemarcError `DMC_SERVER_PROGRAM`
 */
export function checkWritable(programs: readonly ServerProgram[], { node, own = [] }: ProgramParts): void {
  const relied = programs.map(({ name, named, pins, settings: { sandbox } }) => ({
    name,
    whose: ` of server \`${name}\``,
    program: [...named, ...pins.keys()],
    given: 'none' in sandbox ? [] : [...sandbox.readable, ...sandbox.writable],
  }));
  const all = [...relied, { name: undefined, whose: ' of the gateway', program: [node, ...own], given: [] }];
  for (const { name, settings } of programs)
    for (const folder of 'none' in settings.sandbox ? [] : settings.sandbox.writable)
      for (const { name: other, whose, program, given } of all) {
        const problem = writeProblem(folder, program, given, other === name ? '' : whose);
        if (problem !== undefined)
          throw programError(name, problem, 'let it write another folder, or move what is relied on out of this one');
      }
}

function programOf(
  name: string,
  { command, package: packaged }: LaunchSettings,
  { files, node }: ProgramParts,
): Program {
  try {
    if (packaged === undefined) return { path: command ?? '', args: [] };
    return 'npm' in packaged ? npmProgram(files, packaged, node) : pypiProgram(files, packaged);
  } catch (thrown) {
    if (thrown instanceof PackageProblem) throw programError(name, `package ${thrown.message}`);
    throw thrown;
  }
}

/** A declared path leads where it says: through a link, it would lead where somebody else says. */
function checkPaths(name: string, { package: packaged, pin, cwd, sandbox }: LaunchSettings, files: Files): void {
  const declared = [
    packaged?.folder,
    cwd,
    ...pin,
    ...('none' in sandbox ? [] : [...sandbox.readable, ...sandbox.writable]),
  ];
  for (const path of declared) {
    if (path === undefined || path === '/tmp') continue;
    const real = attempt(name, path, () => files.real(path));
    if (real !== path) throw programError(name, `names \`${path}\`, which leads to \`${real}\`: name that`);
    const kind = files.kind(path);
    if (kind !== 'file' && kind !== 'directory')
      throw programError(
        name,
        `names \`${path}\`, which is no file or folder`,
        'a socket would lead out of the sandbox',
      );
  }
}

/** The folder of a package, else the program; what is pinned besides; and arguments that are files. */
function pinnedPaths(
  name: string,
  settings: LaunchSettings,
  program: Program,
  { files, node, isSigned }: ProgramParts,
): readonly string[] {
  const { package: packaged, pin } = settings;
  const own = packaged === undefined ? program.path : packaged.folder;
  const real = (path: string): string => attempt(name, path, () => files.real(path));
  const given = argumentFiles(name, settings, packaged === undefined ? real(own) : undefined, files, isSigned);
  return [own, ...pin, ...given].filter((path) => real(path) !== node);
}

function attempt<T>(name: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw programError(
      name,
      `names \`${path}\`, which ${thrown instanceof RangeError ? thrown.message : `cannot be read: ${messageOf(thrown)}`}`,
    );
  }
}

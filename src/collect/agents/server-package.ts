import { bagOf } from './lookup.ts';
import { knownServers, nearestKnown } from './known-servers.ts';
import type { Properties } from '../../model/value.ts';

/** A package that a runner fetches and starts. */
export interface RunPackage {
  /** `npx`, `uvx`, `docker`, … */
  readonly runner: string;
  /** Without version: `@modelcontextprotocol/server-github`, `mcp-server-git`, `ghcr.io/github/github-mcp-server`. */
  readonly name: string;
  /** As written after the name; undefined when none is. */
  readonly version: string | undefined;
  /** Exactly one artifact can run: an exact version, a commit or a digest. */
  readonly pinned: boolean;
  /** Whether it is installed without asking when missing. */
  readonly autoInstall: boolean;
}

const exactVersion = /^v?\d+(?:\.\d+){1,3}(?:[-+][\w.-]{1,64})?$/;
const commit = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i;
/** Flags of the runners that take a value of their own. */
const valued = new Set([
  '--from',
  '--python',
  '-p',
  '--package',
  '--with',
  '--index-url',
  '--default-index',
  '--registry',
  '-c',
  '--call',
  '--allow-net',
  '--spec',
  '--env-file',
  '--directory',
  '--project',
  '--cache',
  '--node-arg',
]);

/**
 * The package a command line fetches and runs, or undefined when it runs something that is already there.
 * Runners: npm (docs.npmjs.com/cli/commands/npx), pnpm dlx, yarn dlx, bunx, uv (docs.astral.sh/uv/guides/tools), pipx,
 * deno, docker and podman.
 *
 * @param words the command and its arguments; `cmd /c` in front of them is skipped
 */
export function packageOf(words: readonly string[]): RunPackage | undefined {
  const [first = '', ...rest] = skipWrapper(words);
  const program = programOf(first);
  if (program === 'npx' || program === 'bunx') return npmPackage(program, rest);
  if (
    (program === 'npm' && (rest[0] === 'exec' || rest[0] === 'x')) ||
    ((program === 'pnpm' || program === 'yarn') && rest[0] === 'dlx') ||
    (program === 'bun' && rest[0] === 'x')
  )
    return npmPackage(`${program} ${rest[0] ?? ''}`, rest.slice(1));
  if (program === 'pnpx') return npmPackage('pnpm dlx', rest);
  if (program === 'uvx') return pythonPackage('uvx', rest);
  if (program === 'uv' && rest[0] === 'tool' && rest[1] === 'run') return pythonPackage('uvx', rest.slice(2));
  if (program === 'pipx' && rest[0] === 'run') return pythonPackage('pipx', rest.slice(1));
  if ((program === 'docker' || program === 'podman') && rest.includes('run'))
    return imagePackage(program, rest.slice(rest.indexOf('run') + 1));
  if (program === 'deno' && rest[0] === 'run') return denoPackage(rest.slice(1));
  return undefined;
}

/** The package as properties, with a known package of nearly the same name. */
export function packageProperties(found: RunPackage): Properties {
  const known = knownServers.has(found.name.toLowerCase());
  return bagOf({
    runner: found.runner,
    name: found.name,
    version: found.version,
    pinned: found.pinned,
    autoInstall: found.autoInstall,
    known,
    near: known ? undefined : nearestKnown(found.name),
  });
}

/** `cmd /c npx …` and `env A=b npx …` run what comes after. */
export function skipWrapper(words: readonly string[]): readonly string[] {
  const program = programOf(words[0] ?? '');
  if (program === 'cmd' && /^\/c$/i.test(words[1] ?? '')) return words.slice(2);
  if (program === 'env')
    return words.slice(1 + words.slice(1).findIndex((word) => !word.includes('=') && !word.startsWith('-')));
  return words;
}

/** The name of a program without folder and Windows ending. */
export function programOf(word: string): string {
  return word
    .slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)
    .replace(/\.(?:exe|cmd|bat)$/i, '')
    .toLowerCase();
}

/**
 * Whether a command line starts `demarc mcp bridge`, as `demarc gateway init` writes it: by its name, or node with its file where PATH does
 * not lead to it.
 */
export function startsBridge(command: string, args: readonly string[]): boolean {
  const isFile = /[/\\]dist[/\\]cli[/\\]main\.js$/.test(args[0] ?? '');
  const own = programOf(command) === 'demarc' ? args : isFile ? args.slice(1) : [];
  return own[0] === 'mcp' && own[1] === 'bridge';
}

function npmPackage(runner: string, args: readonly string[]): RunPackage | undefined {
  const named = flagValue(args, ['--package', '-p']);
  const spec = named ?? args[firstPositional(args)];
  if (spec === undefined) return undefined;
  const autoInstall =
    runner !== 'npx' && runner !== 'npm exec' && runner !== 'npm x'
      ? true
      : args.some((word) => word === '-y' || word === '--yes' || word === '--yes=true');
  if (/^(?:https?:|git[+:]|github:)/.test(spec))
    return { runner, name: spec, version: refOf(spec), pinned: commit.test(refOf(spec) ?? ''), autoInstall };
  const at = spec.indexOf('@', 1);
  const version = at === -1 ? undefined : spec.slice(at + 1);
  return {
    runner,
    name: at === -1 ? spec : spec.slice(0, at),
    version,
    pinned: version !== undefined && exactVersion.test(version),
    autoInstall,
  };
}

function pythonPackage(runner: string, args: readonly string[]): RunPackage | undefined {
  const from = flagValue(args, runner === 'pipx' ? ['--spec'] : ['--from']);
  const spec = from ?? args[firstPositional(args)];
  if (spec === undefined) return undefined;
  if (/^(?:git\+|https?:)/.test(spec))
    return { runner, name: spec, version: refOf(spec), pinned: commit.test(refOf(spec) ?? ''), autoInstall: true };
  const found = /^([\w.-]{1,128})(?:\[[\w,.-]{1,128}\])?(?:(==|@)([\w.+!-]{1,64})|([<>~!=].{0,64}))?$/.exec(spec);
  const version = found?.[3] ?? found?.[4];
  const pinned = found?.[3] !== undefined && exactVersion.test(found[3]);
  return { runner, name: found?.[1] ?? spec, version, pinned, autoInstall: true };
}

function imagePackage(runner: string, args: readonly string[]): RunPackage | undefined {
  const image = imageOf(args);
  if (image === undefined) return undefined;
  const digest = image.indexOf('@sha256:');
  const named = digest === -1 ? image : image.slice(0, digest);
  const colon = named.lastIndexOf(':');
  const tag = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : undefined;
  const name = tag === undefined ? named : named.slice(0, colon);
  const version = digest === -1 ? tag : image.slice(digest + 1);
  return {
    runner,
    name,
    version,
    pinned: digest !== -1 || (tag !== undefined && exactVersion.test(tag)),
    autoInstall: true,
  };
}

function denoPackage(args: readonly string[]): RunPackage | undefined {
  const spec = args.find((word) => /^(?:npm:|jsr:|https?:)/.test(word));
  if (spec === undefined) return undefined;
  const bare = spec.replace(/^(?:npm|jsr):/, '');
  const at = bare.indexOf('@', 1);
  const version = at === -1 ? undefined : bare.slice(at + 1).split('/')[0];
  return {
    runner: 'deno',
    name: at === -1 ? bare : bare.slice(0, at),
    version,
    pinned: version !== undefined && exactVersion.test(version),
    autoInstall: true,
  };
}

/** Flags of `docker run` that stand alone; every other flag without `=` takes the next word. */
const switches = new Set([
  '-i',
  '-t',
  '-it',
  '-ti',
  '-d',
  '--rm',
  '--init',
  '--interactive',
  '--tty',
  '--privileged',
  '--read-only',
  '--detach',
  '-P',
  '--publish-all',
  '--no-healthcheck',
  '--oom-kill-disable',
  '-q',
  '--quiet',
  '--sig-proxy',
  '--tls-verify',
]);

/** The image of the words after `docker run`. */
export function imageOf(args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!word.startsWith('-')) return word;
    if (!word.includes('=') && !switches.has(word)) at++;
  }
  return undefined;
}

function firstPositional(args: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!word.startsWith('-')) return at;
    if (valued.has(word)) at++;
  }
  return args.length;
}

function flagValue(args: readonly string[], flags: readonly string[]): string | undefined {
  for (const [at, word] of args.entries()) {
    if (flags.includes(word)) return args[at + 1];
    const flag = flags.find((name) => name.startsWith('--') && word.startsWith(`${name}=`));
    if (flag !== undefined) return word.slice(flag.length + 1);
    // What follows the package belongs to the server.
    if (!word.startsWith('-')) return undefined;
  }
  return undefined;
}

function refOf(spec: string): string | undefined {
  const at = Math.max(spec.lastIndexOf('@'), spec.lastIndexOf('#'));
  return at <= spec.indexOf('://') + 2 ? undefined : spec.slice(at + 1);
}

import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { DemarcError } from '../../base/errors.ts';
import { redactText } from '../../base/secrets.ts';
import { splitCommand } from '../../collect/documents/command-line.ts';
import { decodeText } from '../../collect/source.ts';
import { commandIdentity, type ServerIdentity, urlIdentity } from '../../integrity/identity.ts';
import type { Context } from '../context.ts';
import { type ClientEntry, entryAt, isSseAddress } from '../gateway/init/client-entries.ts';
import { readJson } from '../read-json.ts';
import { readListing } from './read-listing.ts';
import type { Listing } from '../../integrity/definition.ts';

/** How a server is reached. */
export type ServerWay =
  | { readonly kind: 'listing'; readonly listing: Listing }
  /** It cannot be, and why. */
  | { readonly kind: 'none'; readonly error: DemarcError }
  | {
      readonly kind: 'start';
      readonly path: string;
      readonly args: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      readonly directory: string;
    }
  | {
      readonly kind: 'ask';
      readonly url: URL;
      /** It speaks HTTP+SSE of 2024-11-05. */
      readonly sse: boolean;
      readonly headers: Readonly<Record<string, string>>;
    };

/** A server that a person named, with the name its pins stand under. */
export interface NamedServer {
  readonly name: string;
  readonly identity: ServerIdentity;
  readonly way: ServerWay;
}

/** What says which servers are meant; one of file, `command`, `url`, `config`. */
export interface ServerFlags {
  readonly command?: string | undefined;
  readonly url?: string | undefined;
  readonly config?: string | undefined;
  /** Entries of `config` that are started or asked; `all` is all of them. Without it nothing of a configuration is. */
  readonly start?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly env?: readonly string[] | undefined;
  readonly header?: readonly string[] | undefined;
}

/** Variables a program gets without being given them: those of the MCP SDKs' own clients. */
const inherited = [
  'HOME',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TERM',
  'USER',
  'LANG',
  'APPDATA',
  'LOCALAPPDATA',
  'PATHEXT',
  'SYSTEMROOT',
  'TEMP',
  'USERNAME',
  'USERPROFILE',
];

/**
 * The servers that flags name. Reads files; starts and asks nothing.
 *
 * @throws DemarcError `DMC_USAGE`, or `DMC_MCP_LIST` for a file or entry, or the program of `command`, that is not there
 */
export function namedServers(context: Context, flags: ServerFlags, file: string | undefined): readonly NamedServer[] {
  const given = [file, flags.command, flags.url, flags.config].filter((value) => value !== undefined);
  if (given.length !== 1) throw new DemarcError('DMC_USAGE', 'name one source: a file, --command, --url or --config');
  if (flags.config !== undefined) return entriesOf(context, flags, flags.config);
  const name = flags.name ?? 'server';
  if (file !== undefined)
    return [
      {
        name,
        identity: {},
        way: { kind: 'listing', listing: readListing(readJson(context, file, 'DMC_MCP_LIST'), file) },
      },
    ];
  if (flags.url !== undefined)
    return [overHttp(name, flags.url, isSseAddress(flags.url), headersOf(flags.header ?? []))];
  const [program, ...args] = splitCommand(flags.command ?? '');
  if (program === undefined) throw new DemarcError('DMC_USAGE', '--command is empty');
  return [
    started(context, name, program, args, variablesOf(context, flags.env ?? []), context.environment.workingDirectory),
  ];
}

function entriesOf(context: Context, { start, env, header }: ServerFlags, path: string): NamedServer[] {
  const file = resolve(context.environment.workingDirectory, path);
  const entries = readEntries(decodeText(context.files.read(file)));
  const names = entries.map(({ name }) => name);
  if (entries.length === 0)
    throw new DemarcError('DMC_MCP_LIST', `\`${path}\` has no entries of servers`, {
      hint: 'it is a JSON configuration with `mcpServers` or `servers`',
    });
  if (start === undefined)
    throw new DemarcError('DMC_USAGE', `\`${path}\` names ${names.join(', ')}: nothing is started unasked`, {
      hint: '--start <name,…> or --start all says which may be started or asked',
    });
  const unknown = start.find((name) => name !== 'all' && !names.includes(name));
  if (unknown !== undefined) throw new DemarcError('DMC_MCP_LIST', `\`${path}\` has no server \`${unknown}\``);
  return entries
    .filter(({ name }) => start.includes('all') || start.includes(name))
    .map((entry) => reached(context, entry, variablesOf(context, env ?? []), headersOf(header ?? [])));
}

/** What is wrong with one entry is told when it is its turn: it hides nothing of the others. */
function reached(
  context: Context,
  entry: ClientEntry,
  ...more: [Record<string, string>, Record<string, string>]
): NamedServer {
  try {
    return entryServer(context, entry, ...more);
  } catch (thrown) {
    if (!(thrown instanceof DemarcError)) throw thrown;
    return { name: entry.name, identity: {}, way: { kind: 'none', error: thrown } };
  }
}

function entryServer(
  context: Context,
  entry: ClientEntry,
  variables: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): NamedServer {
  const fill = (text: string): string => filled(context, entry.name, text);
  if (entry.http !== undefined) {
    const own = Object.entries(entry.headers).map(([name, value]) => [name.toLowerCase(), fill(value)] as const);
    const server = overHttp(entry.name, fill(entry.http.url), entry.http.sse, {
      ...Object.fromEntries(own),
      ...headers,
    });
    return { ...server, identity: urlIdentity(entry.http.url) };
  }
  const { command = '', args = [], cwd } = entry.stdio ?? {};
  const own = Object.entries(entry.env).map(([name, value]) => [name, fill(value)] as const);
  const folder = resolve(context.environment.workingDirectory, cwd === undefined ? '.' : fill(cwd));
  const server = started(
    context,
    entry.name,
    fill(command),
    args.map(fill),
    { ...variables, ...Object.fromEntries(own) },
    folder,
  );
  return { ...server, identity: commandIdentity([command, ...args]) };
}

function started(
  context: Context,
  name: string,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  directory: string,
): NamedServer {
  const path = programPath(context, program, environment['PATH'] ?? '', directory);
  if (path === undefined)
    throw new DemarcError('DMC_MCP_LIST', `server \`${name}\`: there is no program \`${program}\``);
  return {
    name,
    identity: commandIdentity([program, ...args]),
    way: { kind: 'start', path, args, environment, directory },
  };
}

function overHttp(name: string, text: string, sse: boolean, headers: Readonly<Record<string, string>>): NamedServer {
  if (!URL.canParse(text)) throw new DemarcError('DMC_USAGE', `\`${redactText(text)}\` is no address`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new DemarcError('DMC_USAGE', `\`${url.protocol}\` is not a protocol for servers`);
  return { name, identity: urlIdentity(text), way: { kind: 'ask', url, sse, headers } };
}

/** Server entries of a JSON configuration, whichever client's it is. */
function readEntries(text: string): ClientEntry[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const places = [['mcpServers'], ['servers'], ['mcp', 'servers'], ['mcp'], ['context_servers'], ['amp.mcpServers']];
  const found = places.map((place) => root && findNodeAtLocation(root, place)).find((node) => node?.type === 'object');
  return (found?.children ?? []).flatMap((property: Node) => {
    const before = text.slice(0, property.offset);
    const line = before.split('\n').length;
    const name = String(property.children?.[0]?.value);
    const entry = entryAt(text, 'json', { name, line, column: property.offset - before.lastIndexOf('\n') });
    return entry === undefined ? [] : [entry];
  });
}

/** `${NAME}` and `${env:NAME}`, as clients write them. */
function filled(context: Context, server: string, text: string): string {
  return text.replace(/\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_, name: string, other: string | undefined) => {
    const value = context.environment.variables[name] ?? other;
    if (name === 'workspaceFolder') return context.environment.workingDirectory;
    if (value === undefined)
      throw new DemarcError('DMC_MCP_LIST', `server \`${server}\` needs the variable ${name}, which is not set`);
    return value;
  });
}

/** `NAME` takes the variable as it is here, `NAME=value` sets it. */
function variablesOf({ environment }: Context, given: readonly string[]): Record<string, string> {
  const pairs = [...inherited, ...given].flatMap((item) => {
    const [name = '', ...value] = item.split('=');
    const found = value.length > 0 ? value.join('=') : environment.variables[name];
    return found === undefined ? [] : [[name, found] as const];
  });
  return Object.fromEntries(pairs);
}

function headersOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((header) => {
      const colon = header.indexOf(':');
      if (colon < 1) throw new DemarcError('DMC_USAGE', '--header is `Name: value`');
      return [header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim()];
    }),
  );
}

function programPath({ files }: Context, program: string, path: string, directory: string): string | undefined {
  const isFile = (name: string): boolean => {
    try {
      return files.kind(name) === 'file';
    } catch {
      return false;
    }
  };
  const places =
    isAbsolute(program) || /[\\/]/.test(program)
      ? [resolve(directory, program)]
      : path.split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, program)]));
  return places.find(isFile);
}

import { asJsonObject, type JsonObject } from '../../../base/json-object.ts';
import { parseJson } from '../../../collect/documents/json.ts';
import { splitCommand } from '../../../collect/documents/command-line.ts';
import type { DocNode } from '../../../collect/documents/node.ts';
import { parseToml } from '../../../collect/documents/toml.ts';
import { parseYaml } from '../../../collect/documents/yaml.ts';

export type FileFormat = 'json' | 'toml' | 'yaml';
export type PathStep = string | number;

/** One server entry of a client's file, as it stands there. */
export interface ClientEntry {
  /** From the root of the file to the entry: `['mcpServers', 'github']`. */
  readonly path: readonly PathStep[];
  readonly name: string;
  readonly value: JsonObject;
  readonly stdio?: { readonly command: string; readonly args: readonly string[]; readonly cwd?: string } | undefined;
  /** `sse`: it is said to speak HTTP+SSE of 2024-11-05, or its path is that of such servers and nothing is said. */
  readonly http?: { readonly url: string; readonly sse: boolean } | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The same field in the spellings of the clients (`src/collect/agents/read-servers.ts`). */
const fields = {
  command: ['command', 'cmd'],
  args: ['args', 'arguments'],
  env: ['env', 'environment', 'envs'],
  url: ['url', 'httpUrl', 'serverUrl', 'serverURL', 'uri', 'endpoint'],
  headers: ['headers', 'http_headers'],
  cwd: ['cwd', 'workingDirectory'],
  transport: ['type', 'transport', 'transportType'],
} as const;
/** Codex names variables instead of values: developers.openai.com/codex/config-reference, read 2026-11-28. */
const codexFields = ['bearer_token_env_var', 'env_http_headers', 'env_vars'] as const;
/** What the gateway takes over, and what therefore leaves the entry. Everything else is the client's own. */
const taken: readonly string[] = [...Object.values(fields).flat(), ...codexFields, 'requestOptions'];

/** Why a part of an entry is not what its clients take, and would be lost; undefined where all are. */
export function misshapenIn(value: JsonObject): string | undefined {
  for (const [field, what] of [
    ['args', 'its arguments are not written as a list'],
    ['env', 'its variables are not written by name'],
    ['headers', 'its header fields are not written by name'],
  ] as const) {
    const key = firstName(value, fields[field]);
    const written = key === undefined ? undefined : value[key];
    if (written === undefined || written === null || written === '') continue;
    if (typeof written !== 'object' || Array.isArray(written) !== (field === 'args')) return `${what} (\`${key}\`)`;
  }
  return undefined;
}

/** The format of a client's file, by its name. */
export function formatOf(file: string): FileFormat {
  if (file.endsWith('.toml')) return 'toml';
  return /\.ya?ml$/.test(file) ? 'yaml' : 'json';
}

/**
 * Reads the server entry of a name at a place of a file, both as the agents collector states them.
 *
 * @param line and column of the entry, from 1
 * @returns undefined when there is no entry whose command or address can be told
 */
export function entryAt(
  text: string,
  format: FileFormat,
  place: { readonly name: string; readonly line: number; readonly column: number },
): ClientEntry | undefined {
  const root = treeOf(text, format);
  const found = root && find(root, [], place);
  return found && entryOf(place.name, found.path, found.value);
}

/** What of an entry is replaced so that it starts another command; everything else in it stays. */
export interface EntryChange {
  readonly path: readonly PathStep[];
  readonly remove: readonly string[];
  readonly set: JsonObject;
}

/** Lets an entry start a command instead of its server, in the shape its client wants. */
export function changeOf({ path, value }: ClientEntry, command: string, args: readonly string[]): EntryChange {
  const typeField = firstName(value, fields.transport);
  const type = typeField === undefined ? undefined : value[typeField];
  const commandField = firstName(value, fields.command) ?? (path[0] === 'extensions' ? 'cmd' : 'command');
  // OpenCode (opencode.ai/docs/mcp-servers): `local` with one list, or `remote`.
  const isList = Array.isArray(value[commandField]) || type === 'remote';
  const set = {
    ...(typeField === undefined ? {} : { [typeField]: type === 'local' || type === 'remote' ? 'local' : 'stdio' }),
    [commandField]: isList ? [command, ...args] : command,
    ...(isList ? {} : { [firstName(value, fields.args) ?? 'args']: [...args] }),
  };
  return { path, remove: taken.filter((key) => Object.hasOwn(value, key) && !Object.hasOwn(set, key)), set };
}

function treeOf(text: string, format: FileFormat): DocNode | undefined {
  switch (format) {
    case 'json':
      return parseJson(text, '').root;
    case 'toml':
      return parseToml(text, '').root;
    case 'yaml':
      return parseYaml(text, '').documents[0];
  }
}

function find(
  node: DocNode,
  path: readonly PathStep[],
  place: { readonly name: string; readonly line: number; readonly column: number },
): { readonly path: readonly PathStep[]; readonly value: JsonObject } | undefined {
  const isHere = (at: { readonly line: number; readonly column: number }): boolean =>
    at.line === place.line && at.column === place.column;
  const items: readonly (readonly [PathStep, DocNode, boolean])[] =
    node.kind === 'map'
      ? [...node.entries].map(([key, entry]) => [key, entry.node, key === place.name && isHere(entry)] as const)
      : node.kind === 'list'
        ? node.items.map((item, index) => [index, item, isHere(item) && nameIn(item) === place.name] as const)
        : [];
  for (const [step, item, matches] of items) {
    if (matches && item.kind === 'map') return { path: [...path, step], value: plainOf(item) as JsonObject };
    const below = find(item, [...path, step], place);
    if (below !== undefined) return below;
  }
  return undefined;
}

function nameIn(node: DocNode): unknown {
  const name = node.kind === 'map' ? node.entries.get('name')?.node : undefined;
  return name?.kind === 'scalar' ? name.value : undefined;
}

function plainOf(node: DocNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainOf(entry.node)]));
}

function entryOf(name: string, path: readonly PathStep[], value: JsonObject): ClientEntry | undefined {
  const read = (field: keyof typeof fields): unknown => {
    const key = firstName(value, fields[field]);
    return key === undefined ? undefined : value[key];
  };
  const written = read('command');
  const [command, ...args] = commandOf(written, read('args'));
  const cwd = read('cwd');
  const url = read('url');
  const env = { ...textsOf(asJsonObject(written)['env']), ...passedOn(value['env_vars']), ...textsOf(read('env')) };
  const headers = { ...textsOf(asJsonObject(value['requestOptions'])['headers']), ...textsOf(read('headers')) };
  const entry = { path, name, value, env, headers: { ...headers, ...headersByVariable(value) } };
  if (command !== undefined)
    return { ...entry, stdio: { command, args, ...(typeof cwd === 'string' && cwd !== '' ? { cwd } : {}) } };
  if (typeof url !== 'string' || url === '') return undefined;
  const transport = read('transport');
  const sse = typeof transport === 'string' ? transport.toLowerCase() === 'sse' : isSseAddress(url);
  return { ...entry, http: { url, sse } };
}

/** Whether an address is where servers of HTTP+SSE (2024-11-05) have their stream by convention. */
export function isSseAddress(url: string): boolean {
  return /\/sse\/?(?:$|[?#])/.test(url);
}

function firstName(value: JsonObject, names: readonly string[]): string | undefined {
  return names.find((name) => Object.hasOwn(value, name));
}

/** `command` is a text, a whole line, a list with the arguments (OpenCode), or `{path, args}` (Zed). */
function commandOf(command: unknown, args: unknown): string[] {
  const more = Array.isArray(args) ? args.map(String) : [];
  if (typeof command === 'string' && command !== '') {
    // A lone program with a blank in its path is left alone.
    const isLine = more.length === 0 && /\s/.test(command) && !/^[/\\A-Z~]/.test(command);
    return isLine ? splitCommand(command) : [command, ...more];
  }
  if (Array.isArray(command)) return [...command.map(String), ...more];
  const { path, args: inner } = asJsonObject(command);
  return typeof path === 'string' ? [path, ...(Array.isArray(inner) ? inner.map(String) : []), ...more] : [];
}

function textsOf(value: unknown): Record<string, string> {
  const known = Object.entries(asJsonObject(value)).filter(([, item]) => item !== null && typeof item !== 'object');
  return Object.fromEntries(known.map(([name, item]) => [name, String(item)]));
}

/** Codex's `env_vars`: names, or `{name}`. */
function passedOn(value: unknown): Record<string, string> {
  const names = Array.isArray(value)
    ? value.map((item) => (typeof item === 'string' ? item : asJsonObject(item)['name']))
    : [];
  return Object.fromEntries(
    names.flatMap((name) => (typeof name === 'string' ? [[name, `\${${name}}`] as const] : [])),
  );
}

function headersByVariable(value: JsonObject): Record<string, string> {
  const bearer = value['bearer_token_env_var'];
  const named = Object.entries(textsOf(value['env_http_headers'])).map(([header, name]) => [header, `\${${name}}`]);
  return Object.fromEntries([
    ...(typeof bearer === 'string' ? [['Authorization', `Bearer \${${bearer}}`]] : []),
    ...named,
  ]) as Record<string, string>;
}

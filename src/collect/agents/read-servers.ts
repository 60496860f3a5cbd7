import { isProperties, type MutableProperties, Unknown, type Value } from '../../model/value.ts';
import { child, type DocNode, newBudget, type PositionSink, stringOf, toValue } from '../documents/node.ts';
import { joinInside } from '../../base/path.ts';
import type { OpenFile, Sink } from './adapter.ts';
import { definitionPins } from './definition-pins.ts';
import { splitCommand } from '../documents/command-line.ts';
import { bagOf, firstOf, textsOf } from './lookup.ts';
import {
  authOf,
  authPresent,
  capabilitiesOf,
  databaseOf,
  dockerOf,
  isInsecureTls,
  isNarrowed,
  isWholeDisk,
  listensOpenly,
  remoteOf,
  rootsOf,
  writeToolsOf,
} from './server-facts.ts';
import { packageOf, packageProperties, skipWrapper } from './server-package.ts';
import { vulnerabilitiesOf } from './vulnerable-servers.ts';

/** The same field in the spellings of the clients. */
const spellings = {
  command: ['command', 'cmd'],
  args: ['args', 'arguments'],
  env: ['env', 'environment', 'envs'],
  url: ['url', 'httpUrl', 'serverUrl', 'serverURL', 'uri', 'endpoint'],
  headers: ['headers', 'http_headers', 'requestOptions'],
  cwd: ['cwd', 'workingDirectory'],
  autoApprove: ['autoApprove', 'alwaysAllow', 'auto_approve', 'trustedTools'],
  includeTools: ['includeTools', 'enabled_tools', 'enabledTools', 'available_tools', 'allowedTools', 'tools'],
  excludeTools: ['excludeTools', 'disabled_tools', 'disabledTools', 'excludedTools'],
  transport: ['type', 'transport', 'transportType'],
} as const;

/**
 * Reads the server entries of one file: a map from name to entry, or a list of entries with a `name`.
 * Entries that are no objects are skipped with a gap.
 *
 * @param servers the node under `mcpServers`, `servers`, `mcp_servers`, …
 */
export function readServers(servers: DocNode | undefined, file: OpenFile, sink: Sink): void {
  if (servers === undefined) return;
  if (servers.kind === 'list') {
    for (const item of servers.items) {
      const name = stringOf(child(item, 'name'));
      if (item.kind === 'map' && name !== undefined) addServer(name, item, item.line, item.column, file, sink);
    }
    return;
  }
  if (servers.kind !== 'map')
    return sink.gap(file, 'unsupported', 'the list of tool servers is not a map', servers.line);
  for (const [name, entry] of servers.entries) {
    if (entry.node.kind === 'map') addServer(name, entry.node, entry.line, entry.column, file, sink);
    else if (entry.node.kind !== 'scalar' || typeof entry.node.value !== 'boolean')
      sink.gap(file, 'unsupported', `the entry of tool server \`${name.slice(0, 64)}\` is not an object`, entry.line);
  }
}

/** Reads one server entry. */
export function addServer(name: string, node: DocNode, line: number, column: number, file: OpenFile, sink: Sink): void {
  const positions: PositionSink = {};
  const properties = bagOf({ name, client: file.client, scope: file.scope });
  for (const field of ['args', 'env', 'headers', 'cwd', 'autoApprove', 'includeTools', 'excludeTools'] as const)
    place(properties, positions, node, field);
  const commandNode = firstOf(node, spellings.command);
  const [command, args] = commandOf(commandNode, properties, positions, node);
  if (command !== undefined) properties['command'] = command;
  if (args.length > 0) properties['args'] = args;
  const requestHeaders = child(firstOf(node, spellings.headers), 'headers');
  if (requestHeaders !== undefined) properties['headers'] = toValue(requestHeaders, positions, 'headers', newBudget());
  const url = stringOf(firstOf(node, spellings.url));
  const remote = url === undefined || url === '' ? undefined : remoteOf(url);
  if (remote !== undefined) {
    properties['url'] = remote.url;
    properties['remote'] = remote.remote;
    const at = spellings.url
      .map((key) => (node.kind === 'map' ? node.entries.get(key) : undefined))
      .find((entry) => entry !== undefined);
    if (at !== undefined) for (const key of ['url', 'remote']) positions[key] = [at.line, at.column];
  }
  properties['transport'] = transportOf(node, command !== undefined, remote !== undefined);
  addFacts(properties, positions, command, args, remote, node, file);
  const words = command === undefined ? [] : [command, ...args.map(textOf)];
  const pins = definitionPins(name, words, url, file, sink);
  if (pins !== undefined) properties['pins'] = pins;
  sink.add(file, { type: 'mcp.server', name, address: `mcp:${name}`, line, column, properties, positions });
}

function place(
  properties: MutableProperties,
  positions: PositionSink,
  node: DocNode,
  field: keyof typeof spellings,
): void {
  for (const key of spellings[field]) {
    const entry = node.kind === 'map' ? node.entries.get(key) : undefined;
    if (entry === undefined) continue;
    if (field === 'includeTools' && entry.node.kind !== 'list') continue;
    positions[field] = [entry.line, entry.column];
    properties[field] = toValue(entry.node, positions, field, newBudget());
    return;
  }
}

/** `command` is a text, or a list with the arguments (OpenCode), or `{path, args, env}` (Zed). */
function commandOf(
  commandNode: DocNode | undefined,
  properties: MutableProperties,
  positions: PositionSink,
  node: DocNode,
): [string | undefined, Value[]] {
  const args = Array.isArray(properties['args']) ? [...(properties['args'] as readonly Value[])] : [];
  if (commandNode === undefined) return [undefined, args];
  positions['command'] = [commandNode.line, commandNode.column];
  if (commandNode.kind === 'list') {
    const words = textsOf(toValue(commandNode, {}, '', newBudget()));
    positions['args'] = [commandNode.line, commandNode.column];
    return [words[0], [...words.slice(1), ...args]];
  }
  if (commandNode.kind === 'map') {
    const inner = textsOf(
      toValue(
        child(commandNode, 'args') ?? { ...commandNode, kind: 'list', items: [] },
        positions,
        'args',
        newBudget(),
      ),
    );
    const env = child(commandNode, 'env');
    if (env !== undefined && child(node, 'env') === undefined)
      properties['env'] = toValue(env, positions, 'env', newBudget());
    return [stringOf(child(commandNode, 'path')), [...inner, ...args]];
  }
  return [stringOf(commandNode), args];
}

function transportOf(node: DocNode, hasCommand: boolean, hasUrl: boolean): Value {
  const written = stringOf(firstOf(node, spellings.transport))?.toLowerCase();
  if (written === 'sse') return 'sse';
  if (written === 'ws' || written === 'websocket') return 'ws';
  if (written !== undefined && /^(?:http|streamable[-_]?http|remote|http-stream)$/.test(written)) return 'http';
  if (hasUrl && !hasCommand) return 'http';
  return hasCommand ? 'stdio' : new Unknown('neither a command nor an address is written');
}

function addFacts(
  properties: MutableProperties,
  positions: PositionSink,
  command: string | undefined,
  args: readonly Value[],
  remote: ReturnType<typeof remoteOf> | undefined,
  node: DocNode,
  file: OpenFile,
): void {
  const words = command === undefined ? [] : wordsOf(command, args);
  const effective = skipWrapper(words);
  const found = packageOf(words);
  const { env, headers } = properties;
  const urlText = typeof properties['url'] === 'string' ? properties['url'] : undefined;
  const oauth = ['oauth', 'auth', 'authorization', 'oauthScopes', 'authProviderType'].some(
    (key) => child(node, key)?.kind === 'map' || (key !== 'auth' && child(node, key) !== undefined),
  );
  const facts: Readonly<Record<string, Value | undefined>> = {
    shell: command === undefined ? false : isShellLine(command, words),
    commandPath: command === undefined ? undefined : pathKindOf(effective),
    package: found === undefined ? undefined : packageProperties(found),
    docker: dockerOf(effective),
    database: databaseOf(words, env, found, urlText),
    roots: rootsOf(words, found),
    wideRoots: rootsOf(words, found)?.filter(isWholeDisk),
    auth: authOf(
      headers,
      env,
      remote?.secret ?? false,
      oauth || effective.includes('mcp-remote'),
      remote !== undefined,
    ),
    capabilities: capabilitiesOf(found, remote?.remote, words, env, headers, urlText),
    narrowed: isNarrowed(found, remote?.remote, words, env, properties['includeTools']),
    scriptPresent: scriptPresent(effective, file),
    vulnerabilities: found === undefined ? [] : vulnerabilitiesOf(found.name, found.version).map(({ id }) => id),
    insecureTls: isInsecureTls(words, env),
    openListener: listensOpenly(words, env),
    autoApprovedWrites: writeToolsOf(properties['autoApprove']),
    disabled: isOff(node),
    trust: scalarOf(child(node, 'trust')),
  };
  const auth = facts['auth'];
  if (remote !== undefined && isProperties(auth)) properties['authPresent'] = authPresent(auth['kind'], remote.remote);
  for (const key of Object.keys(facts)) {
    const value = facts[key];
    if (value !== undefined) properties[key] = value;
  }
  for (const key of ['package', 'docker', 'database', 'roots', 'wideRoots', 'shell', 'commandPath']) {
    const at = positions['args'] ?? positions['command'];
    if (at !== undefined) positions[key] = key === 'shell' || key === 'commandPath' ? (positions['command'] ?? at) : at;
  }
  const approve = positions['autoApprove'];
  if (approve !== undefined) positions['autoApprovedWrites'] = approve;
}

function wordsOf(command: string, args: readonly Value[]): string[] {
  // Some clients accept the whole line in `command`; a lone program with a blank in its path is left alone.
  const own =
    args.length === 0 && /\s/.test(command) && !/^[/\\A-Z~]/.test(command) ? splitCommand(command) : [command];
  return [...own, ...args.map(textOf)];
}

function textOf(arg: Value): string {
  return typeof arg === 'string' ? arg : typeof arg === 'number' || typeof arg === 'boolean' ? String(arg) : '';
}

const shellNames = /^(?:ba|z|da|k|fi)?sh$|^(?:pwsh|powershell)$/;

/** Whether a shell interprets the line: it is one, or operators stand in the command text. */
function isShellLine(command: string, words: readonly string[]): boolean {
  if (/[|;&`]|\$\(|>\s?\S/.test(command)) return true;
  const name = (words[0] ?? '')
    .slice(Math.max((words[0] ?? '').lastIndexOf('/'), (words[0] ?? '').lastIndexOf('\\')) + 1)
    .replace(/\.exe$/i, '')
    .toLowerCase();
  const script = words.slice(1).find((_word, at) => /^-(?:[a-z]*c|command|encodedcommand)$/i.test(words[at] ?? ''));
  return shellNames.test(name) && script !== undefined && /[|;&`]|\$\(/.test(script.replace(/\$\{[A-Z_]+\}/g, ''));
}

/** What runs: the program, or the script behind an interpreter. */
function pathKindOf(words: readonly string[]): Value {
  const [program = ''] = words;
  const script = /^(?:node|python3?|bun|deno|tsx|ts-node|ruby|(?:ba)?sh)$/.test(
    program.slice(program.lastIndexOf('/') + 1),
  )
    ? words.slice(1).find((word) => !word.startsWith('-'))
    : undefined;
  const kinds = [program, script ?? ''].map(kindOfPath);
  return kinds.includes('temp') ? 'temp' : kinds.includes('relative') ? 'relative' : (kinds[0] ?? 'name');
}

/** `absolute`, `relative`, `temp`, `variable` or `name`. */
export function kindOfPath(path: string): string {
  if (
    /(?:^|[\\/])(?:tmp|temp|downloads|dev\/shm)(?:[\\/]|$)/i.test(path) ||
    /\$\{?(?:TMPDIR|TEMP|TMP)\b|%TE?MP%/i.test(path)
  )
    return 'temp';
  if (/^(?:\/|~|[A-Za-z]:[\\/])/.test(path)) return 'absolute';
  if (/^(?:\$|%)/.test(path)) return 'variable';
  return /^\.{1,2}[\\/]/.test(path) ? 'relative' : 'name';
}

function isOff(node: DocNode): boolean {
  return scalarOf(child(node, 'disabled')) === true || scalarOf(child(node, 'enabled')) === false;
}

function scalarOf(node: DocNode | undefined): Value | undefined {
  return node?.kind === 'scalar' ? (node.value ?? undefined) : undefined;
}

/**
 * Whether the project's own script that a server starts is there: true or false for a path inside what was read, unknown for build
 * output, undefined for anything else.
 */
function scriptPresent(words: readonly string[], file: OpenFile): Value | undefined {
  if (file.scope !== 'project' && file.scope !== 'local') return undefined;
  const [program = '', ...rest] = words;
  const interpreter = /^(?:node|python3?|bun|deno|tsx|ruby|(?:ba)?sh)$/.test(program);
  const script = interpreter ? rest.find((word) => !word.startsWith('-') && word !== 'run') : program;
  if (script === undefined || rest.includes('-m') || rest.includes('-c') || rest.includes('-e')) return undefined;
  const relative = script.replace(/^\$\{(?:workspaceFolder|CLAUDE_PROJECT_DIR|PWD)\}\//, './');
  if (
    /[$%*]/.test(relative) ||
    !(/^\.{1,2}\//.test(relative) || (interpreter && /^\w[\w./-]{0,200}\.(?:js|mjs|cjs|ts|py|rb|sh)$/.test(relative)))
  )
    return undefined;
  const path = joinInside(file.base, relative);
  if (path === undefined) return undefined;
  if (file.source.has(path)) return true;
  return /(?:^|\/)(?:dist|build|out|target|bin|lib|node_modules|\.venv|venv)\//.test(path)
    ? new Unknown('it is made by a build that was not run')
    : false;
}

import { applyEdits, findNodeAtOffset, modify, type Node, parseTree } from 'jsonc-parser';

/** One server entry of a client's file, as it stands there. */
export interface ClientEntry {
  /** From the root of the file to the entry: `['mcpServers', 'github']`. */
  readonly path: readonly (string | number)[];
  readonly name: string;
  readonly stdio?: { readonly command: string; readonly args: readonly string[]; readonly cwd?: string } | undefined;
  readonly http?: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined;
  readonly env: Readonly<Record<string, string>>;
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
/** What the gateway takes over, and what therefore leaves the entry. Everything else is the client's own. */
const taken = Object.values(fields).flat();

/**
 * Reads the server entry that begins at a place of a JSON file with comments.
 *
 * @param line and column of the entry's name, from 1
 * @returns undefined when there is no entry whose command or address can be told
 */
export function entryAt(text: string, line: number, column: number): ClientEntry | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const found = root && findNodeAtOffset(root, offsetOf(text, line, column), true);
  const property = found === undefined ? undefined : propertyOf(found);
  const value = property?.children?.[1];
  if (property === undefined || value?.type !== 'object') return undefined;
  const name = String(property.children?.[0]?.value);
  const read = (field: keyof typeof fields): unknown => plainOf(memberOf(value, fields[field]));
  const [command, ...more] = commandOf(read('command'), read('args'));
  const url = read('url');
  const cwd = read('cwd');
  const entry = { path: pathOf(property), name, env: textsOf(read('env')) };
  if (command !== undefined)
    return { ...entry, stdio: { command, args: more, ...(typeof cwd === 'string' ? { cwd } : {}) } };
  return typeof url === 'string' && url !== ''
    ? { ...entry, http: { url, headers: textsOf(read('headers')) } }
    : undefined;
}

/**
 * Points entries of a file at the gateway: each starts the bridge instead of its server. Comments, order and what is the client's own
 * (whether it is off, which tools it shows) stay.
 *
 * @param bridge command and arguments that bridge to the server of this name
 */
export function pointAtGateway(
  text: string,
  entries: readonly ClientEntry[],
  bridge: (entry: ClientEntry) => { readonly command: string; readonly args: readonly string[] },
): string {
  const formattingOptions = {
    insertSpaces: !/^\t/m.test(text),
    tabSize: indentOf(text),
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  let result = text;
  for (const entry of entries) {
    const set = (field: string, value: unknown): void => {
      const edits = modify(result, [...entry.path, field], value, { formattingOptions });
      result = applyEdits(result, edits);
    };
    const { command, args } = bridge(entry);
    const root = parseTree(result, [], { allowTrailingComma: true });
    const value = root && nodeAt(root, entry.path);
    const isList = value !== undefined && memberOf(value, fields.command)?.type === 'array';
    const commandField = nameOf(value, fields.command) ?? 'command';
    const typeField = nameOf(value, fields.transport);
    const type = typeField === undefined ? undefined : plainOf(memberOf(value as Node, [typeField]));
    for (const name of taken)
      if (value !== undefined && memberOf(value, [name]) !== undefined && name !== commandField) set(name, undefined);
    set(commandField, isList ? [command, ...args] : command);
    if (!isList) set(nameOf(value, fields.args) ?? 'args', [...args]);
    // Clients that name the transport go by the name.
    if (typeField !== undefined) set(typeField, type === 'local' || type === 'remote' ? 'local' : 'stdio');
  }
  return result;
}

function offsetOf(text: string, line: number, column: number): number {
  let offset = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', offset);
    if (end === -1) return text.length;
    offset = end + 1;
  }
  return offset + column - 1;
}

/** The property that a node is the name or the value of. */
function propertyOf(node: Node): Node | undefined {
  if (node.type === 'property') return node;
  return node.parent?.type === 'property' ? node.parent : undefined;
}

function pathOf(property: Node): (string | number)[] {
  const path: (string | number)[] = [];
  for (let node: Node | undefined = property; node !== undefined; node = node.parent) {
    if (node.type === 'property') path.unshift(String(node.children?.[0]?.value));
    else if (node.parent?.type === 'array') path.unshift(node.parent.children?.indexOf(node) ?? 0);
  }
  return path;
}

function nodeAt(root: Node, path: readonly (string | number)[]): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = typeof step === 'number' ? node?.children?.[step] : node && memberOf(node, [step]);
  return node;
}

function nameOf(node: Node | undefined, names: readonly string[]): string | undefined {
  return node && names.find((name) => memberOf(node, [name]) !== undefined);
}

function memberOf(node: Node, names: readonly string[]): Node | undefined {
  for (const name of names) {
    const property = node.children?.find((child) => child.children?.[0]?.value === name);
    if (property !== undefined) return property.children?.[1];
  }
  return undefined;
}

function plainOf(node: Node | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.type === 'array') return node.children?.map(plainOf) ?? [];
  if (node.type !== 'object') return node.value as unknown;
  return Object.fromEntries(
    (node.children ?? []).map(({ children = [] }) => [String(children[0]?.value), plainOf(children[1])]),
  );
}

/** `command` is a text, a list with the arguments (OpenCode), or `{path, args}` (Zed). */
function commandOf(command: unknown, args: unknown): string[] {
  const more = Array.isArray(args) ? args.map(String) : [];
  if (typeof command === 'string') return [command, ...more];
  if (Array.isArray(command)) return [...command.map(String), ...more];
  if (typeof command !== 'object' || command === null) return [];
  const { path, args: inner } = command as { path?: unknown; args?: unknown };
  return typeof path === 'string' ? [path, ...(Array.isArray(inner) ? inner.map(String) : []), ...more] : [];
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, String(item)]));
}

function indentOf(text: string): number {
  return /^( +)"/m.exec(text)?.[1]?.length ?? 2;
}

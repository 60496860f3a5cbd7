import { isAbsolute } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { limits } from '../../../base/limits.ts';
import { startsBridge } from '../../../collect/agents/server-package.ts';
import { gatewaySettings } from '../../../gateway/config/settings.ts';
import { secretNameShape } from '../../../model/secret-reference.ts';
import { changeOf, type ClientEntry, entryAt, formatOf } from './client-entries.ts';
import { editFile, linesByHand } from './edit-file.ts';
import { type GatewayServer, serverOf, type StartWorld, type Text } from './server-of.ts';

/** A server entry of a client, as the agents collector found it. */
export interface FoundEntry {
  readonly client: string;
  readonly scope: string;
  /** Absolute paths: the file, and the folder it applies to. */
  readonly file: string;
  /** The file with all links followed: several can lead to it. */
  readonly realFile: string;
  readonly folder: string;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly isOff: boolean;
  readonly isExample: boolean;
}

export interface PlanInput {
  readonly found: readonly FoundEntry[];
  /** Texts of the files; without one for what cannot be written back byte for byte. */
  readonly texts: ReadonlyMap<string, string>;
  readonly world: Omit<StartWorld, 'project' | 'own' | 'bareVariables'>;
  /** Absolute path of the configuration. */
  readonly configuration: string;
  /** The command that entries start from now on, and its first arguments. */
  readonly program: readonly string[];
  /** Servers that it has already, as they are written. */
  readonly servers: Readonly<Record<string, unknown>>;
  /** The secrets of the store by their names. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Where an entry stands. */
export interface Origin {
  readonly client: string;
  readonly file: string;
  readonly name: string;
}
export interface PlannedServer {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly from: readonly Origin[];
  /** Whether the configuration gets it now. */
  readonly isNew: boolean;
}
/** An entry that stays as it is. */
export interface Left extends Origin {
  readonly why: string;
  /** What a person writes in its place, where the gateway serves it. */
  readonly byHand?: string | undefined;
}
export interface Edit {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}
export interface Plan {
  readonly servers: readonly PlannedServer[];
  readonly edits: readonly Edit[];
  /** To be put into the store. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
  /** Every secret of the entries, also those that the store has already: no output shows them. */
  readonly hidden: readonly string[];
  readonly left: readonly Left[];
  /** Entries that lead to a gateway already. */
  readonly already: readonly Origin[];
}

/** Plans how the entries of clients move behind the gateway. Changes nothing. */
export function planInit(input: PlanInput): Plan {
  const left: Left[] = [];
  const already: Origin[] = [];
  const groups = new Map<string, { readonly server: GatewayServer; readonly entries: Placed[] }>();
  const all = entriesOf(input, left, already).map((placed) => ({
    placed,
    server: serverOf(placed.entry, {
      ...input.world,
      project: projectOf(placed),
      bareVariables: placed.found.client === 'gemini-cli',
    }),
  }));
  const starts = new Map<string, Set<string>>();
  for (const { placed, server } of all)
    starts.set(keyOf(placed), (starts.get(keyOf(placed)) ?? new Set()).add(JSON.stringify(server)));
  for (const { placed, server } of all) {
    const isOne = starts.get(keyOf(placed))?.size === 1;
    if ('why' in server || !isOne) {
      left.push({ ...originOf(placed.found), why: 'why' in server ? server.why : severalPlaces });
      continue;
    }
    const key = JSON.stringify(server);
    const group = groups.get(key) ?? { server, entries: [] };
    group.entries.push(placed);
    groups.set(key, group);
  }
  const names = new Names(input);
  const servers: PlannedServer[] = [];
  const moves: Move[] = [];
  for (const { server, entries } of groups.values()) {
    const placed = names.place(server, entries[0]?.entry.name ?? '');
    if ('why' in placed) left.push(...entries.map(({ found }) => ({ ...originOf(found), why: placed.why })));
    else {
      servers.push({ ...placed, from: entries.map(({ found }) => originOf(found)) });
      moves.push(...entries.map((entry) => ({ ...entry, server: placed.name })));
    }
  }
  const edits = editsOf(input, moves, left);
  return { servers, edits, secrets: names.secrets, hidden: names.hidden, left, already };
}

interface Placed {
  readonly found: FoundEntry;
  readonly entry: ClientEntry;
}
interface Move extends Placed {
  readonly server: string;
}

/** One for what stands at one place of one file, however many links lead there. */
function keyOf({ found, entry }: Placed): string {
  return JSON.stringify([found.realFile, entry.path]);
}

const severalPlaces = 'a link leads to it from another folder, and what it starts is not the same there';

function originOf({ client, file, name }: FoundEntry): Origin {
  return { client, file, name };
}

/** The folder in which the client starts the server. `~/.claude.json` has the entries of projects below their folders. */
function projectOf({ found: { scope, folder }, entry }: Placed): string | undefined {
  const [list, project] = entry.path;
  if (list === 'projects' && typeof project === 'string' && isAbsolute(project)) return project;
  return scope === 'project' || scope === 'local' ? folder : undefined;
}

/** The entries that can be read and are the person's to change; one that several clients read, once. */
function entriesOf(input: PlanInput, left: Left[], already: Origin[]): Placed[] {
  const seen = new Set<string>();
  return input.found.flatMap((found) => {
    const { file } = found;
    const text = input.texts.get(file)?.replace(/^\uFEFF/, '');
    const entry = text === undefined ? undefined : entryAt(text, formatOf(file), found);
    const key = JSON.stringify([file, entry?.path ?? [found.name, found.line, found.column]]);
    if (seen.has(key)) return [];
    seen.add(key);
    const why = ownershipOf(found) ?? (text === undefined ? 'its file is not in UTF-8' : undefined);
    if (entry !== undefined && isBridge(entry)) already.push(originOf(found));
    else if (why !== undefined) left.push({ ...originOf(found), why });
    else if (entry === undefined)
      left.push({ ...originOf(found), why: 'it has neither a command nor an address that can be read' });
    else return [{ found, entry }];
    return [];
  });
}

/** Why an entry is not the person's to change here. */
function ownershipOf({ client, scope, isOff, isExample }: FoundEntry): string | undefined {
  if (scope === 'managed' || scope === 'system') return 'it is set for the whole machine, by who administers it';
  if (scope === 'extension') return 'it belongs to an extension, whose next update would bring it back';
  if (client === 'devcontainer') return 'it starts inside a container, where this gateway is not';
  if (isExample) return 'it is an example, a test or a template by its path, and not in force';
  return isOff ? 'it is switched off' : undefined;
}

function isBridge({ stdio }: ClientEntry): boolean {
  return stdio !== undefined && startsBridge(stdio.command, stdio.args);
}

/** Gives servers and their secrets names that nothing else has. */
class Names {
  readonly secrets: { name: string; value: string }[] = [];
  readonly hidden: string[] = [];
  readonly #input: PlanInput;
  readonly #kept: Map<string, string>;
  readonly #used = new Set<string>();
  #count: number;

  constructor(input: PlanInput) {
    this.#input = input;
    this.#kept = new Map(input.secrets);
    this.#count = Object.keys(input.servers).length;
  }

  place(server: GatewayServer, wanted: string): Omit<PlannedServer, 'from'> | { readonly why: string } {
    const base = serverNameOf(wanted);
    for (let count = 1; ; count++) {
      const name = count === 1 ? base : `${base.slice(0, 60)}-${count}`;
      if (this.#used.has(name)) continue;
      const written = Object.hasOwn(this.#input.servers, name) ? this.#input.servers[name] : undefined;
      const secrets = new Map<string, string>();
      const settings = settingsOf(server, (secret) => this.#secretName(name, secret, secrets));
      if (written !== undefined && !isDeepStrictEqual(written, settings)) continue;
      const why = written === undefined ? this.#refusal(name, settings, secrets) : undefined;
      if (why !== undefined) return { why };
      this.#used.add(name);
      if (written === undefined) this.#count++;
      this.hidden.push(...secrets.values());
      for (const [secret, value] of secrets)
        if (!this.#kept.has(secret)) {
          this.#kept.set(secret, value);
          this.secrets.push({ name: secret, value });
        }
      return { name, settings, isNew: written === undefined };
    }
  }

  /** Why the gateway would not take these settings. */
  #refusal(
    name: string,
    settings: Readonly<Record<string, unknown>>,
    secrets: ReadonlyMap<string, string>,
  ): string | undefined {
    if (this.#count >= limits.gatewayServersMax) return `a gateway has ${limits.gatewayServersMax} servers at most`;
    for (const value of secrets.values())
      if (Buffer.byteLength(value) > limits.brokerSecretBytesMax) return 'one of its secrets is too large';
    const [issue] = gatewaySettings.safeParse({ version: 1, servers: { [name]: settings } }).error?.issues ?? [];
    return issue && `the gateway does not take \`${issue.path.slice(2).join('.')}\`: ${issue.message}`;
  }

  #secretName(
    server: string,
    { secret, name }: { readonly secret: string; readonly name: string },
    own: Map<string, string>,
  ): string {
    const base = `${server}/${name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 56)}`.replace(/[^A-Za-z0-9]+$/, '');
    for (let count = 1; ; count++) {
      const full = count === 1 ? base : `${base}-${count}`;
      const held = own.get(full) ?? this.#kept.get(full);
      if (!secretNameShape.test(full) || (held !== undefined && held !== secret)) continue;
      own.set(full, secret);
      return full;
    }
  }
}

/** Small letters, digits, `_` and `-`; what else is in a name becomes `-`. */
function serverNameOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 64);
  return plain === '' ? 'server' : plain;
}

/** A server as `demarc.gateway.yaml` has it. */
function settingsOf(
  server: GatewayServer,
  put: (secret: { readonly secret: string; readonly name: string }) => string,
): Readonly<Record<string, unknown>> {
  const written = (text: Text): unknown => {
    if (typeof text === 'string') return text;
    return { secret: 'variable' in text ? `env:${text.variable}` : `store:${put(text)}` };
  };
  if ('url' in server) {
    const { url, sse, headers, credential } = server;
    return {
      url,
      ...(sse ? { transport: 'sse' } : {}),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(credential === 'none' ? {} : { credential: credentialOf(credential, written) }),
    };
  }
  const { command, args, env, cwd } = server;
  return {
    command,
    ...(args.length === 0 ? {} : { args }),
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, written(text)])),
    ...(cwd === undefined ? {} : { cwd }),
    // What it reads, writes and reaches is not known from its entry: whoever knows it gives it a sandbox.
    sandbox: { none: 'taken over as it ran before: docs/guide/sandbox.md says how to confine it' },
  };
}

function credentialOf(
  credential: Exclude<Extract<GatewayServer, { url: string }>['credential'], 'none'>,
  written: (text: Text) => unknown,
): Readonly<Record<string, unknown>> {
  if (credential === 'sign-in') return { type: 'authorization-code' };
  const { header, scheme, secret } = credential;
  const place = header === 'authorization' ? {} : { header };
  const { secret: reference } = written(secret) as { readonly secret: string };
  return {
    type: 'static',
    secret: reference,
    ...place,
    ...(scheme === 'Bearer' ? {} : { scheme }),
    identity: 'shared',
  };
}

function editsOf({ texts, configuration, program }: PlanInput, moves: readonly Move[], left: Left[]): Edit[] {
  const after = new Map<string, Edit>();
  const [command = '', ...first] = program;
  for (const { found, entry, server } of new Map(moves.map((move) => [keyOf(move), move])).values()) {
    const { realFile: file, name } = found;
    const args = ['mcp', 'bridge', '--config', configuration, '--server', server];
    const change = changeOf(entry, command, [...first, ...args]);
    const before = texts.get(found.file) ?? '';
    const text = after.get(file)?.after ?? before;
    const edited = editFile(text, formatOf(found.file), change);
    if (edited !== undefined) after.set(file, { file, before, after: edited });
    else
      left.push({
        ...originOf(found),
        why: 'it is written in a way that cannot be edited without a risk to the rest of the file',
        byHand: linesByHand(formatOf(found.file), name, change),
      });
  }
  return [...after.values()];
}

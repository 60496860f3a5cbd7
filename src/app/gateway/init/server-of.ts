import type { JsonObject } from '../../../base/json-object.ts';
import { isAbsolute, resolve } from 'node:path';
import { findSecrets, isSecretName } from '../../../base/secrets.ts';
import type { Environment } from '../../../base/ports.ts';
import { remoteOf } from '../../../collect/agents/server-facts.ts';
import { type ClientEntry, misshapenIn } from './client-entries.ts';
import { fill, type World } from './template.ts';

/** A text of a server's settings: as it is, a variable of the gateway, or a secret that has to be put away. */
export type Text = string | { readonly variable: string } | { readonly secret: string; readonly name: string };

/** What the gateway has to do to reach the server of an entry. Equal ones are one server. */
export type GatewayServer =
  | {
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, Text>>;
      readonly cwd: string | undefined;
    }
  | {
      readonly url: string;
      readonly sse: boolean;
      readonly headers: Readonly<Record<string, string>>;
      readonly credential: 'none' | 'sign-in' | StaticCredential;
    };
interface StaticCredential {
  readonly header: string;
  readonly scheme: string;
  readonly secret: Exclude<Text, string>;
}

export interface StartWorld extends World {
  readonly platform: Environment['platform'];
  /** Absolute path of a program by its name or path; undefined when there is none that can be started. */
  readonly lookup: (program: string) => string | undefined;
  /** The path of a folder with all links followed; undefined when there is none. */
  readonly realFolder: (path: string) => string | undefined;
}

/** What makes an entry one that the gateway cannot take over. */
export interface Obstacle {
  readonly why: string;
}

/**
 * What clients give to servers of the person's environment, as the SDKs do (modelcontextprotocol/typescript-sdk, `DEFAULT_INHERITED_ENV_VARS`
 * in client/stdio.ts, read 2026-11-28), without what is about terminals. The gateway gives none that is not written down.
 */
const inherited = {
  posix: ['HOME', 'LOGNAME', 'PATH', 'USER'],
  win32: [
    'APPDATA',
    'HOMEDRIVE',
    'HOMEPATH',
    'LOCALAPPDATA',
    'PATH',
    'PROGRAMFILES',
    'SYSTEMDRIVE',
    'SYSTEMROOT',
    'TEMP',
    'USERNAME',
    'USERPROFILE',
  ],
} as const;
/** Keys by which clients do more than an address, a command and their secrets say. */
const ownWays: Readonly<Record<string, string>> = {
  envFile: 'reads its variables from a file',
  headersHelper: 'gets its headers from a program of the client',
  oauth: 'signs in with settings of its own',
  auth: 'signs in with settings of its own',
  authProviderType: 'signs in with settings of its own',
  env_keys: 'keeps secrets in the key chain of the client',
};
/** The gateway says these itself. */
const gatewaysHeaders = /^(?:accept|accept-encoding|content-type|mcp-protocol-version|user-agent)$/i;

/** Turns an entry into a server of the gateway. */
export function serverOf(entry: ClientEntry, world: StartWorld): GatewayServer | Obstacle {
  const why = obstacleIn(entry.value) ?? misshapenIn(entry.value);
  if (why !== undefined) return { why };
  try {
    return entry.stdio === undefined ? remoteServer(entry, world) : localServer(entry, entry.stdio, world);
  } catch (thrown) {
    if (thrown instanceof CannotMove) return { why: thrown.message };
    throw thrown;
  }
}

/** Ends the work on one entry, whatever it was in the middle of. */
class CannotMove extends Error {}

function obstacleIn(value: JsonObject): string | undefined {
  for (const [key, why] of Object.entries(ownWays)) {
    const written = value[key];
    if (written === undefined || written === null || written === '' || written === false) continue;
    if (Array.isArray(written) && written.length === 0) continue;
    return `it ${why} (\`${key}\`)`;
  }
  const [option] = Object.keys((value['requestOptions'] as object | undefined) ?? {}).filter(
    (key) => key !== 'headers',
  );
  if (option !== undefined) return `it has request options of the client's (\`${option}\`)`;
  const type = [value['type'], value['transport'], value['transportType']].find((written) => written !== undefined);
  return type === 'ws' || type === 'websocket' ? 'it speaks WebSocket' : undefined;
}

function localServer(
  { env }: ClientEntry,
  { command, args, cwd }: NonNullable<ClientEntry['stdio']>,
  world: StartWorld,
): GatewayServer {
  const written = cwd === undefined ? world.project : absolute(plainText(cwd, 'its folder', world), world);
  const folder = written === undefined ? undefined : world.realFolder(written);
  if (folder === undefined && written !== undefined) throw new CannotMove(`there is no folder \`${written}\``);
  const names = world.platform === 'win32' ? inherited.win32 : inherited.posix;
  const given = names.flatMap((name) => {
    const value = world.variables[name] ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  const own = sorted(env).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new CannotMove(`\`${name}\` is no name of a variable`);
    return [name, textOf(value, name, `\`${name}\``, world)] as const;
  });
  const forArguments = { ...world, own: new Set(Object.keys(env)) };
  return {
    command: programOf(plainText(command, 'its command', world), folder, world),
    args: args.map((_, at) => argumentOf(args, at, forArguments)),
    env: Object.fromEntries([...given, ...own]),
    cwd: folder,
  };
}

/** In one order, so that equal servers look equal. */
function sorted(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

const heldOpenly = 'holds a secret, and would have to hold it in clear: see whether the server takes it in another way';

/** Whoever may list the processes of a machine reads the arguments: a secret has no place there. */
function argumentOf(args: readonly string[], at: number, world: World): string {
  const what = `argument ${at + 1}`;
  const argument = plainText(args[at] ?? '', what, world);
  const before = /^--?([\w-]+)$/.exec(args[at - 1] ?? '')?.[1] ?? '';
  const [, option = before, value = ''] = /^--?([\w-]+)=(.*)$/s.exec(argument) ?? [
    '',
    before,
    argument.startsWith('-') ? '' : argument,
  ];
  // A reference that is left is the server's own to replace.
  if (value !== '' && !value.includes('${') && isSecretName(option)) throw new CannotMove(`${what} ${heldOpenly}`);
  return argument;
}

function programOf(command: string, folder: string | undefined, world: StartWorld): string {
  const isPath = /[/\\]/.test(command);
  const found = world.lookup(isPath ? absolute(command, { ...world, project: folder }) : command);
  if (found === undefined)
    throw new CannotMove(isPath ? `there is no program \`${command}\`` : `\`${command}\` is not found through PATH`);
  if (/\.(?:cmd|bat)$/i.test(found)) throw new CannotMove(`\`${found}\` needs a shell, and the gateway uses none`);
  return found;
}

function absolute(path: string, { home, project }: World): string {
  if (/^~(?=$|[/\\])/.test(path)) return home + path.slice(1);
  if (isAbsolute(path)) return path;
  if (project === undefined) throw new CannotMove(`\`${path}\` is relative to a folder that only the client knows`);
  return resolve(project, path);
}

/** Whether a text holds a secret by its shape. Stricter than where findings are made: a password of any length and kind is one. */
function holdsSecret(text: string): boolean {
  return findSecrets(text).length > 0 || /:\/\/[^\s:/?#@]*:(?!\$\{)[^\s/?#@]+@/.test(text);
}

/** A text that may not be a secret. */
function plainText(text: string, what: string, world: World): string {
  const filled = fill(text, world);
  if (filled.kind === 'unknown') throw new CannotMove(filled.why);
  if (filled.kind === 'variable') {
    const value = world.variables[filled.name] ?? '';
    if (value !== '' && !isSecretName(filled.name)) return value;
    throw new CannotMove(value === '' ? `\`\${${filled.name}}\` has no value here` : `${what} ${heldOpenly}`);
  }
  if (filled.isSecret || holdsSecret(filled.text)) throw new CannotMove(`${what} ${heldOpenly}`);
  return filled.text;
}

/** A text that is put away where its name or its shape says that it is a secret. */
function textOf(text: string, name: string, what: string, world: World): Text {
  const filled = fill(text, world);
  if (filled.kind === 'unknown') throw new CannotMove(filled.why);
  if (filled.kind === 'variable') return { variable: filled.name };
  const value = filled.text;
  if (value.trim() === '' || !(filled.isSecret || isSecretName(name) || holdsSecret(value))) return value;
  if (value.trim() !== value) throw new CannotMove(`${what} is a secret with blanks around it`);
  return { secret: value, name };
}

function remoteServer({ http, headers, value }: ClientEntry, world: StartWorld): GatewayServer {
  const url = new URL(checkedUrl(plainUrl(http?.url ?? '', world)));
  const plain: Record<string, string> = {};
  const credentials: StaticCredential[] = [];
  if (url.username !== '' || url.password !== '') {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    const secret = { secret: Buffer.from(pair).toString('base64'), name: 'authorization' };
    credentials.push({ header: 'authorization', scheme: 'Basic', secret });
    url.username = url.password = '';
  }
  for (const [name, text] of sorted(headers)) {
    if (gatewaysHeaders.test(name) || text.trim() === '') continue;
    const found = headerOf(name, text, world);
    if (typeof found === 'string') plain[name.toLowerCase()] = found;
    else credentials.push(found);
  }
  const [credential, another] = credentials;
  if (another !== undefined)
    throw new CannotMove(`it needs two secrets at once (\`${credential?.header ?? ''}\` and \`${another.header}\`)`);
  const maySignIn = url.protocol === 'https:' && value['oauth'] !== false;
  return {
    url: url.href,
    sse: http?.sse === true,
    headers: plain,
    credential: credential ?? (maySignIn ? 'sign-in' : 'none'),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CannotMove('its user or password has a `%` that encodes nothing');
  }
}

function headerOf(name: string, text: string, world: World): string | StaticCredential {
  const header = name.toLowerCase();
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header)) throw new CannotMove(`\`${name}\` is no name of a header`);
  const isAuthorization = /^(?:proxy-)?authorization$/.test(header);
  const [, scheme, rest] = isAuthorization ? (/^([A-Za-z][A-Za-z0-9-]*) +(\S.*)$/s.exec(text) ?? []) : [];
  const filled = fill(rest ?? text, world);
  if (filled.kind === 'unknown') throw new CannotMove(filled.why);
  const isSecret = isAuthorization || isSecretName(name) || /key|token|auth|secret|cookie|password/.test(header);
  if (filled.kind === 'variable') {
    const value = world.variables[filled.name] ?? '';
    if (!isSecret && !isSecretName(filled.name) && value !== '' && !holdsSecret(value)) return value;
    return { header, scheme: scheme ?? '', secret: { variable: filled.name } };
  }
  const value = filled.text.trim();
  if (value === '' || !(isSecret || filled.isSecret || holdsSecret(value))) return value;
  if (!/^[\x20-\x7e]+$/.test(value)) throw new CannotMove(`the secret in \`${name}\` does not fit into a header`);
  return { header, scheme: scheme ?? '', secret: { secret: value, name: header } };
}

/** The address with its references replaced; user and password may stand in it and nothing else that is secret. */
function plainUrl(text: string, world: World): string {
  const filled = fill(text, world);
  if (filled.kind === 'unknown') throw new CannotMove(filled.why);
  const written = filled.kind === 'variable' ? world.variables[filled.name] : filled.text;
  if (written === undefined || written === '') throw new CannotMove('its address is a variable that has no value here');
  if (filled.kind === 'text' && filled.isSecret) throw new CannotMove(secretAddress);
  return written;
}

const secretAddress =
  'its address holds a secret, which would stand in the configuration: see whether it takes a header';

function checkedUrl(text: string): string {
  if (!URL.canParse(text)) throw new CannotMove('its address is no URL');
  const url = new URL(text);
  const hasUser = url.username !== '' || url.password !== '';
  url.username = url.password = '';
  const names = [...url.searchParams.keys()];
  if (remoteOf(url.href).secret || findSecrets(url.href).length > 0 || names.some(isSecretName))
    throw new CannotMove(secretAddress);
  if (url.hash !== '') throw new CannotMove('its address has a fragment');
  return hasUser ? text : url.href;
}

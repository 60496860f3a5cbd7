import { fingerprintOf, isPlaceholder, isSecretName } from '../../base/secrets.ts';
import { Interpolated, isProperties, type Properties, Secret, Unknown, type Value } from '../../model/value.ts';
import { knownServers } from './known-servers.ts';
import { bagOf, textsOf } from './lookup.ts';
import { imageOf, programOf, type RunPackage } from './server-package.ts';

/** What the container flags of a command line give away, or undefined when no container is started. */
export function dockerOf(words: readonly string[]): Properties | undefined {
  const program = programOf(words[0] ?? '');
  const run = words.indexOf('run');
  if ((program !== 'docker' && program !== 'podman') || run === -1) return undefined;
  const args = words.slice(run + 1);
  const mounts = [...flagValues(args, ['-v', '--volume']), ...flagValues(args, ['--mount']).map(sourceOfMount)];
  const sources = mounts.map((mount) =>
    /^[A-Za-z]:[\\/]/.test(mount) ? mount.slice(0, 3) : (mount.split(':')[0] ?? ''),
  );
  const [network] = [...flagValues(args, ['--network', '--net'])];
  return bagOf({
    image: imageOf(args),
    privileged:
      args.some((word) => word === '--privileged' || word === '--privileged=true') ||
      flagValues(args, ['--cap-add']).some((cap) => /^(?:ALL|SYS_ADMIN)$/i.test(cap)),
    mounts,
    network,
    hostNamespace: network === 'host' || flagValues(args, ['--pid', '--ipc', '--uts', '--userns']).includes('host'),
    socket: sources.some((source) => /(?:^|\/)(?:docker|containerd|podman)\.sock$/.test(source)),
    rootMount: sources.some(isWholeDisk),
  });
}

function sourceOfMount(mount: string): string {
  const part = mount.split(',').find((item) => /^(?:source|src)=/.test(item));
  return part === undefined ? '' : part.slice(part.indexOf('=') + 1);
}

function flagValues(args: readonly string[], flags: readonly string[]): string[] {
  return args.flatMap((word, at) => {
    if (flags.includes(word)) return args[at + 1] === undefined ? [] : [args[at + 1] ?? ''];
    const flag = flags.find((name) => word.startsWith(`${name}=`));
    return flag === undefined ? [] : [word.slice(flag.length + 1)];
  });
}

/** Whether a path is everything: a root, a drive, a home folder, or the folder of all homes. */
export function isWholeDisk(path: string): boolean {
  const plain = path.trim().replace(/(?<=.)[\\/]+$/, '');
  return /^(?:\/|~|\$HOME|\$\{HOME\}|\$\{env:HOME\}|\$\{userHome\}|%USERPROFILE%|\$env:USERPROFILE|[A-Za-z]:|[A-Za-z]:\\|\/home|\/Users|\/root|\/(?:home|Users)\/[^/]+|[A-Za-z]:[\\/]Users(?:[\\/][^\\/]+)?)$/i.test(
    plain,
  );
}

const databaseUrl =
  /\b(postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|redis|rediss|mssql|sqlserver|clickhouse|neo4j|bolt):\/\/(?:([^\s:@/]{0,128})(?::[^\s@/]{0,256})?@)?([\w.-]{1,253})?/i;
const adminUsers = new Set([
  'postgres',
  'root',
  'admin',
  'sa',
  'administrator',
  'rds_superuser',
  'dba',
  'superuser',
  'default',
]);
/** Words and variables by which servers are told not to write. Sources: the servers' READMEs. */
const readOnlyWord = /^--?(?:read-?only|access-mode=restricted|readonly=true|allow-write=false)$/i;
const readOnlyVariable =
  /^(?:MDB_MCP_READ_ONLY|READ_?ONLY|MCP_READ_?ONLY|DB_READ_?ONLY|READONLY_MODE|ALLOW_WRITE_OPERATION|ALLOW_INSERT_OPERATION)$/i;

/**
 * The database a server reaches: told by a connection string anywhere in its command line or environment, or by the
 * package. `readOnly` is true or false only where something says so; a server that is read-only by design says so in
 * the table below.
 */
export function databaseOf(
  words: readonly string[],
  env: Value | undefined,
  found: RunPackage | undefined,
  url: string | undefined,
): Properties | undefined {
  const texts = [...words, ...environmentOf(env).map(([, value]) => value), url ?? ''];
  const match = texts.map((text) => databaseUrl.exec(text)).find((hit) => hit !== null);
  const listed = found !== undefined && (knownServers.get(found.name.toLowerCase())?.includes('database') ?? false);
  if (match === undefined && !listed) return undefined;
  const user = match?.[2] === '' ? undefined : match?.[2];
  const kind =
    match?.[1]
      ?.toLowerCase()
      .replace(/\+srv$/, '')
      .replace('postgresql', 'postgres') ?? kindOf(found?.name ?? '');
  return bagOf({
    kind,
    host: match?.[3],
    user,
    admin: user === undefined ? undefined : adminUsers.has(user.toLowerCase()),
    readOnly: isReadOnly(words, env, found, url) || /[_-]?(?:ro|read_?only|reader|readonly)$/i.test(user ?? ''),
    source: match === undefined ? 'package' : 'connection-string',
  });
}

/** Reference servers that wrap every statement in a read-only transaction. */
const readOnlyByDesign = new Set(['@modelcontextprotocol/server-postgres', 'mcp/postgres']);

function isReadOnly(
  words: readonly string[],
  env: Value | undefined,
  found: RunPackage | undefined,
  url: string | undefined,
): boolean {
  if (found !== undefined && readOnlyByDesign.has(found.name.toLowerCase())) return true;
  if (words.some((word, at) => readOnlyWord.test(word) || (word === '--access-mode' && words[at + 1] === 'restricted')))
    return true;
  if (/[?&]read_?only=true/i.test(url ?? '')) return true;
  return environmentOf(env).some(
    ([name, value]) =>
      readOnlyVariable.test(name) &&
      (name.toUpperCase().startsWith('ALLOW_') ? /^(?:false|0|no)$/i.test(value) : /^(?:true|1|yes)$/i.test(value)),
  );
}

function kindOf(name: string): string {
  const known = [
    'postgres',
    'mysql',
    'mongodb',
    'redis',
    'sqlite',
    'mssql',
    'elasticsearch',
    'clickhouse',
    'snowflake',
    'neo4j',
    'supabase',
    'neon',
    'dynamodb',
  ];
  return known.find((kind) => name.toLowerCase().includes(kind)) ?? 'unknown';
}

/** Variables with a known text. */
export function environmentOf(env: Value | undefined): (readonly [string, string])[] {
  if (!isProperties(env)) return [];
  return Object.keys(env).flatMap((name) => {
    const value = env[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, String(value)] as const]
      : [];
  });
}

const secretQuery =
  /([?&])((?:x-)?(?:api[_-]?key|apikey|key|token|access[_-]?token|auth|secret|password|sig|code|profile_key))=([^&#\s]{8,512})/i;

/** The address with a credential in its query sealed, and the parts rules ask for. */
export function remoteOf(url: string): { url: Value; remote: Properties; secret: boolean } {
  const found = /^([a-z][a-z0-9+.-]{0,15}):\/\/(?:[^\s/?#@]{0,256}@)?(\[[0-9a-f:.]{2,45}\]|[^\s/?#:]{1,253})/i.exec(
    url,
  );
  const host = found?.[2]?.toLowerCase();
  const known = host !== undefined && !host.includes('$') && !host.includes('{');
  const loopback = known
    ? /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|host\.docker\.internal)$/.test(host) || host.endsWith('.localhost')
    : new Unknown('the host is a variable');
  const remote = bagOf({
    scheme: found?.[1]?.toLowerCase() ?? new Unknown('the address is a variable'),
    host: known ? host : new Unknown('the host is a variable'),
    loopback,
  });
  const secret = secretQuery.exec(url);
  const text = secret?.[3];
  if (secret === null || text === undefined || isPlaceholder(text)) return { url, remote, secret: false };
  const start = secret.index + secret[0].length - text.length;
  return {
    url: new Interpolated(
      [url.slice(0, start), new Secret('url-token', fingerprintOf(text)), url.slice(start + text.length)].filter(
        (part) => part !== '',
      ),
    ),
    remote,
    secret: true,
  };
}

/** How a server is authenticated to, and whether the credential stands there in clear. */
export function authOf(
  headers: Value | undefined,
  env: Value | undefined,
  urlSecret: boolean,
  oauth: boolean,
  isRemote: boolean,
): Properties {
  const entries = environmentOf(headers);
  const authorisation = entries.find(([name]) => /^(?:proxy-)?authorization$/i.test(name));
  const other = entries.find(([name]) => isSecretName(name) || /key|token|auth/i.test(name));
  const literal = (value: string): boolean =>
    !isPlaceholder(value.replace(/^(?:bearer|basic|token)\s+/i, '')) && !/\$\{|\{\{|\$\(|%[A-Z_]+%/.test(value);
  if (oauth) return bagOf({ kind: 'oauth', literal: false });
  if (authorisation !== undefined)
    return bagOf({
      kind: /^bearer\s/i.test(authorisation[1]) ? 'bearer' : 'header',
      literal: literal(authorisation[1]),
    });
  if (other !== undefined) return bagOf({ kind: 'header', literal: literal(other[1]) });
  if (urlSecret) return bagOf({ kind: 'query', literal: true });
  const variable = environmentOf(env).find(([name]) => isSecretName(name));
  if (!isRemote && variable !== undefined) return bagOf({ kind: 'env', literal: literal(variable[1]) });
  return bagOf({ kind: isRemote ? 'unknown' : 'none', literal: false });
}

const insecureWord =
  /^(?:--insecure|--no-verify-ssl|--no-verify|--ignore-certificate-errors|--ignore-https-errors|--tls-?verify=false|--verify=false|--verify-ssl=false|--skip-tls-verify|--allow-http|-k)$/i;
const insecureVariables: readonly (readonly [RegExp, RegExp])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/],
  [
    /^(?:PYTHONHTTPSVERIFY|SSL_VERIFY|VERIFY_SSL|TLS_VERIFY|MCP_VERIFY_SSL|JIRA_SSL_VERIFY|CONFLUENCE_SSL_VERIFY)$/i,
    /^(?:0|false|no)$/i,
  ],
  [/^(?:GIT_SSL_NO_VERIFY|INSECURE|TLS_INSECURE|IGNORE_SSL_ERRORS)$/i, /^(?:1|true|yes)$/i],
];

/** Whether certificate checks are switched off by an argument or a variable. */
export function isInsecureTls(words: readonly string[], env: Value | undefined): boolean {
  const curlLike = programOf(words[0] ?? '') === 'curl';
  if (words.some((word) => insecureWord.test(word) && (word !== '-k' || curlLike))) return true;
  return environmentOf(env).some(([name, value]) =>
    insecureVariables.some(([key, off]) => key.test(name) && off.test(value)),
  );
}

/** Whether the server is told to listen on every interface. */
export function listensOpenly(words: readonly string[], env: Value | undefined): boolean {
  const open = (text: string): boolean => /^(?:0\.0\.0\.0|\[?::\]?|\*)(?::\d{1,5})?$/.test(text);
  if (
    words.some(
      (word, at) =>
        (/^--?(?:host|bind|listen|address|addr|bind-address)$/i.test(word) && open(words[at + 1] ?? '')) ||
        /^--?(?:host|bind|listen|address|addr)=(?:0\.0\.0\.0|\[?::\]?)/i.test(word),
    )
  )
    return true;
  return environmentOf(env).some(
    ([name, value]) => /(?:^|_)(?:HOST|BIND|LISTEN|LISTEN_ADDR|BIND_ADDRESS)$/i.test(name) && open(value),
  );
}

const filesystemServers = new Set(['@modelcontextprotocol/server-filesystem', 'mcp/filesystem']);

/** The folders a filesystem server is given: what stands after its package. */
export function rootsOf(words: readonly string[], found: RunPackage | undefined): string[] | undefined {
  if (found === undefined || !filesystemServers.has(found.name.toLowerCase())) return undefined;
  const at = words.findIndex(
    (word) => word === found.name || word.startsWith(`${found.name}@`) || word.startsWith(`${found.name}:`),
  );
  return words.slice(at + 1).filter((word) => !word.startsWith('-'));
}

/**
 * Whether something authenticates the client to a remote server. Without a header it may still ask for OAuth when the client
 * connects, which no file shows; over plain HTTP the specification forbids that
 * (modelcontextprotocol.io/specification, authorization).
 */
export function authPresent(kind: Value | undefined, remote: Properties): Value {
  if (kind !== 'unknown') return kind !== 'none';
  if (remote['loopback'] === true) return true;
  return remote['scheme'] === 'http' ? false : new Unknown('the server may ask for OAuth when the client connects');
}

const readOnlyHeader = /^x-mcp-readonly$/i;

/** Capabilities from the table, by package or by host; unknown for what is not listed. A server told to be read-only changes and sends nothing. */
export function capabilitiesOf(
  found: RunPackage | undefined,
  remote: Properties | undefined,
  words: readonly string[],
  env: Value | undefined,
  headers: Value | undefined,
  url: string | undefined,
): Value {
  const host = remote?.['host'];
  const names = [found?.name.toLowerCase(), typeof host === 'string' ? host : undefined];
  const known = names
    .map((name) => (name === undefined ? undefined : knownServers.get(name)))
    .find((list) => list !== undefined);
  if (known === undefined) return new Unknown('what this server can do is not in the catalogue');
  const readOnly =
    isReadOnly(words, env, found, url) ||
    environmentOf(env).some(([name, value]) => name === 'GITHUB_READ_ONLY' && /^(?:1|true)$/i.test(value)) ||
    environmentOf(headers).some(([name, value]) => readOnlyHeader.test(name) && value === 'true') ||
    /\/readonly\/?$/.test(url ?? '');
  return readOnly ? known.filter((capability) => capability !== 'write' && capability !== 'egress') : [...known];
}

/** Servers with dozens of tools that can be narrowed to the ones needed. Sources: their READMEs. */
const large = new Set([
  '@modelcontextprotocol/server-github',
  'ghcr.io/github/github-mcp-server',
  'api.githubcopilot.com',
  '@playwright/mcp',
  '@azure/mcp',
  'mcp-atlassian',
  'mcp.atlassian.com',
  '@stripe/mcp',
  '@notionhq/notion-mcp-server',
  '@supabase/mcp-server-supabase',
  'mcp.supabase.com',
  'mongodb-mcp-server',
]);

/** Whether the tools of a server with many are narrowed: undefined for servers that are not large. */
export function isNarrowed(
  found: RunPackage | undefined,
  remote: Properties | undefined,
  words: readonly string[],
  env: Value | undefined,
  included: Value | undefined,
): Value | undefined {
  const host = remote?.['host'];
  if (!large.has(found?.name.toLowerCase() ?? '') && !(typeof host === 'string' && large.has(host))) return undefined;
  return (
    included !== undefined ||
    words.some((word) =>
      /^--(?:toolsets?|tools|caps|mode|namespace|features|disabledTools|disabled-tools)\b/.test(word),
    ) ||
    environmentOf(env).some(([name]) => /TOOLSETS|ENABLED_TOOLS|DISABLED_TOOLS|MCP_TOOLS/.test(name))
  );
}

const writeTool =
  /(?:^|[_.\-/: ])(?:write|edit|create|delete|remove|drop|update|insert|upsert|push|merge|commit|execute|exec|run|shell|bash|command|send|post|publish|deploy|apply|move|rename|upload|query|eval|terminal|kill|install|patch|put|set)(?:$|[_.\-/: A-Z])/i;

/** Tools of an auto-approval list that change something or run code: by their names, or a star for all of them. */
export function writeToolsOf(list: Value | undefined): string[] {
  return textsOf(list).filter(
    (tool) =>
      tool === '*' ||
      tool.includes('*') ||
      writeTool.test(tool) ||
      /^(?:write|edit|create|delete|execute|run|send|push|update|insert)[A-Z]/.test(tool),
  );
}

import type { Resource } from '../../model/resource.ts';
import { Interpolated, isList, isProperties, type Properties, Unknown, type Value } from '../../model/value.ts';
import { valueAt } from './evaluate-policy.ts';
import { textsOf } from './lookup.ts';
import { programOf, startsBridge } from './server-package.ts';

/**
 * What the tool servers of one client are together, for `agent.client`:
 * - `serverCapabilities`: what they can do; holds an `Unknown` while one of them is not in the catalogue
 * - `nameClashes`: names that stand for different commands or addresses in different files
 * - `twins`: one package or address under several names, so that its tools appear twice
 * - `unlistedServers`: names that the client's allowlist does not admit
 * - `gatewayServers`, `directServers`: those that go through a gateway, and those that do not
 */
export function serverFacts(properties: Properties, linked: readonly Resource[]): Readonly<Record<string, Value>> {
  const servers = linked.filter(({ type, properties: { disabled } }) => type === 'mcp.server' && disabled !== true);
  const gateways = servers.filter(isGateway);
  return {
    serverCapabilities: capabilitiesOf(servers),
    nameClashes: clashesOf(servers),
    twins: twinsOf(servers),
    unlistedServers: unlistedOf(properties, servers),
    gatewayServers: gateways.map(({ name }) => name),
    directServers: servers.filter((server) => !gateways.includes(server)).map(({ name }) => name),
  };
}

function capabilitiesOf(servers: readonly Resource[]): Value[] {
  const known = new Set(servers.flatMap(({ properties }) => textsOf(properties['capabilities'])));
  const unknown = servers
    .filter(({ properties }) => properties['capabilities'] instanceof Unknown)
    .map(({ name }) => name);
  const list: Value[] = [...known].sort();
  if (unknown.length > 0)
    list.push(new Unknown(`what ${unknown.slice(0, 3).join(', ')} can do is not in the catalogue`));
  return list;
}

function clashesOf(servers: readonly Resource[]): string[] {
  const byName = new Map<string, Set<string>>();
  for (const { name, properties } of servers) {
    const key = name.toLowerCase();
    byName.set(key, (byName.get(key) ?? new Set()).add(identityOf(properties)));
  }
  return [...byName].filter(([, identities]) => identities.size > 1).map(([name]) => name);
}

/** What a server is, without its version: an upgrade in one file is no other server. */
function identityOf(properties: Properties): string {
  const found = properties['package'];
  if (isProperties(found)) return `package ${textOf(found['name'])}`;
  if (properties['url'] !== undefined) return `url ${textOf(properties['url'])}`;
  return `command ${textOf(properties['command'])} ${textsOf(properties['args']).join(' ')}`;
}

function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  return value instanceof Interpolated
    ? value.parts.map((part) => (typeof part === 'string' ? part : '…')).join('')
    : '';
}

function twinsOf(servers: readonly Resource[]): string[] {
  const byIdentity = new Map<string, Set<string>>();
  for (const { name, properties } of servers) {
    // A container image or database server is often run twice for two targets; only identical lines are twins.
    const key =
      `${textOf(properties['command'])} ${textsOf(properties['args']).join(' ')} ${textOf(properties['url'])}`.trim();
    if (key !== '') byIdentity.set(key, (byIdentity.get(key) ?? new Set()).add(name));
  }
  return [...byIdentity.values()].filter((names) => names.size > 1).map((names) => [...names].join(', '));
}

function unlistedOf(properties: Properties, servers: readonly Resource[]): Value[] {
  const allowlist = properties['mcpAllowlist'];
  if (!isProperties(allowlist)) return [];
  const semantics = allowlist['semantics'];
  if (semantics instanceof Unknown) return servers.length === 0 ? [] : [semantics];
  if (semantics === 'all') return [];
  if (semantics === 'none') return servers.filter(isOwn).map(({ name }) => name);
  const entries = allowlist['entries'];
  if (!isList(entries)) return [];
  return servers
    .filter((server) => isOwn(server) && !entries.some((entry) => admits(entry, server)))
    .map(({ name }) => name);
}

/** Servers the organisation delivers are allowed without being listed. */
function isOwn({ properties }: Resource): boolean {
  return properties['scope'] !== 'managed';
}

/** Whether an allowlist entry admits a server: a name, or `{serverName}`, `{serverCommand: [...]}`, `{serverUrl: pattern}`. */
function admits(entry: Value, { name, properties }: Resource): boolean {
  if (typeof entry === 'string') return entry === name;
  if (!isProperties(entry)) return true;
  const { serverName, serverCommand, serverUrl } = entry;
  if (isList(serverCommand)) {
    const words = [textOf(properties['command']), ...textsOf(properties['args'])];
    return properties['command'] !== undefined && words.join('\n') === textsOf(serverCommand).join('\n');
  }
  if (typeof serverUrl === 'string') return matchesStars(serverUrl, textOf(properties['url']));
  return serverName === name;
}

function isGateway({ properties }: Resource): boolean {
  const host = valueAt(properties, 'remote.host');
  if (typeof host === 'string' && /(?:^|[.-])(?:mcp-?)?gateway(?:[.-]|$)/.test(host)) return true;
  const [command = ''] = textsOf(properties['command']);
  const args = textsOf(properties['args']);
  const program = programOf(command);
  if (startsBridge(command, args)) return true;
  return program === 'docker' && args[0] === 'mcp' && args.some((word) => word === 'gateway' || word === 'connect');
}

/** Whether a text fits a pattern in which a star stands for any run of characters. Linear: each part is searched once. */
function matchesStars(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  const last = parts.pop() ?? '';
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

import { z } from 'zod';
import { networkTest } from '../base/network-address.ts';
import { isLoopbackAddress, isMetadataAddress, isPublicAddress, isUnspecifiedAddress } from '../base/public-address.ts';

/** Somewhere a sandboxed server may connect to. */
export interface EgressRule {
  /** A name in small letters; `*.example.com` is every name below `example.com`, not itself. */
  readonly host: string;
  readonly port: number;
  /** Networks the name's addresses may lie in beside public ones. */
  readonly networks: readonly string[];
}

/** A host and port as a connection asks for them. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** Names of hosts (RFC 1123). The last label is no number: `127.1` and `2130706433` are addresses to some. */
const hostShape = new RegExp(`^(?=.{1,253}$)(?:${label}\\.)*(?!\\d+$|0x)${label}$`);
const ruleShape = /^(\*\.)?([^:]+)(?::(\d{1,5}))?$/;

const hostAndPort = z.string().transform((text, context): Omit<EgressRule, 'networks'> => {
  const [, below = '', host = '', port = '443'] = ruleShape.exec(text.toLowerCase()) ?? [];
  const isName = hostShape.test(host) && host !== 'localhost' && !host.endsWith('.localhost');
  if (isName && (below === '' || host.includes('.')) && isPort(Number(port)))
    return { host: below + host, port: Number(port) };
  context.addIssue({ code: 'custom', message: 'is not `host`, `host:port` or `*.domain:port`' });
  return z.NEVER;
});

const network = z.string().refine((text) => networkTest(text) !== undefined, 'is not a network such as `10.1.0.0/16`');

/** One item of `egress`: `api.example.com`, `api.example.com:8443`, or `{ to, networks }` for hosts that are not public. */
export const egressRule = z.union([
  hostAndPort.transform((rule): EgressRule => ({ ...rule, networks: [] })),
  z
    .strictObject({ to: hostAndPort, networks: z.array(network).min(1) })
    .transform(({ to, networks }): EgressRule => ({ ...to, networks })),
]);

/** A rule as a person writes it. */
export function formatTarget({ host, port }: Target): string {
  return `${host}:${port}`;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= 65_535;
}

/**
 * Reads the target of a CONNECT request: `host:port` (RFC 9110, 9.3.6). Only names: addresses in any form are no target, since rules
 * name hosts.
 *
 * @returns undefined when it is none
 */
export function readTarget(authority: string): Target | undefined {
  const [, name = '', digits = ''] = /^([^:@/]+):(\d{1,5})$/.exec(authority) ?? [];
  const host = name.toLowerCase().replace(/\.$/, '');
  const port = Number(digits);
  return hostShape.test(host) && isPort(port) ? { host, port } : undefined;
}

/** The rule that lets a connection out. The first that fits. */
export function ruleFor(rules: readonly EgressRule[], { host, port }: Target): EgressRule | undefined {
  return rules.find(
    (rule) =>
      rule.port === port && (rule.host.startsWith('*.') ? host.endsWith(rule.host.slice(1)) : rule.host === host),
  );
}

/**
 * The address to connect to, out of all a name has. One that may not be reached refuses them all: a name that has such an address
 * beside others is being rebound. This machine, link-local addresses and metadata services are never reached.
 *
 * @returns undefined when there is none, or one that may not be reached
 */
export function addressFor({ networks }: EgressRule, addresses: readonly string[]): string | undefined {
  const tests = networks.flatMap((text) => networkTest(text) ?? []);
  const isNever = (address: string): boolean =>
    isLoopbackAddress(address) || isUnspecifiedAddress(address) || isMetadataAddress(address);
  const mayReach = (address: string): boolean =>
    isPublicAddress(address) || (!isNever(address) && tests.some((test) => test(address)));
  return addresses.every(mayReach) ? addresses[0] : undefined;
}

/** A way out inside the sandbox: connections to this loopback address and port go to the host. */
export interface Route extends Target {
  readonly address: string;
}

/** Where the proxy for programs that use one listens, inside the sandbox. */
export const proxyAt: Target = { host: '127.0.0.1', port: 3128 };

/**
 * A loopback address for every host that is named whole: programs that know no proxy reach it under its own name and port.
 * Hosts that a pattern allows are reached through the proxy only.
 */
export function routesOf(rules: readonly EgressRule[]): readonly Route[] {
  const named = rules.filter(({ host }) => !host.startsWith('*.'));
  const hosts = [...new Set(named.map(({ host }) => host))];
  const seen = new Set<string>();
  return named.flatMap(({ host, port }) => {
    const key = formatTarget({ host, port });
    if (seen.has(key)) return [];
    seen.add(key);
    const number = hosts.indexOf(host) + 1;
    return [{ host, port, address: `127.1.${number >> 8}.${number & 0xff}` }];
  });
}

/** The sandbox's `/etc/hosts`: there is no other resolver in it. */
export function hostsFile(routes: readonly Route[]): string {
  const lines = new Set(routes.map(({ address, host }) => `${address} ${host}`));
  return ['127.0.0.1 localhost', '::1 localhost', ...lines, ''].join('\n');
}

import { networkTest } from './network-address.ts';

type AddressTest = (address: string) => boolean;

/**
 * Networks whose addresses are not globally reachable, or lead to one that may not be: the IANA registries of IPv4 and
 * IPv6 special-purpose addresses (iana.org/assignments/iana-ipv4-special-registry, …-ipv6-…, read 2026-11-28). Forms that
 * carry an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo) count as not public whatever they carry.
 */
const notPublic = tests([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
]);
/** Global unicast: every other IPv6 address is special or not assigned. */
const globalUnicast = tests(['2000::/3']);
const loopback = tests(['127.0.0.0/8', '::1']);
const unspecified = tests(['0.0.0.0', '::']);
const linkLocal = tests(['169.254.0.0/16', 'fe80::/10']);

/** Whether an address is one of the public internet. A text that is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%') || notPublic(address)) return false;
  return address.includes(':') ? globalUnicast(address) : /^\d+(?:\.\d+){3}$/.test(address);
}

/** Whether an address leads back to this machine. */
export function isLoopbackAddress(address: string): boolean {
  return loopback(address);
}

/** Whether an address is none: who connects to it connects to this machine. */
export function isUnspecifiedAddress(address: string): boolean {
  return unspecified(address);
}

/** Whether a host of a URL is this machine by its name alone: `localhost`, or a loopback address. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host.replace(/^\[|\]$/g, ''));
}

/** Whether an address is link-local: where clouds keep their metadata services. */
export function isLinkLocalAddress(address: string): boolean {
  return linkLocal(address.replace(/%.*$/, ''));
}

function tests(networks: readonly string[]): AddressTest {
  const each = networks.flatMap((network) => networkTest(network) ?? []);
  return (address) => each.some((test) => test(address));
}

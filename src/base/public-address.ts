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
/** Link-local, and what clouds use beside: Alibaba, Azure, Oracle. */
const metadataIpv4 = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
] as const;
const metadata = tests([
  ...metadataIpv4.map(([base, length]) => `${base}/${length}`),
  // The same behind NAT64 (RFC 6052).
  ...metadataIpv4.map(([base, length]) => `64:ff9b::${base}/${96 + length}`),
  'fe80::/10',
  // AWS, Google, Oracle, Scaleway, Akamai, Alibaba.
  'fd00:ec2::/32',
  'fd20:ce::254',
  'fd00:c1::a9fe:a9fe',
  'fd00:42::42',
  'fd00:a9fe:a9fe::1',
  'fd00:100::100:200',
]);

/** Whether an address is one of the public internet. A text that is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%') || notPublic(address) || metadata(address)) return false;
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

/** Whether an address is link-local or another where clouds keep their metadata services. */
export function isMetadataAddress(address: string): boolean {
  return metadata(address.replace(/%.*$/, ''));
}

function tests(networks: readonly string[]): AddressTest {
  const each = networks.flatMap((network) => networkTest(network) ?? []);
  return (address) => each.some((test) => test(address));
}

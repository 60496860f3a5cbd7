import { BlockList, isIP } from 'node:net';
import { remembered } from './remembered.ts';

/**
 * A test whether an address lies in a network given as `10.0.0.0/8` or `2001:db8::/32`; an address alone is a network of
 * one. IPv4 addresses mapped into IPv6 count as IPv4. Arithmetic only: nothing is looked up or opened.
 *
 * @returns undefined when the text is no network
 */
export function networkTest(cidr: string): ((address: string) => boolean) | undefined {
  const [, base = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
  const family = familyOf(base);
  const bits = family === 'ipv4' ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (family === undefined || prefix > bits) return undefined;
  const network = new BlockList();
  network.addSubnet(base, prefix, family);
  return remembered((address) => {
    const found = familyOf(address);
    return found !== undefined && network.check(address, found);
  });
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

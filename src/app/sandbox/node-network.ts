import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { Target } from '../../sandbox/egress-rules.ts';

/** All addresses of a name, as this machine resolves it. */
export async function resolveName(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, order: 'ipv4first' } as const)).map(({ address }) => address);
}

/** A connection to an address; either side may end its half. */
export function connectTo({ host, port }: Target): Socket {
  return connect({ host, port, allowHalfOpen: true });
}

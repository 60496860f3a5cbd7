import type { JsonRpcId } from '../../model/mcp.ts';

/**
 * Names of what several servers offer together: `<server>__<name>`. The first `__` divides, so a server's name that holds one, or
 * ends with `_`, could be taken for another's and has no part in it.
 */
const divider = '__';

export function canBeJoined(server: string): boolean {
  return !server.includes(divider) && !server.endsWith('_');
}

export function joinName(server: string, name: string): string {
  return server + divider + name;
}

export function splitName(joined: string): readonly [server: string, name: string] | undefined {
  const at = joined.indexOf(divider);
  return at <= 0 ? undefined : [joined.slice(0, at), joined.slice(at + divider.length)];
}

/** In front of ids of what a server says unasked: the stream that is taken up there is that of all servers. No name of a server has the sign. */
export function unaskedOf(server: string): string {
  return `*${server}`;
}

/** What the id of an event says of the stream it is of; undefined where it is none of a joined one. */
export function splitEventId(
  id: string,
): { readonly server: string; readonly event: string; readonly isUnasked: boolean } | undefined {
  const [place, event] = splitName(id) ?? [];
  if (place === undefined || event === undefined) return undefined;
  const isUnasked = place.startsWith('*');
  return { server: isUnasked ? place.slice(1) : place, event, isUnasked };
}

/** Ids of requests of servers: each server counts for itself. */
export function joinId(server: string, id: JsonRpcId): string {
  return joinName(server, JSON.stringify(id));
}

export function splitId(joined: unknown): readonly [server: string, id: JsonRpcId] | undefined {
  const split = typeof joined === 'string' ? splitName(joined) : undefined;
  if (split === undefined || !/^(?:-?\d{1,16}|".*")$/s.test(split[1])) return undefined;
  try {
    return [split[0], JSON.parse(split[1]) as JsonRpcId];
  } catch {
    return undefined;
  }
}

import type { Exchange } from '../exchange.ts';
import { type RequestHeaders, readHeaders } from './request-headers.ts';

/** Where requests may say they go and come from. */
export interface GuardRules {
  /** Values of `Host` that are this gateway, in lower case: `127.0.0.1:4180`, `mcp.example.com`. */
  readonly hosts: ReadonlySet<string>;
  /** Values of `Origin` that may send requests besides the gateway's own hosts, such as `https://app.example.com`. */
  readonly origins: ReadonlySet<string>;
  /** The configuration it is the gateway of; undefined where that is in no file. */
  readonly configuration?: string | undefined;
}

/**
 * The field by which a request says which configuration's gateway it is for: others can listen where that one is looked for, with servers
 * of the same names.
 */
export const configurationHeader = 'demarc-configuration';
/** Misdirected Request (RFC 9110, 15.5.20). */
export const misdirected = 421;

/** A request that may be looked at further, or the refusal. */
export type Guarded =
  | { readonly headers: RequestHeaders; readonly path: string }
  | { readonly status: number; readonly reason: string };

/**
 * Refuses what a browser was tricked to send (DNS rebinding) and what two readers of a request could take for two requests.
 * It is always on. Paths are compared as they were sent and never decoded: `%2f`, `//`, `;` and dot segments are no path that exists.
 */
export function guardRequest(exchange: Exchange, rules: GuardRules): Guarded {
  const headers = readHeaders(exchange.headers);
  if (typeof headers === 'string') return { status: 400, reason: `\`${headers}\` comes more than once` };
  const host = headers.get('host')?.toLowerCase();
  if (host === undefined) return { status: 400, reason: 'there is no `Host`' };
  if (!rules.hosts.has(host)) return { status: 403, reason: 'the `Host` is not a name of this gateway' };
  const origin = headers.get('origin')?.toLowerCase();
  if (origin !== undefined && !isAllowed(origin, rules)) return { status: 403, reason: 'the `Origin` is not allowed' };
  const meant = headers.get(configurationHeader);
  if (meant !== undefined && meant !== rules.configuration)
    return { status: misdirected, reason: 'this gateway is of another configuration' };
  const path = exchange.target;
  if (!path.startsWith('/')) return { status: 400, reason: 'the request target is not a path' };
  if (headers.has('content-encoding') && headers.get('content-encoding') !== 'identity')
    return { status: 415, reason: 'the body is encoded' };
  return { headers, path };
}

function isAllowed(origin: string, { hosts, origins }: GuardRules): boolean {
  if (origins.has(origin)) return true;
  const [, host] = /^https?:\/\/(.+)$/.exec(origin) ?? [];
  return host !== undefined && hosts.has(host);
}

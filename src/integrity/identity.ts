import { redactText } from '../base/secrets.ts';

/**
 * What makes two entries of configurations the same server: program, arguments and thereby the package's version, or the address.
 * Credentials are replaced, so that a rotated one is no other server and none stands in a lock file.
 */
export interface ServerIdentity {
  readonly command?: string | undefined;
  readonly url?: string | undefined;
}

/** @param words program and arguments as the configuration has them, variables not filled in */
export function commandIdentity(words: readonly string[]): ServerIdentity {
  return { command: redactText(words.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word)).join(' ')) };
}

/** A part of a path that is as long and mixed as a token; some vendors' addresses hold one. */
const token = /(?<=\/)(?=[^/]*\d)(?=[^/]*[A-Za-z])[\w-]{20,200}(?=\/|$)/g;

/** @param text as the configuration has it; of a query only the names count */
export function urlIdentity(text: string): ServerIdentity {
  const [address = '', query] = text.split(/[?#]/, 2);
  const names = (query ?? '')
    .split('&')
    .map((pair) => pair.split('=', 1)[0] ?? '')
    .filter((name) => name !== '')
    .sort();
  return { url: redactText(address).replace(token, '[secret]') + (names.length === 0 ? '' : `?${names.join('&')}`) };
}

/** Whether pins of one entry are about another. Pins from a file say nothing of where the server is: they hold for any. */
export function isSameServer(pinned: ServerIdentity, found: ServerIdentity): boolean {
  if (pinned.command === undefined && pinned.url === undefined) return true;
  return pinned.command === found.command && pinned.url === found.url;
}

import { DemarcError, messageOf } from '../base/errors.ts';
import { isSignedBy, parseNote, type Signer, signNote, type VerifierKey } from '../ledger/note.ts';
import { unsignedError } from './sandbox-error.ts';
import type { ServerProgram } from './server-program.ts';

const heading = 'demarc.dev/gateway-servers/v2';
/** Of statements that say no time. */
const timelessHeading = 'demarc.dev/gateway-servers/v1';

/** What was signed of a server. */
export interface SignedServer {
  readonly entry: string;
  readonly pins: Readonly<Record<string, string>>;
}

/** A signed statement as it was read. */
export interface SignedServers {
  /** By name. */
  readonly servers: ReadonlyMap<string, SignedServer>;
  /** When, in milliseconds since the epoch. */
  readonly signedMs: number;
}

/**
 * The signed statement about the servers of a configuration that start processes: a C2SP signed note with the time, and one line a server,
 * in the order of their names: its name, the digest of its entry, and the digest of everything that is pinned.
 *
 * @param signedMs milliseconds since the epoch
 */
export function signServers(servers: readonly ServerProgram[], signedMs: number, signer: Signer): string {
  const lines = servers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, entry, pins }) => JSON.stringify({ server: name, entry, pins: Object.fromEntries(pins) }));
  return signNote(`${[heading, new Date(signedMs).toISOString(), ...lines].join('\n')}\n`, [signer]);
}

/**
 * Reads a signed statement.
 *
 * @throws DemarcError `DMC_SERVER_UNSIGNED` when it is none, says no time, or is not signed with this key
 */
export function readSignedServers(note: string, key: VerifierKey): SignedServers {
  try {
    const parsed = parseNote(note);
    if (!isSignedBy(parsed, key)) throw signatureError(`is not signed with the key \`${key.name}\``);
    const [first, time = '', ...lines] = parsed.text.trimEnd().split('\n');
    if (first === timelessHeading)
      throw signatureError('is of an earlier version and says no time, so an older one could be put in its place');
    const signedMs = Date.parse(time);
    if (first !== heading || Number.isNaN(signedMs)) throw signatureError('is about something else');
    return { servers: new Map(lines.map(readLine)), signedMs };
  } catch (thrown) {
    if (thrown instanceof DemarcError && thrown.code === 'DMC_SERVER_UNSIGNED') throw thrown;
    throw signatureError(`cannot be read: ${messageOf(thrown)}`);
  }
}

/** The signature holds, so the line is what `signServers` wrote. */
function readLine(line: string): readonly [string, SignedServer] {
  const { server, entry, pins } = JSON.parse(line) as SignedServer & { readonly server: string };
  return [server, { entry, pins }];
}

/** @param what is wrong with it */
export function signatureError(what: string): DemarcError {
  return new DemarcError('DMC_SERVER_UNSIGNED', `the signature of the servers ${what}`, {
    hint: 'look at what it would start, then sign it again: `demarc gateway sign <config>`',
  });
}

/**
 * Holds a server as it is now against what was signed.
 *
 * @throws DemarcError `DMC_SERVER_UNSIGNED` when it was not signed, or its entry or a file of it changed since
 */
export function requireSigned({ name, entry, pins }: ServerProgram, signed: ReadonlyMap<string, SignedServer>): void {
  const known = signed.get(name);
  if (known === undefined) throw unsignedError(name, 'is not signed');
  if (known.entry !== entry) throw unsignedError(name, 'is not what was signed: its entry changed');
  const changed = [...new Set([...pins.keys(), ...Object.keys(known.pins)])].find(
    (path) => pins.get(path) !== known.pins[path],
  );
  if (changed !== undefined) throw unsignedError(name, `is not what was signed: \`${changed}\` changed`);
}

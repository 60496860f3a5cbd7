import { DemarcError, messageOf } from '../base/errors.ts';
import { isSignedBy, parseNote, type Signer, signNote, type VerifierKey } from '../ledger/note.ts';
import { unsignedError } from './sandbox-error.ts';
import type { ServerProgram } from './server-program.ts';

const heading = 'demarc.dev/gateway-servers/v1';

/** What was signed of a server. */
export interface SignedServer {
  readonly entry: string;
  readonly pins: Readonly<Record<string, string>>;
}

/**
 * The signed statement about the servers of a configuration that start processes: a C2SP signed note with one line a server, in the
 * order of their names: its name, the digest of its entry, and the digest of everything that is pinned.
 */
export function signServers(servers: readonly ServerProgram[], signer: Signer): string {
  const lines = servers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, entry, pins }) => JSON.stringify({ server: name, entry, pins: Object.fromEntries(pins) }));
  return signNote(`${[heading, ...lines].join('\n')}\n`, [signer]);
}

/**
 * Reads a signed statement.
 *
 * @returns what was signed, by name of the server
 * @throws DemarcError `DMC_SERVER_UNSIGNED` when it is none, or not signed with this key
 */
export function readSignedServers(note: string, key: VerifierKey): ReadonlyMap<string, SignedServer> {
  try {
    const parsed = parseNote(note);
    if (!isSignedBy(parsed, key)) throw signatureError(`is not signed with the key \`${key.name}\``);
    const [first, ...lines] = parsed.text.trimEnd().split('\n');
    if (first !== heading) throw signatureError('is about something else');
    return new Map(lines.map(readLine));
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

function signatureError(what: string): DemarcError {
  return new DemarcError('DMC_SERVER_UNSIGNED', `the signature of the servers ${what}`, {
    hint: '`demarc gateway sign <config>` signs the servers of a configuration',
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

import { limits } from '../../base/limits.ts';
import type { Peer } from '../exchange.ts';
import type { IdentitySettings } from './settings.ts';

type Certificate = NonNullable<Peer['certificate']>;

/**
 * The agent that a verified client certificate stands for, by the first entry of the configuration that fits; undefined where
 * none does. A certificate with several URI names is no SPIFFE identity (X509-SVID, section 2), and fits no entry about URIs.
 */
export function certificateHolder(
  { subject, uris = [] }: Certificate,
  entries: IdentitySettings['certificates'],
): { agent: string; roles: readonly string[] } | undefined {
  const uri = uris.length === 1 ? uris[0] : undefined;
  for (const entry of entries) {
    const isIt = entry.uri === undefined ? entry.subject === subject : uri !== undefined && fits(entry.uri, uri);
    const agent = entry.agent ?? uri;
    if (isIt && agent !== undefined && agent.length <= limits.identifierLengthMax) return { agent, roles: entry.roles };
  }
  return undefined;
}

/** Whether a certificate has not ended: its connection may be kept for longer, and is verified once. One whose end is unknown has. */
export function isInTime({ expiresMs }: Certificate, nowMs: number): boolean {
  return nowMs < expiresMs;
}

/** Whether a URI is the one named, or one segment below it where the name ends in `/*`. Segments are those SPIFFE allows. */
function fits(pattern: string, uri: string): boolean {
  if (!pattern.endsWith('/*')) return uri === pattern;
  const above = pattern.slice(0, -1);
  return uri.startsWith(above) && /^(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(uri.slice(above.length));
}

/**
 * The URI names in the text that Node.js makes of a certificate's alternative names: `DNS:a.example, URI:spiffe://b/c`. A name
 * that holds a comma or a quote is written as a JSON string there; it is no SPIFFE id, and stands for one that fits nothing.
 */
export function uriNames(subjectAltName: string | undefined): readonly string[] {
  const entries = (subjectAltName ?? '').match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return entries.flatMap((entry) => {
    const text = entry.trim();
    return text.startsWith('URI:') ? [text.slice('URI:'.length)] : [];
  });
}

/**
 * A certificate's subject as one text, attributes in their order, from the form Node.js gives. Characters that would end a
 * value are escaped (RFC 4514, section 2.4): no value can look like two.
 */
export function subjectText(subject: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  return Object.entries(subject)
    .flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : (value ?? [])).map((one) => [name, one] as const),
    )
    .map(([name, value]) => `${name}=${value.replace(/[,+"\\<>;=]/g, '\\$&')}`)
    .join(',');
}

/** The SHA-256 of a certificate as `cnf` has it (`x5t#S256`, RFC 8705 section 3.1), from the form Node.js gives: `AA:BB:…`. */
export function thumbprintOf(fingerprint256: string): string {
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

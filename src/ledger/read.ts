import { DemarcError } from '../base/errors.ts';
import type { Envelope } from '../model/event.ts';
import { parseEntry } from './entry.ts';
import type { LogFiles } from './log-files.ts';
import { openPayload, type PayloadKeys } from './seal.ts';

/** What can be said of a payload: it is there to read, or why it is not. */
export type PayloadState =
  | { readonly state: 'none' | 'erased' | 'no-keys' }
  | { readonly state: 'clear'; readonly value: unknown }
  | { readonly state: 'tampered'; readonly why: string };

/** An entry as far as it can be read. */
export type ReadEntry =
  | { readonly envelope: Envelope; readonly payload: PayloadState }
  /** The entry is not an event of this format: logs hold whatever their writers put there. */
  | { readonly envelope: undefined; readonly problem: string };

/**
 * Opens an entry for display or search. Never rejects for what stands in the entry, only when the keys or the log's files
 * cannot be read.
 *
 * @param blobs the log's files, where payloads lie that did not fit their entry
 */
export async function openEntry(entry: Uint8Array, keys: PayloadKeys, blobs: LogFiles): Promise<ReadEntry> {
  let envelope: Envelope;
  try {
    envelope = parseEntry(entry);
  } catch (thrown) {
    if (thrown instanceof DemarcError) return { envelope: undefined, problem: thrown.message };
    throw thrown;
  }
  const opened = await openPayload(envelope, keys, blobs);
  if (opened.state !== 'clear') return { envelope, payload: opened };
  try {
    return { envelope, payload: { state: 'clear', value: JSON.parse(Buffer.from(opened.plaintext).toString()) } };
  } catch {
    return { envelope, payload: { state: 'tampered', why: 'it is no JSON' } };
  }
}

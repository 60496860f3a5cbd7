import { limits } from '../../base/limits.ts';
import type { LogFiles } from '../../ledger/log-files.ts';
import { openPayload, type PayloadKeys } from '../../ledger/seal.ts';
import type { Envelope } from '../../model/event.ts';

/** The words a payload may be found by; undefined where the keys do not open it. */
export async function searchableText(
  envelope: Envelope,
  keys: PayloadKeys,
  blobs: LogFiles,
): Promise<string | undefined> {
  const opened = await openPayload(envelope, keys, blobs);
  if (opened.state !== 'clear') return undefined;
  try {
    return wordsOf(JSON.parse(Buffer.from(opened.plaintext).toString()));
  } catch {
    return undefined;
  }
}

/** Texts, numbers and names in a JSON value, in order; of more than the limit, at least one character more than it. */
export function wordsOf(value: unknown): string {
  const words: string[] = [];
  let length = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && length <= limits.searchableTextLengthMax + 1) {
    const next = open.pop();
    if (typeof next === 'object' && next !== null) {
      const inside = Array.isArray(next) ? (next as unknown[]) : Object.entries(next).flat();
      for (let at = inside.length - 1; at >= 0; at--) open.push(inside[at]);
    } else if (next !== null) {
      const word = typeof next === 'string' ? next : JSON.stringify(next);
      words.push(word);
      length += word.length + 1;
    }
  }
  return words.join(' ');
}

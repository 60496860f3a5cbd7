import { createHash } from 'node:crypto';
import { limits } from '../../base/limits.ts';

/** What PostgreSQL does not take in a text: NUL, and halves of surrogate pairs. */
const foreign = /[\0\p{Cs}]/gu;
/** The same at a glance: whole pairs are suspected too. */
const suspect = /[\0\ud800-\udfff]/;

/** A text as the database can hold it. */
export function storable(text: string): string {
  return suspect.test(text) ? text.replace(foreign, '\ufffd') : text;
}

/**
 * A text as a column is compared by: itself as a rule; what is too long for an index or had to be cleaned is its beginning
 * and its hash, so that two different texts never become the same key.
 */
export function columnText(text: string): string {
  const clean = storable(text);
  if (clean === text && text.length <= limits.indexedTextLengthMax) return text;
  const hash = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  return `${storable(clean.slice(0, limits.indexedTextLengthMax - hash.length - 1))}…${hash}`;
}

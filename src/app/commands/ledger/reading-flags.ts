import { limits } from '../../../base/limits.ts';
import { fileFlag, type formatFlag, keysFlag, vkeyFlag } from './flags.ts';

/** Flags of every command that reads a ledger. */
export interface ReadingFlags {
  readonly keys?: string;
  readonly vkey?: string;
}

/** Flags of every command that asks the index. */
export interface IndexFlags extends ReadingFlags {
  readonly databaseUrl?: string;
  readonly index?: string;
}

export const text = { kind: 'parsed', parse: String, optional: true } as const;

export const readingFlags = { keys: keysFlag, vkey: vkeyFlag } as const;

export const indexFlags = {
  ...readingFlags,
  databaseUrl: {
    ...text,
    placeholder: 'url',
    brief: 'PostgreSQL for the index: postgres://… (default: DEMARC_DATABASE_URL)',
  },
  index: {
    ...fileFlag,
    placeholder: 'folder',
    brief: 'Keep the index in this folder (default: beside the keys, or in your state folder)',
  },
} as const;

export const rangeFlags = {
  since: { ...text, placeholder: 'time', brief: 'From this time on: RFC 3339, a date, or an age such as 30m, 24h, 7d' },
  until: { ...text, placeholder: 'time', brief: 'Before this time' },
} as const;

export type OutputFormat = (typeof formatFlag.values)[number];

/** How many events or rows to print. Stricli reports what `parse` throws. */
export function parsePageSize(input: string): number {
  const count = Number(input);
  if (!Number.isSafeInteger(count) || count < 1 || count > limits.searchEventsMax)
    throw new RangeError(`must be 1 to ${limits.searchEventsMax}`);
  return count;
}

/** The index of an entry. */
export function parseIndex(input: string): number {
  const index = Number(input);
  if (!/^\d+$/.test(input) || !Number.isSafeInteger(index)) throw new RangeError('must be the index of an entry');
  return index;
}

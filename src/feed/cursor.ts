import { z } from 'zod';
import { DemarcError } from '../base/errors.ts';
import type { DurableFiles } from '../base/ports.ts';
import type { LedgerSource } from './ledger-source.ts';
import { positionOf } from './record.ts';

/** Where a feed stands: everything before `next` is delivered or in the dead-letter file. */
export interface Cursor {
  readonly origin: string;
  readonly next: number;
  /** Leaf hash in base64 of the entry before `next`: shows that the same log is still there. Absent at 0. */
  readonly leaf?: string | undefined;
  /** Whether the sink ever took anything: until then a refusal is blamed on the settings, not on an event. */
  readonly accepted: boolean;
}

const cursorFile = z.strictObject({
  v: z.literal(1),
  origin: z.string(),
  next: z.int().nonnegative(),
  leaf: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/)
    .optional(),
  accepted: z.boolean(),
});

/** Reads a cursor. @returns undefined when none was written, `corrupt` when it cannot be read as one */
export async function readCursor(files: DurableFiles, path: string): Promise<Cursor | 'corrupt' | undefined> {
  const data = await files.read(path);
  if (data === undefined) return undefined;
  try {
    const { v: _v, ...cursor } = cursorFile.parse(JSON.parse(Buffer.from(data).toString('utf8')));
    return cursor;
  } catch {
    return 'corrupt';
  }
}

/** Replaces the cursor atomically and durably. */
export async function writeCursor(files: DurableFiles, path: string, cursor: Cursor): Promise<void> {
  await files.replace(path, Buffer.from(`${JSON.stringify({ v: 1, ...cursor })}\n`), 0o600);
}

/**
 * Makes sure that the log a cursor points into is the one it was written for.
 *
 * @throws DemarcError `DMC_FEED` when it is another log, has become shorter, or has another entry there
 */
export async function checkCursor(cursor: Cursor, source: LedgerSource, size: number): Promise<void> {
  const wrong = (message: string): DemarcError =>
    new DemarcError('DMC_FEED', message, {
      hint: "check the ledger with `demarc ledger verify`; to feed it from its start, remove the feed's state folder",
    });
  if (cursor.origin !== source.origin)
    throw wrong(`the cursor is of the log \`${cursor.origin}\`, not of \`${source.origin}\``);
  if (cursor.next > size)
    throw wrong(`the log has ${size} entries and ${cursor.next} were read from it: it was rolled back`);
  if (cursor.next === 0 || cursor.leaf === undefined) return;
  for await (const entry of source.read(size, cursor.next - 1, cursor.next))
    if (positionOf(source.origin, entry).leaf !== cursor.leaf)
      throw wrong(`entry ${entry.index} of the log is not the one that was read: it was rewritten`);
}

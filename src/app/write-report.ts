import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../base/errors.ts';
import type { Context } from './context.ts';

/** Writes a report where the command line says. @throws DemarcError `DMC_OUTPUT_UNWRITABLE` */
export function writeReport(context: Context, path: string, pieces: string | Iterable<string>): void {
  try {
    context.writer.writeAll(resolve(context.environment.workingDirectory, path), inBatches(pieces));
  } catch (thrown) {
    throw new DemarcError('DMC_OUTPUT_UNWRITABLE', `\`${path}\` cannot be written: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

const batchLength = 1 << 20;

/** Joins small pieces: one write for each entry of a long report would cost more than making it. */
export function* inBatches(pieces: string | Iterable<string>): Generator<string> {
  let batch: string[] = [];
  let length = 0;
  for (const piece of typeof pieces === 'string' ? [pieces] : pieces) {
    batch.push(piece);
    length += piece.length;
    if (length < batchLength) continue;
    yield batch.join('');
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield batch.join('');
}

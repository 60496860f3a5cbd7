import { limits } from '../base/limits.ts';
import type { DurableFiles } from '../base/ports.ts';

/** A line of the dead-letter file: which event the sink would not take, and why. Never its content: the ledger has that. */
export type DeadLetter =
  | {
      readonly index: number;
      readonly leaf: string;
      readonly reason: string;
      /** RFC 3339. */
      readonly at: string;
    }
  /** Records of a range that a sink rejected without saying which. */
  | {
      readonly first: number;
      readonly last: number;
      readonly unnamed: number;
      readonly reason: string;
      readonly at: string;
    };

/**
 * Appends to a feed's dead-letter file.
 *
 * @returns false when the file is full: the feed waits until somebody has looked at it
 */
export async function appendDeadLetters(
  files: DurableFiles,
  path: string,
  letters: readonly DeadLetter[],
): Promise<boolean> {
  if (letters.length === 0) return true;
  const text = Buffer.from(letters.map((letter) => `${JSON.stringify(letter)}\n`).join(''));
  const file = await files.openAppend(path);
  try {
    if (file.size + text.length > limits.feedDeadLetterBytesMax) return false;
    await file.append([text]);
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

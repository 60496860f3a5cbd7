/** A line of an input: its bytes without the line break, or how long it was where that is too long. */
export type Line = {
  readonly number: number;
  /** Whether a line break ended it, and not the input. */
  readonly ended: boolean;
} & ({ readonly bytes: Uint8Array } | { readonly tooLong: number });

/**
 * Splits a stream into lines at `\n`; a last line without one counts. A line longer than the limit is told and skipped,
 * never kept in memory.
 */
export async function* linesOf(input: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Line> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  let number = 0;
  const end = (ended: boolean): Line => {
    number++;
    const line = length > bytesMax ? { number, ended, tooLong: length } : { number, ended, bytes: join(pieces) };
    pieces = [];
    length = 0;
    return line;
  };
  const add = (piece: Uint8Array): void => {
    length += piece.length;
    if (length > bytesMax) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, at));
      yield end(true);
      from = at + 1;
    }
    add(chunk.subarray(from));
  }
  if (length > 0) yield end(false);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

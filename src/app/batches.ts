const batchLength = 1 << 20;

/** Joins small pieces: one write for each entry of a long file would cost more than making it. */
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

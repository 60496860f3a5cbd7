import { Readable } from 'node:stream';

/** Work that ends in good order when the process is asked to. */
export async function untilStopped<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
  }
}

/** The input until the signal aborts. */
export async function* inputUntil(
  signal: AbortSignal,
  input: AsyncIterable<Uint8Array> | undefined,
): AsyncGenerator<Uint8Array> {
  if (input === undefined) return;
  const reading = input[Symbol.asyncIterator]();
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    while (!signal.aborted) {
      const piece = reading.next();
      piece.catch(() => undefined);
      const next = await Promise.race([piece, stopped]);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    // A pipe or terminal that stays open would keep the process alive; the iterator ends only after its next piece.
    if (input instanceof Readable) input.destroy();
    else void reading.return?.().catch(() => undefined);
  }
}

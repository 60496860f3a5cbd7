import { Stop, type StopSignal } from './stop.ts';

/** Work that several wait for: it goes on whoever of them goes away, and is given up with the last. What is done stays. */
export class SharedWork<Result> {
  readonly #unwanted = new Stop();
  readonly result: Promise<Result>;
  readonly #givenUp: () => void;
  #waiting = 0;
  #isOver = false;

  /**
   * @param begin its signal is aborted when the work is given up
   * @param givenUp told of that at once, so that nobody begins to wait for it any more
   */
  constructor(begin: (signal: StopSignal) => Promise<Result>, givenUp: () => void) {
    this.#givenUp = givenUp;
    this.result = begin(this.#unwanted);
    const over = (): void => void (this.#isOver = true);
    // All who waited for it may have gone.
    this.result.then(over, over);
  }

  get isGivenUp(): boolean {
    return this.#unwanted.aborted;
  }

  /** Resolves and rejects as the work does. @param signal of who waits; with it, it rejects at once with what `gone` makes */
  async wait(signal: StopSignal, gone: () => Error): Promise<Result> {
    let leave = (): void => undefined;
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => {
        reject(gone());
        if (--this.#waiting > 0 || this.#isOver) return;
        this.#givenUp();
        this.#unwanted.abort();
      };
    });
    this.#waiting++;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([left, this.result]);
    } finally {
      signal.removeEventListener('abort', leave);
      if (!signal.aborted) this.#waiting--;
    }
  }
}

/**
 * Work by key: whoever asks for the same waits for the same, until it fails or is given up.
 *
 * @param isKept whether what is done stays, to be had at once
 */
export function shared<Result>(
  works: Map<string, SharedWork<Result>>,
  key: string,
  begin: (signal: StopSignal) => Promise<Result>,
  isKept: boolean,
): SharedWork<Result> {
  const before = works.get(key);
  if (before !== undefined) return before;
  const forget = (): void => {
    if (works.get(key) === work) works.delete(key);
  };
  const work: SharedWork<Result> = new SharedWork(begin, forget);
  works.set(key, work);
  work.result.then(isKept ? undefined : forget, forget);
  return work;
}

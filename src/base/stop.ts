/** The part of an AbortSignal that carrying a call takes: an AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * What an AbortController is, without its events: to make one and listen to it takes a twentieth of the time, and each call of a
 * gateway has several. Listeners are called once, in order, and must not throw.
 */
export class Stop implements StopSignal {
  /** Few, and mostly one: a set of them takes ten times as much. */
  #listeners: (() => void)[] | undefined;
  #aborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Does nothing the second time. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    // One that another removes is not called any more.
    for (let next = this.#listeners?.shift(); next !== undefined; next = this.#listeners?.shift()) next();
  }

  /**
   * Aborts as soon as one of the signals has, with its reason.
   *
   * @returns what ends that, where it is not aborted itself: a signal keeps whatever listens to it
   */
  follow(...signals: readonly (StopSignal | undefined)[]): () => void {
    const ends = signals.map((signal) => {
      const abort = (): void => this.abort(signal?.reason);
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort, { once: true });
      return (): void => signal?.removeEventListener('abort', abort);
    });
    const unfollow = (): void => {
      this.removeEventListener('abort', unfollow);
      for (const end of ends) end();
    };
    if (this.#aborted) unfollow();
    else this.addEventListener('abort', unfollow);
    return unfollow;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted || this.#listeners?.includes(listener) === true) return;
    (this.#listeners ??= []).push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at !== -1) this.#listeners?.splice(at, 1);
  }
}

/** The same as an AbortSignal, for what needs one: `fetch`, `AbortSignal.any`. */
export function abortSignalOf(signal: StopSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
  return controller.signal;
}

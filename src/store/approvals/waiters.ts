/** Who waits in this process for an approval to be answered. */
export class Waiters {
  readonly #waiting = new Map<string, Set<AbortController>>();

  /** @returns a signal that fires when the approval changes, and what ends the listening */
  listen(id: string): { readonly signal: AbortSignal; readonly done: () => void } {
    const controller = new AbortController();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(controller));
    return {
      signal: controller.signal,
      done: () => {
        waiting.delete(controller);
        if (waiting.size === 0) this.#waiting.delete(id);
      },
    };
  }

  wake(id: string): void {
    for (const controller of this.#waiting.get(id) ?? []) controller.abort();
  }
}

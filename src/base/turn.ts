let end: Promise<void> | undefined;

/**
 * Resolves at the end of this turn of the event loop, for all who wait for it in the order they came. What many requests need one
 * after the other is done by all of them before any goes on: the code of one step stays in the processor's caches.
 */
export function endOfTurn(): Promise<void> {
  end ??= new Promise((resolve) => {
    setImmediate(() => {
      end = undefined;
      resolve();
    });
  });
  return end;
}

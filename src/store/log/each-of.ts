/** Runs the work for each item, at most `width` at a time. Rejects with the first error, once all that began have ended. */
export async function eachOf<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined && failed === undefined; item = items[next++])
      try {
        await work(item);
      } catch (error) {
        failed ??= { error };
      }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failed !== undefined) throw failed.error;
}

/** How long nothing is said of what is waited for. */
const quietMs = 3_000;

/** Waits for work, and says so, once, where it takes long: whoever watches is to know that nothing hangs. */
export async function sayingSo<T>(work: Promise<T>, say: () => void, afterMs = quietMs): Promise<T> {
  const timer = setTimeout(say, afterMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

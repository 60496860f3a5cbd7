import type { StopSignal } from '../base/stop.ts';

/** Waits by the timers of this process; shorter when nobody waits any more. @param ms milliseconds */
export function wait(ms: number, signal: StopSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(stop, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Timer } from '../base/ports.ts';

/** Waits by the timers of this process. */
export const nodeTimer: Timer = {
  wait: (ms, stop) => sleep(ms, undefined, stop === undefined ? {} : { signal: stop }).catch(() => undefined),
};

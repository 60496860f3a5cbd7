/** The caller pattern all systems are measured with, and group commit for those that have none of their own. */
import { randomBytes } from 'node:crypto';

export interface Measured {
  readonly entries: number;
  readonly seconds: number;
  /** Milliseconds from handing an entry in to being told that it is durable. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Entries that all differ, made without a cost of their own. */
export function entryMaker(bytes: number): () => Buffer {
  const pattern = randomBytes(bytes);
  let count = 0;
  return () => {
    const entry = Buffer.from(pattern);
    entry.writeDoubleLE(count++);
    return entry;
  };
}

/** So many callers, each of which hands in one entry and waits until it is durable, then the next. */
export async function flatOut(
  entries: number,
  bytes: number,
  callers: number,
  append: (entry: Buffer) => Promise<unknown>,
): Promise<Measured> {
  const make = entryMaker(bytes);
  const latencies = new Float64Array(entries);
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let number = next++; number < entries; number = next++) {
      const handedIn = performance.now();
      await append(make());
      latencies[number] = performance.now() - handedIn;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return summary(latencies, (performance.now() - started) / 1000);
}

/** So many entries a second at even distances, whether earlier ones are durable or not. */
export async function paced(
  perSecond: number,
  seconds: number,
  bytes: number,
  append: (entry: Buffer) => Promise<unknown>,
): Promise<Measured> {
  const make = entryMaker(bytes);
  const entries = perSecond * seconds;
  const latencies = new Float64Array(entries);
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let number = 0; number < entries; ) {
    const due = Math.min(entries, Math.floor(((performance.now() - started) / 1000) * perSecond));
    for (; number < due; number++) {
      const slot = number;
      // From the moment it was due: a late start counts against the system too.
      const handedIn = started + (slot / perSecond) * 1000;
      pending.push(append(make()).then(() => void (latencies[slot] = performance.now() - handedIn)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  return summary(latencies, (performance.now() - started) / 1000);
}

function summary(latencies: Float64Array, seconds: number): Measured {
  const sorted = latencies.toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { entries: sorted.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** Collects what arrives while one commit runs, and commits it together: what a careful user of a store would write. */
export function groupCommit(
  commit: (entries: readonly Buffer[]) => Promise<void> | void,
): (entry: Buffer) => Promise<void> {
  let waiting: { readonly entry: Buffer; readonly resolve: () => void }[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const group = waiting;
      if (group.length === 0) break;
      waiting = [];
      await commit(group.map(({ entry }) => entry));
      for (const { resolve } of group) resolve();
    }
    running = false;
  };
  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve });
      if (!running) run().catch(reject);
    });
}

import { DemarcError } from '../../base/errors.ts';
import type { DurableFiles } from '../../base/ports.ts';
import type { Lease } from './lease.ts';
import { storageFailure } from './stopped.ts';

/** A process as a lock names it. A process id alone is reused; with its start time it is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in a form that only equality is asked of; empty where the platform does not tell. */
  readonly started: string;
  /** What process ids are relative to: the machine, and the container if there is one. */
  readonly host: string;
  /** Changes when the machine starts anew; empty where the platform does not tell. */
  readonly boot: string;
}

/** Processes of this machine. */
export interface Processes {
  readonly self: ProcessIdentity;
  /** When a live process started, or undefined when there is none of that id. */
  startOf(pid: number): Promise<string | undefined>;
}

/**
 * Takes the lease of a log on a local disk. Its folder holds one file a holder, named by a number that grows; a file is
 * made exclusively, and the highest number is the holder. So a stale lock is taken over by making the next one, which only
 * one of many can do, and never by removing what another may just have made.
 *
 * @param directory absolute path of the lock's folder
 * @throws DemarcError `DMC_LEDGER_BUSY` with the process id while another process holds it, or one of another machine or
 * container, of which cannot be told whether it lives
 */
export async function acquireFileLease(files: DurableFiles, directory: string, processes: Processes): Promise<Lease> {
  try {
    return await acquire(files, directory, processes);
  } catch (error) {
    throw storageFailure('the lock of the ledger could not be taken', error);
  }
}

async function acquire(files: DurableFiles, directory: string, processes: Processes): Promise<Lease> {
  const numbers = await lockNumbers(files, directory);
  const newest = numbers.at(-1) ?? 0;
  const holder = await readLock(files, directory, newest);
  if (holder !== undefined && (await lives(holder, processes))) throw busy(holder, directory, newest);
  const token = newest + 1;
  const path = lockPath(directory, token);
  const made = await files.create(path, Buffer.from(`${JSON.stringify(processes.self)}\n`), 0o600);
  const isNewest = async (): Promise<boolean> => (await lockNumbers(files, directory)).at(-1) === token;
  if (!made || !(await isNewest())) {
    if (made) await files.remove(path);
    throw new DemarcError('DMC_LEDGER_BUSY', 'another process just became the writer of this ledger');
  }
  for (const number of numbers) await files.remove(lockPath(directory, number));
  return {
    token,
    heldUntilMs: Infinity,
    renewAtMs: Infinity,
    confirm: isNewest,
    release: async () => {
      if (await isNewest()) await files.replace(path, new Uint8Array(), 0o600);
    },
  };
}

function busy({ pid, host }: ProcessIdentity, directory: string, number: number): DemarcError {
  return new DemarcError('DMC_LEDGER_BUSY', `process ${pid} on \`${host}\` writes this ledger`, {
    hint: `a ledger has one writer; when that process is gone for certain, remove \`${lockPath(directory, number)}\``,
  });
}

/** Whether the holder of a lock may still be alive. */
async function lives(holder: ProcessIdentity, processes: Processes): Promise<boolean> {
  if (holder.host !== processes.self.host) return true;
  if (holder.boot !== processes.self.boot) return false;
  const started = await processes.startOf(holder.pid);
  return started !== undefined && started === holder.started;
}

/** Who a lock names; undefined when it was released (it is empty then), or its maker died before it was written. */
async function readLock(files: DurableFiles, directory: string, number: number): Promise<ProcessIdentity | undefined> {
  const data = await files.read(lockPath(directory, number));
  try {
    const { pid, started, host, boot } = JSON.parse(Buffer.from(data ?? []).toString()) as Record<string, unknown>;
    if (typeof pid === 'number' && typeof started === 'string' && typeof host === 'string' && typeof boot === 'string')
      return { pid, started, host, boot };
  } catch {
    // no lock that somebody holds
  }
  return undefined;
}

function lockPath(directory: string, number: number): string {
  return `${directory}/${String(number).padStart(10, '0')}`;
}

async function lockNumbers(files: DurableFiles, directory: string): Promise<number[]> {
  return (await files.list(directory))
    .flatMap((name) => (/^\d{10}$/.test(name) ? [Number(name)] : []))
    .sort((a, b) => a - b);
}

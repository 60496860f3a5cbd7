import { DemarcError, messageOf } from '../../base/errors.ts';

/** What the writer must not continue after: `DMC_LEDGER_STOPPED`. */
export function stopped(message: string, options: { hint?: string; cause?: unknown } = {}): DemarcError {
  return new DemarcError('DMC_LEDGER_STOPPED', message, options);
}

/** A failure of the disk or the store below the writer; a full one is told as `DMC_LEDGER_FULL`. */
export function storageFailure(what: string, cause: unknown): DemarcError {
  if (cause instanceof DemarcError) return cause;
  if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT'))
    return new DemarcError('DMC_LEDGER_FULL', `${what}: the disk is full`, {
      hint: 'make room and start the writer again; nothing acknowledged is lost',
      cause,
    });
  return stopped(`${what}: ${messageOf(cause)}`, { hint: 'start the writer again once the cause is found', cause });
}

/** Whether a writer stopped for good, shared by its parts. */
export class Halt {
  #error: DemarcError | undefined;
  readonly #listeners: ((error: DemarcError) => void)[] = [];

  /** Why it stopped. */
  get error(): DemarcError | undefined {
    return this.#error;
  }

  onStop(listener: (error: DemarcError) => void): void {
    this.#listeners.push(listener);
  }

  /** Stops for good; only the first reason counts. @returns that reason */
  stop(error: DemarcError): DemarcError {
    if (this.#error !== undefined) return this.#error;
    this.#error = error;
    for (const listener of this.#listeners) listener(error);
    return error;
  }

  /** @throws DemarcError `DMC_LEDGER_STOPPED` with the reason when it stopped */
  check(): void {
    const error = this.#error;
    if (error?.code === 'DMC_LEDGER_STOPPED') throw error;
    if (error !== undefined) throw stopped(`the writer stopped: ${error.message}`, { cause: error });
  }
}

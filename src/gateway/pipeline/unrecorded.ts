import { DemarcError } from '../../base/errors.ts';
import { failureOf, type JsonRpcFailure, type JsonRpcId, rpcErrors } from '../../model/mcp.ts';
import type { AccessRequest } from '../../model/access.ts';
import type { PipelineParts } from './parts.ts';
import type { RunLabels } from './runs.ts';

/**
 * Something could not be recorded; stable reason codes. `ledger.event-invalid`: this event cannot be recorded at all (it is
 * too large), whatever the ledger does; so it is never let through. `run-labels.unavailable`: what a run has read would be forgotten
 * with the process.
 */
export class Unrecorded extends DemarcError {
  readonly reason: keyof typeof whys;

  /** Its message is for clients as well: what went wrong is its cause. */
  constructor(cause: unknown, reason: Unrecorded['reason'] = reasonOf(cause)) {
    const code = reason === 'ledger.event-invalid' ? 'DMC_EVENT_INVALID' : 'DMC_LEDGER_STOPPED';
    super(code, `${whys[reason]} (${reason})`, { cause });
    this.reason = reason;
  }
}

const whys = {
  'ledger.unavailable': 'the ledger does not take events',
  'ledger.event-invalid': 'what happens cannot be recorded',
  'run-labels.unavailable': 'what the run has read cannot be kept',
};

function reasonOf(cause: unknown): Unrecorded['reason'] {
  const isInvalid = cause instanceof DemarcError && cause.code === 'DMC_EVENT_INVALID';
  return isInvalid ? 'ledger.event-invalid' : 'ledger.unavailable';
}

/** Records, and rejects with `Unrecorded` only, whoever it is handed to. */
export function recording(record: PipelineParts['record']): PipelineParts['record'] {
  return async (event, mode) => {
    try {
      return await record(event, mode);
    } catch (thrown) {
      throw thrown instanceof Unrecorded ? thrown : new Unrecorded(thrown);
    }
  };
}

/** Keeps labels, and rejects with `Unrecorded` only. */
export function keepingLabels(labels: RunLabels): RunLabels {
  return {
    read: (run) => labels.read(run),
    write: async (run, label) => {
      try {
        await labels.write(run, label);
      } catch (thrown) {
        throw new Unrecorded(thrown, 'run-labels.unavailable');
      }
    },
  };
}

/** Whether a use may go on without its record: one that only reads, where the configuration says so. */
export function mayGoUnrecorded(parts: PipelineParts, { call: { labels } }: AccessRequest, fault: Unrecorded): boolean {
  return (
    parts.readsWithoutRecord() === 'allow' &&
    fault.reason === 'ledger.unavailable' &&
    labels.effect === 'read' &&
    !labels.sendsOut
  );
}

/**
 * What the client gets instead: no refusal by policy, which is a result it can read (`isError`), but an error of the gateway.
 *
 * @param isSent the server has done what was asked, and its answer is withheld
 */
export function unrecordedAnswer(
  id: JsonRpcId | null,
  { reason, message }: Unrecorded,
  isSent: boolean,
): JsonRpcFailure {
  const what = isSent ? 'The call was made, and its answer is withheld' : 'Nothing was done';
  return failureOf(id, rpcErrors.internal, `${what}: ${message}`, { reason });
}

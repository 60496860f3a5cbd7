import { DemarcError } from '../../base/errors.ts';
import { failureOf, type JsonRpcFailure, type JsonRpcId, rpcErrors } from '../../model/mcp.ts';
import type { AccessRequest } from '../../model/access.ts';
import type { PipelineParts } from './parts.ts';

/**
 * Something could not be recorded; stable reason codes. `ledger.event-invalid`: this event cannot be recorded at all (it is
 * too large), whatever the ledger does; so it is never let through.
 */
export class Unrecorded extends DemarcError {
  readonly reason: 'ledger.unavailable' | 'ledger.event-invalid';

  /** Its message is for clients as well: what went wrong in the ledger is its cause. */
  constructor(cause: unknown) {
    const isInvalid = cause instanceof DemarcError && cause.code === 'DMC_EVENT_INVALID';
    const reason = isInvalid ? 'ledger.event-invalid' : 'ledger.unavailable';
    super(isInvalid ? 'DMC_EVENT_INVALID' : 'DMC_LEDGER_STOPPED', `${whyOf(reason)} (${reason})`, { cause });
    this.reason = reason;
  }
}

function whyOf(reason: Unrecorded['reason']): string {
  return reason === 'ledger.unavailable' ? 'the ledger does not take events' : 'what happens cannot be recorded';
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

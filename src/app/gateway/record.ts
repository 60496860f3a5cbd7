import { messageOf } from '../../base/errors.ts';
import type { Clock } from '../../base/ports.ts';
import type { PipelineParts } from '../../gateway/pipeline/parts.ts';
import { recording, Unrecorded } from '../../gateway/pipeline/unrecorded.ts';
import { parseEventInput } from '../../store/event-input.ts';
import type { Recorder } from '../../store/recorder.ts';

export interface RecordParts {
  readonly recorder: Pick<Recorder, 'record'>;
  readonly clock: Pick<Clock, 'now'>;
  /** One line for the operator. */
  readonly tell: (line: string) => void;
}

/**
 * Records what the gateway does. The operator is told once when the ledger stops taking events, and once when it takes them
 * again, however many calls that concerns. Rejects with `Unrecorded` only.
 */
export function recordInto({ recorder, clock, tell }: RecordParts): PipelineParts['record'] {
  let isAway = false;
  return recording(async (event, mode) => {
    try {
      const recorded = await recorder.record(parseEventInput(event, clock.now()).input, mode);
      if (isAway) tell('the ledger takes events again');
      isAway = false;
      return recorded;
    } catch (thrown) {
      const fault = new Unrecorded(thrown);
      if (fault.reason === 'ledger.event-invalid')
        tell(`an event of kind ${event.kind} cannot be recorded: ${messageOf(thrown)}`);
      else if (!isAway) tell(`the ledger does not take events: ${messageOf(thrown)}`);
      isAway ||= fault.reason === 'ledger.unavailable';
      throw fault;
    }
  });
}

import { messageOf } from '../../base/errors.ts';
import type { Clock } from '../../base/ports.ts';
import type { PipelineParts } from '../../gateway/pipeline/parts.ts';
import type { RunLabels } from '../../gateway/pipeline/runs.ts';
import { recording, Unrecorded } from '../../gateway/pipeline/unrecorded.ts';
import { parseEventInput } from '../../store/event-input.ts';
import type { Recorder } from '../../store/recorder.ts';

export interface RecordParts {
  readonly recorder: Pick<Recorder, 'record'>;
  readonly clock: Pick<Clock, 'now'>;
  /** One line for the operator. */
  readonly tell: (line: string) => void;
}

/** Tells the operator once that something fails, and once that it does no more, however often it is tried meanwhile. */
class Outage {
  readonly #tell: (line: string) => void;
  readonly #over: string;
  #lasts = false;

  constructor(tell: (line: string) => void, over: string) {
    this.#tell = tell;
    this.#over = over;
  }

  begins(line: string): void {
    if (!this.#lasts) this.#tell(line);
    this.#lasts = true;
  }

  ends(): void {
    if (this.#lasts) this.#tell(this.#over);
    this.#lasts = false;
  }
}

/**
 * Records what the gateway does. The operator is told once when the ledger stops taking events, and once when it takes them
 * again, however many calls that concerns. Rejects with `Unrecorded` only.
 */
export function recordInto({ recorder, clock, tell }: RecordParts): PipelineParts['record'] {
  const outage = new Outage(tell, 'the ledger takes events again');
  return recording(async (event, mode) => {
    try {
      const recorded = await recorder.record(parseEventInput(event, clock.now()).input, mode);
      outage.ends();
      return recorded;
    } catch (thrown) {
      const fault = new Unrecorded(thrown);
      if (fault.reason === 'ledger.event-invalid')
        tell(`an event of kind ${event.kind} cannot be recorded: ${messageOf(thrown)}`);
      else outage.begins(`the ledger does not take events: ${messageOf(thrown)}`);
      throw fault;
    }
  });
}

/** Keeps the labels of runs. The operator is told as of the ledger. */
export function labelsInto(labels: RunLabels, tell: (line: string) => void): RunLabels {
  const outage = new Outage(tell, 'labels of runs are kept again');
  return {
    read: (run) => labels.read(run),
    write: async (run, label) => {
      try {
        await labels.write(run, label);
        outage.ends();
      } catch (thrown) {
        outage.begins(`labels of runs cannot be kept: ${messageOf(thrown)}`);
        throw thrown;
      }
    },
  };
}

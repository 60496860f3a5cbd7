import { createHash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import type { RunEvent, RunLabel } from '../../model/access.ts';
import { RunTracer } from '../../provenance/run-tracer.ts';
import type { RunJudge, Decider } from './parts.ts';

/** Remembers the labels of runs over restarts: what a run has read is not forgotten with the process. */
export interface RunLabels {
  read(run: string): RunLabel | undefined;
  /** Durable when it resolves. */
  write(run: string, label: RunLabel): Promise<void>;
}

/** One run as the gateway knows it. */
export class Run {
  readonly id: string;
  readonly tracer = new RunTracer();
  /** It began in this process. */
  readonly isNew: boolean;
  /** Settles when its beginning was recorded. */
  begun: Promise<void> | undefined;
  #judge: RunJudge | undefined;
  #decider: Decider | undefined;
  readonly #events: { readonly event: RunEvent; readonly bytes: number; readonly size: number }[] = [];
  #eventsBytes = 0;
  #eventsSize = 0;
  /** Calls that were sent and are not answered, and whoever else works on it. */
  #inFlight = 0;
  readonly #heard = new Map<string, Promise<void>>();
  readonly #grew: (run: Run) => void;
  /** Since when every event is known; undefined where all are. */
  #knownFromMs: number | undefined;

  /** @param known the label it had before this process; then its history is not known any more @param grew told when it took something in */
  constructor(id: string, nowMs: number, known: RunLabel | undefined, grew: (run: Run) => void) {
    this.id = id;
    this.#grew = grew;
    this.isNew = known === undefined;
    this.#knownFromMs = known === undefined ? undefined : nowMs;
    if (known !== undefined) this.tracer.resume(known);
  }

  get label(): RunLabel {
    return this.tracer.label;
  }

  /** Bytes of memory that what is kept of it takes, roughly. */
  get size(): number {
    return this.tracer.size + this.#eventsSize;
  }

  /** What its calls bring is still to come. */
  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  /** It is not dropped before it is released: what it takes in until then would be lost. */
  hold(): { readonly release: () => void } {
    let isHeld = true;
    this.#inFlight++;
    return {
      release: () => {
        if (isHeld) this.#inFlight--;
        isHeld = false;
      },
    };
  }

  /**
   * Takes in what the user wrote, once it is recorded; a client may say the same with every call. What is too long or one too
   * many makes nothing plausible.
   */
  hear(words: string, record: () => Promise<unknown>): Promise<void> | undefined {
    if (words.length > limits.userWordsLengthMax) return undefined;
    const key = createHash('sha256').update(words).digest('base64');
    const known = this.#heard.get(key);
    if (known !== undefined || this.#heard.size >= limits.userTextsMax) return known;
    const heard = record().then(
      () => this.tracer.user(words),
      (thrown: unknown) => {
        // Whoever says it next tries again.
        this.#heard.delete(key);
        throw thrown;
      },
    );
    this.#heard.set(key, heard);
    return heard;
  }

  /** The judge of this run by the policies that hold now; after a change of what they ask of the history it hears that again. */
  judge(decider: Decider): RunJudge {
    const before = this.#judge;
    if (before !== undefined && this.#decider === decider) return before;
    this.#decider = decider;
    this.#judge = (before && decider.goOn?.(before)) ?? this.#hearing(decider);
    return this.#judge;
  }

  #hearing(decider: Decider): RunJudge {
    const judge = decider.judge(this.id, this.#knownFromMs);
    for (const { event } of this.#events) judge.record(event);
    return judge;
  }

  /** @param bytes of what the event brings: arguments or a result, as JSON */
  record(event: RunEvent, bytes: number): void {
    this.#judge?.record(event);
    if (event.kind === 'request') this.#inFlight++;
    else if (event.kind !== 'approval') this.#inFlight--;
    // One that is too large is not kept at all, and not looked through.
    const size = bytes > limits.gatewayRunEventsBytesMax ? 0 : bytes + valueBytes * valuesIn(broughtBy(event));
    this.#events.push({ event, bytes, size });
    this.#eventsBytes += bytes;
    this.#eventsSize += size;
    while (this.#events.length > limits.gatewayRunEventsMax || this.#eventsBytes > limits.gatewayRunEventsBytesMax) {
      const dropped = this.#events.shift();
      if (dropped === undefined) return;
      this.#eventsBytes -= dropped.bytes;
      this.#eventsSize -= dropped.size;
      this.#knownFromMs = Math.max(this.#knownFromMs ?? 0, timeOf(dropped.event) + 1);
    }
    this.#grew(this);
  }
}

/** What a value takes in memory, beside its text. */
const valueBytes = 40;

const broughtBy = (event: RunEvent): unknown =>
  event.kind === 'request' ? event.request.args : event.kind === 'approval' ? undefined : event.result;

/** The value itself and all that it holds; as JSON it was gone through by whoever counted its bytes. */
function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((count: number, one) => count + valuesIn(one), 1);
}

const timeOf = (event: RunEvent): number => (event.kind === 'request' ? event.request.timeMs : event.timeMs);

/** The runs of this gateway, the ones used last; others are dropped and their labels kept. */
export class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #labels: RunLabels;
  /** What was counted of each run, and of all. */
  readonly #counted = new WeakMap<Run, number>();
  #size = 0;

  constructor(labels: RunLabels) {
    this.#labels = labels;
  }

  get(id: string, nowMs: number): Run {
    const known = this.#runs.get(id);
    if (known !== undefined) {
      this.#runs.delete(id);
      this.#runs.set(id, known);
      // What it took in without an event.
      this.#count(known);
      return known;
    }
    const run = new Run(id, nowMs, this.#labels.read(id), (grown) => this.#count(grown));
    this.#runs.set(id, run);
    this.#drop(run);
    return run;
  }

  #count(run: Run): void {
    // One that was dropped is counted no more.
    if (this.#runs.get(run.id) !== run) return;
    const { size } = run;
    this.#size += size - (this.#counted.get(run) ?? 0);
    this.#counted.set(run, size);
    this.#drop(run);
  }

  /** The oldest first, but neither the one that is wanted now nor one whose calls are under way: their answers would be lost on it. */
  #drop(wanted: Run): void {
    for (const [id, run] of this.#runs) {
      if (this.#runs.size <= limits.gatewayRunsMax && this.#size <= limits.gatewayRunsBytesMax) return;
      if (run === wanted || run.isBusy) continue;
      this.#runs.delete(id);
      this.#size -= this.#counted.get(run) ?? 0;
    }
  }
}

/** Keeps a label that was raised, before a client can act on what it now knows. */
export async function keepLabel(labels: RunLabels, run: Run, before: RunLabel): Promise<void> {
  const { label } = run;
  if (label.tainted !== before.tainted || label.confidentiality !== before.confidentiality)
    await labels.write(run.id, label);
}

import { limits } from '../base/limits.ts';
import type { Envelope, EventInput } from '../model/event.ts';
import { Baseline, type BaselineSettings, defaultBaselineSettings } from './baseline/baseline.ts';
import { Forgotten } from './forgotten.ts';
import { type Detection, SigmaEngine } from './sigma/engine.ts';
import { EventView } from './sigma/event-view.ts';
import type { SigmaDocument } from './sigma/sigma-rule.ts';

export interface DetectorSettings {
  readonly baseline: BaselineSettings;
  /** The same rule speaks again for the same run only after this long. */
  readonly repeatAfterMs: number;
}

export const defaultDetectorSettings: DetectorSettings = {
  baseline: defaultBaselineSettings,
  repeatAfterMs: 3_600_000,
};

/**
 * Rules and baselines over the events of a ledger, in order. What it returns are events to be recorded or shown: reasons
 * to look or to ask a person, never to block.
 */
export class Detector {
  readonly baseline: Baseline;
  /** What the limits on memory cost so far. */
  readonly forgotten = new Forgotten();
  readonly #engine: SigmaEngine;
  readonly #repeatAfterMs: number;
  readonly #told = new Map<string, number>();

  /** @throws DemarcError `DMC_RULE_INVALID` when the rules do not fit together */
  constructor(rules: readonly SigmaDocument[], settings: DetectorSettings = defaultDetectorSettings) {
    this.#engine = new SigmaEngine(rules, this.forgotten);
    this.baseline = new Baseline(settings.baseline, this.forgotten);
    this.#repeatAfterMs = settings.repeatAfterMs;
  }

  /** How far back an event may count for a correlation, in milliseconds. */
  get spanMs(): number {
    return this.#engine.spanMs;
  }

  /** @param payload what the reader could open of it @param index of the ledger entry */
  feed(envelope: Envelope, payload: unknown, index: number): EventInput[] {
    return [
      ...this.warm(envelope, payload, index).map(alertOf),
      ...this.baseline.feed(envelope, index).map(({ input }) => input),
    ];
  }

  /**
   * Takes an event that was fed before this process began: windows of correlations fill again, baselines, which are kept,
   * do not learn it twice.
   */
  warm(envelope: Envelope, payload: unknown, index: number): Detection[] {
    // What an alert says of an event is no event of the agent.
    if (envelope.kind === 'alert') return [];
    const view = new EventView(envelope, payload);
    return this.#engine.feed(view, index).filter((detection) => this.#isNews(detection, view));
  }

  #isNews({ rule }: Detection, { envelope, atMs }: EventView): boolean {
    const key = JSON.stringify([rule.id, envelope.run ?? envelope.agent ?? envelope.source]);
    const last = this.#told.get(key);
    if (last !== undefined && atMs - last < this.#repeatAfterMs) return false;
    this.#told.delete(key);
    this.#told.set(key, atMs);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= limits.correlationGroupsMax) break;
      this.#told.delete(oldest);
    }
    return true;
  }
}

function alertOf({ rule, hits }: Detection): EventInput {
  const last = hits.at(-1)?.event.envelope;
  const facts = (['run', 'agent', 'call', 'tool', 'server', 'destination', 'dataSource'] as const).flatMap((fact) =>
    last?.[fact] === undefined ? [] : [[fact, last[fact]] as const],
  );
  return {
    kind: 'alert',
    source: 'sigma',
    rule: rule.name,
    severity: rule.level === 'informational' ? 'info' : rule.level,
    ...Object.fromEntries(facts),
    ...(last === undefined ? {} : { reference: last.id }),
    payload: {
      title: rule.title,
      id: rule.id,
      tags: rule.tags,
      falsePositives: rule.falsePositives,
      events: hits.slice(-limits.alertEventsMax).map(({ index, event }) => ({ index, id: event.envelope.id })),
      eventCount: hits.length,
    },
  };
}

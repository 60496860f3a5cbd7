import { limits } from '../../base/limits.ts';
import type { Envelope, EventInput } from '../../model/event.ts';
import { Forgotten } from '../forgotten.ts';
import { type FirstSeenField, firstSeenFields, newRun, observe, type OpenRun, runMeasures } from './observation.ts';
import {
  compareHour,
  compareHourlyCalls,
  compareMeasure,
  compareValue,
  type Comparison,
  learn,
  learnHour,
  newProfile,
  type Profile,
} from './profile.ts';

export interface BaselineSettings {
  /** Share of clean runs (or hours) that may raise an alert of one kind. */
  readonly falseAlarmRate: number;
  /** A principal is only learned, not judged, for this long after it was first seen. */
  readonly learningMs: number;
  /** What clean runs did not do for this long counts as new again. */
  readonly windowMs: number;
  /** A run without an event for this long has ended. */
  readonly idleMs: number;
}

export const defaultBaselineSettings: BaselineSettings = {
  falseAlarmRate: 0.01,
  learningMs: 7 * 86_400_000,
  windowMs: 90 * 86_400_000,
  idleMs: 3_600_000,
};

/** An alert, and the ledger entry it was raised at. */
export interface BaselineAlert {
  readonly input: EventInput;
  readonly index: number;
}

interface Hour {
  readonly start: number;
  calls: number;
  told: boolean;
  /** Whether a run that teaches nothing was active in it. */
  dirty: boolean;
}

const hourMs = 3_600_000;

/**
 * Learns what each agent, and each person through agents, usually does, and says what is unusual: explainable, and never
 * a reason to block. Runs that read untrusted data, that a person was asked about, or that touched something new are not
 * learned from. State is bounded; `state` and `restore` carry it from one process to the next.
 */
export class Baseline {
  readonly #settings: BaselineSettings;
  readonly #forgotten: Forgotten;
  readonly #profiles = new Map<string, Profile>();
  readonly #runs = new Map<string, OpenRun>();
  readonly #hours = new Map<string, Hour>();

  /** @param forgotten counts what the limits on memory cost */
  constructor(settings: BaselineSettings = defaultBaselineSettings, forgotten = new Forgotten()) {
    this.#settings = settings;
    this.#forgotten = forgotten;
  }

  /** Takes the next event of the ledger. @returns alerts, at most one of a kind, principal and run */
  feed(envelope: Envelope, index: number): BaselineAlert[] {
    const atMs = Date.parse(envelope.time);
    if (envelope.run === undefined || envelope.kind === 'alert' || Number.isNaN(atMs)) return [];
    this.#endIdleRuns(atMs);
    return principalsOf(envelope).flatMap((principal) => this.#feedPrincipal(principal, envelope, atMs, index));
  }

  #feedPrincipal(principal: string, envelope: Envelope, atMs: number, index: number): BaselineAlert[] {
    const profile = this.#profile(principal, atMs);
    const key = `${principal}\n${envelope.run}`;
    const run = this.#runs.get(key) ?? newRun(principal, atMs);
    this.#runs.delete(key);
    this.#runs.set(key, run);
    evictOldest(this.#runs, limits.openRunsMax, () => this.#forgotten.add('runs dropped before they ended'));
    const callsBefore = run.measures.calls;
    observe(run, envelope, atMs);
    const comparisons = this.#compare(profile, run, envelope, atMs, run.measures.calls - callsBefore);
    if (envelope.kind === 'run.end') {
      comparisons.push(compareMeasure(profile, run, 'surprise'));
      this.#end(key, run);
    }
    if (atMs - profile.sinceMs < this.#settings.learningMs) return [];
    return comparisons
      .filter((comparison) => this.#isToBeTold(comparison, profile, run, atMs))
      .map((comparison) => ({ input: this.#alert(comparison, principal, envelope), index }));
  }

  /**
   * Each thing is told once a run; what is new also once a principal and learning time only: where all runs that use it
   * teach nothing it stays new, and would be told with each of them.
   */
  #isToBeTold({ what, value, probability }: Comparison, profile: Profile, run: OpenRun, atMs: number): boolean {
    if (probability > this.#settings.falseAlarmRate) return false;
    const isNew = what.startsWith('new-');
    const name = isNew ? `${what} ${value}` : what;
    if (run.told.has(name)) return false;
    run.told.add(name);
    if (!isNew) return true;
    const toldMs = profile.told.get(name);
    if (toldMs !== undefined && atMs - toldMs < this.#settings.learningMs) return false;
    profile.told.delete(name);
    profile.told.set(name, atMs);
    evictOldest(profile.told, limits.profileValuesMax);
    return true;
  }

  #compare(profile: Profile, run: OpenRun, envelope: Envelope, atMs: number, calls: number): Comparison[] {
    const found: Comparison[] = [];
    for (const field of firstSeenFields) {
      const value = envelope[field];
      if (value === undefined) continue;
      const comparison = compareValue(profile, field, value, atMs - this.#settings.windowMs);
      if (comparison === 'full') this.#forgotten.add('values not compared, for their profile is full');
      if (comparison === undefined || comparison === 'full') continue;
      found.push(comparison);
      // Once known well enough to be surprised, a profile takes nothing new without a person's word.
      if (comparison.probability <= this.#settings.falseAlarmRate && this.#isJudged(profile, atMs)) run.dirty ??= 'new';
    }
    for (const measure of runMeasures)
      if (measure !== 'surprise' && run.measures[measure] > 0) found.push(compareMeasure(profile, run, measure));
    if (calls > 0) {
      found.push(compareHour(profile, new Date(atMs).getUTCHours()));
      const hourly = this.#countHour(run, profile, atMs, calls);
      if (hourly !== undefined) found.push(hourly);
    }
    return found;
  }

  #isJudged(profile: Profile, atMs: number): boolean {
    return atMs - profile.sinceMs >= this.#settings.learningMs;
  }

  #countHour(run: OpenRun, profile: Profile, atMs: number, calls: number): Comparison | undefined {
    const start = Math.floor(atMs / hourMs) * hourMs;
    let hour = this.#hours.get(run.principal);
    if (hour === undefined || hour.start < start) {
      if (hour !== undefined && !hour.dirty) learnHour(profile, hour.calls);
      hour = { start, calls: 0, told: false, dirty: false };
      this.#hours.set(run.principal, hour);
    }
    hour.calls += calls;
    hour.dirty ||= run.dirty !== undefined;
    const comparison = compareHourlyCalls(profile, hour.calls);
    if (hour.told || comparison.probability > this.#settings.falseAlarmRate) return undefined;
    hour.told = true;
    return comparison;
  }

  /** A person's word that something new is right: it is known from now on. @returns whether the principal is known */
  accept(principal: string, field: FirstSeenField, value: string, atMs: number): boolean {
    const profile = this.#profiles.get(principal);
    if (profile === undefined) return false;
    profile.values[field].set(value, { count: 2, lastMs: atMs });
    return true;
  }

  #profile(principal: string, atMs: number): Profile {
    const profile = this.#profiles.get(principal) ?? newProfile(atMs);
    this.#profiles.delete(principal);
    this.#profiles.set(principal, profile);
    evictOldest(this.#profiles, limits.profilesMax, (forgotten) => {
      this.#hours.delete(forgotten);
      this.#forgotten.add('profiles dropped');
    });
    return profile;
  }

  #endIdleRuns(nowMs: number): void {
    // Least recently active first: the rest is younger.
    for (const [key, run] of this.#runs) {
      if (nowMs - run.lastMs < this.#settings.idleMs) return;
      this.#end(key, run);
    }
  }

  #end(key: string, run: OpenRun): void {
    this.#runs.delete(key);
    const profile = this.#profiles.get(run.principal);
    if (profile !== undefined && run.dirty === undefined) learn(profile, run, this.#settings.windowMs);
  }

  #alert({ what, value, probability, against }: Comparison, principal: string, envelope: Envelope): EventInput {
    const { run, agent, call } = envelope;
    const field = what.startsWith('new-') ? (what.slice('new-'.length) as FirstSeenField) : undefined;
    return {
      kind: 'alert',
      source: 'baseline',
      rule: `baseline.${what}`,
      severity: severityOf(what),
      ...(run === undefined ? {} : { run }),
      ...(agent === undefined ? {} : { agent }),
      ...(call === undefined ? {} : { call }),
      ...(field === undefined ? {} : { [field]: String(value) }),
      reference: envelope.id,
      payload: {
        principal,
        what,
        value,
        probability,
        falseAlarmRate: this.#settings.falseAlarmRate,
        against: against(),
      },
    };
  }

  /** Everything that is remembered, as JSON. */
  state(): string {
    const { profiles, runs, hours } = { profiles: this.#profiles, runs: this.#runs, hours: this.#hours };
    return JSON.stringify({ format: stateFormat, profiles, runs, hours }, (_key, value: unknown) =>
      value instanceof Map ? { map: [...value] } : value instanceof Set ? { set: [...value] } : value,
    );
  }

  /** Takes up what `state` gave. @returns false when it is not of this format: learning begins anew */
  restore(text: string): boolean {
    try {
      const state = JSON.parse(text, (_key, value: unknown) => revive(value)) as Readonly<Record<string, unknown>>;
      if (state['format'] !== stateFormat) return false;
      for (const [key, profile] of state['profiles'] as Map<string, Profile>) this.#profiles.set(key, profile);
      for (const [key, run] of state['runs'] as Map<string, OpenRun>) this.#runs.set(key, run);
      for (const [key, hour] of state['hours'] as Map<string, Hour>) this.#hours.set(key, hour);
      return true;
    } catch {
      return false;
    }
  }
}

const stateFormat = 'demarc-baseline-2';

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return value;
  const { map, set } = value as { map?: unknown; set?: unknown };
  if (Array.isArray(map)) return new Map(map as [unknown, unknown][]);
  return Array.isArray(set) ? new Set(set) : value;
}

function principalsOf({ agent, subject }: Envelope): string[] {
  return [...(agent === undefined ? [] : [`agent ${agent}`]), ...(subject === undefined ? [] : [`subject ${subject}`])];
}

/**
 * Measured on recorded runs: a new destination says something, an unusual sequence next to nothing. Numbers are `low` at
 * most: their share of false alarms is the setting, so ordinary work raises them.
 */
function severityOf(what: Comparison['what']): 'info' | 'low' | 'medium' {
  if (what === 'new-destination' || what === 'new-dataSource') return 'medium';
  return what === 'surprise' || what === 'hour' ? 'info' : 'low';
}

function evictOldest<T>(map: Map<string, T>, max: number, onEvicted: (key: string) => void = () => {}): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
    onEvicted(key);
  }
}

import { limits } from '../../base/limits.ts';
import { unseenProbability, upperTail } from './conformal.ts';
import {
  byField,
  type FirstSeenField,
  firstSeenFields,
  type OpenRun,
  type RunMeasure,
  runMeasures,
} from './observation.ts';

/** How often a value was seen in clean runs, and when last (ms since the epoch). */
interface Seen {
  readonly count: number;
  readonly lastMs: number;
}

/** What is known of one principal (an agent or a person's pseudonym) from clean runs. */
export interface Profile {
  /** When learning began; ms since the epoch. */
  readonly sinceMs: number;
  runs: number;
  readonly values: Readonly<Record<FirstSeenField, Map<string, Seen>>>;
  /** Fields that had more values than are remembered: nothing there can be called new. */
  readonly overflowed: FirstSeenField[];
  /** Values of the newest clean runs, by measure. */
  readonly samples: Readonly<Record<RunMeasure, number[]>>;
  /** Calls of each hour with any, newest last. */
  readonly hourlyCalls: number[];
  /** Runs active in each hour of the day, UTC. */
  readonly hours: number[];
  /** How often one step followed another; steps joined by a newline. */
  readonly pairs: Map<string, number>;
  readonly steps: Map<string, number>;
  /** When something new was told last, as `<field> <value>`; ms since the epoch. Oldest first, bounded. */
  readonly told: Map<string, number>;
}

/** How one thing of a run compares with the profile. */
export interface Comparison {
  readonly what: `new-${FirstSeenField}` | RunMeasure | 'hourly-calls' | 'hour';
  readonly value: string | number;
  /** Probability of this or more among clean runs. */
  readonly probability: number;
  /** What it was compared with, in words; made only for what is told. */
  readonly against: () => string;
}

export function newProfile(sinceMs: number): Profile {
  return {
    sinceMs,
    runs: 0,
    values: byField(() => new Map<string, Seen>()),
    overflowed: [],
    samples: { calls: [], effects: [], errors: [], denials: [], bytes: [], rows: [], tokens: [], surprise: [] },
    hourlyCalls: [],
    hours: Array.from({ length: 24 }, () => 0),
    pairs: new Map(),
    steps: new Map(),
    told: new Map(),
  };
}

/** Adds a clean run to what is known. @param windowMs values not seen for longer are forgotten */
export function learn(profile: Profile, run: OpenRun, windowMs: number): void {
  // Scored before its own steps are learned, so that later runs are compared with what was surprising then.
  const measures = measuresOf(profile, run);
  profile.runs++;
  for (const field of firstSeenFields) learnValues(profile, field, run, windowMs);
  for (const measure of runMeasures) push(profile.samples[measure], measures[measure]);
  for (const hour of run.hours) profile.hours[hour] = (profile.hours[hour] ?? 0) + 1;
  for (const [from, to] of transitions(run)) {
    increment(profile.steps, from);
    increment(profile.pairs, `${from}\n${to}`);
  }
}

function learnValues(profile: Profile, field: FirstSeenField, run: OpenRun, windowMs: number): void {
  const known = profile.values[field];
  for (const [value, times] of run.values[field]) {
    const seen = known.get(value);
    if (seen === undefined && known.size >= limits.profileValuesMax) forget(known, run.lastMs - windowMs);
    if (seen === undefined && known.size >= limits.profileValuesMax) {
      if (!profile.overflowed.includes(field)) profile.overflowed.push(field);
    } else known.set(value, { count: (seen?.count ?? 0) + times, lastMs: run.lastMs });
  }
}

function forget(known: Map<string, Seen>, beforeMs: number): void {
  for (const [value, { lastMs }] of known) if (lastMs < beforeMs) known.delete(value);
}

/** Adds the calls of one hour that has passed. */
export function learnHour(profile: Profile, calls: number): void {
  push(profile.hourlyCalls, calls);
}

/**
 * A value that clean runs of the window did not have, and how probable a new one is for this principal.
 *
 * @returns undefined for a known value, `full` for one of a field that had more values than are remembered
 */
export function compareValue(
  profile: Profile,
  field: FirstSeenField,
  value: string,
  fromMs: number,
): Comparison | 'full' | undefined {
  const known = profile.values[field];
  const seen = known.get(value);
  if (seen !== undefined && seen.lastMs >= fromMs) return undefined;
  if (profile.overflowed.includes(field)) return 'full';
  const counts = [...known.values()].map(({ count }) => count);
  const uses = counts.reduce((sum, count) => sum + count, 0);
  return {
    what: `new-${field}`,
    value,
    probability: unseenProbability(counts),
    against: () =>
      `${counts.length} known in ${uses} uses over ${profile.runs} runs, ${counts.filter((count) => count === 1).length} of them seen once`,
  };
}

/** A number of a run so far, against those of earlier runs. All but surprise only grow: they may be asked at any time. */
export function compareMeasure(profile: Profile, run: OpenRun, measure: RunMeasure): Comparison {
  const samples = profile.samples[measure];
  const value = measure === 'surprise' ? surpriseOf(profile, run) : run.measures[measure];
  return { what: measure, value, probability: upperTail(samples, value), against: () => spanOf(samples, 'runs') };
}

export function compareHourlyCalls({ hourlyCalls }: Profile, calls: number): Comparison {
  return {
    what: 'hourly-calls',
    value: calls,
    probability: upperTail(hourlyCalls, calls),
    against: () => spanOf(hourlyCalls, 'hours'),
  };
}

/** An hour of the day in which clean runs were hardly ever active. */
export function compareHour({ hours }: Profile, hour: number): Comparison {
  const active = hours[hour] ?? 0;
  const total = hours.reduce((sum, runs) => sum + runs, 0);
  return {
    what: 'hour',
    value: hour,
    probability: (active + 1) / (total + 1),
    against: () => `${active} of ${total} active hours of clean runs were at this hour (UTC)`,
  };
}

function measuresOf(profile: Profile, run: OpenRun): Record<RunMeasure, number> {
  return { ...run.measures, surprise: surpriseOf(profile, run) };
}

/** Mean surprise of the run's steps in bits: -log2 of how often one followed another, add-one smoothed. */
function surpriseOf(profile: Profile, run: OpenRun): number {
  const vocabulary = profile.steps.size + 1;
  const bits = transitions(run).map(([from, to]) => {
    const followed = profile.pairs.get(`${from}\n${to}`) ?? 0;
    return -Math.log2((followed + 1) / ((profile.steps.get(from) ?? 0) + vocabulary));
  });
  return bits.length === 0 ? 0 : bits.reduce((sum, bit) => sum + bit, 0) / bits.length;
}

function transitions(run: OpenRun): (readonly [string, string])[] {
  return run.steps.map((step, at) => [run.steps[at - 1] ?? '^', step] as const);
}

function push(samples: number[], value: number): void {
  samples.push(value);
  if (samples.length > limits.profileSamplesMax) samples.shift();
}

function increment(counts: Map<string, number>, key: string): void {
  const count = counts.get(key);
  if (count !== undefined || counts.size < limits.profileValuesMax) counts.set(key, (count ?? 0) + 1);
}

function spanOf(samples: readonly number[], what: string): string {
  if (samples.length === 0) return `no earlier ${what}`;
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return `${samples.length} ${what}: half up to ${round(at(0.5))}, 99 of 100 up to ${round(at(0.99))}, all up to ${round(at(1))}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

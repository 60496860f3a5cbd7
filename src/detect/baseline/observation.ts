import type { Envelope } from '../../model/event.ts';

/** Kinds of things an agent may touch for the first time, and the clear fact each stands in. */
export const firstSeenFields = ['tool', 'server', 'dataSource', 'destination', 'provider', 'model'] as const;
export type FirstSeenField = (typeof firstSeenFields)[number];

/** Numbers of one run that are compared with those of earlier runs. */
export const runMeasures = ['calls', 'effects', 'errors', 'denials', 'bytes', 'rows', 'tokens', 'surprise'] as const;
export type RunMeasure = (typeof runMeasures)[number];

/** What is kept of a run until it ends: nothing of it is learned before it is known to be clean. */
export interface OpenRun {
  readonly principal: string;
  readonly startedMs: number;
  lastMs: number;
  /** Values touched, with how often, by field. */
  readonly values: Readonly<Record<FirstSeenField, Map<string, number>>>;
  /** Steps of the run, in order: `kind:tool`. Bounded. */
  readonly steps: string[];
  readonly measures: Record<Exclude<RunMeasure, 'surprise'>, number>;
  /** Hours of the day (UTC) with activity. */
  readonly hours: number[];
  /** Why the run is not learned from; undefined while it is clean. */
  dirty: 'untrusted' | 'asked' | 'new' | undefined;
  /** What was reported of it already: each thing is told once a run. */
  readonly told: Set<string>;
}

const stepsMax = 500;

export function newRun(principal: string, atMs: number): OpenRun {
  return {
    principal,
    startedMs: atMs,
    lastMs: atMs,
    values: byField(() => new Map()),
    steps: [],
    measures: { calls: 0, effects: 0, errors: 0, denials: 0, bytes: 0, rows: 0, tokens: 0 },
    hours: [],
    dirty: undefined,
    told: new Set(),
  };
}

/** One value for each kind of thing. */
export function byField<T>(make: () => T): Record<FirstSeenField, T> {
  return { tool: make(), server: make(), dataSource: make(), destination: make(), provider: make(), model: make() };
}

/** Adds one event to its run. */
export function observe(run: OpenRun, envelope: Envelope, atMs: number): void {
  run.lastMs = Math.max(run.lastMs, atMs);
  for (const field of firstSeenFields) {
    const value = envelope[field];
    if (value === undefined) continue;
    run.values[field].set(value, (run.values[field].get(value) ?? 0) + 1);
  }
  const hour = new Date(atMs).getUTCHours();
  if (!run.hours.includes(hour)) run.hours.push(hour);
  if (isCall(envelope)) {
    run.measures.calls++;
    if (run.steps.length < stepsMax) run.steps.push(`${envelope.kind}:${envelope.tool ?? envelope.model ?? ''}`);
    if (envelope.effect !== undefined && envelope.effect !== 'read') run.measures.effects++;
  }
  if (envelope.outcome === 'error' || envelope.outcome === 'timeout') run.measures.errors++;
  if (envelope.decision === 'deny') run.measures.denials++;
  run.measures.bytes += envelope.bytes ?? 0;
  run.measures.rows += envelope.rows ?? 0;
  run.measures.tokens += (envelope.inputTokens ?? 0) + (envelope.outputTokens ?? 0);
  run.dirty ??= dirtBy(envelope);
}

function isCall({ kind }: Envelope): boolean {
  return kind === 'tool.call' || kind === 'model.request' || kind === 'data.query';
}

/** A run that read untrusted data or that a person was asked about teaches nothing: it may be the attack. */
function dirtBy({ origin, decision, kind }: Envelope): OpenRun['dirty'] {
  if (origin === 'untrusted') return 'untrusted';
  return decision === 'ask' || kind === 'approval' ? 'asked' : undefined;
}

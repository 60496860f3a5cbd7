import { limits } from '../../../base/limits.ts';
import { SilenceCheck } from '../../../ledger/silence.ts';
import type { AuditSubject } from '../../../model/catalogue.ts';
import { type Envelope, sealedFact } from '../../../model/event.ts';
import { contentCode, redacted, requestedByModel, truncated } from '../content-codes.ts';
import { logFormats } from '../formats.ts';
import { sourceOf } from '../log-format.ts';

/** Events of a source (and provider) that have a subject, lack it, or only say that it was. */
export interface Tally {
  present: number;
  absent: number;
  mentioned: number;
}

/** What one source, or one provider in it, has. Times in milliseconds since 1970. */
export interface SourceFacts {
  readonly source: string;
  readonly provider: string | undefined;
  events: number;
  first: number;
  last: number;
  readonly kinds: Map<string, number>;
  readonly subjects: Map<AuditSubject, Tally>;
  truncated: number;
  redacted: number;
}

/** A model call as one source has it: request and response with one id are one call. */
export interface ModelCall {
  readonly source: string;
  readonly call: string | undefined;
  readonly run: string | undefined;
  trace: string | undefined;
  provider: string | undefined;
  model: string | undefined;
  readonly subject: string | undefined;
  time: number;
  request: boolean;
  response: boolean;
}

/** What one source has of a tool call. */
export interface ToolTrack {
  requested: boolean;
  called: boolean;
  allowed: boolean;
  denied: boolean;
  executed: boolean;
  result: boolean;
}

export interface ToolCall {
  readonly time: number;
  readonly run: string | undefined;
  readonly tool: string | undefined;
  readonly bySource: Map<string, ToolTrack>;
}

export interface RunFacts {
  readonly source: string;
  readonly time: number;
  events: number;
  ends: number;
  /** Results of tools that start a sub-agent, and sub-agents that ended below this run. */
  spawned: number;
  finished: number;
  parent: string | undefined;
}

/** Width of the slots in which activity is counted. */
export const slotMs = 10 * 60_000;

/** Everything the report needs, gathered in one pass. Memory grows with calls and runs, which are bounded. */
export interface Observations {
  events: number;
  readonly sources: Map<string, SourceFacts>;
  /** By source and provider. */
  readonly parts: Map<string, SourceFacts>;
  readonly modelCalls: Map<string, ModelCall>;
  readonly toolCalls: Map<string, ToolCall>;
  readonly runs: Map<string, RunFacts>;
  /** Source → slot → events. */
  readonly activity: Map<string, Map<number, number>>;
  /** Source and run → numbers of its own count with their times. */
  readonly sequences: Map<string, { readonly number: number; readonly time: number }[]>;
  /** Of what the ledger recorded itself: times without any entry although heartbeats were to be expected. */
  readonly silence: SilenceCheck;
  readonly beats: Map<string, { readonly number: number; readonly time: number }[]>;
  nameless: number;
  notCompared: number;
}

/** How an agent's log calls the end of a sub-agent that has no id. */
const subagentEnd = 'subagent-completed';
const subagentTools = new Set(['Task', 'Agent']);
const sides: ReadonlyMap<string, 'provider' | 'agent' | 'service'> = new Map(
  logFormats.map((format) => [sourceOf(format), format.side]),
);

/** Who wrote a source. What is not imported was recorded in the path of an agent. */
export function sideOf(source: string): 'provider' | 'agent' | 'service' {
  return sides.get(source) ?? (source.startsWith('import:') ? 'service' : 'agent');
}

/** Reads all envelopes once. @param callsMax calls kept for comparison; further ones are counted */
export async function observe(
  envelopes: AsyncIterable<Envelope> | Iterable<Envelope>,
  callsMax: number = limits.comparedCallsMax,
): Promise<Observations> {
  const seen: Observations = {
    events: 0,
    sources: new Map(),
    parts: new Map(),
    modelCalls: new Map(),
    toolCalls: new Map(),
    runs: new Map(),
    activity: new Map(),
    sequences: new Map(),
    silence: new SilenceCheck(),
    beats: new Map(),
    nameless: 0,
    notCompared: 0,
  };
  for await (const stored of envelopes) {
    const envelope = withoutSealed(stored);
    const time = Date.parse(envelope.time);
    seen.silence.add(envelope, seen.events);
    seen.events++;
    if (envelope.kind === 'heartbeat') {
      beat(seen, envelope, time);
      continue;
    }
    tally(factsIn(seen.sources, envelope.source, envelope.source, undefined), envelope, time);
    tally(
      factsIn(seen.parts, `${envelope.source}\n${envelope.provider ?? ''}`, envelope.source, envelope.provider),
      envelope,
      time,
    );
    const slots = entry(seen.activity, envelope.source, () => new Map<number, number>());
    const slot = Math.floor(time / slotMs);
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
    const room = seen.modelCalls.size + seen.toolCalls.size < callsMax;
    if (envelope.kind === 'model.request' || envelope.kind === 'model.response') modelCall(seen, envelope, time, room);
    else if (envelope.call !== undefined && toolKinds.has(envelope.kind))
      toolCall(seen, envelope, envelope.call, time, room);
    run(seen, envelope, time);
    sequence(seen, envelope, time);
  }
  return seen;
}

/** An id that was sealed joins nothing: all of them stand as the same mark. */
function withoutSealed(envelope: Envelope): Envelope {
  const { run: runId, parentRun, call, trace } = envelope;
  if (runId !== sealedFact && parentRun !== sealedFact && call !== sealedFact && trace !== sealedFact) return envelope;
  return Object.fromEntries(
    Object.entries(envelope).filter(([name, value]) => value !== sealedFact || !ids.has(name)),
  ) as unknown as Envelope;
}

const ids: ReadonlySet<string> = new Set(['run', 'parentRun', 'call', 'trace']);
const toolKinds: ReadonlySet<string> = new Set(['tool.call', 'tool.result', 'decision']);

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function factsIn(
  map: Map<string, SourceFacts>,
  key: string,
  source: string,
  provider: string | undefined,
): SourceFacts {
  return entry(map, key, () => ({
    source,
    provider,
    events: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    kinds: new Map(),
    subjects: new Map(),
    truncated: 0,
    redacted: 0,
  }));
}

function tally(facts: SourceFacts, envelope: Envelope, time: number): void {
  facts.events++;
  facts.first = Math.min(facts.first, time);
  facts.last = Math.max(facts.last, time);
  facts.kinds.set(envelope.kind, (facts.kinds.get(envelope.kind) ?? 0) + 1);
  const reasons = envelope.reasons ?? [];
  if (reasons.includes(truncated)) facts.truncated++;
  if (reasons.includes(redacted)) facts.redacted++;
  for (const [subject, state] of stateOf(envelope, reasons)) {
    const count = entry(facts.subjects, subject, () => ({ present: 0, absent: 0, mentioned: 0 }));
    count[state]++;
  }
}

const contentOf = [
  ['prompts', 'prompt'],
  ['responses', 'response'],
  ['tool-calls', 'arguments'],
  ['tool-results', 'result'],
] as const;
/** Kinds that say that something was, even without its content. */
const mentions: Readonly<Partial<Record<AuditSubject, ReadonlySet<string>>>> = {
  prompts: new Set(['model.request']),
  responses: new Set(['model.response']),
  'tool-calls': new Set(['tool.call', 'tool.result', 'decision']),
  'tool-results': new Set(['tool.result']),
};

function* stateOf(envelope: Envelope, reasons: readonly string[]): Generator<[AuditSubject, keyof Tally]> {
  for (const [subject, content] of contentOf) {
    if (reasons.includes(contentCode(content, true)) || (subject === 'tool-calls' && isFullRequest(envelope, reasons)))
      yield [subject, 'present'];
    else if (reasons.includes(contentCode(content, false))) yield [subject, 'absent'];
    else if (mentions[subject]?.has(envelope.kind) === true) yield [subject, 'mentioned'];
  }
  yield ['person', envelope.subject === undefined ? 'absent' : 'present'];
  yield ['agent', envelope.agent === undefined ? 'absent' : 'present'];
  if (envelope.kind === 'decision') yield ['decisions', 'present'];
}

/** A model's request for a call has its arguments: they are part of its answer. */
function isFullRequest(envelope: Envelope, reasons: readonly string[]): boolean {
  return envelope.kind === 'tool.call' && reasons.includes(requestedByModel);
}

function modelCall(seen: Observations, envelope: Envelope, time: number, room: boolean): void {
  const { source, call } = envelope;
  const key = call === undefined ? `${source}\n${envelope.id}` : `${source}\n${call}`;
  let known = seen.modelCalls.get(key);
  if (known === undefined) {
    if (!room) {
      seen.notCompared++;
      return;
    }
    const { run: runId, trace, provider, model, subject } = envelope;
    known = { source, call, run: runId, trace, provider, model, subject, time, request: false, response: false };
    seen.modelCalls.set(key, known);
  }
  known.trace ??= envelope.trace;
  known.provider ??= envelope.provider;
  known.model ??= envelope.model;
  known.time = Math.min(known.time, time);
  if (envelope.kind === 'model.request') known.request = true;
  else known.response = true;
}

function toolCall(seen: Observations, envelope: Envelope, id: string, time: number, room: boolean): void {
  let known = seen.toolCalls.get(id);
  if (known === undefined) {
    if (!room) {
      seen.notCompared++;
      return;
    }
    known = { time, run: envelope.run, tool: envelope.tool, bySource: new Map() };
    seen.toolCalls.set(id, known);
  }
  const track = entry(known.bySource, envelope.source, () => ({
    requested: false,
    called: false,
    allowed: false,
    denied: false,
    executed: false,
    result: false,
  }));
  if (envelope.kind === 'tool.result') {
    track.result = true;
    if (envelope.outcome !== 'denied') track.executed = true;
  } else if (envelope.kind === 'decision') {
    if (envelope.decision === 'deny') track.denied = true;
    else if (envelope.decision !== 'ask') track.allowed = true;
  } else if (envelope.reasons?.includes(requestedByModel) === true) track.requested = true;
  else {
    track.called = true;
    if (envelope.outcome !== undefined) track.result = true;
  }
}

function run(seen: Observations, envelope: Envelope, time: number): void {
  const { run: id, parentRun, source } = envelope;
  const make = (): RunFacts => ({ source, time, events: 0, ends: 0, spawned: 0, finished: 0, parent: undefined });
  if (id !== undefined) {
    const facts = entry(seen.runs, id, make);
    facts.events++;
    facts.parent ??= parentRun;
    if (envelope.kind === 'run.end') facts.ends++;
    if (envelope.kind === 'tool.result' && subagentTools.has(envelope.tool ?? '') && envelope.outcome === 'ok')
      facts.spawned++;
  }
  if (parentRun === undefined || (envelope.kind !== 'run.end' && envelope.operation !== subagentEnd)) return;
  entry(seen.runs, parentRun, make).finished++;
  if (id === undefined) seen.nameless++;
}

function sequence(seen: Observations, envelope: Envelope, time: number): void {
  if (envelope.source !== 'import:claude-code-otel') return;
  // `<session>/<time>#<number>`, see claude-code-otel.
  const found = /^(.*)\/[^/]*#(\d+)$/.exec(envelope.reference ?? '');
  if (found === null) return;
  entry(seen.sequences, `${envelope.source}\n${found[1] ?? ''}`, () => []).push({ number: Number(found[2]), time });
}

function beat(seen: Observations, envelope: Envelope, time: number): void {
  if (envelope.beat === undefined) return;
  entry(seen.beats, envelope.source, () => []).push({ number: envelope.beat, time });
}

import { append } from '../../../base/multimap.ts';
import { type ModelCall, type Observations, sideOf, type SourceFacts, type ToolCall } from './observe.ts';
import type { Contradiction, ContradictionCase, ContradictionCode, Matching } from './report-model.ts';

/** Cases shown of each contradiction. */
const examplesMax = 10;
/** What began this short a time before a source's last event may end after it. */
const tailMs = 10 * 60_000;

/** Collects cases by code; keeps the first few of each. */
class Cases {
  readonly #byCode = new Map<ContradictionCode, { total: number; readonly examples: ContradictionCase[] }>();

  add(code: ContradictionCode, found: Omit<ContradictionCase, 'time'> & { readonly time: number | undefined }): void {
    const list = this.#byCode.get(code) ?? { total: 0, examples: [] };
    this.#byCode.set(code, list);
    list.total++;
    const time = found.time === undefined ? undefined : new Date(found.time).toISOString();
    if (list.examples.length < examplesMax) list.examples.push({ ...found, time });
  }

  all(): Contradiction[] {
    return [...this.#byCode].map(([code, { total, examples }]) => ({ code, total, examples }));
  }
}

/**
 * Compares sources with each other and with themselves. Model calls are the same by request id, by trace, or by model and
 * time within the tolerance (preferring the same person or agent), one to one.
 */
export function compare(
  seen: Observations,
  toleranceMs: number,
): { contradictions: Contradiction[]; matching: Matching } {
  const cases = new Cases();
  const matching = compareModelCalls(seen, toleranceMs, cases);
  compareToolCalls(seen, cases);
  compareRuns(seen, cases);
  return { contradictions: cases.all(), matching };
}

/** `eu.anthropic.claude-sonnet-4-5-20250929-v1:0` and `claude-sonnet-4-5` are one model. */
export function modelKey(model: string | undefined): string | undefined {
  return model
    ?.split('/')
    .at(-1)
    ?.toLowerCase()
    .replace(/^(?:(?:us|eu|apac|jp|au|ca|global|us-gov)\.)?(?:[a-z\d]+\.)?(?=[a-z])/, '')
    .replace(/(?:-v\d+(?::\d+)*|@[\w.]+)$/, '')
    .replace(/-\d{4}-?\d\d-?\d\d$/, '');
}

/** The provider as sources name it: the cloud's and the semantic conventions' names of one are the same. */
function providerKey(provider: string | undefined): string | undefined {
  if (provider === undefined) return undefined;
  if (/bedrock/.test(provider)) return 'aws.bedrock';
  if (/vertex|^gcp|^google/.test(provider)) return 'gcp';
  return provider.startsWith('azure') ? 'azure' : provider;
}

function compareModelCalls(seen: Observations, toleranceMs: number, cases: Cases): Matching {
  const calls = [...seen.modelCalls.values()];
  const agents = calls.filter((call) => sideOf(call.source) === 'agent');
  const counts = { byCall: 0, byTrace: 0, byTime: 0 };
  const providerSources = new Map<string, ModelCall[]>();
  for (const call of calls) if (sideOf(call.source) === 'provider') append(providerSources, call.source, call);
  for (const [source, served] of providerSources) {
    const matched = match(served, agents, toleranceMs, counts);
    const agentSpan = spanOf(seen, (facts) => sideOf(facts.source) === 'agent');
    const sourceSpan = spanOf(seen, (facts) => facts.source === source);
    const providers = new Set(served.map((call) => providerKey(call.provider)));
    for (const call of served) {
      if (agentSpan !== undefined && !matched.has(call) && isWithin(call.time, agentSpan, toleranceMs))
        cases.add('call-not-in-agent-log', caseOf(call, undefined));
    }
    for (const call of agents) {
      // Only where the agent says that this provider served it: a call of another provider is in another log.
      const isServed = call.provider !== undefined && providers.has(providerKey(call.provider));
      if (isServed && sourceSpan !== undefined && !matched.has(call) && isWithin(call.time, sourceSpan, toleranceMs))
        cases.add('call-not-in-provider-log', caseOf(call, source));
    }
  }
  compareProviderLogs(providerSources, seen, toleranceMs, cases);
  for (const call of agents) {
    const end = seen.sources.get(call.source)?.last ?? 0;
    const answers = (seen.sources.get(call.source)?.kinds.get('model.response') ?? 0) > 0;
    if (call.request && !call.response && answers && call.time < end - tailMs)
      cases.add('request-without-response', caseOf(call, undefined));
  }
  return { ...counts, toleranceMs };
}

/** Two logs of one provider (CloudTrail and the invocation log) must have the same requests where both were on. */
function compareProviderLogs(
  sources: ReadonlyMap<string, readonly ModelCall[]>,
  seen: Observations,
  toleranceMs: number,
  cases: Cases,
): void {
  for (const [source, calls] of sources) {
    for (const [other, others] of sources) {
      if (source === other) continue;
      const ids = new Set(others.map((call) => call.call));
      const providers = new Set(others.map((call) => providerKey(call.provider)));
      const span = spanOf(seen, (facts) => facts.source === other);
      for (const call of calls) {
        const isShared = call.call !== undefined && providers.has(providerKey(call.provider)) && span !== undefined;
        if (isShared && !ids.has(call.call) && isWithin(call.time, span, toleranceMs))
          cases.add('call-not-in-provider-log', caseOf(call, other));
      }
    }
  }
}

function caseOf(call: ModelCall, missingIn: string | undefined): Parameters<Cases['add']>[1] {
  return { source: call.source, missingIn, time: call.time, call: call.call, run: call.run, name: call.model };
}

interface Span {
  readonly first: number;
  readonly last: number;
}

function spanOf(seen: Observations, of: (facts: SourceFacts) => boolean): Span | undefined {
  const facts = [...seen.sources.values()].filter(of);
  if (facts.length === 0) return undefined;
  return { first: Math.min(...facts.map(({ first }) => first)), last: Math.max(...facts.map(({ last }) => last)) };
}

function isWithin(time: number, { first, last }: Span, toleranceMs: number): boolean {
  return time >= first - toleranceMs && time <= last + toleranceMs;
}

/** Pairs calls of a provider's log with calls of agents. @returns all calls of either side that have a partner */
function match(
  served: readonly ModelCall[],
  agents: readonly ModelCall[],
  toleranceMs: number,
  counts: { byCall: number; byTrace: number; byTime: number },
): Set<ModelCall> {
  const matched = new Set<ModelCall>();
  const pair = (a: ModelCall, b: ModelCall, how: keyof typeof counts): void => {
    matched.add(a).add(b);
    counts[how]++;
  };
  const traceId = (call: ModelCall): string | undefined => call.trace?.slice(3, 35);
  for (const [how, keyOf] of [
    ['byCall', (call: ModelCall) => call.call],
    ['byTrace', traceId],
  ] as const) {
    const byKey = new Map<string, ModelCall[]>();
    for (const call of agents) {
      const key = keyOf(call);
      if (key !== undefined && !matched.has(call)) append(byKey, key, call);
    }
    for (const call of served) {
      if (matched.has(call)) continue;
      // One trace may have many calls: of one model, in their order.
      const partner = byKey
        .get(keyOf(call) ?? '')
        ?.find((other) => !matched.has(other) && (how === 'byCall' || isSameModel(call, other)));
      if (partner !== undefined) pair(call, partner, how);
    }
  }
  matchByTime(served, agents, toleranceMs, matched, pair);
  return matched;
}

function isSameModel(a: ModelCall, b: ModelCall): boolean {
  const key = modelKey(a.model);
  return key !== undefined && key === modelKey(b.model);
}

function matchByTime(
  served: readonly ModelCall[],
  agents: readonly ModelCall[],
  toleranceMs: number,
  matched: ReadonlySet<ModelCall>,
  pair: (a: ModelCall, b: ModelCall, how: 'byTime') => void,
): void {
  const byModel = new Map<string, ModelCall[]>();
  for (const call of agents) {
    const key = modelKey(call.model);
    if (key !== undefined && !matched.has(call)) append(byModel, key, call);
  }
  for (const list of byModel.values()) list.sort((a, b) => a.time - b.time);
  for (const call of [...served].sort((a, b) => a.time - b.time)) {
    if (matched.has(call)) continue;
    const list = byModel.get(modelKey(call.model) ?? '') ?? [];
    const near: ModelCall[] = [];
    for (let at = firstFrom(list, call.time - toleranceMs); at < list.length; at++) {
      const other = list[at];
      if (other === undefined || other.time > call.time + toleranceMs) break;
      if (!matched.has(other) && isCompatible(call, other)) near.push(other);
    }
    const distance = (other: ModelCall): number =>
      Math.abs(other.time - call.time) + (other.subject === call.subject ? 0 : toleranceMs);
    const [best] = near.sort((a, b) => distance(a) - distance(b));
    if (best !== undefined) pair(call, best, 'byTime');
  }
}

/** Two calls whose providers are known and differ are never one. */
function isCompatible(a: ModelCall, b: ModelCall): boolean {
  return a.provider === undefined || b.provider === undefined || providerKey(a.provider) === providerKey(b.provider);
}

/** The first position in a list sorted by time that is not before a time. */
function firstFrom(list: readonly ModelCall[], time: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.time ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareToolCalls(seen: Observations, cases: Cases): void {
  const agentSpan = spanOf(seen, (facts) => sideOf(facts.source) === 'agent');
  const decides = (source: string): boolean => (seen.sources.get(source)?.kinds.get('decision') ?? 0) > 0;
  const reports = (source: string): boolean => (seen.sources.get(source)?.kinds.get('tool.result') ?? 0) > 0;
  const isJoined = [...seen.toolCalls.values()].some(isSeenByBoth);
  for (const [id, call] of seen.toolCalls) {
    const tracks = [...call.bySource];
    const add = (code: ContradictionCode, source: string, missingIn?: string): void =>
      cases.add(code, { source, missingIn, time: call.time, call: id, run: call.run, name: call.tool });
    const hasDecision = tracks.some(([, track]) => track.allowed || track.denied);
    const executed = tracks.find(([, track]) => track.executed);
    const denied = tracks.find(([, track]) => track.denied);
    const allowed = tracks.some(([, track]) => track.allowed);
    if (executed !== undefined && denied !== undefined && !allowed) add('denied-but-executed', executed[0]);
    const hasResult = tracks.some(([, track]) => track.result);
    for (const [source, track] of tracks) {
      const isTail = call.time >= (seen.sources.get(source)?.last ?? 0) - tailMs;
      if (track.executed && !hasDecision && decides(source)) add('result-without-decision', source);
      if (track.allowed && !hasResult && reports(source) && !isTail) add('allowed-without-result', source);
      else if (track.called && !hasResult && !track.denied && reports(source) && !isTail)
        add('call-without-result', source);
      if (!track.requested || !isJoined || agentSpan === undefined || !isWithin(call.time, agentSpan, 0)) continue;
      if (!tracks.some(([other]) => sideOf(other) === 'agent')) add('requested-not-seen', source);
    }
  }
}

/** Whether ids of tool calls join a provider's log and an agent's: without one such call their ids say nothing. */
function isSeenByBoth(call: ToolCall): boolean {
  const tracks = [...call.bySource];
  return tracks.some(([, track]) => track.requested) && tracks.some(([source]) => sideOf(source) === 'agent');
}

function compareRuns(seen: Observations, cases: Cases): void {
  for (const [id, run] of seen.runs) {
    const add = (code: ContradictionCode, name?: string): void =>
      cases.add(code, { source: run.source, missingIn: undefined, time: run.time, call: undefined, run: id, name });
    if (run.parent !== undefined && (seen.runs.get(run.parent)?.events ?? 0) === 0)
      add('parent-run-not-seen', run.parent);
    if (run.parent !== undefined && run.ends > 0 && run.events === run.ends) add('subagent-without-events');
    if (run.spawned > run.finished) add('subagent-without-end');
  }
}

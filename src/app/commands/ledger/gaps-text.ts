import type {
  AuditState,
  ContradictionCase,
  ContradictionCode,
  Silence,
} from '../../../collect/logs/gaps/report-model.ts';

/** What a contradiction means, one line. */
export const contradictionText: Readonly<Record<ContradictionCode, string>> = {
  'call-not-in-agent-log': 'model calls a provider served that no agent or gateway logged',
  'call-not-in-provider-log': 'model calls that a log of their provider lacks',
  'request-without-response': 'model requests without a response',
  'call-without-result': 'tool calls without a result',
  'allowed-without-result': 'allowed tool calls without a result',
  'result-without-decision': 'tools that ran without a decision',
  'denied-but-executed': 'denied tool calls that ran',
  'requested-not-seen': 'tool calls a model asked for that no agent log shows',
  'subagent-without-events': 'sub-agents that ended without an event of their own',
  'subagent-without-end': 'runs that started more sub-agents than ended',
  'parent-run-not-seen': 'runs whose starting run no source shows',
};

export const stateText: Readonly<Record<AuditState, string>> = {
  recorded: 'yes',
  partly: 'in part',
  metadata: 'metadata',
  claimed: 'claimed',
  missing: 'no',
  never: 'never',
  'not-known': 'not known',
};

/** One case: when, what, where from, what for. */
export function caseText({ time, name, call, run, source, missingIn }: ContradictionCase): string {
  return [
    time ?? 'no time',
    name,
    call === undefined ? undefined : `call ${call}`,
    run === undefined ? undefined : `run ${run}`,
    source,
    missingIn === undefined ? undefined : `not in ${missingIn}`,
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}

/** One silence: what, when, how much. */
export function silenceText({ code, source, run, from, to, count }: Silence): string {
  const span = `${from ?? '?'} to ${to ?? '?'}`;
  switch (code) {
    case 'sequence-hole':
      return `${source}: ${count} events missing by its own count in ${run ?? 'a run'}, ${span}`;
    case 'heartbeat-hole':
      return `${source}: ${count} heartbeats missing, ${span}`;
    case 'no-heartbeat':
      return `${source}: nothing recorded ${span}, ${count} heartbeats long`;
    case 'silent':
      return `${source}: silent ${span}, while other sources had ${count} events`;
    case 'begins-late':
      return `${source}: nothing before ${to ?? '?'}, while other sources had ${count} events since ${from ?? '?'}`;
    case 'ends-early':
      return `${source}: nothing from ${from ?? '?'} on, while other sources had ${count} events`;
  }
}

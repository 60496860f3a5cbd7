import {
  confidentialities,
  decisions,
  effects,
  type EventFacts,
  type EventKind,
  origins,
  outcomes,
  severities,
} from './event.ts';

export type FactName = Exclude<keyof EventFacts, 'kind'>;

/** What a fact's value is. */
export type FactType =
  /** A name of a thing: ASCII letters, digits and `._:/@+#=,~*()[]$-`, at most 256. */
  | { readonly type: 'identifier' }
  /** A name or an address; of a URL only scheme, host and port are in clear (paths and queries hold keys and data). */
  | { readonly type: 'address' }
  /** A list of identifiers. */
  | { readonly type: 'codes' }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  /** A number of at least `from`. */
  | { readonly type: 'number'; readonly from: number; readonly whole: boolean }
  /** RFC 3339. */
  | { readonly type: 'time' };

const identifier: FactType = { type: 'identifier' };
const count: FactType = { type: 'number', from: 0, whole: true };

/** Every fact and what its value is, in the order they are written. */
export const factTypes: Readonly<Record<FactName, FactType>> = {
  run: identifier,
  parentRun: identifier,
  call: identifier,
  trace: identifier,
  agent: identifier,
  tool: identifier,
  server: { type: 'address' },
  dataSource: identifier,
  operation: identifier,
  destination: { type: 'address' },
  provider: identifier,
  model: identifier,
  effect: { type: 'choice', of: effects },
  confidentiality: { type: 'choice', of: confidentialities },
  origin: { type: 'choice', of: origins },
  decision: { type: 'choice', of: decisions },
  reasons: { type: 'codes' },
  policy: identifier,
  outcome: { type: 'choice', of: outcomes },
  error: identifier,
  durationMs: { type: 'number', from: 0, whole: false },
  inputTokens: count,
  outputTokens: count,
  bytes: count,
  rows: count,
  reference: identifier,
  expires: { type: 'time' },
  severity: { type: 'choice', of: severities },
  rule: identifier,
  before: identifier,
  after: identifier,
  exitCode: { type: 'number', from: -(2 ** 31), whole: true },
  beat: count,
};

/** Which facts a kind of event needs and may have. */
export interface KindFacts {
  /** Of each group one fact at least. */
  readonly requires: readonly (readonly FactName[])[];
  /** Further facts, beside those every kind may have. */
  readonly may: readonly FactName[];
  /** Only the ledger itself records it: stated by others it would be a claim about the ledger. */
  readonly reserved?: true;
}

/** Facts every kind may have: which task, whose, joined to what, and how it went. */
export const commonFacts: readonly FactName[] = [
  ...(['run', 'parentRun', 'call', 'trace', 'agent', 'policy', 'reference'] as const),
  ...(['outcome', 'error', 'durationMs'] as const),
];

const labels = ['effect', 'confidentiality', 'origin'] as const;
const verdict = ['decision', 'reasons'] as const;
const model = ['provider', 'model', 'inputTokens', 'outputTokens'] as const;
const target = ['tool', 'server', 'dataSource', 'operation', 'destination'] as const;
const size = ['bytes', 'rows'] as const;

/** The one table of what an event of each kind states. */
export const kindFacts: Readonly<Record<EventKind, KindFacts>> = {
  'run.start': { requires: [['run']], may: [...model, 'origin', 'server'] },
  'run.end': { requires: [['run']], may: [...model, ...size, 'exitCode', 'reasons'] },
  'model.request': { requires: [], may: [...model, ...target, ...labels, ...verdict, ...size] },
  'model.response': { requires: [], may: [...model, ...target, ...labels, ...verdict, ...size] },
  'tool.call': { requires: [['tool']], may: [...model, ...target, ...labels, ...verdict, ...size] },
  'tool.result': {
    requires: [['call', 'tool']],
    may: [...model, ...target, ...labels, ...verdict, ...size, 'exitCode'],
  },
  'data.query': { requires: [['dataSource']], may: [...target, ...labels, ...verdict, ...size] },
  decision: {
    requires: [['decision']],
    may: [...target, ...model, ...labels, 'reasons', 'rule', 'severity', 'expires'],
  },
  approval: { requires: [['call', 'reference']], may: [...target, ...labels, ...verdict, 'expires'] },
  'credential.issued': { requires: [['reference']], may: [...target, ...labels, ...verdict, 'provider', 'expires'] },
  'credential.revoked': { requires: [['reference']], may: [...target, ...labels, 'reasons', 'provider', 'expires'] },
  'sandbox.start': { requires: [['reference']], may: [...target, ...labels, 'reasons', 'expires'] },
  'sandbox.exit': { requires: [['reference']], may: [...target, ...size, 'reasons', 'exitCode'] },
  'config.change': {
    requires: [['reference']],
    may: [...target, ...verdict, 'provider', 'model', 'before', 'after', 'rule', 'severity', 'expires'],
  },
  finding: {
    requires: [['rule']],
    may: [...target, ...labels, ...verdict, 'provider', 'model', 'severity', 'expires'],
  },
  'training.completed': { requires: [['reference']], may: ['provider', 'expires', 'reasons'] },
  erasure: { requires: [], may: [], reserved: true },
  alert: { requires: [['rule']], may: [...target, ...model, ...labels, ...verdict, ...size, 'severity', 'expires'] },
  heartbeat: { requires: [['beat']], may: [], reserved: true },
  custom: { requires: [], may: Object.keys(factTypes).filter((name) => name !== 'beat') as FactName[] },
};

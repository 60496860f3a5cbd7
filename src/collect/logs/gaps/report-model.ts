import type { AuditLog, AuditSubject } from '../../../model/catalogue.ts';

/**
 * What is there of a subject.
 * - `recorded`: the content, in every event that could have it
 * - `partly`: in some events
 * - `metadata`: that it was, not what
 * - `claimed`: a document says so; no event can show it
 * - `missing`: the service could record it and no event has it
 * - `never`: no log of the service holds it
 * - `not-known`: nobody states it. Never counted as there.
 */
export type AuditState = 'recorded' | 'partly' | 'metadata' | 'claimed' | 'missing' | 'never' | 'not-known';

export interface SubjectState {
  readonly subject: AuditSubject;
  readonly state: AuditState;
  /** Events that have the content, and events that could and do not. */
  readonly present: number;
  readonly absent: number;
  /** What would close it: the log, and a further switch of it. */
  readonly remedy: { readonly log: string; readonly switches: readonly string[]; readonly url: string } | undefined;
}

/** A log of a service, what the catalogue says of it and what the ledger has of it. */
export interface LogState
  extends Pick<
    AuditLog,
    'id' | 'name' | 'importer' | 'default' | 'switch' | 'retention' | 'retentionDays' | 'delay' | 'limits'
  > {
  readonly url: string;
  readonly read: string;
  readonly confidence: AuditLog['source']['confidence'];
  /** The statement is past its expiry: read its source again. */
  readonly isStale: boolean;
  readonly events: number;
  readonly first: string | undefined;
  readonly last: string | undefined;
}

export interface ServiceAudit {
  readonly service: string;
  readonly name: string;
  /** Why it is looked at: its events are there, or it was named as in use. */
  readonly because: 'events' | 'named';
  /** Empty: the catalogue knows no log of it. */
  readonly logs: readonly LogState[];
  readonly subjects: readonly SubjectState[];
}

/** What one source has in the ledger. */
export interface SourceSummary {
  readonly source: string;
  readonly events: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly first: string | undefined;
  readonly last: string | undefined;
}

/**
 * How two sources contradict each other, or one itself.
 * - `call-not-in-agent-log`: a provider served a model call that no agent or gateway logged
 * - `call-not-in-provider-log`: an agent logged a call that its provider's log lacks
 * - `request-without-response`, `call-without-result`, `allowed-without-result`: begun and never ended
 * - `result-without-decision`: a tool ran, its source logs decisions, and there is none for it
 * - `denied-but-executed`: a denied call has a result
 * - `requested-not-seen`: a model asked for a tool call that no agent log shows
 * - `subagent-without-events`, `subagent-without-end`, `parent-run-not-seen`: parts of a run are missing
 */
export type ContradictionCode =
  | 'call-not-in-agent-log'
  | 'call-not-in-provider-log'
  | 'request-without-response'
  | 'call-without-result'
  | 'allowed-without-result'
  | 'result-without-decision'
  | 'denied-but-executed'
  | 'requested-not-seen'
  | 'subagent-without-events'
  | 'subagent-without-end'
  | 'parent-run-not-seen';

/** One case of a contradiction; what is undefined the events do not say. */
export interface ContradictionCase {
  readonly source: string;
  /** The log it is missing from; undefined when no source has it. */
  readonly missingIn: string | undefined;
  readonly time: string | undefined;
  readonly call: string | undefined;
  readonly run: string | undefined;
  /** Model or tool. */
  readonly name: string | undefined;
}

export interface Contradiction {
  readonly code: ContradictionCode;
  readonly total: number;
  readonly examples: readonly ContradictionCase[];
}

/** How model calls of different sources were taken for the same. */
export interface Matching {
  readonly byCall: number;
  readonly byTrace: number;
  readonly byTime: number;
  readonly toleranceMs: number;
}

/**
 * When a source said nothing.
 * - `sequence-hole`: its own count skips numbers
 * - `heartbeat-hole`: heartbeats are missing by their count
 * - `no-heartbeat`: no entry at all for longer than three intervals of its heartbeats
 * - `silent`: no event while others had some
 * - `begins-late`, `ends-early`: it has no event at an end of the time that others cover
 */
export interface Silence {
  readonly code: 'sequence-hole' | 'heartbeat-hole' | 'no-heartbeat' | 'silent' | 'begins-late' | 'ends-early';
  readonly source: string;
  readonly run: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Numbers that are missing, or events others had meanwhile. */
  readonly count: number;
}

/** Something no reader of this ledger can find out, in one line. */
export interface Unreconstructable {
  readonly code:
    | 'subject'
    | 'log-limit'
    | 'retention'
    | 'truncated'
    | 'redacted'
    | 'no-subagent-id'
    | 'configuration'
    | 'not-compared'
    | 'no-audit-known';
  readonly about: string;
  readonly text: string;
  readonly remedy: string | undefined;
  readonly url: string | undefined;
}

export interface AuditGapReport {
  readonly events: number;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly sources: readonly SourceSummary[];
  readonly services: readonly ServiceAudit[];
  readonly matching: Matching;
  readonly contradictions: readonly Contradiction[];
  readonly silences: readonly Silence[];
  readonly unreconstructable: readonly Unreconstructable[];
}

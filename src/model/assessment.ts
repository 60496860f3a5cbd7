import type { Layer, Party } from './catalogue.ts';
import type { Finding, Reading, Verdict } from './finding.ts';
import type { Gap } from './gap.ts';
import type { Edge, Node, Workload } from './graph.ts';
import type { Severity } from './rule.ts';

/**
 * State of a control in one workload.
 * - `held`: verified by config, API or log on your side
 * - `open`: a finding stands against it
 * - `inherited`: a provider holds it and verified evidence says so
 * - `claimed`: a provider says so in a document only
 * - `not-assessed`: nothing verified it (also: expired or undecidable)
 * - `orphaned`: no party holds it
 */
export const controlStates = ['held', 'open', 'inherited', 'claimed', 'not-assessed', 'orphaned'] as const;
export type ControlState = (typeof controlStates)[number];

/** One cell of the responsibility map: workload × control. */
export interface ResponsibilityCell {
  readonly workload: string;
  readonly control: string;
  readonly layer: Layer;
  /** Who holds it over all services of the workload; provider parties and your own. */
  readonly parties: readonly Party[];
  /** Which service says which party. */
  readonly claims: readonly { readonly service: string; readonly parties: readonly Party[]; readonly note: string }[];
  readonly state: ControlState;
  /** Why the state is what it is, one line. */
  readonly reason: string;
  /** Two services name different sole owners for the same control. */
  readonly doubleClaim: boolean;
  readonly evidence: readonly (
    | { readonly method: 'config'; readonly rule: string; readonly reading: Reading | undefined }
    | {
        readonly method: 'document' | 'attestation' | 'api' | 'log';
        readonly url: string;
        readonly read: string;
        readonly expired: boolean;
        readonly conflicts: number;
      }
  )[];
  /** Framework references: `owasp-llm@2025:LLM01`. */
  readonly frameworks: readonly string[];
}

/**
 * The cells of all workloads, workload by workload, each time anew: a large estate has a million of them, and most
 * reports show a few. `of` gives those of one workload, most urgent first.
 */
export interface ResponsibilityMap extends Iterable<ResponsibilityCell> {
  of(workload: string): readonly ResponsibilityCell[];
  /** The states of the same cells in the same order, found without a look at the resources of the workload. */
  statesOf(workload: string): readonly StateOfControl[];
}

/** The state of a control of a workload; `orphaned` says what a service says of a control that it leaves to nobody. */
export interface StateOfControl {
  readonly control: string;
  readonly state: ControlState;
  readonly orphaned: string | undefined;
}

/** One party of the computed chain of a workload, nearest to you first. */
export interface WorkloadChain {
  readonly workload: string;
  readonly links: readonly { readonly party: Party; readonly who: string; readonly services: readonly string[] }[];
}

export interface PostureDistance {
  readonly posture: string;
  /** Controls the posture requires, by state. */
  readonly required: Readonly<Record<ControlState, number>>;
  /** Required controls that are neither held nor inherited: control ids with workload. */
  readonly missing: readonly { readonly workload: string; readonly control: string; readonly state: ControlState }[];
}

export interface Summary {
  readonly files: number;
  readonly bytes: number;
  readonly resources: number;
  readonly workloads: number;
  readonly findings: Readonly<Record<Severity, number>>;
  readonly suppressed: number;
  readonly verdicts: Readonly<Record<Verdict['state'], number>>;
  readonly gaps: number;
  readonly durationMs: number;
}

/** A few lines of source around a finding, secrets replaced. */
export interface Excerpt {
  readonly file: string;
  /** Number of the first line, from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** The line the finding points at. */
  readonly markedLine: number;
}

/** A rule with findings that were not accepted: how many, and the first of them. */
export interface OpenRule {
  readonly rule: string;
  readonly count: number;
  readonly first: readonly Finding[];
}

/**
 * Everything one run of `demarc assess` established. Reports render it and add nothing. What is long (nodes, edges,
 * verdicts, findings and what they rest on, the content of workloads) may be made when it is first asked for.
 */
export interface Assessment {
  readonly demarc: string;
  readonly catalogueVersion: string;
  /** ISO 8601 time the run started. */
  readonly startedAt: string;
  /** What was assessed, as the user named it. */
  readonly roots: readonly string[];
  readonly nodes: readonly Node[];
  /** The node of a resource, without looking at all others. */
  readonly node: (id: string) => Node | undefined;
  readonly edges: readonly Edge[];
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
  /** The same, less what was accepted, rule by rule in the order of the first; at most so many of each. */
  readonly openRules: (firstMax: number) => readonly OpenRule[];
  /** By finding fingerprint; read from the files when a report first asks for them. */
  readonly excerpts: () => ReadonlyMap<string, Excerpt>;
  readonly workloads: readonly Workload[];
  /** How many findings that were not accepted count for a workload, by its id; none for those that are not named. */
  readonly openFindings: ReadonlyMap<string, number>;
  /** How many resources a workload has, by its id. */
  readonly workloadSizes: ReadonlyMap<string, number>;
  readonly chains: readonly WorkloadChain[];
  readonly responsibilities: ResponsibilityMap;
  readonly posture: PostureDistance | undefined;
  readonly gaps: readonly Gap[];
  readonly summary: Summary;
}

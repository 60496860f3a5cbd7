import { append } from '../base/multimap.ts';
import type { Assessment, ResponsibilityCell, WorkloadChain } from '../model/assessment.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import type { Node, Workload } from '../model/graph.ts';

/** An assessment by the keys that reports look things up with. */
export interface AssessmentIndex {
  readonly nodes: ReadonlyMap<string, Node>;
  /** Resource id → workloads it belongs to. */
  readonly workloadsOf: ReadonlyMap<string, readonly Workload[]>;
  readonly cellsOf: ReadonlyMap<string, readonly ResponsibilityCell[]>;
  readonly chainOf: ReadonlyMap<string, WorkloadChain['links']>;
  /** Resource id → findings against it, accepted ones too. */
  readonly findingsOf: ReadonlyMap<string, readonly Finding[]>;
  readonly verdictsOf: ReadonlyMap<string, readonly Verdict[]>;
  /** Rule id → findings, in the order of the assessment (worst first). */
  readonly findingsByRule: ReadonlyMap<string, readonly Finding[]>;
}

/** Indexes an assessment once for one report. */
export function indexAssessment(assessment: Assessment): AssessmentIndex {
  const workloadsOf = new Map<string, Workload[]>();
  for (const workload of assessment.workloads) for (const id of workload.resources) append(workloadsOf, id, workload);
  const cellsOf = new Map<string, ResponsibilityCell[]>();
  for (const cell of assessment.responsibilities) append(cellsOf, cell.workload, cell);
  const findingsOf = new Map<string, Finding[]>();
  const findingsByRule = new Map<string, Finding[]>();
  for (const finding of assessment.findings) {
    append(findingsOf, finding.resource, finding);
    append(findingsByRule, finding.rule, finding);
  }
  const verdictsOf = new Map<string, Verdict[]>();
  for (const verdict of assessment.verdicts) append(verdictsOf, verdict.resource, verdict);
  return {
    nodes: new Map(assessment.nodes.map((node) => [node.resource.id, node])),
    workloadsOf,
    cellsOf,
    chainOf: new Map(assessment.chains.map((chain) => [chain.workload, chain.links])),
    findingsOf,
    verdictsOf,
    findingsByRule,
  };
}

/** The findings of a workload: those against one of its resources, in the order of the assessment. */
export function findingsIn(index: AssessmentIndex, workload: Workload): readonly Finding[] {
  return workload.resources.flatMap((id) => index.findingsOf.get(id) ?? []);
}

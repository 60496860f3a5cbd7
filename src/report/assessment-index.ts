import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import type { Assessment, ResponsibilityCell, WorkloadChain } from '../model/assessment.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import type { Node, Workload } from '../model/graph.ts';

/** An assessment by the keys that reports look things up with. Each index is made when a report first asks for it. */
export class AssessmentIndex {
  readonly #assessment: Assessment;
  readonly #cells = new Map<string, readonly ResponsibilityCell[]>();

  constructor(assessment: Assessment) {
    this.#assessment = assessment;
  }

  readonly #workloads = once(() => {
    const found = new Map<string, Workload[]>();
    for (const workload of this.#assessment.workloads) for (const id of workload.resources) append(found, id, workload);
    return found;
  });
  readonly #chains = once(() => new Map(this.#assessment.chains.map((chain) => [chain.workload, chain.links])));
  readonly #findings = once(() => groupBy(this.#assessment.findings, ({ resource }) => resource));
  readonly #verdicts = once(() => groupBy(this.#assessment.verdicts, ({ resource }) => resource));
  readonly #byRule = once(() => groupBy(this.#assessment.findings, ({ rule }) => rule));
  readonly #allCells = once(() => this.#assessment.workloads.flatMap(({ id }) => this.cellsOf(id)));

  node(id: string): Node | undefined {
    return this.#assessment.node(id);
  }

  /** Workloads a resource belongs to. */
  workloadsOf(resource: string): readonly Workload[] {
    return this.#workloads().get(resource) ?? [];
  }

  /** Cells of a workload, most urgent first; the same ones each time. */
  cellsOf(workload: string): readonly ResponsibilityCell[] {
    const known = this.#cells.get(workload);
    if (known !== undefined) return known;
    const cells = this.#assessment.responsibilities.of(workload);
    this.#cells.set(workload, cells);
    return cells;
  }

  /** Cells of all workloads. */
  get cells(): readonly ResponsibilityCell[] {
    return this.#allCells();
  }

  chainOf(workload: string): WorkloadChain['links'] {
    return this.#chains().get(workload) ?? [];
  }

  /** Findings against a resource, accepted ones too. */
  findingsOf(resource: string): readonly Finding[] {
    return this.#findings().get(resource) ?? [];
  }

  verdictsOf(resource: string): readonly Verdict[] {
    return this.#verdicts().get(resource) ?? [];
  }

  /** Rule id → findings, in the order of the assessment (worst first). */
  get findingsByRule(): ReadonlyMap<string, readonly Finding[]> {
    return this.#byRule();
  }

  /** The findings of a workload: those against one of its resources, in the order of the assessment. */
  findingsIn(workload: Workload): readonly Finding[] {
    return workload.resources.flatMap((id) => this.findingsOf(id));
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) append(groups, keyOf(item), item);
  return groups;
}

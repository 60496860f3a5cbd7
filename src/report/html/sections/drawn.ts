import type { Assessment, ResponsibilityCell } from '../../../model/assessment.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import { anchor, html, type Markup } from '../markup.ts';
import { cellId } from './control.ts';

/** So many workloads are drawn and have a matrix; of the others the overview tells the counts. */
export const drawnMax = 30;
/** So many links to workloads stand in one row. */
const chipsMax = 12;

/** The ids of the workloads that are drawn: those with the most findings, the larger first among equals. */
export function drawnWorkloads({ workloads }: Assessment, index: AssessmentIndex): ReadonlySet<string> {
  const counted = workloads.map((workload) => ({
    workload,
    count: index.findingsIn(workload).filter((finding) => finding.suppressed === undefined).length,
  }));
  counted.sort((a, b) => b.count - a.count || b.workload.resources.length - a.workload.resources.length);
  return new Set(counted.slice(0, drawnMax).map(({ workload }) => workload.id));
}

/** Links from a control to the workloads it stands in: to its line there, or to the overview where none is drawn. */
export function workloadChips(
  cells: readonly Pick<ResponsibilityCell, 'workload' | 'control'>[],
  names: ReadonlyMap<string, string>,
  drawn: ReadonlySet<string>,
): Markup {
  const chips = cells.slice(0, chipsMax).map((cell) => {
    const target = drawn.has(cell.workload) ? cellId(cell) : anchor('w', cell.workload);
    return html`<a class="chip" href="#${target}">${names.get(cell.workload) ?? cell.workload}</a> `;
  });
  return html`${chips}${cells.length > chipsMax ? html`and ${cells.length - chipsMax} more` : undefined}`;
}

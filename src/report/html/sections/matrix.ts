import type { ControlState, ResponsibilityCell } from '../../../model/assessment.ts';
import { type Layer, layers, type Party } from '../../../model/catalogue.ts';
import type { Workload } from '../../../model/graph.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { anchor, html, type Markup, trusted } from '../markup.ts';
import { isOwn, layerNames, partyNames, partyOrder, plural, stateOrder, stateSigns, stateWords } from '../words.ts';
import { renderCells } from './control.ts';

/** Who holds what: layers against parties, each layer opening to its controls. */
export function renderMatrix(workload: Workload, index: AssessmentIndex, context: ReportContext): Markup {
  const cells = index.cellsOf(workload.id);
  if (cells.length === 0) return html`<p class="empty">No control of the catalogue applies to this workload.</p>`;
  const used = partyOrder.filter((party) => cells.some((cell) => cell.parties.includes(party)));
  const orphans = cells.some((cell) => cell.parties.length === 0);
  const columns = used.length + 1 + (orphans ? 1 : 0);
  const empty = layers.filter((layer) => cells.every((cell) => cell.layer !== layer));
  const who = (party: Party): string =>
    [
      ...new Set(
        index
          .chainOf(workload.id)
          .filter((link) => link.party === party)
          .map((link) => link.who),
      ),
    ].join(', ');
  const head = used.map(
    (party) =>
      html`<th scope="col"${ownColumn(party)}>${partyNames[party]}<small>${isOwn(party) ? 'you' : who(party)}</small></th>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Who holds what in ${workload.name}"><table class="matrix"><caption class="hidden">Controls of ${workload.name} by layer and party, with their states</caption>
<thead><tr><th scope="col">Layer</th>${head}${orphans ? html`<th scope="col">Nobody</th>` : undefined}</tr></thead>
${layers.map((layer) => {
  const own = cells.filter((cell) => cell.layer === layer);
  return own.length === 0 ? html`` : layerRows(layer, own, used, orphans, columns, workload, index, context);
})}
</table></div>${empty.length === 0 ? undefined : html`<p class="note">No control applies in: ${empty.map((layer) => layerNames[layer]).join(', ')}.</p>`}`;
}

function layerRows(
  layer: Layer,
  cells: readonly ResponsibilityCell[],
  used: readonly Party[],
  orphans: boolean,
  columns: number,
  workload: Workload,
  index: AssessmentIndex,
  context: ReportContext,
): Markup {
  const tallies = used.map(
    (party) => html`<td${ownColumn(party)}>${tally(cells.filter((cell) => cell.parties.includes(party)))}</td>`,
  );
  const nobody = orphans ? html`<td>${tally(cells.filter((cell) => cell.parties.length === 0))}</td>` : undefined;
  const body = html`<tr class="controls-row"><td colspan="${columns}"><details class="layer" id="${anchor('l', `${workload.id}-${layer}`)}"><summary>${plural(cells.length, 'control')}<span class="hidden"> of the layer ${layerNames[layer]}</span></summary>${renderCells(cells, index, context)}</details></td></tr>`;
  return html`<tbody><tr><th scope="row">${layerNames[layer]}</th>${tallies}${nobody}</tr>${body}</tbody>`;
}

function ownColumn(party: Party): Markup {
  return trusted(isOwn(party) ? ' class="own-column"' : '');
}

/** `✕ 2  ? 5`: how many controls are in which state, worst first; words for who does not see the signs. */
export function tally(cells: readonly ResponsibilityCell[]): Markup {
  if (cells.length === 0) return html`<span class="none">–</span>`;
  const present: (readonly [ControlState, number])[] = stateOrder.map(
    (state) => [state, cells.filter((cell) => cell.state === state).length] as const,
  );
  return html`${present.filter(([, count]) => count > 0).map(([state, count]) => html`<span class="tally s-${state}" title="${count} ${stateWords[state].toLowerCase()}"><span aria-hidden="true">${stateSigns[state]}</span> ${count}<span class="hidden"> ${stateWords[state].toLowerCase()}; </span></span>`)}`;
}

import { type Assessment, type ControlState, controlStates } from '../../../model/assessment.ts';
import type { Workload } from '../../../model/graph.ts';
import { severities } from '../../../model/rule.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { anchor, html, type Markup } from '../markup.ts';
import { renderPicture } from '../picture/svg.ts';
import { edgeWords, isOwn, partyNames, plural, stateMark, stateOrder, stateSigns, stateWords } from '../words.ts';
import { controlId } from './control.ts';
import { drawnMax, workloadChips } from './drawn.ts';
import { renderMatrix, tally } from './matrix.ts';

const openMax = 3;
const resourcesMax = 400;
/** How to read the pictures: told once. */
const pictureKey = html`<p class="note key">How to read the pictures, top to bottom: your side, then each provider behind it. A dashed line is a trust boundary: below it somebody else is responsible. Arrows with words are uses; blue lines lead to the provider a thing runs on; faint lines only say what belongs together. The stripe of a box shows the worst that is known of it; no check is not a pass. Below each picture stands who holds what; the title of a control leads to what it asks for and to what each service says of it.</p>`;

/** The workloads, worst first: an overview, then for each a picture, who holds what, and its resources. */
export function renderWorkloads(
  assessment: Assessment,
  drawn: ReadonlySet<string>,
  index: AssessmentIndex,
  context: ReportContext,
): Markup {
  const sorted = [...assessment.workloads].sort((a, b) => weight(b, index) - weight(a, index));
  const shown = sorted.filter((workload) => drawn.has(workload.id));
  return html`<section id="workloads" aria-labelledby="workloads-title"><h2 id="workloads-title">Workloads</h2>
${sorted.length === 0 ? html`<p class="empty">No AI workload was found in what was read.</p>` : overview(sorted, drawn, index)}
${sorted.length > shown.length ? html`<p class="note">The ${drawnMax} workloads with the most findings follow, with a picture and who holds what. Of the other ${sorted.length - shown.length} the table above tells the counts; their findings and controls stand below, and the JSON report lists every control of every workload.</p>` : undefined}
${shown.length === 0 ? undefined : pictureKey}
${shown.map((workload, at) => renderWorkload(workload, at < openMax || sorted.length <= openMax + 2, index, context))}
</section>`;
}

function weight(workload: Workload, index: AssessmentIndex): number {
  const scores = { critical: 1000, high: 100, medium: 10, low: 1, info: 0 };
  const found = index
    .findingsIn(workload)
    .reduce((sum, finding) => sum + (finding.suppressed === undefined ? scores[finding.severity] : 0), 0);
  return (
    found +
    index.cellsOf(workload.id).filter((cell) => cell.state === 'orphaned').length * 5 +
    workload.resources.length / 1000
  );
}

function overview(workloads: readonly Workload[], drawn: ReadonlySet<string>, index: AssessmentIndex): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Overview of workloads"><table class="overview"><caption class="hidden">Workloads, worst first</caption><thead><tr><th scope="col">Workload</th><th scope="col">Resources</th><th scope="col">Findings</th><th scope="col">Controls</th><th scope="col">Providers behind it</th></tr></thead><tbody>${workloads.map((workload) => html`${overviewHead(workload, drawn)}<td class="num">${workload.resources.length}</td><td>${severityTally(workload, index)}</td><td>${tally(index.cellsOf(workload.id))}</td><td>${providers(workload, index)}</td></tr>`)}</tbody></table></div>`;
}

function overviewHead(workload: Workload, drawn: ReadonlySet<string>): Markup {
  const id = anchor('w', workload.id);
  return drawn.has(workload.id)
    ? html`<tr><th scope="row"><a href="#${id}">${workload.name}</a></th>`
    : html`<tr id="${id}"><th scope="row">${workload.name}</th>`;
}

function providers(workload: Workload, index: AssessmentIndex): string {
  const names = index
    .chainOf(workload.id)
    .filter((link) => !isOwn(link.party))
    .map((link) => link.who);
  return [...new Set(names)].join(' → ') || 'none in the catalogue';
}

function severityTally(workload: Workload, index: AssessmentIndex): Markup {
  const found = index.findingsIn(workload).filter((finding) => finding.suppressed === undefined);
  if (found.length === 0) return html`<span class="none">none</span>`;
  return html`${severities.map((severity) => {
    const count = found.filter((finding) => finding.severity === severity).length;
    return count === 0 ? html`` : html`<span class="sev v-${severity}">${count} ${severity}</span> `;
  })}`;
}

function renderWorkload(workload: Workload, open: boolean, index: AssessmentIndex, context: ReportContext): Markup {
  const id = anchor('w', workload.id);
  return html`<details class="workload" id="${id}"${open ? html` open` : undefined}><summary><h3 id="${id}-title">${workload.name}</h3><span class="facts">${plural(workload.resources.length, 'resource')} · ${severityTally(workload, index)}</span></summary>
<figure><h4 id="${id}-caption">Where responsibility changes hands</h4>${renderPicture(workload, index, context, id)}</figure>
<h4>Who holds what</h4>${renderMatrix(workload, index, context)}
${resources(workload, index, context)}
</details>`;
}

/** The picture as a table, for who cannot see it and who wants to search it. */
function resources(workload: Workload, index: AssessmentIndex, { catalogue }: ReportContext): Markup {
  const names = new Map(
    workload.resources.map((resource) => [resource, index.node(resource)?.resource.name ?? resource]),
  );
  const edges = new Map<string, string[]>();
  for (const edge of workload.edges)
    edges.set(edge.from, [...(edges.get(edge.from) ?? []), `${edgeWords[edge.kind]} ${names.get(edge.to) ?? edge.to}`]);
  const rows = workload.resources.slice(0, resourcesMax).flatMap((resource) => {
    const node = index.node(resource);
    if (node === undefined) return [];
    const { type, name, location, confidence } = node.resource;
    const count = index.findingsOf(resource).filter((finding) => finding.suppressed === undefined).length;
    return html`<tr><th scope="row">${name}</th><td><code>${type}</code></td><td>${node.service === undefined ? '' : (catalogue.servicesById.get(node.service)?.name ?? node.service)}</td><td>${location.file}:${location.line}${confidence === 'active' ? undefined : html` <span class="flag">${confidence}</span>`}</td><td>${[...new Set(edges.get(resource) ?? [])].slice(0, 8).join('; ')}</td><td class="num">${count === 0 ? '' : count}</td></tr>`;
  });
  return html`<details class="resources"><summary>Resources and connections as a table (${workload.resources.length})</summary><div class="scroll" role="region" tabindex="0" aria-label="Resources of ${workload.name}"><table><thead><tr><th scope="col">Resource</th><th scope="col">Type</th><th scope="col">Service</th><th scope="col">Place</th><th scope="col">Connections</th><th scope="col">Findings</th></tr></thead><tbody>${rows}</tbody></table></div>${workload.resources.length > resourcesMax ? html`<p class="note">and ${workload.resources.length - resourcesMax} more</p>` : undefined}</details>`;
}

/** How far from the posture that was asked for; nothing when none was. */
export function renderPosture(
  { posture, workloads }: Assessment,
  drawn: ReadonlySet<string>,
  { catalogue }: ReportContext,
): Markup {
  if (posture === undefined) return html``;
  const total = controlStates.reduce((sum, state) => sum + posture.required[state], 0);
  const reached = posture.required.held + posture.required.inherited;
  const names = new Map(workloads.map((workload) => [workload.id, workload.name]));
  const byControl = new Map<string, (typeof posture.missing)[number][]>();
  for (const missing of posture.missing)
    byControl.set(missing.control, [...(byControl.get(missing.control) ?? []), missing]);
  return html`<section id="posture" aria-labelledby="posture-title"><h2 id="posture-title">Posture: ${catalogue.postures.find(({ id }) => id === posture.posture)?.name ?? posture.posture}</h2>
<p>${catalogue.postures.find(({ id }) => id === posture.posture)?.intent}</p>
<p><b>${reached} of ${total}</b> required controls are held or inherited.</p>
<p>${controlStates.filter((state) => posture.required[state] > 0).map((state) => html`<span class="mark s-${state}"><span aria-hidden="true">${stateSigns[state]}</span> ${posture.required[state]} ${stateWords[state].toLowerCase()}</span> `)}</p>
${posture.missing.length === 0 ? undefined : html`<details><summary>${plural(byControl.size, 'control')} to get there</summary><table><thead><tr><th scope="col">Control</th><th scope="col">Where it is missing</th></tr></thead><tbody>${[...byControl].map(([control, group]) => html`<tr><th scope="row"><a href="#${controlId(control)}">${catalogue.controlsById.get(control)?.title ?? control}</a></th><td>${byState(group).map(([state, items]) => html`<p class="claim">${stateMark(state)} ${workloadChips(items, names, drawn)}</p>`)}</td></tr>`)}</tbody></table></details>`}
</section>`;
}

function byState<T extends { readonly state: ControlState }>(items: readonly T[]): readonly [ControlState, T[]][] {
  return stateOrder.flatMap((state): [ControlState, T[]][] => {
    const own = items.filter((item) => item.state === state);
    return own.length === 0 ? [] : [[state, own]];
  });
}

/** The names of the parties, for the glossary. */
export const partyGlossary: readonly (readonly [string, string])[] = [
  [partyNames.user, 'who asks the AI and reads its answers'],
  [partyNames.builder, 'who builds and runs the workload'],
  [partyNames.organisation, 'who sets the rules for all workloads: accounts, identity, training, budgets'],
  [partyNames.app, 'who sells a finished AI application'],
  [partyNames['tool-publisher'], 'who publishes an MCP server, a plugin or a connector'],
  [partyNames.router, 'who passes requests on to other model providers'],
  [partyNames.platform, 'who runs the service that serves the model'],
  [partyNames.model, 'who trains and publishes the model'],
  [partyNames.infra, 'who runs the machines below'],
];

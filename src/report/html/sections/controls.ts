import { append } from '../../../base/multimap.ts';
import type { Assessment, ResponsibilityCell } from '../../../model/assessment.ts';
import { type Layer, layers } from '../../../model/catalogue.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { html, type Markup } from '../markup.ts';
import { layerNames, plural } from '../words.ts';
import { controlId, partyList } from './control.ts';
import { frameworkList, renderFrameworks } from './frameworks.ts';
import { tally } from './matrix.ts';
import { collectSources, renderSources, sourceKey, type Sources } from './sources.ts';

interface Entry {
  readonly control: string;
  readonly layer: Layer;
  readonly cells: readonly ResponsibilityCell[];
  readonly frameworks: readonly string[];
}

/** What holds of a control in every workload, told once: its statement, what each service says of it, frameworks. */
export function renderControls(assessment: Assessment, index: AssessmentIndex, context: ReportContext): Markup {
  const sources = collectSources(index.cells);
  const entries = entriesOf(assessment, index, context);
  return html`<section id="controls" aria-labelledby="controls-title"><h2 id="controls-title">Controls</h2>
${entries.length === 0 ? html`<p class="empty">No control of the catalogue applies to what was read.</p>` : html`<p>What each control asks for, in how many workloads it stands how, what each service says of it, and what frameworks call it.</p>`}
${layers.map((layer) => {
  const own = entries.filter((entry) => entry.layer === layer);
  return own.length === 0
    ? html``
    : html`<h3>${layerNames[layer]}</h3>${own.map((entry) => renderEntry(entry, sources, context))}`;
})}
${renderSources(sources)}
${renderFrameworks(
  entries.flatMap(({ frameworks }) => frameworks),
  context.catalogue,
)}</section>`;
}

/** The controls that a workload or a finding refers to, in the order of the catalogue's ids. */
function entriesOf({ findings }: Assessment, index: AssessmentIndex, { catalogue }: ReportContext): readonly Entry[] {
  const cells = new Map<string, ResponsibilityCell[]>(findings.map(({ control }) => [control, []]));
  for (const cell of index.cells) {
    append(cells, cell.control, cell);
  }
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([control, list]) => ({
      control,
      cells: list,
      layer: list[0]?.layer ?? catalogue.controlsById.get(control)?.layer ?? 'service-configuration',
      frameworks: list[0]?.frameworks ?? catalogue.frameworksByControl.get(control) ?? [],
    }));
}

function renderEntry(entry: Entry, sources: Sources, context: ReportContext): Markup {
  const known = context.catalogue.controlsById.get(entry.control);
  const { cells, frameworks } = entry;
  const services = new Set(cells.flatMap(({ claims }) => claims.map(({ service }) => service)));
  const parts = [
    ...(services.size > 0 ? [`Who holds it, by service (${services.size})`] : []),
    ...(frameworks.length > 0 ? [`framework references (${frameworks.length})`] : []),
  ];
  return html`<div class="entry" id="${controlId(entry.control)}"><h4>${known?.title ?? entry.control} <code>${entry.control}</code></h4><p>${known?.statement}</p>${cells.length === 0 ? undefined : html`<p class="note">In ${plural(cells.length, 'workload')}: ${tally(cells)}</p>`}${services.size > 0 ? undefined : html`<p class="note">No service of the catalogue speaks of it; a check of your own configuration does.</p>`}${parts.length === 0 ? undefined : html`<details class="other brief"><summary>${parts.join(' · ')}</summary>${claimRows(entry, sources, context)}${frameworks.length === 0 ? undefined : frameworkList(frameworks, context.catalogue)}</details>`}</div>`;
}

/** Services that say the same, from the same source, share a row. */
function claimRows({ control, cells }: Entry, sources: Sources, { catalogue }: ReportContext): Markup {
  const documents = cells.flatMap(({ evidence }) => evidence.flatMap((item) => (item.method === 'config' ? [] : item)));
  const keys = new Map(documents.map((item) => [`${item.url}\n${item.read}`, sources.keyOf(item)]));
  const left = new Set(documents.map((item) => sources.keyOf(item)));
  const rows = new Map<string, { services: Set<string>; parties: Markup; note: string; source: number | undefined }>();
  for (const { service, parties, note } of cells.flatMap(({ claims }) => claims)) {
    const said = catalogue.responsibilities.get(service)?.get(control)?.source;
    const source = said === undefined ? undefined : keys.get(`${said.url}\n${said.read}`);
    if (source !== undefined) left.delete(source);
    const key = [note, source, ...parties].join('\n');
    const row = rows.get(key) ?? { services: new Set<string>(), parties: partyList(parties), note, source };
    row.services.add(catalogue.servicesById.get(service)?.name ?? service);
    rows.set(key, row);
  }
  const further =
    left.size === 0
      ? undefined
      : html`<p class="note">Sources: ${[...left].map((source) => html`${sourceKey(source)} `)}</p>`;
  if (rows.size === 0) return html`${further}`;
  return html`<table class="claims"><thead><tr><th scope="col">Service</th><th scope="col">Party</th><th scope="col">What the split is</th><th scope="col">Source</th></tr></thead><tbody>${[...rows.values()].map(({ services, parties, note, source }) => html`<tr><th scope="row">${[...services].join(', ')}</th><td>${parties}</td><td>${note}</td><td>${source === undefined ? undefined : sourceKey(source)}</td></tr>`)}</tbody></table>${further}`;
}

import type { ResponsibilityCell } from '../../../model/assessment.ts';
import type { Party } from '../../../model/catalogue.ts';
import type { Finding } from '../../../model/finding.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { anchor, html, type Markup, trusted } from '../markup.ts';
import { isOwn, partyNames, stateMark, stateOrder } from '../words.ts';

const evidenceMax = 12;

/** The id of a control in a workload. */
export function cellId(cell: Pick<ResponsibilityCell, 'workload' | 'control'>): string {
  return anchor('c', `${cell.workload}-${cell.control.replaceAll('.', '-')}`);
}

/** The id of a control among the controls, where all that does not depend on a workload is told. */
export function controlId(control: string): string {
  return anchor('k', control.replaceAll('.', '-'));
}

/** Parties in words, your own marked. */
export function partyList(parties: readonly Party[]): Markup {
  if (parties.length === 0) return html`<em>nobody</em>`;
  return html`${parties.map((party, at) => html`${at > 0 ? ' + ' : ''}${isOwn(party) ? html`<b>you (${partyNames[party].toLowerCase()})</b>` : partyNames[party].toLowerCase()}`)}`;
}

/** Controls of one layer of a workload: those in the same state for the same reason stand under one line that says so. */
export function renderCells(
  cells: readonly ResponsibilityCell[],
  index: AssessmentIndex,
  context: ReportContext,
): Markup {
  const groups = new Map<string, ResponsibilityCell[]>();
  for (const cell of [...cells].sort(byState)) {
    const key = `${cell.state}\n${sharedReason(cell)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return html`${[...groups.values()].map((group) => renderGroup(group, index, context))}`;
}

function byState(a: ResponsibilityCell, b: ResponsibilityCell): number {
  return stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) || Number(b.doubleClaim) - Number(a.doubleClaim);
}

/** What is verified is told control by control; any other reason is told once for all that have it. */
function sharedReason({ state, reason }: ResponsibilityCell): string {
  return state === 'open' || state === 'held' ? '' : reason;
}

function renderGroup(cells: readonly ResponsibilityCell[], index: AssessmentIndex, context: ReportContext): Markup {
  const [first] = cells;
  if (first === undefined) return html``;
  const reason = sharedReason(first);
  return html`<p class="cells-head">${stateMark(first.state)}${reason === '' ? undefined : html` <span class="note">${reason}</span>`}</p><ul class="cells${trusted(reason === '' ? '' : ' short')}">${cells.map((cell) => renderCell(cell, reason === '', index, context))}</ul>`;
}

/** One control of a workload: its title leads to what holds in every workload; what was read in this one follows. */
function renderCell(
  cell: ResponsibilityCell,
  withReason: boolean,
  index: AssessmentIndex,
  context: ReportContext,
): Markup {
  const { controlsById, servicesById } = context.catalogue;
  const services = cell.claims.map(({ service }) => servicesById.get(service)?.name ?? service);
  const found = findingsOf(cell, index);
  return html`<li id="${cellId(cell)}"><a href="#${controlId(cell.control)}">${controlsById.get(cell.control)?.title ?? cell.control}</a> <small>${partyList(cell.parties)}${services.length === 0 ? undefined : html` · ${services.join(', ')}`}</small>${cell.doubleClaim ? html` <span class="flag">claimed on both sides</span>` : undefined}${withReason ? html` <small>· ${cell.reason}</small>` : undefined}${findings(found, context)}${evidence(cell, found)}</li>`;
}

function findingsOf(cell: ResponsibilityCell, index: AssessmentIndex): readonly Finding[] {
  if (cell.state !== 'open') return [];
  const found = cell.evidence.flatMap((item) =>
    item.method === 'config' ? (index.findingsByRule.get(item.rule) ?? []) : [],
  );
  return [...new Set(found)].filter(
    (finding) =>
      finding.control === cell.control &&
      index.workloadsOf(finding.resource).some((workload) => workload.id === cell.workload),
  );
}

/** Findings by rule: the title once, then each place. */
function findings(found: readonly Finding[], { rules }: ReportContext): Markup {
  if (found.length === 0) return html``;
  const byRule = new Map<string, Finding[]>();
  for (const finding of found.slice(0, evidenceMax))
    byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  return html`<ul class="plain">${[...byRule].map(([rule, group]) => html`<li><span class="sev v-${group[0]?.severity}">${group[0]?.severity}</span> ${rules.get(rule)?.title ?? group[0]?.title}: ${group.map((finding, at) => html`${at > 0 ? ', ' : ''}<a href="#${anchor('f', finding.fingerprint)}">${finding.location.file}:${finding.location.line}</a>${finding.suppressed === undefined ? undefined : html` <span class="flag">accepted</span>`}`)}</li>`)}</ul>${found.length > evidenceMax ? html`<p class="note">and ${found.length - evidenceMax} more</p>` : undefined}`;
}

/** What configuration said, but for what the findings above tell themselves. */
function evidence(cell: ResponsibilityCell, found: readonly Finding[]): Markup {
  const told = new Set(
    found
      .slice(0, evidenceMax)
      .flatMap(({ rule, evidence: readings }) => [rule, ...readings.map((reading) => key(rule, reading))]),
  );
  const groups = new Map<string, { head: Markup; places: Set<string> }>();
  for (const item of cell.evidence) {
    if (item.method !== 'config' || told.has(item.reading === undefined ? item.rule : key(item.rule, item.reading)))
      continue;
    const { rule, reading } = item;
    const head = html`<code>${rule}</code>${reading === undefined ? undefined : html` read <code>${reading.path}</code> = <code>${reading.value}</code> at`}`;
    const group = groups.get(head.text) ?? { head, places: new Set<string>() };
    if (reading !== undefined) group.places.add(`${reading.location.file}:${reading.location.line}`);
    groups.set(head.text, group);
  }
  if (groups.size === 0) return html``;
  const items = [...groups.values()].map(({ head, places }) => html`<li>${head} ${[...places].join(', ')}</li>`);
  return html`<ul class="plain evidence">${items.slice(0, evidenceMax)}</ul>${items.length > evidenceMax ? html`<p class="note">and ${items.length - evidenceMax} more</p>` : undefined}`;
}

function key(rule: string, { path, value, location }: Finding['evidence'][number]): string {
  return [rule, path, value, location.file, location.line].join('\n');
}

import type { ResponsibilityCell } from '../../../model/assessment.ts';
import type { Party } from '../../../model/catalogue.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { anchor, html, type Markup, trusted } from '../markup.ts';
import { isOwn, partyNames, stateMark } from '../words.ts';
import { linkTo } from './link.ts';
import { frameworkList } from './frameworks.ts';

const evidenceMax = 12;

/** The id of a control in a workload. */
export function cellId(cell: Pick<ResponsibilityCell, 'workload' | 'control'>): string {
  return anchor('c', `${cell.workload}-${cell.control.replaceAll('.', '-')}`);
}

/** Parties in words, your own marked. */
export function partyList(parties: readonly Party[]): Markup {
  if (parties.length === 0) return html`<em>nobody</em>`;
  return html`${parties.map((party, at) => html`${at > 0 ? ' + ' : ''}<span class="${isOwn(party) ? 'own-party' : 'provider-party'}">${isOwn(party) ? `you (${partyNames[party].toLowerCase()})` : partyNames[party].toLowerCase()}</span>`)}`;
}

/** One control of a workload: a line that opens to reason, claims, evidence, frameworks and findings. */
export function renderControl(cell: ResponsibilityCell, index: AssessmentIndex, context: ReportContext): Markup {
  const { catalogue } = context;
  const control = catalogue.controlsById.get(cell.control);
  // On paper these stay one line: a hundred pages of what nobody assessed hide what needs a decision.
  const brief = cell.state !== 'open' && cell.state !== 'orphaned' && !cell.doubleClaim;
  return html`<details class="control${trusted(brief ? ' brief' : '')}" id="${cellId(cell)}"><summary>${stateMark(cell.state)}<span class="control-name">${control?.title ?? cell.control}${cell.doubleClaim ? html` <span class="flag">claimed on both sides</span>` : undefined}</span><span class="holders">${partyList(cell.parties)}</span></summary>
<div class="control-body"><p>${control?.statement}</p><p class="reason"><b>State:</b> ${cell.reason}. <code>${cell.control}</code></p>
${claims(cell, context)}${findings(cell, index, context)}${evidence(cell)}${cell.frameworks.length > 0 ? html`<h5>Framework references</h5>${frameworkList(cell.frameworks, catalogue)}` : undefined}</div></details>`;
}

function claims(cell: ResponsibilityCell, { catalogue }: ReportContext): Markup {
  if (cell.claims.length === 0)
    return html`<p class="note">No service of the catalogue speaks of it; a check of your own configuration does.</p>`;
  return html`<h5>Who holds it, by service</h5><table class="claims"><thead><tr><th scope="col">Service</th><th scope="col">Party</th><th scope="col">What the split is</th></tr></thead><tbody>${cell.claims.map((claim) => html`<tr><th scope="row">${catalogue.servicesById.get(claim.service)?.name ?? claim.service}</th><td>${partyList(claim.parties)}</td><td>${claim.note}</td></tr>`)}</tbody></table>`;
}

function findings(cell: ResponsibilityCell, index: AssessmentIndex, { rules }: ReportContext): Markup {
  if (cell.state !== 'open') return html``;
  const found = cell.evidence.flatMap((item) =>
    item.method === 'config' ? (index.findingsByRule.get(item.rule) ?? []) : [],
  );
  const inside = [...new Set(found)].filter(
    (finding) =>
      finding.control === cell.control &&
      (index.workloadsOf.get(finding.resource) ?? []).some((workload) => workload.id === cell.workload),
  );
  if (inside.length === 0) return html``;
  return html`<h5>Findings</h5><ul class="plain">${inside.slice(0, evidenceMax).map((finding) => html`<li><span class="sev v-${finding.severity}">${finding.severity}</span> <a href="#${anchor('f', finding.fingerprint)}">${rules.get(finding.rule)?.title ?? finding.title}</a> <span class="where">${finding.location.file}:${finding.location.line}</span>${finding.suppressed === undefined ? undefined : html` <span class="flag">accepted</span>`}</li>`)}</ul>${inside.length > evidenceMax ? html`<p class="note">and ${inside.length - evidenceMax} more</p>` : undefined}`;
}

function evidence(cell: ResponsibilityCell): Markup {
  if (cell.evidence.length === 0) return html``;
  const items = cell.evidence.map((item) =>
    item.method === 'config'
      ? html`<li><b>config</b> <code>${item.rule}</code>${item.reading === undefined ? undefined : html` read <code>${item.reading.path}</code> = <code>${item.reading.value}</code> at ${item.reading.location.file}:${item.reading.location.line}`}</li>`
      : html`<li><b>${item.method}</b> ${linkTo(item.url)}, read ${item.read}${item.expired ? html` <span class="flag">expired</span>` : undefined}${item.conflicts > 0 ? html` <span class="flag">${item.conflicts} conflicting ${item.conflicts === 1 ? 'source' : 'sources'}</span>` : undefined}</li>`,
  );
  const unique = [...new Map(items.map((item) => [item.text, item])).values()];
  return html`<h5>Evidence</h5><ul class="plain evidence">${unique.slice(0, evidenceMax)}</ul>${unique.length > evidenceMax ? html`<p class="note">and ${unique.length - evidenceMax} more</p>` : undefined}`;
}

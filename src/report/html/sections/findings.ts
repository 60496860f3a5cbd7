import type { Assessment } from '../../../model/assessment.ts';
import { layers } from '../../../model/catalogue.ts';
import type { Finding } from '../../../model/finding.ts';
import { severities, type RuleKind } from '../../../model/rule.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { anchor, html, type Markup, scriptJson } from '../markup.ts';
import { grouped, layerNames, plural } from '../words.ts';
import { renderFinding, ruleNotes } from './finding.ts';
import { controlId } from './control.ts';

/** So many findings are readable without JavaScript; the rest is data that the script turns into rows when asked for. */
export const staticFindingsMax = 200;
/** Groups that stand open when the report opens. */
const openGroups = 3;

const kindNames: Readonly<Record<RuleKind, string>> = {
  misconfiguration: 'Misconfiguration',
  undecided: 'Left undecided',
  path: 'Path',
};

/** One finding as data for the script: where it belongs, and its row as HTML. */
interface LateFinding {
  readonly w: readonly string[];
  readonly a: 0 | 1;
  readonly i: string;
  readonly h: string;
}

/**
 * The findings, grouped by rule, worst first, with filters that the script brings to life.
 *
 * @returns the section in pieces
 */
export function* renderFindings(
  assessment: Assessment,
  index: AssessmentIndex,
  context: ReportContext,
): Generator<string> {
  const groups = [...index.findingsByRule.values()];
  groups.sort((a, b) => severityAt(a) - severityAt(b) || b.length - a.length);
  const lateCount = Math.max(0, assessment.findings.length - staticFindingsMax);
  yield html`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>
${assessment.findings.length === 0 ? html`<p class="empty">No finding. What was not decided and what could not be read is listed below: neither is a pass.</p>` : html`${filters(assessment, index, context)}<p class="shown" id="findings-shown" role="status">${plural(assessment.findings.length, 'finding')} by ${plural(groups.length, 'rule')}</p>`}
${lateCount > 0 ? html`<noscript><p class="note">${grouped(lateCount)} more findings are in this file; they are shown when JavaScript is allowed. The JSON report lists all.</p></noscript>` : undefined}
<div id="findings-list">`.text;
  const late: (readonly [number, readonly Finding[]])[] = [];
  let room = staticFindingsMax;
  for (const [at, group] of groups.entries()) {
    const shown = group.slice(0, room);
    room -= shown.length;
    if (shown.length < group.length) late.push([at, group.slice(shown.length)]);
    yield renderGroup(group, shown, at, assessment, index, context).text;
  }
  yield '</div>\n<script type="application/json" id="late-findings">{';
  for (const [at, [group, findings]] of late.entries()) {
    yield `${at > 0 ? ',' : ''}"${group}":`;
    for (const [position, finding] of findings.entries())
      yield `${position > 0 ? ',' : '['}${scriptJson(lateFinding(finding, assessment, index, context)).text}`;
    yield ']';
  }
  yield '}</script></section>';
}

function severityAt(group: readonly Finding[]): number {
  return severities.indexOf(group[0]?.severity ?? 'info');
}

function filters(assessment: Assessment, index: AssessmentIndex, { catalogue }: ReportContext): Markup {
  const present = new Set(assessment.findings.map((finding) => catalogue.controlsById.get(finding.control)?.layer));
  const kinds = new Set(assessment.findings.map((finding) => finding.kind));
  const used = assessment.workloads.filter((workload) =>
    workload.resources.some((id) => index.findingsOf(id).length > 0),
  );
  const count = (severity: string): number =>
    assessment.findings.filter((finding) => finding.severity === severity && finding.suppressed === undefined).length;
  return html`<form class="filters" id="filters" role="search" aria-label="Filter findings" hidden>
<fieldset><legend>Severity</legend>${severities.filter((severity) => count(severity) > 0).map((severity) => html`<label class="pick v-${severity}"><input type="checkbox" name="severity" value="${severity}"> ${severity} <span class="count">${count(severity)}</span></label>`)}</fieldset>
<label>Workload <select name="workload"><option value="">all</option>${used.map((workload) => html`<option value="${workload.id}">${workload.name}</option>`)}<option value="-">none</option></select></label>
<label>Layer <select name="layer"><option value="">all</option>${layers.filter((layer) => present.has(layer)).map((layer) => html`<option value="${layer}">${layerNames[layer]}</option>`)}</select></label>
<label>Kind <select name="kind"><option value="">all</option>${(['misconfiguration', 'undecided', 'path'] as const).filter((kind) => kinds.has(kind)).map((kind) => html`<option value="${kind}">${kindNames[kind]}</option>`)}</select></label>
<label>Status <select name="status"><option value="">open</option><option value="accepted">accepted</option><option value="all">all</option></select></label>
<label class="search">Text <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="file, resource, rule, framework"></label>
<button type="reset">Clear</button></form>`;
}

function renderGroup(
  group: readonly Finding[],
  shown: readonly Finding[],
  at: number,
  assessment: Assessment,
  index: AssessmentIndex,
  context: ReportContext,
): Markup {
  const [first] = group;
  if (first === undefined) return html``;
  const control = context.catalogue.controlsById.get(first.control);
  const active = group.filter((finding) => finding.suppressed === undefined).length;
  const files = new Set(group.map((finding) => finding.location.file)).size;
  return html`<details class="rule v-${first.severity}-edge" id="${anchor('r', first.rule.replaceAll('.', '-'))}" data-group="${at}" data-severity="${first.severity}" data-layer="${control?.layer}" data-kind="${first.kind}" data-control="${controlId(first.control)}"${at < openGroups ? html` open` : undefined}><summary><span class="sev v-${first.severity}">${first.severity}</span><h3>${first.title}</h3><span class="facts"><span class="rule-count">${active === group.length ? grouped(active) : `${grouped(active)} open, ${grouped(group.length - active)} accepted`}</span> in ${plural(files, 'file')}</span></summary>
<div class="rule-body"><div class="rule-notes">${ruleNotes(first, group, index, context)}</div><div class="found">${shown.map((finding) => renderFinding(finding, assessment, index, context))}</div><button type="button" class="more" hidden>Show more</button></div></details>`;
}

function lateFinding(
  finding: Finding,
  assessment: Assessment,
  index: AssessmentIndex,
  context: ReportContext,
): LateFinding {
  return {
    w: index.workloadsOf(finding.resource).map((workload) => workload.id),
    a: finding.suppressed === undefined ? 0 : 1,
    i: anchor('f', finding.fingerprint),
    h: renderFinding(finding, assessment, index, context).text,
  };
}

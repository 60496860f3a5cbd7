import type { Assessment } from '../../../model/assessment.ts';
import type { Gap, GapKind } from '../../../model/gap.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { html, type Markup } from '../markup.ts';
import { gapWords, plural, stateMark, stateMeanings, stateOrder } from '../words.ts';
import { partyGlossary } from './workloads.ts';

const rowsMax = 500;

/** Checks that what was read could not decide, by rule and reason. */
export function renderUndecided(assessment: Assessment, index: AssessmentIndex, { rules }: ReportContext): Markup {
  const groups = new Map<string, { rule: string; reason: string; resources: string[] }>();
  for (const verdict of assessment.verdicts) {
    if (verdict.state !== 'unknown') continue;
    const key = `${verdict.rule}\n${verdict.reason}`;
    const group = groups.get(key) ?? { rule: verdict.rule, reason: verdict.reason, resources: [] };
    group.resources.push(verdict.resource);
    groups.set(key, group);
  }
  const rows = [...groups.values()].sort(
    (a, b) => b.resources.length - a.resources.length || (a.rule < b.rule ? -1 : 1),
  );
  return html`<section id="undecided" aria-labelledby="undecided-title"><h2 id="undecided-title">Not decided</h2>
${rows.length === 0 ? html`<p class="empty">Every check that applies was decided.</p>` : html`<p>These checks apply, but what was read does not say enough. They count as not assessed, never as passed.</p><div class="scroll" role="region" tabindex="0" aria-label="Checks that were not decided"><table><thead><tr><th scope="col">Check</th><th scope="col">Why it could not be decided</th><th scope="col">Resources</th></tr></thead><tbody>${rows.slice(0, rowsMax).map(({ rule, reason, resources }) => html`<tr><th scope="row">${rules.get(rule)?.title ?? rule}<br><code>${rule}</code></th><td>${reason}</td><td>${resources.slice(0, 6).map((id) => html`<span class="chip">${nameOf(id, index)}</span> `)}${resources.length > 6 ? html`and ${resources.length - 6} more` : undefined}</td></tr>`)}</tbody></table></div>`}
</section>`;
}

function nameOf(id: string, index: AssessmentIndex): string {
  const resource = index.node(id)?.resource;
  return resource === undefined ? id : `${resource.name} (${resource.location.file}:${resource.location.line})`;
}

/** What could not be read, by reason. */
export function renderGaps({ gaps }: Assessment): Markup {
  const byKind = new Map<GapKind, Map<string, Gap[]>>();
  for (const gap of gaps) {
    const reasons = byKind.get(gap.kind) ?? new Map<string, Gap[]>();
    reasons.set(gap.reason, [...(reasons.get(gap.reason) ?? []), gap]);
    byKind.set(gap.kind, reasons);
  }
  return html`<section id="gaps" aria-labelledby="gaps-title"><h2 id="gaps-title">Gaps</h2>
${gaps.length === 0 ? html`<p class="empty">Everything that was looked at could be read.</p>` : html`<p>What could not be read may hold anything. Nothing in this report speaks about it.</p><div class="scroll" role="region" tabindex="0" aria-label="Gaps by reason"><table><thead><tr><th scope="col">Reason</th><th scope="col">Number</th><th scope="col">Where</th></tr></thead>${[...byKind].map(([kind, reasons]) => html`<tbody><tr><th scope="rowgroup" colspan="3">${gapWords[kind]}</th></tr>${[...reasons].slice(0, rowsMax).map(([reason, list]) => html`<tr><th scope="row" class="plain-cell">${reason}</th><td class="num">${list.length}</td><td>${places(list)}</td></tr>`)}</tbody>`)}</table></div>`}
</section>`;
}

function places(gaps: readonly Gap[]): Markup {
  const names = gaps.map(({ location }) => html`<li>${location.file}:${location.line}</li>`);
  const few = html`<ul class="plain">${names.slice(0, 3)}</ul>`;
  return names.length <= 3
    ? few
    : html`${few}<details><summary>and ${plural(names.length - 3, 'more place')}</summary><ul class="plain">${names.slice(3, rowsMax)}</ul></details>`;
}

/** What the words of the report mean. */
export function renderGlossary(): Markup {
  return html`<section id="glossary" aria-labelledby="glossary-title"><h2 id="glossary-title">What the words mean</h2>
<h3>States of a control</h3><dl class="glossary">${stateOrder.map((state) => html`<div><dt>${stateMark(state)}</dt><dd>${stateMeanings[state]}</dd></div>`)}</dl>
<h3>Parties</h3><dl class="glossary">${partyGlossary.map(([name, meaning]) => html`<div><dt>${name}</dt><dd>${meaning}</dd></div>`)}</dl>
<h3>Evidence</h3><p><b>config</b>, <b>api</b> and <b>log</b> verify. An <b>attestation</b> or a <b>document</b> only claims, and expires.</p>
<h3>Places that may not be in force</h3><p><span class="flag">local</span> a developer's own override, <span class="flag">template</span> a file to copy from, <span class="flag">example</span> documentation, samples and tests. Everything else is taken to be in force.</p></section>`;
}

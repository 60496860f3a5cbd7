import type { Assessment } from '../../../model/assessment.ts';
import { severities } from '../../../model/rule.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import { html, type Markup, trusted } from '../markup.ts';
import { grouped, plural, stateOrder, stateSigns, stateWords } from '../words.ts';

/** The head of the report: what was read, and the numbers that matter. */
export function renderSummary(assessment: Assessment, { cells }: AssessmentIndex): Markup {
  const { summary } = assessment;
  const states = stateOrder.map((state) => ({
    state,
    count: cells.filter((cell) => cell.state === state).length,
  }));
  const findings = severities.reduce((sum, severity) => sum + summary.findings[severity], 0);
  return html`<header class="top" id="top">
<p class="product">Demarc <span>${assessment.demarc}</span></p>
<h1>${assessment.roots.join(', ')}</h1>
<p class="facts">${assessment.startedAt.slice(0, 16).replace('T', ' ')} UTC · ${plural(summary.files, 'file')} · ${plural(summary.resources, 'resource')} · catalogue ${assessment.catalogueVersion}</p>
<div class="cards">
${card('Workloads', summary.workloads, 'workloads', html`<p class="note">${summary.workloads === 0 ? 'No AI workload was found in what was read.' : 'AI uses found in what was read'}</p>`)}
${card('Findings', findings, 'findings', html`${bar(severities.map((severity) => ({ key: `v-${severity}`, count: summary.findings[severity], name: severity, sign: '' })))}${summary.suppressed > 0 ? html`<p class="note">and ${grouped(summary.suppressed)} accepted</p>` : undefined}`)}
${card('Controls', cells.length, 'workloads', bar(states.map(({ state, count }) => ({ key: `s-${state}`, count, name: stateWords[state].toLowerCase(), sign: stateSigns[state] }))))}
${card('Not decided', summary.verdicts.unknown, 'undecided', html`<p class="note">checks that what was read could not decide: not assessed, not passed</p>`)}
${card('Gaps', summary.gaps, 'gaps', html`<p class="note">things that could not be read</p>`)}
</div></header>`;
}

function card(name: string, count: number, target: string, rest: Markup): Markup {
  return html`<section class="card" aria-label="${name}"><h2><a href="#${target}">${name}</a></h2><p class="number">${grouped(count)}</p>${rest}</section>`;
}

/** A stacked bar and its legend: the legend carries the numbers, the bar only their proportion. */
function bar(parts: readonly { key: string; count: number; name: string; sign: string }[]): Markup {
  const present = parts.filter(({ count }) => count > 0);
  if (present.length === 0) return html`<p class="note">none</p>`;
  return html`<div class="bar" aria-hidden="true">${present.map(({ key, count }) => html`<span class="${key}" style="flex-grow:${count}"></span>`)}</div><ul class="legend">${present.map(({ key, count, name, sign }) => html`<li><span class="dot ${key}" aria-hidden="true">${trusted(sign)}</span> ${grouped(count)} ${name}</li>`)}</ul>`;
}

import type { Assessment, Excerpt } from '../../../model/assessment.ts';
import type { Finding } from '../../../model/finding.ts';
import { type AssessmentIndex } from '../../assessment-index.ts';
import { remediesFor } from '../../remediation.ts';
import type { ReportContext } from '../../report.ts';
import { visibleLine } from '../../visible-text.ts';
import { anchor, html, type Markup } from '../markup.ts';
import { edgeWords, layerNames, plural } from '../words.ts';
import { controlId } from './control.ts';
import { linkTo } from './link.ts';

/** So many workloads are named at one finding. */
const chipsMax = 12;

/** What holds for every finding of a rule: why, what to do, which control, the vendor's page. */
export function ruleNotes(
  first: Finding,
  group: readonly Finding[],
  index: AssessmentIndex,
  { catalogue, rules }: ReportContext,
): Markup {
  const rule = rules.get(first.rule);
  const control = catalogue.controlsById.get(first.control);
  const dialects = [...new Set(group.flatMap((finding) => index.node(finding.resource)?.resource.dialect ?? []))];
  const remedies = remediesFor(rule, dialects[0]);
  const fitting = remedies.filter(
    (remedy, at) => at === 0 || dialects.includes(remedy.dialect) || remedy.dialect === 'any',
  );
  const others = remedies.filter((remedy) => !fitting.includes(remedy));
  const frameworks = catalogue.frameworksByControl.get(first.control) ?? [];
  return html`<p class="why">${inlineCode(rule?.why ?? '')}</p>
${fitting.map((remedy) => html`<p class="fix"><b>Fix${remedy.dialect === 'any' ? '' : ` in ${remedy.dialect}`}:</b> ${inlineCode(remedy.text)}</p>`)}
${others.length > 0 ? html`<details class="other brief"><summary>In ${others.map((remedy) => remedy.dialect).join(', ')}</summary>${others.map((remedy) => html`<p class="fix"><b>${remedy.dialect}:</b> ${inlineCode(remedy.text)}</p>`)}</details>` : undefined}
<dl class="refs"><div><dt>Control</dt><dd><a href="#${controlId(first.control)}">${control?.title ?? first.control}</a> <code>${first.control}</code>${frameworks.length > 0 ? `, ${plural(frameworks.length, 'framework reference')}` : undefined}</dd></div><div><dt>Layer</dt><dd>${control === undefined ? '' : layerNames[control.layer]}</dd></div><div><dt>Rule</dt><dd><code>${first.rule}</code></dd></div>${rule === undefined ? undefined : html`<div><dt>Source</dt><dd>${linkTo(rule.source.url)}, read ${rule.source.read}</dd></div>`}</dl>`;
}

/** One finding: where it stands, the lines of source, what was read, the path. */
export function renderFinding(
  finding: Finding,
  assessment: Assessment,
  index: AssessmentIndex,
  _context: ReportContext,
): Markup {
  const node = index.node(finding.resource);
  const workloads = index.workloadsOf(finding.resource);
  const { file, line } = finding.location;
  const excerpt = assessment.excerpts().get(finding.fingerprint);
  return html`<article class="finding" id="${anchor('f', finding.fingerprint)}" data-w="${workloads.map((workload) => workload.id).join(' ')}" data-a="${finding.suppressed === undefined ? 0 : 1}"><h4><span class="place">${file}:${line}</span> <span class="resource">${node?.resource.name ?? finding.resource}</span>${node === undefined ? undefined : html` <code class="type">${node.resource.type}</code>`}${node === undefined || node.resource.confidence === 'active' ? undefined : html` <span class="flag">${node.resource.confidence}</span>`}${finding.suppressed === undefined ? undefined : html` <span class="flag">accepted</span>`}</h4>
${finding.suppressed === undefined ? undefined : html`<p class="note">Accepted by ${finding.suppressed.by}: ${finding.suppressed.reason}</p>`}
${finding.path.length > 1 ? pathChain(finding, assessment, index) : undefined}
${excerpt === undefined ? undefined : renderExcerpt(excerpt)}
${readings(finding, index)}
${workloads.length > 0 ? html`<p class="in-workloads">in ${workloads.slice(0, chipsMax).map((workload) => html`<a class="chip" href="#${anchor('w', workload.id)}">${workload.name}</a> `)}${workloads.length > chipsMax ? html`and ${workloads.length - chipsMax} more` : undefined}</p>` : undefined}</article>`;
}

/** Lines of source with their numbers; the marked one is told apart by more than colour. */
function renderExcerpt({ firstLine, lines, markedLine }: Excerpt): Markup {
  const width = String(firstLine + lines.length - 1).length;
  return html`<pre class="excerpt" tabindex="0" aria-label="Source lines ${firstLine} to ${firstLine + lines.length - 1}, line ${markedLine} marked"><code>${lines.map(
    (text, at) => {
      const number = firstLine + at;
      const marked = number === markedLine;
      const content = html`<span class="ln">${marked ? '▸' : ' '} ${String(number).padStart(width)}</span> ${text === '' ? ' ' : text}\n`;
      return marked ? html`<mark>${content}</mark>` : html`<span>${content}</span>`;
    },
  )}</code></pre>`;
}

function readings(finding: Finding, index: AssessmentIndex): Markup {
  if (finding.evidence.length === 0) return html``;
  return html`<table class="readings"><thead><tr><th scope="col">Read</th><th scope="col">Value</th><th scope="col">Where</th></tr></thead><tbody>${finding.evidence.map(
    (reading) => {
      const other =
        reading.resource === finding.resource
          ? undefined
          : (index.node(reading.resource)?.resource.name ?? reading.resource);
      return html`<tr><th scope="row"><code>${reading.path}</code>${other === undefined ? undefined : html` of ${other}`}</th><td><code>${visibleLine(reading.value, 300)}</code></td><td>${reading.location.file}:${reading.location.line}</td></tr>`;
    },
  )}</tbody></table>`;
}

/** The resources of a path finding as a chain, with what connects them. */
function pathChain(finding: Finding, assessment: Assessment, index: AssessmentIndex): Markup {
  const steps = finding.path.map((id, at) => {
    const node = index.node(id);
    const before = finding.path[at - 1];
    const edge =
      before === undefined
        ? undefined
        : assessment.edges.find(({ from, to }) => (from === before && to === id) || (from === id && to === before));
    const word =
      edge === undefined ? 'then' : edge.from === before ? edgeWords[edge.kind] : `← ${edgeWords[edge.kind]}`;
    return html`<li>${at === 0 ? undefined : html`<span class="via">${word}</span>`}<span class="step"><b>${node?.resource.name ?? id}</b><small>${node?.resource.type}</small></span></li>`;
  });
  return html`<ol class="chain" aria-label="Path of this finding">${steps}</ol>`;
}

/** Text of a rule: what stands in backticks is code. */
export function inlineCode(text: string): Markup {
  const parts = text.split('`');
  return html`${parts.map((part, at) => (at % 2 === 1 && at < parts.length - 1 ? html`<code>${part}</code>` : html`${at % 2 === 1 ? `\`${part}` : part}`))}`;
}

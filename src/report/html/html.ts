import type { Assessment } from '../../model/assessment.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import type { ReportContext } from '../report.ts';
import { documentHead } from './document-head.ts';
import { html, type Markup, trusted } from './markup.ts';
import { script } from './script.ts';
import { renderControls } from './sections/controls.ts';
import { renderDecisions } from './sections/decisions.ts';
import { drawnWorkloads } from './sections/drawn.ts';
import { renderFindings } from './sections/findings.ts';
import { renderGaps, renderGlossary, renderUndecided } from './sections/open-questions.ts';
import { renderSummary } from './sections/summary.ts';
import { renderPosture, renderWorkloads } from './sections/workloads.ts';
import { style } from './style.ts';

/**
 * The assessment as one HTML file for people: no request leaves it, nothing in it runs but its own script, whose hash
 * the Content-Security-Policy names (CSP 3, 2.3.1 hash-source). Everything but findings beyond the first 200 can be
 * read without JavaScript.
 */
export function renderHtml(assessment: Assessment, context: ReportContext): string {
  return [...htmlChunks(assessment, context)].join('');
}

/** The same page in pieces: that of a large estate is longer than one string may be. */
export function* htmlChunks(assessment: Assessment, context: ReportContext): Generator<string> {
  const index = new AssessmentIndex(assessment);
  const drawn = drawnWorkloads(assessment, index);
  yield html`<!doctype html>
<html lang="en">
${documentHead({ title: `Demarc: ${assessment.roots.join(', ')}`, demarc: assessment.demarc, styles: [style], script: script })}
<body>
<a class="skip" href="#decisions">Skip to what needs a decision</a>
${renderSummary(assessment, index)}
${navigation(assessment)}
<main>
${renderDecisions(assessment, drawn, index, context)}
${renderPosture(assessment, drawn, context)}
${renderWorkloads(assessment, drawn, index, context)}
`.text;
  yield* renderFindings(assessment, index, context);
  yield html`
${renderUndecided(assessment, index, context)}
${renderGaps(assessment)}
${renderControls(assessment, index, context)}
${renderGlossary()}
</main>
<footer><p>Made by Demarc ${assessment.demarc} with catalogue ${assessment.catalogueVersion}. A control nobody verified is not assessed; it is never a pass.</p></footer>
<script>${trusted(script)}</script>
</body>
</html>
`.text;
}

function navigation({ posture }: Assessment): Markup {
  const entries: readonly (readonly [string, string])[] = [
    ['decisions', 'Decisions'],
    ...(posture === undefined ? [] : [['posture', 'Posture'] as const]),
    ['workloads', 'Workloads'],
    ['findings', 'Findings'],
    ['undecided', 'Not decided'],
    ['gaps', 'Gaps'],
    ['controls', 'Controls'],
    ['glossary', 'Words'],
  ];
  return html`<nav aria-label="Sections"><ul>${entries.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`;
}

import type { Assessment, ResponsibilityCell } from '../../../model/assessment.ts';
import type { Finding } from '../../../model/finding.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { anchor, html, type Markup, trusted } from '../markup.ts';
import { isOwn, layerNames, plural } from '../words.ts';
import { controlId } from './control.ts';
import { workloadChips } from './drawn.ts';

const rowsMax = 40;

interface Decision {
  readonly cells: readonly ResponsibilityCell[];
  readonly title: string;
  readonly advice: string;
}

/** What a person has to decide before anything else: orphans, double claims, critical findings. */
export function renderDecisions(
  assessment: Assessment,
  drawn: ReadonlySet<string>,
  { cells }: AssessmentIndex,
  context: ReportContext,
): Markup {
  const critical = assessment.findings.filter(
    (finding) => finding.severity === 'critical' && finding.suppressed === undefined,
  );
  const groups: readonly Decision[] = [
    {
      title: 'Orphaned: nobody holds it',
      advice: 'Name a holder on your side, or take the service out of use.',
      cells: cells.filter((cell) => cell.state === 'orphaned'),
    },
    {
      title: 'Claimed on both sides',
      advice:
        'One service leaves it wholly to you, another wholly to its provider. Settle for each service who does it; it is easily assumed away.',
      cells: cells.filter((cell) => cell.doubleClaim && cell.state !== 'orphaned'),
    },
  ];
  const names = new Map(assessment.workloads.map((workload) => [workload.id, workload.name]));
  const nothing = critical.length === 0 && groups.every((group) => group.cells.length === 0);
  return html`<section id="decisions" aria-labelledby="decisions-title"><h2 id="decisions-title">What needs a decision</h2>
${nothing ? html`<p class="empty">Nothing is orphaned, nothing is claimed twice, and no critical finding is open.</p>` : undefined}
${critical.length > 0 ? criticalList(critical) : undefined}
${groups.map((group) => decisionTable(group, names, drawn, context))}
</section>`;
}

function criticalList(findings: readonly Finding[]): Markup {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  return html`<div class="decision v-critical-edge"><h3>Critical findings <span class="count">${findings.length}</span></h3><ul class="plain">${[
    ...byRule.values(),
  ]
    .slice(0, rowsMax)
    .map((group) => {
      const [first] = group;
      if (first === undefined) return html``;
      return html`<li><a href="#${anchor('f', first.fingerprint)}">${first.title}</a> <span class="where">${first.location.file}:${first.location.line}${group.length > 1 ? html` and ${plural(group.length - 1, 'more place')}` : undefined}</span></li>`;
    })}</ul></div>`;
}

/** Controls that several workloads share stand once, with the workloads beside them. */
function decisionTable(
  { cells, title, advice }: Decision,
  names: ReadonlyMap<string, string>,
  drawn: ReadonlySet<string>,
  context: ReportContext,
): Markup {
  if (cells.length === 0) return html``;
  const twice = cells.every((cell) => cell.doubleClaim);
  const byControl = new Map<string, ResponsibilityCell[]>();
  for (const cell of cells) byControl.set(cell.control, [...(byControl.get(cell.control) ?? []), cell]);
  const rows = [...byControl];
  const table = html`<div class="scroll" role="region" tabindex="0" aria-label="${title}"><table class="decisions"><caption class="hidden">${title}</caption><thead><tr><th scope="col">Control</th><th scope="col">Layer</th><th scope="col">Who says what</th><th scope="col">Workloads</th></tr></thead><tbody>${rows
    .slice(0, rowsMax)
    .map(([control, group]) => {
      const [first] = group;
      if (first === undefined) return html``;
      const claims = [...new Map(group.flatMap((cell) => cell.claims).map((claim) => [claim.service, claim])).values()];
      return html`<tr><th scope="row"><a href="#${controlId(control)}">${context.catalogue.controlsById.get(control)?.title ?? control}</a></th><td>${layerNames[first.layer]}</td><td>${sides(claims, context)}</td><td>${workloadChips(group, names, drawn)}</td></tr>`;
    })}</tbody></table></div>${rows.length > rowsMax ? html`<p class="note">and ${rows.length - rowsMax} more among the controls below</p>` : undefined}`;
  return html`<details class="decision${trusted(twice ? ' twice' : '')}"${rows.length <= 8 ? html` open` : undefined}><summary><h3>${title} <span class="count">${rows.length}</span></h3></summary><p class="advice">${advice}</p>${table}</details>`;
}

/** Services by what they say, so that the two sides stand against each other. */
function sides(claims: ResponsibilityCell['claims'], { catalogue }: ReportContext): readonly Markup[] {
  const name = (service: string): string => catalogue.servicesById.get(service)?.name ?? service;
  const groups: readonly (readonly [string, ResponsibilityCell['claims']])[] = [
    ['Left to you', claims.filter(({ parties }) => parties.length > 0 && parties.every(isOwn))],
    ['Shared', claims.filter(({ parties }) => parties.some(isOwn) && !parties.every(isOwn))],
    ['With the provider', claims.filter(({ parties }) => parties.length > 0 && !parties.some(isOwn))],
    ['With nobody', claims.filter(({ parties }) => parties.length === 0)],
  ];
  return groups
    .filter(([, list]) => list.length > 0)
    .map(
      ([title, list]) =>
        html`<p class="claim"><b>${title}:</b> ${list.map(({ service }) => name(service)).join(', ')}${title === 'With nobody' ? html` <span class="note">${list[0]?.note}</span>` : undefined}</p>`,
    );
}

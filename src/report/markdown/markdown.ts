import type { Assessment, ControlState } from '../../model/assessment.ts';
import type { Finding } from '../../model/finding.ts';
import { severities } from '../../model/rule.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import { remediesFor } from '../remediation.ts';
import type { ReportContext } from '../report.ts';
import { codeMarkdown, escapeMarkdown } from './escape-markdown.ts';

/** A comment on GitHub holds 65,536 characters; the rest is for what a workflow adds. */
const charactersMax = 60_000;
/** A comment is read, not searched: findings take no more than this. */
const findingsCharactersMax = 24_000;
const placesMax = 5;
const gapsMax = 20;
const minorMax = 60;
const decisionsMax = 15;
const workloadsMax = 25;

const signs: Readonly<Record<ControlState, string>> = {
  held: '✓',
  open: '✕',
  inherited: '⇧',
  claimed: '≈',
  'not-assessed': '?',
  orphaned: '∅',
};
const order: readonly ControlState[] = ['orphaned', 'open', 'not-assessed', 'claimed', 'inherited', 'held'];

/** The assessment as Markdown for a comment: the numbers, what needs a decision, findings folded by rule. */
export function renderMarkdown(assessment: Assessment, context: ReportContext): string {
  const index = new AssessmentIndex(assessment);
  const head = [summary(assessment), workloads(assessment, index), decisions(index, context)]
    .filter((part) => part !== '')
    .join('\n\n');
  const tail = [
    undecided(assessment),
    gaps(assessment),
    '<sub>✓ held · ✕ open · ⇧ inherited · ≈ claimed by a document only · ? not assessed · ∅ nobody holds it. Not assessed is never a pass.</sub>',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const room = Math.min(findingsCharactersMax, charactersMax - head.length - tail.length);
  return `${[head, findings(index, context, room), tail].filter((part) => part !== '').join('\n\n')}\n`;
}

function summary({ summary: numbers, roots, demarc }: Assessment): string {
  const found = severities
    .filter((severity) => numbers.findings[severity] > 0)
    .map((severity) => `**${numbers.findings[severity]} ${severity}**`);
  const accepted = numbers.suppressed > 0 ? `, ${numbers.suppressed} accepted` : '';
  return [
    `## Demarc: ${escapeMarkdown(roots.join(' '))}`,
    '',
    `${found.length > 0 ? found.join(' · ') : 'No finding'}${accepted}. ${plural(numbers.workloads, 'AI workload')}, ${plural(numbers.resources, 'resource')}, ${plural(numbers.files, 'file')}; ${plural(numbers.verdicts.unknown, 'check')} not decided, ${plural(numbers.gaps, 'gap')}. <sub>demarc ${escapeMarkdown(demarc)}</sub>`,
  ].join('\n');
}

function workloads(assessment: Assessment, index: AssessmentIndex): string {
  if (assessment.workloads.length === 0) return 'No AI workload was found in what was read.';
  const rows = assessment.workloads.slice(0, workloadsMax).map((workload) => {
    const cells = index.cellsOf(workload.id);
    const found = index.findingsIn(workload).filter((finding) => finding.suppressed === undefined);
    const bySeverity = severities
      .map((severity) => [severity, found.filter((finding) => finding.severity === severity).length] as const)
      .filter(([, count]) => count > 0);
    const states = order
      .map((state) => [state, cells.filter((cell) => cell.state === state).length] as const)
      .filter(([, count]) => count > 0);
    return `| ${escapeMarkdown(workload.name, 60)} | ${bySeverity.map(([severity, count]) => `${count} ${severity}`).join(', ') || 'none'} | ${states.map(([state, count]) => `${signs[state]} ${count}`).join('  ') || 'none'} |`;
  });
  const more =
    assessment.workloads.length > workloadsMax
      ? `\n\nand ${assessment.workloads.length - workloadsMax} more workloads`
      : '';
  return `| Workload | Findings | Controls |\n|---|---|---|\n${rows.join('\n')}${more}`;
}

function decisions({ cells: all }: AssessmentIndex, { catalogue }: ReportContext): string {
  const groups = [
    ['Orphaned: nobody holds it', all.filter((cell) => cell.state === 'orphaned')],
    ['Claimed on both sides', all.filter((cell) => cell.doubleClaim && cell.state !== 'orphaned')],
  ] as const;
  return groups
    .flatMap(([title, cells]) => {
      const controls = [...new Set(cells.map((cell) => cell.control))];
      if (controls.length === 0) return [];
      const lines = controls.slice(0, decisionsMax).map((control) => {
        const claims = cells.filter((cell) => cell.control === control).flatMap((cell) => cell.claims);
        const said = new Set(claims.map((claim) => `${claim.service}: ${claim.parties.join(' + ') || 'nobody'}`));
        const title = catalogue.controlsById.get(control)?.title ?? control;
        return `- ${escapeMarkdown(title)}: ${escapeMarkdown([...said].join('; '), 300)}`;
      });
      if (controls.length > decisionsMax) lines.push(`- and ${controls.length - decisionsMax} more`);
      return [`<details><summary><b>${title}</b> (${controls.length})</summary>\n\n${lines.join('\n')}\n\n</details>`];
    })
    .join('\n\n');
}

function findings(index: AssessmentIndex, context: ReportContext, room: number): string {
  const groups = [...index.findingsByRule.values()]
    .map((group) => group.filter((finding) => finding.suppressed === undefined))
    .filter((group) => group.length > 0);
  groups.sort((a, b) => severities.indexOf(a[0]?.severity ?? 'info') - severities.indexOf(b[0]?.severity ?? 'info'));
  const urgent = groups.filter(
    ([first]) => first !== undefined && first.severity !== 'low' && first.severity !== 'info',
  );
  const minor = minorRules(groups.filter((group) => !urgent.includes(group)));
  const parts: string[] = groups.length === 0 ? [] : ['### Findings'];
  let left = room - 200 - minor.length;
  for (const [at, group] of urgent.entries()) {
    const part = ruleGroup(group, index, context);
    left -= part.length + 2;
    if (left < 0) {
      const rest = urgent.slice(at);
      const count = rest.reduce((sum, other) => sum + other.length, 0);
      parts.push(
        `and ${plural(rest.length, 'more rule')} with ${plural(count, 'finding')}: see the HTML or JSON report`,
      );
      break;
    }
    parts.push(part);
  }
  return [...parts, minor].filter((part) => part !== '').join('\n\n');
}

/** Rules of low and info severity: a line each, so that a comment stays short. */
function minorRules(groups: readonly (readonly Finding[])[]): string {
  if (groups.length === 0) return '';
  const lines = groups
    .slice(0, minorMax)
    .flatMap((group) =>
      group
        .slice(0, 1)
        .map(
          (first) =>
            `- ${first.severity}: ${escapeMarkdown(first.title)} (${group.length}), ${codeMarkdown(`${first.location.file}:${first.location.line}`, 120)}`,
        ),
    );
  if (groups.length > minorMax) lines.push(`- and ${groups.length - minorMax} more`);
  return `<details><summary><b>Low and info</b> (${plural(groups.length, 'rule')})</summary>\n\n${lines.join('\n')}\n\n</details>`;
}

function ruleGroup(group: readonly Finding[], index: AssessmentIndex, { rules }: ReportContext): string {
  const [first] = group;
  if (first === undefined) return '';
  const rule = rules.get(first.rule);
  const [remedy] = remediesFor(rule, index.node(first.resource)?.resource.dialect);
  const rows = group.slice(0, placesMax).map((finding) => {
    const reading = finding.evidence.find(({ value }) => value !== 'not set') ?? finding.evidence[0];
    const name = index.node(finding.resource)?.resource.name ?? finding.resource;
    return `| ${codeMarkdown(`${finding.location.file}:${finding.location.line}`, 120)} | ${escapeMarkdown(name, 60)} | ${reading === undefined ? '' : codeMarkdown(`${reading.path} = ${reading.value}`, 120)} |`;
  });
  return [
    `<details><summary><b>${first.severity}</b> ${escapeMarkdown(first.title)} (${group.length})</summary>`,
    '',
    rule?.why ?? '',
    '',
    '| Where | Resource | Read |',
    '|---|---|---|',
    ...rows,
    ...(group.length > placesMax ? ['', `and ${group.length - placesMax} more`] : []),
    '',
    ...(remedy === undefined ? [] : [`**Fix:** ${remedy.text}`, '']),
    `${codeMarkdown(first.rule)} → ${codeMarkdown(first.control)}${rule === undefined ? '' : ` · [source](<${rule.source.url}>)`}`,
    '',
    '</details>',
  ].join('\n');
}

function undecided({ verdicts }: Assessment): string {
  const counts = new Map<string, number>();
  for (const verdict of verdicts)
    if (verdict.state === 'unknown') counts.set(verdict.reason, (counts.get(verdict.reason) ?? 0) + 1);
  if (counts.size === 0) return '';
  const rows = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, gapsMax)
    .map(([reason, count]) => `| ${escapeMarkdown(reason)} | ${count} |`);
  return `<details><summary><b>Not decided</b> (${[...counts.values()].reduce((sum, count) => sum + count, 0)})</summary>\n\n| Why | Checks |\n|---|---|\n${rows.join('\n')}\n\n</details>`;
}

function gaps(assessment: Assessment): string {
  const { length } = assessment.gaps;
  if (length === 0) return '';
  const rows = assessment.gaps
    .slice(0, gapsMax)
    .map(
      ({ kind, reason, location }) =>
        `| ${kind} | ${codeMarkdown(`${location.file}:${location.line}`, 120)} | ${escapeMarkdown(reason)} |`,
    );
  const more = length > gapsMax ? `\n\nand ${length - gapsMax} more` : '';
  return `<details><summary><b>Gaps</b> (${length}): could not be read</summary>\n\n| Kind | Where | Why |\n|---|---|---|\n${rows.join('\n')}${more}\n\n</details>`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

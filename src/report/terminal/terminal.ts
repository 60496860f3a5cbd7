import { wrapText } from '../../base/wrap-text.ts';
import { controlStates, type Assessment, type ControlState, type OpenRule } from '../../model/assessment.ts';
import { ownParties } from '../../model/catalogue.ts';
import type { Workload } from '../../model/graph.ts';
import type { Finding } from '../../model/finding.ts';
import { severities } from '../../model/rule.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import type { ReportContext } from '../report.ts';
import { plainStyle, type Style } from './style.ts';

const width = 80;
const workloadsShown = 20;
const orphansShown = 3;
const placesShown = 4;
const gapsShown = 8;

/** The assessment for a terminal: what was found, what is open by severity and rule, what could not be read. */
export function renderTerminal(assessment: Assessment, context: ReportContext, style: Style = plainStyle): string {
  const index = new AssessmentIndex(assessment);
  const open = assessment.openRules(placesShown);
  const sections = [
    header(assessment, style),
    workloads(assessment, index, style),
    findings(assessment, open, context, index, style),
    gaps(assessment, style),
    posture(assessment, style),
    closing(assessment, open, style),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function header({ demarc, roots, summary }: Assessment, style: Style): string {
  const seconds = (summary.durationMs / 1000).toFixed(summary.durationMs < 10_000 ? 1 : 0);
  const counts = `${plural(summary.files, 'file')}, ${plural(summary.resources, 'resource')}, ${plural(summary.workloads, 'AI workload')}, ${seconds} s`;
  return `${style.bold(`demarc ${demarc}`)}  ${printable(roots.join(' '))}\n${counts}`;
}

function workloads(assessment: Assessment, index: AssessmentIndex, style: Style): string {
  if (assessment.workloads.length === 0) return 'No AI workload was found in what was read.';
  const openIn = ({ id }: Workload): number => assessment.openFindings.get(id) ?? 0;
  const counted = assessment.workloads
    .map((workload) => [workload, openIn(workload)] as const)
    .sort(([, a], [, b]) => b - a);
  const lines = [style.bold('WORKLOADS')];
  for (const [workload] of counted.slice(0, workloadsShown))
    lines.push('', ...oneWorkload(workload, assessment, index, style));
  if (counted.length > workloadsShown)
    lines.push('', style.dim(`and ${counted.length - workloadsShown} more: demarc map, or --format json`));
  return lines.join('\n');
}

function oneWorkload(
  workload: Workload,
  { responsibilities, workloadSizes }: Assessment,
  index: AssessmentIndex,
  style: Style,
): string[] {
  const controls = responsibilities.statesOf(workload.id);
  const chain = index.chainOf(workload.id);
  const providers = new Set(chain.filter((link) => !ownParties.includes(link.party)).map((link) => link.who));
  const states = controls.map(({ state }) => state);
  const size = workloadSizes.get(workload.id) ?? 0;
  return [
    `${style.bold(printable(workload.name))}  ${style.dim(`${workload.id}, ${plural(size, 'resource')}`)}`,
    wrapText(`you → ${providers.size > 0 ? [...providers].join(' → ') : 'no provider in the catalogue'}`, width, '  '),
    `  ${stateCounts(states, style)}`,
    ...controls
      .filter(({ state }) => state === 'orphaned')
      .slice(0, orphansShown)
      .map(({ control, orphaned }) => wrapText(`orphaned: ${control}: ${orphaned}`, width, '    ')),
  ];
}

/** `open 3 · orphaned 1 · …`, only states that occur. */
export function stateCounts(states: readonly ControlState[], style: Style): string {
  const order: readonly ControlState[] = ['open', 'orphaned', 'claimed', 'not-assessed', 'held', 'inherited'];
  const parts = order
    .filter((state) => controlStates.includes(state))
    .flatMap((state) => {
      const count = states.filter((candidate) => candidate === state).length;
      return count === 0 ? [] : [style.state(state, `${state.replace('-', ' ')} ${count}`)];
    });
  return parts.length === 0 ? 'no control of the catalogue applies' : parts.join(' · ');
}

function findings(
  assessment: Assessment,
  open: readonly OpenRule[],
  context: ReportContext,
  index: AssessmentIndex,
  style: Style,
): string {
  if (open.length === 0)
    return `${style.bold('FINDINGS')}\n\nnone${assessment.summary.suppressed > 0 ? ` (${assessment.summary.suppressed} accepted)` : ''}`;
  const counts = severities
    .filter((severity) => assessment.summary.findings[severity] > 0)
    .map((severity) => style.severity(severity, `${assessment.summary.findings[severity]} ${severity}`));
  const lines = [
    `${style.bold('FINDINGS')}  ${counts.join(' · ')}${assessment.summary.suppressed > 0 ? style.dim(`  (${assessment.summary.suppressed} accepted)`) : ''}`,
  ];
  for (const group of open) {
    const [first] = group.first;
    if (first !== undefined)
      lines.push('', ...ruleGroup(group, first, index.node(first.resource)?.resource.dialect ?? 'any', context, style));
  }
  return lines.join('\n');
}

function ruleGroup(
  { first: shown, count }: OpenRule,
  first: Finding,
  dialect: string,
  { rules }: ReportContext,
  style: Style,
): string[] {
  const title = `${style.severity(first.severity, first.severity.padEnd(8))}  ${style.bold(wrapText(first.title, width, '          ').trimStart())}`;
  if (first.severity !== 'critical' && first.severity !== 'high') return [title, ...briefly(count, first, style)];
  const lines = [title, `          ${style.dim(`${first.rule}  →  ${first.control}`)}`];
  for (const finding of shown) {
    const { file, line } = finding.location;
    lines.push(`          ${printable(file)}:${line}  ${printable(nameOf(finding))}`);
    const reading = finding.evidence.find((candidate) => candidate.value !== 'not set') ?? finding.evidence[0];
    if (reading !== undefined)
      lines.push(style.dim(`            ${cut(`${reading.path} = ${printable(reading.value)}`, width - 12)}`));
  }
  if (count > shown.length) lines.push(style.dim(`          and ${count - shown.length} more`));
  const remediation = rules.get(first.rule)?.remediation;
  const advice = remediation?.[dialect] ?? remediation?.['any'] ?? Object.values(remediation ?? {})[0];
  if (advice !== undefined) lines.push(wrapText(`fix: ${advice}`, width, '          '));
  return lines;
}

/** Below high: where, how often and what to ask for; the rest is in the other formats. */
function briefly(count: number, { location, rule }: Finding, style: Style): string[] {
  const more = count > 1 ? ` and ${count - 1} more` : '';
  return [`          ${printable(location.file)}:${location.line}${more}`, style.dim(`          ${rule}`)];
}

function nameOf(finding: Finding): string {
  return finding.resource.slice(finding.resource.indexOf('#') + 1);
}

function gaps(assessment: Assessment, style: Style): string {
  const { length } = assessment.gaps;
  if (length === 0) return '';
  const lines = [style.bold(`GAPS  ${plural(length, 'thing')} could not be read or decided`), ''];
  for (const { location, reason } of assessment.gaps.slice(0, gapsShown))
    lines.push(wrapText(`${printable(location.file)}:${location.line}  ${printable(reason)}`, width, '  '));
  if (length > gapsShown) lines.push(style.dim(`  and ${length - gapsShown} more: --format json lists all`));
  return lines.join('\n');
}

function posture({ posture: distance }: Assessment, style: Style): string {
  if (distance === undefined) return '';
  const total = controlStates.reduce((sum, state) => sum + distance.required[state], 0);
  const reached = distance.required.held + distance.required.inherited;
  return `${style.bold(`POSTURE  ${distance.posture}`)}\n\n  ${reached} of ${total} required controls are held or inherited\n  ${controlStates
    .filter((state) => distance.required[state] > 0)
    .map((state) => style.state(state, `${state.replace('-', ' ')} ${distance.required[state]}`))
    .join(' · ')}`;
}

function closing(assessment: Assessment, [first]: readonly OpenRule[], style: Style): string {
  const unknown = assessment.summary.verdicts.unknown;
  const lines =
    unknown > 0
      ? [style.dim(`${plural(unknown, 'check')} could not be decided from what was read: not assessed, not passed.`)]
      : [];
  if (first !== undefined) lines.push(style.dim(`demarc explain ${first.rule}`));
  return lines.join('\n');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A name from the assessed tree must not steer the terminal: control and bidirectional characters are replaced. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}

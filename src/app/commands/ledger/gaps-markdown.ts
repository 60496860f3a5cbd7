import { type AuditSubject, auditSubjects } from '../../../model/catalogue.ts';
import type { AuditGapReport, ServiceAudit, SubjectState } from '../../../collect/logs/gaps/report-model.ts';
import { codeMarkdown, escapeMarkdown } from '../../../report/markdown/escape-markdown.ts';
import { caseText, contradictionText, silenceText, stateText } from './gaps-text.ts';

/** The audit-gap report as Markdown. */
export function gapsMarkdown(report: AuditGapReport): string {
  const parts = [
    summary(report),
    services(report),
    section('Sources contradict each other', report.contradictions.flatMap(contradiction)),
    section(
      'Silence',
      report.silences.map((silence) => `- ${escapeMarkdown(silenceText(silence))}`),
    ),
    section('What cannot be reconstructed', report.unreconstructable.map(lost)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function summary({ events, first, last, sources, matching }: AuditGapReport): string {
  const span = first === undefined ? '' : `, ${first} to ${last ?? ''}`;
  const rows = sources.map(
    (source) => `| ${codeMarkdown(source.source)} | ${source.events} | ${source.first ?? ''} | ${source.last ?? ''} |`,
  );
  const { byCall, byTrace, byTime, toleranceMs } = matching;
  return [
    `# Audit gaps`,
    '',
    `${events} events${span}. Model calls matched: ${byCall} by id, ${byTrace} by trace, ${byTime} by model and time within ${toleranceMs / 1_000} s.`,
    ...(rows.length === 0 ? [] : ['', '| source | events | first | last |', '|---|---|---|---|', ...rows]),
  ].join('\n');
}

function services({ services: list }: AuditGapReport): string {
  if (list.length === 0) return '';
  const rows = list.map(
    (audit) =>
      `| ${escapeMarkdown(audit.name)} | ${auditSubjects.map((subject) => cell(audit, subject)).join(' | ')} |`,
  );
  const switches = list.flatMap((audit) => audit.subjects.flatMap((state) => remedy(audit, state)));
  return [
    '## What services record',
    '',
    `| service | ${auditSubjects.join(' | ')} |`,
    `|---|${auditSubjects.map(() => '---').join('|')}|`,
    ...rows,
    ...(switches.length === 0 ? [] : ['', ...new Set(switches)]),
  ].join('\n');
}

function cell(audit: ServiceAudit, subject: AuditSubject): string {
  const state = audit.subjects.find((found) => found.subject === subject)?.state ?? 'not-known';
  return stateText[state];
}

function remedy(audit: ServiceAudit, { remedy: found }: SubjectState): string[] {
  if (found === undefined) return [];
  return found.switches.map(
    (text) => `- ${escapeMarkdown(audit.name)}: ${escapeMarkdown(text)} ([source](${found.url}))`,
  );
}

function contradiction({ code, total, examples }: AuditGapReport['contradictions'][number]): string[] {
  return [
    `- **${total}** ${contradictionText[code]}`,
    ...examples.map((found) => `  - ${escapeMarkdown(caseText(found))}`),
    ...(total > examples.length ? [`  - and ${total - examples.length} more`] : []),
  ];
}

function lost({ about, text, remedy: fix, url }: AuditGapReport['unreconstructable'][number]): string {
  const link = url === undefined ? '' : ` ([source](${url}))`;
  return `- ${escapeMarkdown(about)}: ${escapeMarkdown(text)}${fix === undefined ? '' : ` → ${escapeMarkdown(fix)}`}${link}`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n');
}

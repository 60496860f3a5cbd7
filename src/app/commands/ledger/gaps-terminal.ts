import { wrapText } from '../../../base/wrap-text.ts';
import type { AuditGapReport, ServiceAudit } from '../../../collect/logs/gaps/report-model.ts';
import type { Style } from '../../../report/terminal/style.ts';
import { visibleLine, visibleText } from '../../../report/visible-text.ts';
import { caseText, contradictionText, silenceText, stateText } from './gaps-text.ts';

const width = 100;

/** The audit-gap report for a terminal. */
export function gapsTerminal(report: AuditGapReport, style: Style): string {
  const parts = [
    sources(report, style),
    ...report.services.map((audit) => service(audit, style)),
    contradictions(report, style),
    silences(report, style),
    lost(report, style),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function sources(report: AuditGapReport, style: Style): string {
  const span = report.first === undefined ? '' : `, ${report.first} to ${report.last ?? ''}`;
  const rows = report.sources.map(
    ({ source, events, first, last }) =>
      `  ${visibleText(source).padEnd(32)} ${String(events).padStart(9)}  ${first ?? ''} to ${last ?? ''}`,
  );
  return [style.bold(`${report.events} events${span}`), ...rows].join('\n');
}

function service(audit: ServiceAudit, style: Style): string {
  const logs = audit.logs.map((log) => {
    const stale = log.isStale ? ', statement past its expiry' : '';
    const seen = log.events > 0 ? `${log.events} events` : `no event; default ${log.default}`;
    return `  ${style.dim(`log: ${log.name} (${seen}; kept: ${log.retention}; delay: ${log.delay}${stale})`)}`;
  });
  const subjects = audit.subjects.map(({ subject, state, remedy }) => {
    const fix = remedy === undefined ? '' : `  ${remedy.switches.join('; ')}`;
    return `  ${subject.padEnd(13)} ${stateText[state].padEnd(10)}${fix}`.trimEnd();
  });
  const why = audit.because === 'named' ? ', named as in use' : '';
  return [style.bold(`${audit.name} (${audit.service}${why})`), ...subjects, ...logs].join('\n');
}

function contradictions({ contradictions: list, matching }: AuditGapReport, style: Style): string {
  const { byCall, byTrace, byTime, toleranceMs } = matching;
  const matched = `model calls matched: ${byCall} by id, ${byTrace} by trace, ${byTime} by model and time within ${toleranceMs / 1_000} s`;
  if (list.length === 0) return byCall + byTrace + byTime === 0 ? '' : matched;
  const blocks = list.map(({ code, total, examples }) =>
    [
      `  ${total} ${contradictionText[code]}`,
      ...examples.map((found) => `    ${visibleLine(caseText(found), 220)}`),
      ...(total > examples.length ? [`    and ${total - examples.length} more`] : []),
    ].join('\n'),
  );
  return [style.bold('Sources contradict each other'), ...blocks, `  ${style.dim(matched)}`].join('\n');
}

function silences({ silences: list }: AuditGapReport, style: Style): string {
  if (list.length === 0) return '';
  return [style.bold('Silence'), ...list.map((silence) => `  ${visibleLine(silenceText(silence), 220)}`)].join('\n');
}

function lost({ unreconstructable: list }: AuditGapReport, style: Style): string {
  if (list.length === 0) return 'Nothing is missing by what sources, catalogue and clock say.';
  const lines = list.map(({ about, text, remedy }) =>
    wrapText(visibleLine(`${about}: ${text}${remedy === undefined ? '' : ` → ${remedy}`}`, 400), width, '  '),
  );
  return [style.bold('What cannot be reconstructed'), ...lines].join('\n');
}

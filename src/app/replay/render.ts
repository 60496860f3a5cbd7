import type { Share } from '../../base/wilson.ts';
import type { Style } from '../../report/terminal/style.ts';
import type { ReplayResult } from './replay.ts';
import type { Score } from './score.ts';

/** What every figure stands under. */
export const replayNotice =
  'Replay is not interaction: the recording goes on as it went, whatever is decided. An attacker who adapts, and an agent that is asked, do other things.';

/** The figures as a table: overall, then suites, then models. */
export function renderReplay(result: ReplayResult, style: Style): string {
  const head = ['', 'attacked', 'succeeded', 'stopped', 'residual', 'solved', 'kept', 'asks/task'];
  const rows = [
    ['overall', result.overall],
    ...Object.entries(result.suites).map(([name, score]) => [`suite ${name}`, score] as const),
    ...Object.entries(result.models).map(([name, score]) => [`model ${name}`, score] as const),
  ] as const;
  const cells = [head, ...rows.map(([name, score]) => [visible(name), ...cellsOf(score)])];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const reasons = Object.entries(result.reasons).map(
    ([code, { benign, injected }]) =>
      `  ${code.padEnd(36)} ${String(injected).padStart(6)} injected ${String(benign).padStart(6)} benign`,
  );
  return [
    style.bold(
      `Policy set ${result.policy}, manifest ${visible(result.manifest)}, user's words ${result.userWords ? 'seen' : 'not seen'}`,
    ),
    '',
    style.bold(lines[0] ?? ''),
    ...lines.slice(1),
    '',
    'Calls asked or denied, by reason (under attack only injected ones; in benign runs all)',
    ...(reasons.length === 0 ? ['  none'] : reasons),
    '',
    ...(result.gaps.length === 0 ? [] : [...result.gaps.slice(0, 10).map(gapLine), '']),
    style.dim('Shares with 95 % Wilson intervals.'),
    style.dim(replayNotice),
    '',
  ].join('\n');
}

function cellsOf(score: Score): string[] {
  const { attacked, succeeded, stopped, residual, benignSolved, kept, asksPerTask } = score;
  return [
    String(attacked),
    String(succeeded),
    percent(stopped, 1),
    percent(residual, 2),
    String(benignSolved),
    percent(kept, 1),
    asksPerTask === null ? '-' : asksPerTask.toFixed(2),
  ];
}

function percent({ share, low, high }: Share, digits: number): string {
  if (share === null || low === null || high === null) return '-';
  const text = (part: number): string => (part * 100).toFixed(digits);
  return `${text(share)} % [${text(low)}, ${text(high)}]`;
}

const gapLine = ({ line, reason }: ReplayResult['gaps'][number]): string =>
  `line ${line} is not replayed: ${visible(reason)}`;

/** Control characters of a recording must not reach the terminal. */
const visible = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 120);

/**
 * The figures as JSON. `stopped` and `kept` are counts, `residual` and `asksPerTask` are ratios; `rates` has each share from 0
 * to 1 with the ends of its interval.
 */
export function replayJson(result: ReplayResult): string {
  const each = (scores: Readonly<Record<string, Score>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, scoreJson(score)]));
  const { overall, suites, models, ...rest } = result;
  const json = {
    ...rest,
    notice: replayNotice,
    overall: scoreJson(overall),
    suites: each(suites),
    models: each(models),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function scoreJson(score: Score): Record<string, unknown> {
  const rate = ({ share, low, high }: Share): unknown => ({ rate: share, low, high });
  const { stopped, residual, kept, keptUnderAttack, ...counts } = score;
  return {
    ...counts,
    stopped: stopped.count,
    residual: residual.share,
    kept: kept.count,
    keptUnderAttack: keptUnderAttack.count,
    solvedUnderAttack: keptUnderAttack.of,
    rates: {
      stopped: rate(stopped),
      residual: rate(residual),
      kept: rate(kept),
      keptUnderAttack: rate(keptUnderAttack),
    },
  };
}

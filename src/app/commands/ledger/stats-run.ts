import { grouped, plural } from '../../../report/html/words.ts';
import { timeWords } from '../../../report/timeline/words.ts';
import { type LedgerStats, ledgerStats, type Tally } from '../../../store/index/stats.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import type { Context } from '../../context.ts';
import { parseRange } from './instant.ts';
import { type IndexedLedger, type IndexOptions, withIndex } from './open-index.ts';
import type { StatsFlags } from './stats.ts';

/** Runs `demarc ledger stats`. @returns 0 */
export function runStats(context: Context, flags: StatsFlags, folder: string, options?: IndexOptions): Promise<number> {
  return withIndex(
    context,
    flags,
    folder,
    async (indexed) => {
      const range = parseRange(flags, context.clock.now());
      const stats = await ledgerStats(indexed.index.sql, { ...range, top: flags.limit });
      const { origin, size } = indexed.checkpoint;
      context.process.stdout.write(
        flags.format === 'json'
          ? `${JSON.stringify({ origin, size, agrees: indexed.agrees, ...stats }, null, 2)}\n`
          : describe(stats, indexed),
      );
      return 0;
    },
    options,
  );
}

function describe(stats: LedgerStats, { checkpoint }: IndexedLedger): string {
  const beat = stats.lastHeartbeat;
  const denials = stats.topDenials.map(({ name, tool, agent, count }) => ({
    name: [name === '' ? 'no reason given' : name, tool, agent].filter((part) => part !== undefined).join(', '),
    count,
  }));
  return [
    `Ledger ${visibleLine(checkpoint.origin, 70)}`,
    `${grouped(checkpoint.size)} entries published; counted here: ${grouped(stats.entries)} in ${plural(stats.runs, 'run')}`,
    ...(stats.opaque === 0 ? [] : [`${grouped(stats.opaque)} of another format`]),
    `From ${timeWords(stats.firstAt)} to ${timeWords(stats.lastAt)}`,
    beat === undefined
      ? 'No heartbeat: a gap cannot be told from silence'
      : `Last heartbeat${beat.beat === undefined ? '' : ` ${grouped(beat.beat)}`}: ${timeWords(beat.at)} (#${beat.index})`,
    `Index ${grouped(Math.ceil(stats.indexBytes / 1024))} KiB`,
    ...table('Kinds', stats.byKind),
    ...table('Decisions', stats.byDecision),
    ...table('Denied most', denials),
    ...table('Tools', stats.byTool),
    ...table('Agents', stats.byAgent),
    ...table('Days', stats.byDay),
    '',
  ].join('\n');
}

function table(title: string, rows: readonly Tally[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ count }) => grouped(count).length));
  return [
    '',
    title,
    ...rows.map(({ name, count }) => `  ${grouped(count).padStart(width)}  ${visibleLine(name, 74 - width)}`),
  ];
}

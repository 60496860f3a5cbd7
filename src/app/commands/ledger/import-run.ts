import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { logFormats } from '../../../collect/logs/formats.ts';
import { eventKey, importLogs, type ImportSummary } from '../../../collect/logs/import-logs.ts';
import type { LogFormat } from '../../../collect/logs/log-format.ts';
import type { LogFile } from '../../../collect/logs/read-log.ts';
import type { Envelope, EventInput } from '../../../model/event.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import { parseEventInput } from '../../../store/event-input.ts';
import type { Context } from '../../context.ts';
import { openForWriting } from '../../ledger/open-for-writing.ts';
import { ledgerPlace } from '../../ledger/place.ts';
import type { ImportFlags } from './import.ts';
import { logInput } from '../../log-input.ts';
import { readEnvelopes } from './read-envelopes.ts';

/** Events that become durable with one sync of the disk. */
const recordedTogether = 64;

/** Runs `demarc ledger import`. @returns 0, or 1 for gaps with `--strict` */
export async function runLedgerImport(
  context: Context,
  flags: ImportFlags,
  directory: string,
  paths: readonly string[],
): Promise<number> {
  const formats = formatsOf(flags.source);
  for (const path of paths) requireFile(context, path);
  const files = paths.map((path): LogFile => ({ name: path, chunks: logInput(context, path) }));
  const place = ledgerPlace(context, directory, flags.keys);
  // Opened first: what a crash left in the write-ahead log is then among the events that are looked through.
  const ledger = flags.dryRun ? undefined : await openForWriting(place, { keyFile: flags.key, source: 'import' });
  let underWay: Promise<unknown>[] = [];
  const settled = async (): Promise<void> => {
    const all = underWay;
    underWay = [];
    await Promise.all(all);
  };
  const record = async (event: EventInput): Promise<readonly string[]> => {
    const { input, problems } = parseEventInput(event, context.clock.now());
    if (ledger !== undefined) {
      const recorded = ledger.recorder.record(input);
      // Handled when all are; until then it must not count as unhandled.
      recorded.catch(() => undefined);
      underWay.push(recorded);
      if (underWay.length >= recordedTogether) await settled();
    }
    return problems;
  };
  try {
    const seen = await seenIn(readEnvelopes(place), formats);
    const summary = await importLogs(files, { formats, raw: flags.raw }, { seen, record });
    await settled();
    context.process.stdout.write(
      flags.format === 'json'
        ? `${JSON.stringify({ dryRun: flags.dryRun, ...summary }, null, 2)}\n`
        : render(summary, flags.dryRun),
    );
    return flags.strict && summary.gaps.length > 0 ? 1 : 0;
  } finally {
    await ledger?.close();
  }
}

/** What was named must be there before anything is recorded. @throws DemarcError `DMC_PATH_NOT_FOUND` */
function requireFile(context: Context, path: string): void {
  if (path === '-') return;
  try {
    if (context.files.kind(resolve(context.environment.workingDirectory, path)) === 'file') return;
  } catch (thrown) {
    throw new DemarcError('DMC_PATH_NOT_FOUND', `\`${path}\` cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
  throw new DemarcError('DMC_PATH_NOT_FOUND', `\`${path}\` is no file`, {
    hint: 'name each log; a shell pattern does',
  });
}

/** @throws DemarcError `DMC_UNKNOWN_ID` */
function formatsOf(source: string): readonly LogFormat[] {
  const found = source === 'auto' ? logFormats : logFormats.filter((format) => format.id === source);
  if (found.length > 0) return found;
  throw new DemarcError('DMC_UNKNOWN_ID', `no audit source is called \`${source}\``, {
    hint: `there are ${logFormats.map((format) => format.id).join(', ')}`,
  });
}

/**
 * What remembers the events that were seen, beginning with those of the ledger. Keeps 16 bytes of a hash for each: about
 * 100 bytes of memory for an imported event.
 */
async function seenIn(
  envelopes: AsyncIterable<Envelope>,
  formats: readonly LogFormat[],
): Promise<(key: string) => boolean> {
  const keys = new Set<string>();
  const hashOf = (key: string): string => createHash('sha256').update(key).digest().toString('latin1', 0, 16);
  const sources = new Set(formats.map((format) => `import:${format.id}`));
  for await (const envelope of envelopes) {
    const key = sources.has(envelope.source) ? eventKey(envelope) : undefined;
    if (key !== undefined) keys.add(hashOf(key));
  }
  return (key) => keys.size === keys.add(hashOf(key)).size;
}

const gapsShown = 20;

function render(summary: ImportSummary, dryRun: boolean): string {
  const lines: string[] = [];
  for (const [source, kinds] of Object.entries(summary.events)) {
    const total = Object.values(kinds).reduce((sum, count) => sum + count, 0);
    lines.push(`${source}  ${plural(total, 'event')}`);
    for (const [kind, count] of Object.entries(kinds)) lines.push(`  ${String(count).padStart(8)}  ${kind}`);
  }
  if (lines.length === 0) lines.push('no new event');
  lines.push(
    `${plural(summary.files, 'file')}; ${summary.duplicates} in the ledger already; ${plural(summary.ignored, 'record')} not about AI`,
  );
  if (dryRun) lines.push('dry run: nothing was recorded');
  for (const [problem, count] of Object.entries(summary.problems))
    lines.push(`recorded with a change, ${count}×: ${problem}`);
  if (summary.gaps.length > 0) lines.push('', plural(summary.gaps.length, 'gap'));
  for (const { reason, location } of summary.gaps.slice(0, gapsShown))
    lines.push(`  ${visibleLine(location.file, 200)}:${location.line}  ${visibleLine(reason, 200)}`);
  if (summary.gaps.length > gapsShown)
    lines.push(`  and ${summary.gaps.length - gapsShown} more (--format json lists them)`);
  return `${lines.join('\n')}\n`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

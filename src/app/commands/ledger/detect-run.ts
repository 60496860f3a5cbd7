import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { Detector, defaultDetectorSettings } from '../../../detect/detector.ts';
import { readSigmaDocument, type SigmaDocument } from '../../../detect/sigma/sigma-rule.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { readEntries } from '../../../ledger/log-files.ts';
import { openEntry } from '../../../ledger/read.ts';
import { heldKeys } from '../../../ledger/seal.ts';
import type { EventInput } from '../../../model/event.ts';
import { severities } from '../../../model/rule.ts';
import { parseEventInput } from '../../../store/event-input.ts';
import type { Context } from '../../context.ts';
import { loadDetections } from '../../detections.ts';
import { withLedger } from '../../ledger/open-for-writing.ts';
import { keysAtHand, type LedgerPlace, ledgerPlace, notFound, textOf, trustedKey } from '../../ledger/place.ts';
import { Progress } from '../../progress.ts';
import type { DetectFlags } from './detect.ts';

const dayMs = 86_400_000;

interface Alert {
  readonly index: number;
  readonly input: EventInput;
}

/** How far detection got, and what the baselines know. */
interface State {
  readonly origin: string;
  readonly next: number;
  readonly baseline: string;
}

/**
 * Runs `demarc ledger detect` over the published events that are new since the last time.
 *
 * @returns 1 when there is an alert at or above `--fail-on`, else 0
 */
export async function runLedgerDetect(context: Context, flags: DetectFlags, directory: string): Promise<number> {
  const place = ledgerPlace(context, directory, flags.keys);
  const data = await place.logFiles.read('checkpoint');
  if (data === undefined) throw notFound(place);
  const { checkpoint } = openCheckpoint(data, (await trustedKey(place, undefined)).key);
  const detector = new Detector(rulesOf(context, flags), {
    ...defaultDetectorSettings,
    baseline: {
      ...defaultDetectorSettings.baseline,
      falseAlarmRate: flags.falseAlarmRate,
      learningMs: flags.learningDays * dayMs,
    },
  });
  const statePath =
    flags.state === undefined
      ? `${place.keys.directory}/detect.json`
      : resolve(context.environment.workingDirectory, flags.state);
  const state = flags.fresh ? undefined : await readState(place, statePath, checkpoint.origin);
  const from =
    state !== undefined && detector.baseline.restore(state.baseline) ? Math.min(state.next, checkpoint.size) : 0;
  const alerts = await detect(place, detector, from, checkpoint.size);
  if (flags.record && alerts.length > 0) await record(place, flags, alerts);
  const now: State = { origin: checkpoint.origin, next: checkpoint.size, baseline: detector.baseline.state() };
  await place.files.replace(statePath, Buffer.from(JSON.stringify(now)), 0o600);
  for (const line of detector.forgotten.lines()) context.process.stderr.write(`note: a limit was reached: ${line}\n`);
  const seen = checkpoint.size - from;
  context.process.stdout.write(flags.format === 'json' ? toJson(alerts, seen) : describe(alerts, seen));
  return failing(alerts, flags.failOn) ? 1 : 0;
}

function rulesOf(context: Context, flags: DetectFlags): SigmaDocument[] {
  const shipped = flags.builtIn ? loadDetections() : [];
  if (flags.rules === undefined) return shipped;
  const folder = resolve(context.environment.workingDirectory, flags.rules);
  const own = listRules(context, folder).flatMap((path) => {
    const documents = parseAllDocuments(Buffer.from(context.files.read(path)).toString('utf8'));
    return documents.flatMap((document) => {
      if (document.errors[0] !== undefined)
        throw new DemarcError('DMC_RULE_INVALID', `\`${path}\`: ${messageOf(document.errors[0])}`);
      const rule = named(path, () => readSigmaDocument(document.toJS({ maxAliasCount: 100 })));
      if (rule === undefined) context.process.stderr.write(`${path}: not for product \`demarc\`, left out\n`);
      return rule ?? [];
    });
  });
  return [...shipped, ...own];
}

/** What a file is wrong with names the file. */
function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw new DemarcError('DMC_RULE_INVALID', `\`${path}\`: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function listRules({ files }: Context, folder: string): string[] {
  try {
    return files
      .list(folder)
      .filter(({ name, kind }) => kind === 'file' && /\.ya?ml$/.test(name))
      .map(({ name }) => `${folder}/${name}`)
      .sort();
  } catch (thrown) {
    throw new DemarcError('DMC_PATH_NOT_FOUND', `the rules in \`${folder}\` cannot be read: ${messageOf(thrown)}`);
  }
}

async function detect(place: LedgerPlace, detector: Detector, from: number, size: number): Promise<Alert[]> {
  const keys = await keysAtHand(place);
  const progress = new Progress(place.context, false);
  const alerts: Alert[] = [];
  const warmFrom = Math.max(0, from - limits.detectionWarmEntriesMax);
  let warmFromMs: number | undefined;
  let isFirstNew = warmFrom > 0;
  try {
    for await (const { index, entry } of readEntries(place.logFiles, size, warmFrom)) {
      const read = await openEntry(entry, keys ?? heldKeys(() => undefined), place.logFiles);
      if (read.envelope === undefined) continue;
      const { envelope } = read;
      const payload = read.payload.state === 'clear' ? read.payload.value : undefined;
      const atMs = Date.parse(envelope.time);
      warmFromMs ??= atMs;
      if (index >= from && isFirstNew) {
        isFirstNew = false;
        if (atMs - warmFromMs < detector.spanMs)
          place.context.process.stderr.write(
            `note: correlations look back ${from - warmFrom} entries only, which is less than their time\n`,
          );
      }
      if (index < from) detector.warm(envelope, payload, index);
      else for (const input of detector.feed(envelope, payload, index)) alerts.push({ index, input });
      progress.show(index + 1, size, 'events');
    }
  } finally {
    progress.clear();
  }
  return alerts;
}

async function readState({ files, context }: LedgerPlace, path: string, origin: string): Promise<State | undefined> {
  const data = await files.read(path);
  if (data === undefined) return undefined;
  try {
    const state = JSON.parse(textOf(data)) as State;
    if (state.origin === origin && Number.isSafeInteger(state.next) && typeof state.baseline === 'string') return state;
  } catch {
    // told below
  }
  context.process.stderr.write(`\`${path}\` is not the state of this ledger: learning begins anew\n`);
  return undefined;
}

async function record(place: LedgerPlace, flags: DetectFlags, alerts: readonly Alert[]): Promise<void> {
  await withLedger(place, { keyFile: flags.key, source: 'detect' }, async ({ recorder }) => {
    const now = place.context.clock.now();
    await Promise.all(alerts.map(({ input }) => recorder.record(parseEventInput(input, now).input)));
  });
}

function failing(alerts: readonly Alert[], failOn: DetectFlags['failOn']): boolean {
  if (failOn === 'never') return false;
  const least = severities.indexOf(failOn);
  return alerts.some(({ input }) => severities.indexOf(input.severity ?? 'info') <= least);
}

function toJson(alerts: readonly Alert[], events: number): string {
  return `${JSON.stringify({ events, alerts: alerts.map(({ index, input }) => ({ index, ...input })) }, null, 2)}\n`;
}

function describe(alerts: readonly Alert[], events: number): string {
  const lines = alerts.map(({ index, input }) => {
    const { severity = 'info', rule, run, agent, tool, payload } = input;
    const where = [agent, run, tool].filter((part) => part !== undefined).join(' · ');
    const { title, what, value, against } = payload as Readonly<Record<string, string | undefined>>;
    const why = title ?? `${what} ${value}: ${against}`;
    return [`${severity.padEnd(8)}  entry ${index}  ${rule ?? ''}`, why, where]
      .filter((line) => line !== '')
      .join('\n          ')
      .concat('\n');
  });
  return `${lines.join('')}${events} new events, ${alerts.length} alert${alerts.length === 1 ? '' : 's'}\n`;
}

import { DemarcError, messageOf } from '../../../base/errors.ts';
import { checkPayload, noPayloads, type PayloadCounts } from '../../../ledger/check-payloads.ts';
import { parseEntry } from '../../../ledger/entry.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { formatVerifierKey } from '../../../ledger/note.ts';
import { heldKeys } from '../../../ledger/seal.ts';
import { checkPolicy, parsePolicy } from '../../../ledger/policy.ts';
import { SilenceCheck, type SilenceReport } from '../../../ledger/silence.ts';
import { type LogVerification, verifyLog } from '../../../ledger/verify-log.ts';
import { limits } from '../../../base/limits.ts';
import type { Envelope } from '../../../model/event.ts';
import type { IndexedEntry } from '../../../ledger/log-files.ts';
import type { KeyStore } from '../../../store/keys/key-store.ts';
import { readWal } from '../../../store/log/wal.ts';
import type { Context } from '../../context.ts';
import {
  cryptoRandom,
  keysAtHand,
  type LedgerPlace,
  ledgerPlace,
  notFound,
  readBeside,
  readNamed,
  type TrustedKey,
  textOf,
  trustedKey,
} from '../../ledger/place.ts';
import { Progress } from '../../progress.ts';
import type { VerifyFlags } from './verify.ts';

interface Verification extends LogVerification {
  readonly key: TrustedKey;
  readonly payloads: PayloadCounts;
  /** Entries that are no events of Demarc. */
  readonly foreign: number;
  readonly silence: SilenceReport;
  /** Durable entries that no checkpoint covers yet; undefined when the write-ahead log cannot be read. */
  readonly unpublished: number | undefined;
  readonly notices: readonly string[];
}

/**
 * Runs `demarc ledger verify`.
 *
 * @returns 0 only when all of it verifies, 1 when anything does not
 */
export async function runLedgerVerify(context: Context, flags: VerifyFlags, directory: string): Promise<number> {
  const place = ledgerPlace(context, directory, flags.keys);
  if (
    (await place.logFiles.read('checkpoint')) === undefined &&
    (await readBeside(place, place.keys.verifier)) === undefined
  )
    throw notFound(place);
  const verification = await verify(place, flags);
  context.process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify(toJson(verification), null, 2)}\n` : describe(verification),
  );
  return verification.verified ? 0 : 1;
}

async function verify(place: LedgerPlace, flags: VerifyFlags): Promise<Verification> {
  const { context, logFiles } = place;
  const key = await trustedKey(place, flags.vkey);
  const keys = flags.payloads ? await keysAtHand(place) : undefined;
  const check = new EntryCheck(place, keys);
  const progress = new Progress(context, false);
  try {
    const result = await verifyLog({
      files: logFiles,
      key: key.key,
      pinned: await pinnedCheckpoints(place, key, flags),
      ...(flags.origin === undefined ? {} : { origin: flags.origin }),
      ...(flags.from === undefined ? {} : { from: flags.from }),
      ...(flags.to === undefined ? {} : { to: flags.to }),
      onEntry: (entry) => check.take(entry),
      onProgress: (entries) => progress.show(entries, entries, 'entries verified'),
    });
    const problems = [...result.problems, ...check.problems, ...(await policyProblems(place, flags.policy, result))];
    const unpublished = await unpublishedEntries(place, result);
    return {
      ...result,
      problems,
      verified: result.verified && problems.length === 0 && check.payloads.failed === 0,
      key,
      payloads: check.payloads,
      foreign: check.foreign,
      silence: check.silence.report(),
      unpublished,
      notices: notices(key, keys !== undefined, check, flags, unpublished),
    };
  } finally {
    progress.clear();
  }
}

/**
 * Checkpoints the log must still contain: the one given, and the last one its writer knows of, beside the keys.
 *
 * @throws DemarcError `DMC_LEDGER_INVALID` for one the log did not sign, with its path
 */
async function pinnedCheckpoints(
  place: LedgerPlace,
  { key }: TrustedKey,
  { since, origin }: VerifyFlags,
): Promise<string[]> {
  const { keys } = place;
  const pin = (path: string, data: Uint8Array): string => {
    try {
      openCheckpoint(data, key, origin ?? key.name);
    } catch (thrown) {
      throw new DemarcError('DMC_LEDGER_INVALID', `\`${path}\`: ${messageOf(thrown)}`, {
        hint: 'it is no checkpoint of this log, was changed, or --vkey names the key of another log',
        cause: thrown,
      });
    }
    return textOf(data);
  };
  const known = await readBeside(place, keys.lastCheckpoint);
  const pinned = known === undefined ? [] : [pin(keys.lastCheckpoint, known)];
  if (since === undefined) return pinned;
  return [...pinned, pin(since, await readNamed(place, since, 'checkpoint'))];
}

/** What entries say, beyond where they stand: their payloads are what was committed to; heartbeats come. */
class EntryCheck {
  readonly #place: LedgerPlace;
  readonly #keys: KeyStore | undefined;
  readonly payloads = noPayloads();
  readonly silence = new SilenceCheck();
  readonly problems: { readonly path: string; readonly index: number; readonly what: string }[] = [];
  foreign = 0;
  /** Whom entries of the ledger say to be erased. */
  readonly #erasures = new Set<string>();
  /** Payloads that count as erased, by whom they are about: destroying the keys of one of them does it. */
  readonly #erased = new Map<string, number>();

  constructor(place: LedgerPlace, keys: KeyStore | undefined) {
    this.#place = place;
    this.#keys = keys;
  }

  take({ index, entry }: IndexedEntry): void | Promise<void> {
    let envelope: Envelope;
    try {
      envelope = parseEntry(entry);
    } catch {
      this.foreign++;
      return;
    }
    this.silence.add(envelope, index);
    if (envelope.kind === 'erasure' && envelope.subject !== undefined) this.#erasures.add(envelope.subject);
    if (envelope.payload !== undefined) return this.#open(envelope, index);
  }

  /** Payloads whose keys are gone although no entry says that they were destroyed. */
  get erasedUnrecorded(): number {
    let count = 0;
    for (const [people, payloads] of this.#erased)
      if (!people.split(' ').some((pseudonym) => this.#erasures.has(pseudonym))) count += payloads;
    return count;
  }

  async #open(envelope: Envelope, index: number): Promise<void> {
    const opened = await checkPayload(envelope, this.#keys ?? noKeys, this.#place.logFiles, this.payloads);
    if (opened.state === 'erased') {
      const people = (envelope.payload?.keys ?? []).map((name) => name.split('/', 1)[0]).join(' ');
      this.#erased.set(people, (this.#erased.get(people) ?? 0) + 1);
    }
    if (opened.state === 'tampered' && this.problems.length < limits.ledgerProblemsMax)
      this.problems.push({ path: `payload of ${envelope.id}`, index, what: opened.why });
  }
}

const noKeys = heldKeys(() => undefined);

async function policyProblems(
  place: LedgerPlace,
  policyFile: string | undefined,
  { opened }: LogVerification,
): Promise<{ path: string; what: string }[]> {
  if (policyFile === undefined || opened === undefined) return [];
  const policy = parsePolicy(await readNamed(place, policyFile, 'policy'));
  const { fulfilled, reasons } = checkPolicy(policy, opened);
  return fulfilled ? [] : reasons.map((what) => ({ path: 'checkpoint', what }));
}

async function unpublishedEntries(place: LedgerPlace, { size, opened }: LogVerification): Promise<number | undefined> {
  if (opened === undefined) return undefined;
  const wal = { files: place.files, directory: `${place.directory}/wal`, random: cryptoRandom };
  try {
    const { end } = await readWal(wal, opened.checkpoint.origin, size, () => Promise.resolve());
    return end === undefined ? 0 : Math.max(0, end - size);
  } catch {
    // A copy of the log need not have it; the writer says what is wrong with it when it starts.
    return undefined;
  }
}

function notices(
  key: TrustedKey,
  hasKeys: boolean,
  { payloads, erasedUnrecorded }: EntryCheck,
  flags: VerifyFlags,
  unpublished: number | undefined,
): string[] {
  const wholeLog = flags.from === undefined && flags.to === undefined;
  return [
    ...(key.from === 'log'
      ? ['the verifier key was taken from the log itself: give the one you trust with --vkey']
      : []),
    ...(flags.payloads && !hasKeys ? ['payloads were not opened: the keys are not here'] : []),
    ...(hasKeys && payloads.withoutKeys > 0
      ? [`the keys of ${payloads.withoutKeys} payloads are missing or damaged, and not because of an erasure`]
      : []),
    ...(wholeLog && erasedUnrecorded > 0
      ? [`${erasedUnrecorded} payloads count as erased, and no entry of the ledger says that they were`]
      : []),
    ...(unpublished
      ? [`${unpublished} durable entries are not published yet: the writer's next checkpoint covers them`]
      : []),
  ];
}

function toJson({ opened, root, key, payloads, ...rest }: Verification): object {
  return {
    verified: rest.verified,
    origin: opened?.checkpoint.origin,
    size: rest.size,
    root: root === undefined ? undefined : Buffer.from(root).toString('base64'),
    entries: rest.entries,
    key: { vkey: formatVerifierKey(key.key), from: key.from },
    problems: rest.problems,
    problemsOmitted: rest.problemsOmitted,
    payloads: {
      opened: payloads.opened,
      erased: payloads.erased,
      withoutKeys: payloads.withoutKeys,
      failed: payloads.failed,
    },
    foreign: rest.foreign,
    silence: rest.silence,
    unpublished: rest.unpublished,
    notices: rest.notices,
  };
}

function describe({
  verified,
  opened,
  size,
  root,
  entries,
  problems,
  problemsOmitted,
  payloads,
  foreign,
  silence,
  notices: told,
}: Verification): string {
  const lines = [
    verified ? `verified: ${entries} of ${size} entries, the tree and its checkpoint` : 'NOT VERIFIED',
    ...(opened === undefined ? [] : [`  origin    ${opened.checkpoint.origin}`]),
    ...(root === undefined ? [] : [`  root      ${Buffer.from(root).toString('base64')}`]),
    `  payloads  ${describePayloads(payloads, foreign)}`,
    `  silence   ${describeSilence(silence)}`,
    ...problems.map(
      ({ path, index, what }) => `problem: ${path}${index === undefined ? '' : ` (entry ${index})`}: ${what}`,
    ),
    ...(problemsOmitted > 0 ? [`and ${problemsOmitted} more`] : []),
    ...silence.silences
      .slice(0, 5)
      .map(({ from, to, seconds, index }) => `silence: ${seconds} s from ${from} to ${to}, before entry ${index}`),
    ...told.map((notice) => `note: ${notice}`),
  ];
  return `${lines.join('\n')}\n`;
}

function describePayloads({ opened, erased, withoutKeys, failed }: PayloadCounts, foreign: number): string {
  const parts = [
    `${opened} opened and as committed`,
    ...(erased > 0 ? [`${erased} erased, proof intact`] : []),
    ...(withoutKeys > 0 ? [`${withoutKeys} not opened`] : []),
    ...(failed > 0 ? [`${failed} NOT as committed`] : []),
    ...(foreign > 0 ? [`${foreign} entries of another format`] : []),
  ];
  return parts.join(', ');
}

function describeSilence({
  heartbeats,
  intervalSeconds,
  missingBeats,
  silences,
  silencesOmitted,
}: SilenceReport): string {
  if (intervalSeconds === undefined) return `${heartbeats} heartbeats: too few to tell`;
  const parts = [
    `${heartbeats} heartbeats, one each ${intervalSeconds} s`,
    ...(missingBeats > 0 ? [`${missingBeats} missing`] : []),
    silences.length === 0 ? 'no silence' : `${silencesOmitted ? 'more than ' : ''}${silences.length} silent times`,
  ];
  return parts.join(', ');
}

import { relative, resolve, sep } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import { keyOf, type LockedClient } from '../../../integrity/posture-lock.ts';
import { postureLockName } from '../../../integrity/posture-lock-name.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import type { Context } from '../../context.ts';
import { changeOf, type LockChange, partedBefore } from '../../posture/changes.ts';
import { readPostureLock, writePostureLock } from '../../posture/lock-file.ts';
import { findPolicies, type FoundPolicy, whereOf } from '../../posture/policies.ts';
import { type PostureStanding, standingOf } from '../../posture/standing.ts';
import { chosenPlace, withAssessment } from '../../run-assessment.ts';
import type { LockFlags } from './lock.ts';

/** One client with what is to be told of it. */
interface Locked {
  readonly policy: FoundPolicy;
  readonly entry: LockedClient;
  readonly change: LockChange;
  /** To the posture it is locked for, if it is for one. */
  readonly standing: PostureStanding;
}

/** Runs `demarc posture lock`. @returns 0, or 1 where findings stand against the posture: then nothing is written */
export async function runLock(context: Context, flags: LockFlags, folder = '.'): Promise<number> {
  const absolute = resolve(context.environment.workingDirectory, folder);
  const { config, place } = await chosenPlace(context, [folder], flags);
  if (context.files.kind(absolute) !== 'directory')
    throw new DemarcError('DMC_USAGE', `\`${folder}\` is no folder`, {
      hint: 'the lock is written into the folder of a project',
    });
  const file = resolve(absolute, postureLockName);
  const before = readPostureLock(context, file);
  const policies = await findPolicies(
    context,
    place,
    config,
    relative(`${place.root}${sep}`, absolute).split(sep).join('/'),
  );
  if (policies.length === 0)
    throw new DemarcError('DMC_POSTURE_LOCK', `there is no agent client with settings in \`${folder}\``, {
      hint: '--machine looks at those of this machine and user too',
    });
  const standings = await standingsOf(context, flags, folder, policies);
  const known = new Map(before.map((entry) => [keyOf(entry), entry]));
  const locked = policies.map((policy): Locked => {
    const standing = standings.get(policy.id) ?? { against: [], undecided: [] };
    const open = [...new Set(standing.against.map(({ rule }) => rule))].sort();
    const entry = { ...policy.entry, posture: flags.posture, ...(open.length === 0 ? {} : { open }) };
    return { policy, entry, change: changeOf(known.get(keyOf(entry)), entry), standing };
  });
  const entries = locked.map(({ entry }) => entry);
  const { kept, gone } = partedBefore(before, entries, flags.machine);
  const isRefused = !flags.force && locked.some(({ standing }) => standing.against.length > 0);
  // What changes is said before it does.
  if (flags.json) context.process.stdout.write(`${JSON.stringify(jsonOf(locked, gone, isRefused), null, 2)}\n`);
  else for (const line of linesOf(locked, gone, isRefused)) context.process.stdout.write(`${line}\n`);
  if (isRefused) {
    context.process.stderr.write('nothing is locked; --force locks all the same, and the lock says so\n');
    return 1;
  }
  writePostureLock(context, file, [...entries, ...kept]);
  if (config.paths.length > 0)
    context.process.stderr.write('note: demarc.yaml names paths: the lock counts only where its folder is read\n');
  if (!flags.json)
    context.process.stdout.write(`${postureLockName}: ${plural(entries.length + kept.length, 'client')} locked\n`);
  return 0;
}

/** How each client stands to the posture, by its id; nothing is assessed without one. */
async function standingsOf(
  context: Context,
  flags: LockFlags,
  folder: string,
  policies: readonly FoundPolicy[],
): Promise<ReadonlyMap<string, PostureStanding>> {
  const { posture, machine, config, json } = flags;
  if (posture === undefined) return new Map();
  return withAssessment(context, [folder], { posture, machine, config, cache: true, quiet: json }, async (run) => {
    const target = run.report.catalogue.postures.find(({ id }) => id === posture);
    if (target === undefined) throw new DemarcError('DMC_UNKNOWN_ID', `there is no posture \`${posture}\``);
    return new Map(policies.map(({ id }) => [id, standingOf(id, run.assessment, target, run.report.rules)]));
  });
}

function jsonOf(locked: readonly Locked[], gone: readonly LockedClient[], isRefused: boolean): unknown {
  return {
    lock: postureLockName,
    written: !isRefused,
    clients: locked.map(({ policy, entry, change, standing }) => ({
      client: entry.client,
      level: entry.level,
      folder: entry.folder ?? null,
      posture: entry.posture ?? null,
      read: entry.read,
      files: policy.files,
      settings: entry.settings.size,
      change: change.kind,
      changed: change.settings,
      unknown: policy.unknown,
      open: standing.against.map(({ rule, severity, title, location }) => ({ rule, severity, title, location })),
      undecided: standing.undecided,
    })),
    gone: gone.map(({ client, level, folder }) => ({ client, level, folder: folder ?? null })),
  };
}

function linesOf(locked: readonly Locked[], gone: readonly LockedClient[], isRefused: boolean): string[] {
  const lines = locked.flatMap((one) => clientLines(one, isRefused));
  for (const { client, ...place } of gone)
    lines.push(`${client}  ${visibleLine(whereOf(place), 120)}: gone, and no longer locked`);
  return lines;
}

function clientLines({ policy, entry, change, standing }: Locked, isRefused: boolean): string[] {
  const where = visibleLine(whereOf(entry), 120);
  const what = change.kind === 'same' ? 'as before' : change.kind;
  const lines = [
    `${policy.name}  ${where}: ${plural(entry.settings.size, 'setting')} over ${overText(entry)}, ${what}`,
  ];
  const add = (name: string, text: string): void => void lines.push(`  ${name}: ${visibleLine(text, 400)}`);
  const { posture, read, settings } = change;
  for (const { file, scope } of policy.files) add('from', `${file} (${scope})`);
  if (settings.length > 0) add('changed', settings.join(', '));
  if (posture !== undefined) add('posture', `${posture[0] ?? 'none'} → ${posture[1] ?? 'none'}`);
  if (read !== undefined) add('read', `${readText(read[0])} → ${readText(read[1])}`);
  for (const { setting, reason } of policy.unknown) add('not known', `${setting}: ${reason}`);
  if (policy.files.some(({ scope }) => scope === 'local'))
    add('note', 'a local file is part of this, which other check-outs do not have');
  for (const { severity, title, rule, location } of standing.against)
    add(
      isRefused ? `against ${severity}` : `accepted ${severity}`,
      `${title} [${rule}] ${location.file}:${location.line}`,
    );
  if (standing.undecided.length > 0) add('not decided', standing.undecided.join(', '));
  return lines;
}

function overText({ level, read }: LockedClient): string {
  if (level === 'managed') return 'the managed files';
  const own = level === 'user' ? [] : ['the project'];
  return [...own, ...read.map((scope) => `${scope} settings`)].join(', ');
}

function readText(read: readonly string[]): string {
  return read.length === 0 ? 'nothing of the machine' : read.join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

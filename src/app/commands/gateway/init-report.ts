import { dirname } from 'node:path';
import { packageOf } from '../../../collect/agents/server-package.ts';
import { redactText } from '../../../base/secrets.ts';
import type { Environment } from '../../../base/ports.ts';
import type { Gap } from '../../../model/gap.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { lineDiff } from '../../gateway/init/line-diff.ts';
import type { Left, Plan } from '../../gateway/init/plan.ts';
import type { FileChange, Undone } from '../../gateway/init/undo.ts';

export interface InitOutcome {
  readonly plan: Plan;
  /** Their files by absolute paths. */
  readonly gaps: readonly Gap[];
  /** Whether the agents of this machine and user were looked at. */
  readonly machine: boolean;
  readonly changes: readonly FileChange[];
  /** Absolute path. */
  readonly configuration: string;
  /** Path of what takes it back; undefined when nothing was written. */
  readonly record: string | undefined;
  readonly isTrial: boolean;
  /** What entries start: `demarc`, or node and the file of it. */
  readonly program: readonly string[];
}

/** What was done, or would be, for programs. */
export function initJson(outcome: InitOutcome): string {
  const { plan, gaps, changes, configuration, record, isTrial } = outcome;
  const shown = {
    dryRun: isTrial,
    program: outcome.program,
    configuration,
    undo: record ?? null,
    servers: plan.servers.map(({ name, from, isNew }) => ({ name, isNew, from })),
    files: changes.map((change) => ({ path: change.path, diff: diffOf(outcome, change) })),
    secrets: plan.secrets.map(({ name }) => name),
    variables: variablesOf(plan),
    left: plan.left,
    already: plan.already,
    gaps: gaps.map(({ location, reason }) => ({ file: location.file, line: location.line, reason })),
  };
  return JSON.stringify(shown, undefined, 2);
}

/** What was done, or would be, for people. */
export function initText(outcome: InitOutcome, environment: Environment): string {
  const { plan, gaps, changes, configuration, record, isTrial } = outcome;
  const lines: string[] = [];
  if (isTrial)
    for (const change of changes)
      lines.push(
        `--- ${change.before === undefined ? '/dev/null' : change.path}`,
        `+++ ${change.path}`,
        ...diffOf(outcome, change),
        '',
      );
  for (const { name, from, isNew } of plan.servers) {
    const places = from.map(({ client, file }) => `${client} ${file}`);
    lines.push(`${isNew ? 'server' : 'server, there already:'} ${name}  from ${places.join(', ')}`);
  }
  if (plan.servers.length === 0) {
    const isMore = !outcome.machine && plan.left.length === 0 && plan.already.length === 0;
    lines.push(`no entry to move${isMore ? '; --machine looks at those of this machine and user too' : ''}`);
  }
  for (const { name } of plan.secrets) lines.push(`secret ${isTrial ? 'to keep' : 'kept'}: store:${name}`);
  for (const name of variablesOf(plan)) {
    const isSet = (environment.variables[name] ?? '') !== '';
    lines.push(`the gateway needs the variable ${name}${isSet ? '' : ', which is not set here'}`);
  }
  const shared = plan.servers.filter(({ settings }) => isShared(settings['credential'])).map(({ name }) => name);
  if (shared.length > 0) lines.push(`everybody acts with one account at: ${shared.join(', ')}`);
  const free = plan.servers.filter(({ settings }) => 'sandbox' in settings).map(({ name }) => name);
  if (free.length > 0) lines.push(`without a sandbox, as before: ${free.join(', ')}`);
  const loading = plan.servers.filter(({ settings }) => loadsPackage(settings)).map(({ name }) => name);
  if (loading.length > 0)
    lines.push(
      `load their package anew at each start, which nothing signs: ${loading.join(', ')} (docs/guide/sandbox.md)`,
    );
  for (const one of plan.left) lines.push(...leftLines(one));
  for (const { client, file, name } of plan.already)
    lines.push(`behind a gateway already: ${name} (${client}, ${file})`);
  for (const { location, reason } of gaps) lines.push(`not read: ${location.file}:${location.line}: ${reason}`);
  if (changes.length > 0 && outcome.program.length > 1)
    lines.push(
      `PATH does not lead to this demarc: entries start ${outcome.program.join(' ')}, and break when it is moved`,
      '  `npm link` in the folder of Demarc puts it into PATH; then --undo, and this command again',
    );
  if (isTrial) lines.push('nothing was changed');
  else if (record !== undefined)
    lines.push(
      ...changes.map(({ path }) => `wrote ${path}`),
      `next: demarc gateway --config ${configuration}`,
      `to take it back: demarc gateway init ${dirname(configuration)} --undo`,
    );
  return lines.map((line) => visibleText(line)).join('\n');
}

/** What was taken back, or would be. */
export function undoneText({ dryRun, restored, removed }: Undone): string {
  const [put, took] = dryRun ? ['to restore:', 'to remove:'] : ['restored', 'removed'];
  const lines = [...restored.map((path) => `${put} ${path}`), ...removed.map((path) => `${took} ${path}`)];
  lines.push(dryRun ? 'nothing was changed' : 'secrets stay in the store: `demarc gateway secret list`');
  return lines.map((line) => visibleText(line)).join('\n');
}

function leftLines({ client, file, name, why, byHand }: Left): string[] {
  const told = `left as it is: ${name} (${client}, ${file}): ${why}`;
  if (byHand === undefined) return [told];
  return [told, '  the gateway serves it; write in its place:', ...byHand.split('\n').map((line) => `    ${line}`)];
}

function loadsPackage({ command, args }: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof command === 'string' && packageOf([command, ...(Array.isArray(args) ? args.map(String) : [])]) !== undefined
  );
}

function isShared(credential: unknown): boolean {
  return typeof credential === 'object' && credential !== null && 'identity' in credential;
}

function variablesOf({ servers }: Plan): string[] {
  const names = [...JSON.stringify(servers.map(({ settings }) => settings)).matchAll(/"secret":"env:(\w+)"/g)];
  return [...new Set(names.map(([, name]) => name ?? ''))].sort();
}

/** A line that says where a secret is. */
const reference = /\bsecret: (?:env|store):[\w./-]+$/;

/** A file's changes without any secret: neither those that are put away nor what looks like one. */
function diffOf({ plan }: InitOutcome, { before, after }: FileChange): string[] {
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
  const hidden = plan.hidden.flatMap(spellingsOf).sort((a, b) => b.length - a.length);
  const hide = (line: string): string => {
    if (reference.test(line)) return line;
    const shown = hidden.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), line);
    return redactText(shown.replace(/(:\/\/)[^\s/?#@"']+@/g, '$1[secret]@'));
  };
  return lineDiff(text(before), text(after)).map((line) => (line.startsWith('@@') ? line : hide(line)));
}

/** How a secret can stand in lines of JSON, TOML and YAML. One or two characters are nobody's secret. */
function spellingsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const quoted = [...lines, secret].map((line) => JSON.stringify(line).slice(1, -1));
  return [...lines, ...quoted, ...lines.map((line) => line.replaceAll("'", "''"))].filter((line) => line.length > 2);
}

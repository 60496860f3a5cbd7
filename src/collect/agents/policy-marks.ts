import { createHash } from 'node:crypto';
import { canonicalJson } from '../../base/canonical-json.ts';
import { type LockedClient, machineScopes, unsetMark } from '../../integrity/posture-lock.ts';
import { seal } from '../../model/seal.ts';
import { Interpolated, isList, isProperties, Secret, Unknown, type Value } from '../../model/value.ts';
import type { PositionSink } from '../documents/node.ts';
import { type Coverage, evaluatePolicy, type PolicySource, valueAt } from './evaluate-policy.ts';
import { machineRootOf } from './place.ts';
import type { KeyRule, PolicyTable } from './policy-table.ts';
import type { Scope } from './shapes.ts';

/** What one client's policy is made of in one place. */
export interface PolicyInput {
  readonly client: string;
  readonly level: LockedClient['level'];
  readonly table: PolicyTable;
  readonly sources: readonly PolicySource[];
  readonly coverage: Coverage;
  /** The person's home folder below the root; undefined where it was not read. */
  readonly home: string | undefined;
}

/** A policy as marks that can be compared with those of another day or machine. */
export interface PolicyMarks {
  /** By the setting's name: its digest or `unset`; why it is not known. */
  readonly settings: ReadonlyMap<string, string | Unknown>;
  /** Where a setting is decided, by its name: line, column, file. */
  readonly positions: PositionSink;
}

/**
 * Which files a policy is over: all of an instance, or at the level `managed` an administrator's alone, whoever uses the client
 * there; and which settings of the machine are among them.
 */
export type Frame = Pick<LockedClient, 'level' | 'read'>;

/** Everything of a client in one place that was read. */
export function frameOf({ level, table, coverage }: PolicyInput): Frame {
  const scopes = level === 'managed' ? machineScopes.filter((scope) => scope === 'managed') : machineScopes;
  return { level, read: scopes.filter((scope) => coverage[scope] && table.precedence.includes(scope)) };
}

/** The client's own name of a setting, with the file's kind where it is not the usual one: `sandbox:networkPolicy.default`. */
export function settingName({ part, key }: KeyRule): string {
  return part === undefined || part === 'config' ? key : `${part}:${key}`;
}

/** The name a setting goes by, for every name it has. */
export function settingNames(table: PolicyTable): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const rule of table.keys) names.set(settingName(rule), settingName(firstOf(table, rule) ?? rule));
  return names;
}

/**
 * What each setting of a client comes to over the files of a frame. Nothing of where or how a file was written is left in a mark,
 * nor what a credential reads.
 */
export function policyMarks({ table, sources, home }: PolicyInput, frame: Frame): PolicyMarks {
  const inFrame = sources.filter(({ scope }) => isIn(frame, scope));
  // As if all had been read: what nobody sets is then told from what cannot be known.
  const { properties, positions } = evaluatePolicy(table, inFrame, { managed: true, user: true });
  const defaults = properties['defaults'];
  const homePattern = home === undefined || !frame.read.includes('user') ? undefined : patternOfHome(home);
  const settings = new Map<string, string | Unknown>();
  const places: PositionSink = {};
  for (const rule of table.keys) {
    if (firstOf(table, rule) !== rule) continue;
    const name = settingName(rule);
    const value = valueAt(properties, rule.as);
    const place = positions[rule.as];
    if (place !== undefined) places[name] = place;
    const isDefault = isProperties(defaults) && Object.hasOwn(defaults, rule.as);
    if (value === undefined || (isDefault && !isDecided(table, rule, frame))) settings.set(name, unsetMark);
    else settings.set(name, unknownIn(value) ?? digestOf(value, { ordered: rule.ordered ?? false, home: homePattern }));
  }
  return { settings, positions: places };
}

function isIn({ level, read }: Frame, scope: Scope): boolean {
  if (scope === 'managed' || scope === 'system') return read.includes('managed');
  return level !== 'managed' && (scope !== 'user' || read.includes('user'));
}

/** The rule whose name a setting goes by: several keys may decide one thing. */
function firstOf(table: PolicyTable, { as }: KeyRule): KeyRule | undefined {
  return table.keys.find((rule) => rule.as === as);
}

/** Whether the frame has everything that could set a key, so that its default is what is in force. */
function isDecided(table: PolicyTable, { as }: KeyRule, { level, read }: Frame): boolean {
  if (level === 'managed') return true;
  return machineScopes.every(
    (scope) =>
      read.includes(scope) ||
      !table.precedence.includes(scope) ||
      table.keys.every((rule) => rule.as !== as || (rule.only !== undefined && !rule.only.includes(scope))),
  );
}

function unknownIn(value: Value): Unknown | undefined {
  if (value instanceof Unknown) return value;
  if (value instanceof Interpolated) return value.parts.find((part) => part instanceof Unknown);
  const inner = isList(value) ? value : isProperties(value) ? Object.values(value) : [];
  for (const item of inner) {
    const found = unknownIn(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Telling {
  readonly ordered: boolean;
  readonly home: RegExp | undefined;
}

/** A list of settings is a set, unless its client reads it in order: `ordered`. Lists and maps within it are what they are. */
function digestOf(value: Value, telling: Telling): string {
  const isSet = isList(value) && !telling.ordered;
  const text = isSet
    ? `[${[...new Set(value.map((item) => canonicalJson(plain(item, '', telling))))].sort().join(',')}]`
    : canonicalJson(plain(value, '', telling));
  return createHash('sha256').update(text).digest('hex');
}

/** @param name what a value stands under, which can make a literal a credential */
function plain(value: Value, name: string, telling: Telling): unknown {
  if (typeof value === 'string') return plainText(value, name, telling);
  if (isList(value))
    return value.map((item, at) => {
      const before = value[at - 1];
      // `--api-key VALUE`: the flag before an argument names it.
      return plain(
        item,
        typeof before === 'string' && before.startsWith('-') ? before.replace(/^-+/, '') : name,
        telling,
      );
    });
  if (!isProperties(value)) return value;
  const entries = Object.keys(value).map((key) => [key, plain(value[key] ?? null, key, telling)] as const);
  const { ordered, home } = telling;
  if (ordered) return entries.map(([key, inner]) => [withoutHome(key, home), inner]);
  const named = new Map<string, unknown>();
  for (const [key, inner] of entries) {
    const short = withoutHome(key, home);
    // Two ways to write one path stay two entries.
    const isTaken = short !== key && (Object.hasOwn(value, short) || named.has(short));
    named.set(isTaken ? key : short, inner);
  }
  return Object.fromEntries(named);
}

/** A text with every credential replaced by its kind. `{ "gh auth token": "deny" }` is a decision, and none. */
function plainText(text: string, name: string, { home }: Telling): unknown {
  const sealed = seal(text, /^[a-z][a-z_-]*$/.test(text) ? '' : name);
  if (sealed instanceof Secret) return { $secret: sealed.kind };
  if (!(sealed instanceof Interpolated)) return withoutHome(text, home);
  return {
    $parts: sealed.parts.map((part) =>
      typeof part === 'string' ? withoutHome(part, home) : part instanceof Secret ? { $secret: part.kind } : null,
    ),
  };
}

function withoutHome(text: string, home: RegExp | undefined): string {
  return home === undefined ? text : text.replace(home, '~');
}

/** A home folder as settings name it, in either direction of the slash: it stands for `~`, whoever the person is. */
function patternOfHome(home: string): RegExp | undefined {
  const root = machineRootOf(home);
  if (root === undefined) return undefined;
  const names = home
    .slice(root.length)
    .split('/')
    .filter((name) => name !== '')
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\w.~-])(?:[A-Za-z]:)?[\\\\/]+${names.join('[\\\\/]+')}(?![\\w.-])`, 'g');
}

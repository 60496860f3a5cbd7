import {
  isList,
  type MutableProperties,
  newProperties,
  type Properties,
  Unknown,
  type Value,
} from '../../model/value.ts';
import { type DocNode, newBudget, type PositionSink, toValue } from '../documents/node.ts';
import { bagOf, entryAt, setAt } from './lookup.ts';
import type { AllowlistSemantics, KeyRule, PolicyTable } from './policy-table.ts';
import type { Scope } from './shapes.ts';

/** One settings file that takes part; `root` undefined means that it does not parse. */
export interface PolicySource {
  readonly file: string;
  readonly scope: Scope;
  readonly part: string;
  readonly root: DocNode | undefined;
}

/** Which scopes were looked at: a key nobody sets has its default only where every file that could set it was read. */
export interface Coverage {
  readonly managed: boolean;
  readonly user: boolean;
}

export interface EffectivePolicy {
  /** Properties by the table's `as`, nested. */
  readonly properties: MutableProperties;
  readonly positions: PositionSink;
}

interface Decision {
  readonly value: Value;
  readonly scope: Scope;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Combines the settings files of one client by its table. Pure. A value that a file which could not be read might have decided is
 * `Unknown`; so is a key nobody sets while a scope that could set it was not read. A default is only given where the
 * vendor documents one, and then named in `defaults`.
 *
 * @param sources in any order; files of one scope in the order the client reads them (later ones win)
 */
export function evaluatePolicy(
  table: PolicyTable,
  sources: readonly PolicySource[],
  coverage: Coverage,
): EffectivePolicy {
  const properties = newProperties();
  const positions: PositionSink = {};
  const defaults = newProperties();
  const overrides: Value[] = [];
  const conflicts: Value[] = [];
  const ordered = inOrder(table, sources);
  const decided = new Set<string>();
  for (const rule of table.keys) {
    if (decided.has(rule.as)) continue;
    const relevant = ordered.filter(
      (source) =>
        source.part === (rule.part ?? 'config') && (rule.only === undefined || rule.only.includes(source.scope)),
    );
    const locked = rule.lockedBy !== undefined && isLocked(rule.lockedBy, ordered);
    const counting = locked ? relevant.filter(({ scope }) => scope === 'managed') : relevant;
    const result = rule.merge === 'union' ? union(rule, counting, positions) : single(rule, counting);
    if (result !== undefined) {
      decided.add(rule.as);
      setAt(properties, rule.as, result.value);
      if (result.place !== undefined) positions[rule.as] = [result.place.line, result.place.column, result.place.file];
      overrides.push(...widenings(rule, counting));
      conflicts.push(...disagreements(rule, counting));
      continue;
    }
    if (
      table.keys.some(
        (other) =>
          other !== rule &&
          other.as === rule.as &&
          !decided.has(other.as) &&
          table.keys.indexOf(other) > table.keys.indexOf(rule),
      )
    )
      continue;
    const open = notCovered(rule, coverage, table);
    if (open !== undefined) setAt(properties, rule.as, open);
    else if (rule.default !== undefined) {
      setAt(properties, rule.as, rule.default);
      defaults[rule.as] = rule.default;
    }
  }
  properties['defaults'] = defaults;
  properties['overrides'] = overrides;
  properties['conflicts'] = conflicts;
  if (table.allowlist !== undefined) properties['mcpAllowlist'] = allowlistOf(table.allowlist, properties);
  const derived = table.derive?.(properties) ?? {};
  for (const key of Object.keys(derived)) {
    const value = derived[key];
    if (value !== undefined) properties[key] = value;
  }
  properties['sources'] = ordered.map(({ file, scope }) => bagOf({ file, scope }));
  return { properties, positions };
}

/** Strongest first; of one scope, the file the client reads last comes first. */
function inOrder(table: PolicyTable, sources: readonly PolicySource[]): PolicySource[] {
  const rank = ({ scope }: PolicySource): number => {
    const at = table.precedence.indexOf(scope);
    return at === -1 ? table.precedence.length : at;
  };
  return [...sources].reverse().sort((a, b) => rank(a) - rank(b));
}

function isLocked(key: string, ordered: readonly PolicySource[]): boolean {
  return ordered.some(({ scope, root }) => scope === 'managed' && scalarAt(root, key) === true);
}

function scalarAt(root: DocNode | undefined, key: string): Value | undefined {
  const node = entryAt(root, key)?.node;
  return node?.kind === 'scalar' ? node.value : undefined;
}

function decisionOf(rule: KeyRule, source: PolicySource): Decision | Unknown | undefined {
  if (source.root === undefined) return new Unknown(`${source.file} does not parse`);
  const entry = entryAt(source.root, rule.key);
  if (entry === undefined) return undefined;
  const raw = toValue(entry.node, {}, '', newBudget());
  const value =
    typeof raw === 'string' && rule.words !== undefined
      ? (rule.words[raw] ?? raw)
      : typeof raw === 'boolean' && rule.words !== undefined
        ? (rule.words[String(raw)] ?? raw)
        : raw;
  return { value, scope: source.scope, file: source.file, line: entry.line, column: entry.column };
}

function single(rule: KeyRule, sources: readonly PolicySource[]): { value: Value; place?: Decision } | undefined {
  const found: Decision[] = [];
  for (const source of sources) {
    const decision = decisionOf(rule, source);
    if (decision === undefined) continue;
    if (decision instanceof Unknown)
      return found.length > 0 && rule.merge === 'first' ? undefined : { value: decision };
    if (rule.merge === 'first') return { value: decision.value, place: decision };
    found.push(decision);
  }
  const strictest = found.sort((a, b) => strictnessOf(rule, b.value) - strictnessOf(rule, a.value))[0];
  return strictest === undefined ? undefined : { value: strictest.value, place: strictest };
}

function strictnessOf(rule: KeyRule, value: Value): number {
  return rule.strictness?.findIndex((step) => step === value) ?? -1;
}

function union(
  rule: KeyRule,
  sources: readonly PolicySource[],
  positions: PositionSink,
): { value: Value; place?: Decision } | undefined {
  const items: Value[] = [];
  let place: Decision | undefined;
  for (const source of sources) {
    const decision = decisionOf(rule, source);
    if (decision === undefined) continue;
    if (decision instanceof Unknown) {
      items.push(decision);
      continue;
    }
    place ??= decision;
    const node = entryAt(source.root, rule.key)?.node;
    if (node?.kind !== 'list') {
      items.push(decision.value);
      continue;
    }
    for (const item of node.items) {
      positions[`${rule.as}[${items.length}]`] = [item.line, item.column, source.file];
      items.push(toValue(item, {}, '', newBudget()));
    }
  }
  if (place === undefined && items.length === 0) return undefined;
  return place === undefined ? { value: items } : { value: items, place };
}

/** A scope that could set the key and was not looked at. */
function notCovered(rule: KeyRule, coverage: Coverage, table: PolicyTable): Unknown | undefined {
  const could = (scope: Scope): boolean =>
    table.precedence.includes(scope) && (rule.only === undefined || rule.only.includes(scope));
  const missing = [
    could('managed') && !coverage.managed ? 'managed' : '',
    could('user') && !coverage.user ? 'user' : '',
  ].filter((name) => name !== '');
  return missing.length === 0
    ? undefined
    : new Unknown(`not set in what was read; the ${missing.join(' and ')} settings of the machine were not read`);
}

/** Where a file decides a wider value than one that comes after it in precedence had asked for. */
function widenings(rule: KeyRule, sources: readonly PolicySource[]): Properties[] {
  if (rule.strictness === undefined || rule.merge !== 'first') return [];
  const found = sources
    .map((source) => decisionOf(rule, source))
    .filter((decision): decision is Decision => decision !== undefined && !(decision instanceof Unknown));
  const [winner, ...others] = found;
  if (winner === undefined || winner.scope === 'managed') return [];
  const own = strictnessOf(rule, winner.value);
  return others
    .filter((other) => other.scope !== winner.scope && own !== -1 && strictnessOf(rule, other.value) > own)
    .map((other) =>
      bagOf({
        key: rule.key,
        from: other.file,
        to: winner.file,
        scope: winner.scope,
        was: other.value,
        now: winner.value,
      }),
    );
}

/** Where two managed files say different things about one key: which wins depends on the order they are read in. */
function disagreements(rule: KeyRule, sources: readonly PolicySource[]): Properties[] {
  if (rule.merge === 'union') return [];
  const found = sources
    .filter(({ scope }) => scope === 'managed')
    .map((source) => decisionOf(rule, source))
    .filter((decision): decision is Decision => decision !== undefined && !(decision instanceof Unknown));
  const [winner, ...others] = found;
  if (winner === undefined) return [];
  return others
    .filter(({ value }) => JSON.stringify(value) !== JSON.stringify(winner.value))
    .map(({ file }) => bagOf({ key: rule.key, winner: winner.file, loser: file }));
}

function allowlistOf(semantics: AllowlistSemantics, properties: Properties): Properties {
  const entries = valueAt(properties, semantics.as);
  const unknown = entries instanceof Unknown ? entries : undefined;
  const set = unknown ?? entries !== undefined;
  const list = isList(entries) ? entries : [];
  const empty = unknown ?? (set === true && size(entries) === 0);
  const means =
    unknown ??
    (set === false
      ? semantics.unset
      : empty === true
        ? semantics.empty === 'unknown'
          ? new Unknown('the vendor does not document what an empty list means')
          : semantics.empty
        : 'listed');
  return bagOf({ set, empty, semantics: means, matchKey: unknown ?? matchKeyOf(semantics, list), entries: list });
}

function size(value: Value | undefined): number {
  if (isList(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/** `name` when any entry admits a server by its display name alone. */
function matchKeyOf(semantics: AllowlistSemantics, entries: readonly Value[]): Value {
  if (semantics.match !== 'entry') return semantics.match;
  const kinds = new Set(
    entries.map((entry) =>
      typeof entry === 'object' && entry !== null && ('serverCommand' in entry || 'serverUrl' in entry)
        ? 'identity'
        : 'name',
    ),
  );
  if (kinds.size === 0) return 'identity';
  return kinds.size === 1 ? ([...kinds][0] ?? 'name') : 'mixed';
}

/** The value at a dotted property. */
export function valueAt(properties: Properties, path: string): Value | undefined {
  let current: Value | undefined = properties;
  for (const name of path.split('.')) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined;
    current = (current as Properties)[name];
  }
  return current;
}

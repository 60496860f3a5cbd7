/**
 * Random policies, entities and requests: from few names, so that they meet; mostly of the right type, so that evaluation
 * goes deep, and sometimes not, so that errors are compared too.
 */

/** Mulberry32 (public domain): small, seeded, good enough to vary tests. */
export class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }
  one<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
  in(times: number): boolean {
    return this.below(times) === 0;
  }
  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}

export type Kind =
  | 'bool'
  | 'long'
  | 'string'
  | 'entity'
  | 'set'
  | 'record'
  | 'decimal'
  | 'ip'
  | 'datetime'
  | 'duration';
const kinds: readonly [Kind, ...Kind[]] = [
  'bool',
  'long',
  'string',
  'entity',
  'set',
  'record',
  'decimal',
  'ip',
  'datetime',
  'duration',
];

const entityTypes = ['User', 'Group', 'Org::Doc'] as const;
const ids = ['a', 'b', 'c', 'é"\\'] as const;
const actions = ['read', 'write', 'all'] as const;
/** Attributes by what they mostly hold. */
const attributes: Readonly<Record<Kind, string>> = {
  bool: 'flag',
  long: 'level',
  string: 'name',
  entity: 'owner',
  set: 'tags',
  record: 'inner',
  decimal: 'score',
  ip: 'addr',
  datetime: 'at',
  duration: 'for',
};
const names = [...Object.values(attributes), 'odd name', 'none'] as unknown as [string, ...string[]];

const longs = [
  '0',
  '1',
  '(-1)',
  '2',
  '7',
  '(-40)',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '(-9007199254740993)',
  '4611686018427387904',
  '9223372036854775807',
  '(-9223372036854775808)',
  '3037000500',
] as const;
const strings = ['', 'a', 'ab', 'abcab', 'a*b', 'ünï', '😀x', 'public', 'x@y.org', '\n"'] as const;
const decimals = [
  '0.0',
  '1.0',
  '-0.5',
  '1.2345',
  '922337203685477.5807',
  '-922337203685477.5808',
  '1.00',
  '1',
  '.5',
  '1.23456',
  '922337203685477.5808',
  '-0.0',
] as const;
const addresses = [
  '1.2.3.4',
  '1.2.3.4/32',
  '10.0.0.0/8',
  '10.1.2.3/16',
  '127.0.0.1',
  '127.0.0.1/4',
  '224.0.0.1/4',
  '::1',
  '::1/64',
  'ff00::/8',
  'ff02::1',
  '2001:db8::/32',
  '2001:DB8:0:1::5',
  '0.0.0.0/0',
  '::/0',
  '::ffff:1.2.3.4',
  '1.2.3',
  '1.2.3.4/33',
  '1.2.3.04',
  '1.2.3.4/',
  '1:2:3:4:5:6:7::',
  ':::',
] as const;
const datetimes = [
  '2024-01-01',
  '1970-01-01',
  '1969-12-31T23:59:59.999Z',
  '2024-02-29T12:30:00Z',
  '2024-02-29T12:30:00.250+0530',
  '0000-01-01',
  '9999-12-31T23:59:59Z',
  '2023-02-29',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:00:00',
  '2024-01-01T00:00:00-2359',
  '2024-1-1',
  '0099-06-15T01:02:03Z',
] as const;
const durations = [
  '1d',
  '24h',
  '-90m',
  '1d2h3m4s5ms',
  '0ms',
  '86400000ms',
  '9223372036854775807ms',
  '-9223372036854775808ms',
  '9223372036854775808ms',
  '-',
  '',
  '1h1d',
  '106751991167d',
] as const;

const quoted = (text: string): string => JSON.stringify(text).replaceAll(/\\u(\w{4})/g, '\\u{$1}');

/** Cedar expressions as text. */
export class Expressions {
  readonly #chance: Chance;
  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Of the kind, and once in a while of any other. */
  any(kind: Kind, depth: number): string {
    const chance = this.#chance;
    const made = chance.in(30) ? chance.one(kinds) : kind;
    if (depth > 1 && chance.in(12))
      return `(if ${this.any('bool', depth - 1)} then ${this.any(made, depth - 1)} else ${this.any(made, depth - 1)})`;
    if (made !== 'bool' && chance.in(3)) return this.#read(made, depth);
    return this[made](depth);
  }

  /** An attribute or tag that mostly holds the kind. */
  #read(kind: Kind, depth: number): string {
    const chance = this.#chance;
    const name = chance.in(12) ? chance.one(names) : attributes[kind];
    const holder = chance.one([
      'context',
      'context',
      'principal',
      'resource',
      'context.inner',
      this.any('entity', depth > 0 ? 0 : -1),
    ]);
    if (chance.in(8)) return `${holder}.getTag(${quoted(name)})`;
    return /\W/.test(name) ? `${holder}[${quoted(name)}]` : `${holder}.${name}`;
  }

  bool(depth: number): string {
    const chance = this.#chance;
    if (depth <= 0)
      return chance.one([
        'true',
        'false',
        'context.flag',
        'principal.flag',
        '(context has flag)',
        '(principal has inner.flag)',
      ]);
    const next = depth - 1;
    const both = (kind: Kind, operator: string): string =>
      `(${this.any(kind, next)} ${operator} ${this.any(kind, next)})`;
    const call = (kind: Kind, name: string, ...args: Kind[]): string =>
      `${this.any(kind, next)}.${name}(${args.map((arg) => this.any(arg, next)).join(', ')})`;
    const kind = chance.one(kinds);
    const forms: readonly [() => string, ...(() => string)[]] = [
      () => both('bool', '&&'),
      () => both('bool', '&&'),
      () => both('bool', '||'),
      () => `(${this.any('bool', next)} && ${this.any('bool', next)} && ${this.any('bool', next)})`,
      () => `!(${this.any('bool', next)})`,
      () => both(kind, chance.one(['==', '!='])),
      () => both(chance.one(['long', 'long', 'datetime', 'duration']), chance.one(['<', '<=', '>', '>='])),
      () => both('entity', 'in'),
      () => `(${this.any('entity', next)} in [${chance.list(3, () => this.any('entity', next)).join(', ')}])`,
      () =>
        `(${this.any('entity', next)} is ${chance.one(entityTypes)}${chance.in(3) ? ` in ${this.any('entity', next)}` : ''})`,
      () =>
        `(${chance.one(['context', 'principal', this.any('record', next), this.any('entity', next)])} has ${this.#path()})`,
      () => `(${this.any('string', next)} like ${this.#pattern()})`,
      () => `${this.any('set', next)}.contains(${this.any(kind, next)})`,
      () => call('set', chance.one(['containsAll', 'containsAny']), 'set'),
      () => `${this.any('set', next)}.isEmpty()`,
      () => call('entity', 'hasTag', 'string'),
      () =>
        call('decimal', chance.one(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual']), 'decimal'),
      () => call('ip', chance.one(['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'])),
      () => call('ip', 'isInRange', 'ip'),
    ];
    return chance.one(forms)();
  }

  #path(): string {
    const chance = this.#chance;
    const name = chance.one(names);
    if (/\W/.test(name)) return quoted(name);
    return chance.in(3) ? `inner.${chance.one(['level', 'inner', 'name', 'none'])}` : name;
  }

  #pattern(): string {
    const chance = this.#chance;
    return `"${chance.list(4, () => chance.one(['*', 'a', 'b', '\\*', 'ab', '😀', '', 'ü', '\\n', '@'])).join('')}"`;
  }

  long(depth: number): string {
    const chance = this.#chance;
    if (depth <= 0 || chance.in(2)) return chance.in(2) ? chance.one(longs) : `${chance.below(6)}`;
    const next = depth - 1;
    return chance.one([
      () => `(${this.any('long', next)} ${chance.one(['+', '-', '*'])} ${this.any('long', next)})`,
      () => `-(${this.any('long', next)})`,
      () =>
        `${this.any('duration', next)}.${chance.one(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'])}()`,
    ])();
  }

  string(): string {
    return quoted(this.#chance.one(strings));
  }

  entity(depth: number): string {
    const chance = this.#chance;
    if (chance.in(2)) return chance.one(['principal', 'resource', 'action', 'principal']);
    if (depth > 0 && chance.in(4)) return 'context.owner';
    return `${chance.one(entityTypes)}::${quoted(chance.one(ids))}`;
  }

  set(depth: number): string {
    const kind = this.#chance.one(kinds);
    return `[${this.#chance.list(4, () => this.any(kind, depth - 2)).join(', ')}]`;
  }

  record(depth: number): string {
    const chance = this.#chance;
    const fields = new Map(chance.list(3, () => [chance.one(names), this.any(chance.one(kinds), depth - 2)] as const));
    return `{${[...fields].map(([name, value]) => `${quoted(name)}: ${value}`).join(', ')}}`;
  }

  decimal(): string {
    return `decimal(${quoted(this.#chance.one(decimals))})`;
  }

  ip(): string {
    return `ip(${quoted(this.#chance.one(addresses))})`;
  }

  datetime(depth: number): string {
    const chance = this.#chance;
    if (depth <= 0 || chance.in(2)) return `datetime(${quoted(chance.one(datetimes))})`;
    return chance.in(2)
      ? `${this.any('datetime', depth - 1)}.offset(${this.any('duration', depth - 1)})`
      : `${this.any('datetime', depth - 1)}.toDate()`;
  }

  duration(depth: number): string {
    const chance = this.#chance;
    if (depth <= 0 || chance.in(2)) return `duration(${quoted(chance.one(durations))})`;
    return chance.in(2)
      ? `${this.any('datetime', depth - 1)}.durationSince(${this.any('datetime', depth - 1)})`
      : `${this.any('datetime', depth - 1)}.toTime()`;
  }
}

const uidText = (chance: Chance): string => `${chance.one(entityTypes)}::${quoted(chance.one(ids))}`;

function scope(chance: Chance, name: 'principal' | 'resource'): string {
  return chance.one([
    () => name,
    () => name,
    () => `${name} == ${uidText(chance)}`,
    () => `${name} in ${uidText(chance)}`,
    () => `${name} is ${chance.one(entityTypes)}`,
    () => `${name} is ${chance.one(entityTypes)} in ${uidText(chance)}`,
  ])();
}

/** One policy as text. */
export function randomPolicy(chance: Chance): string {
  const action = (): string => `Action::"${chance.one(actions)}"`;
  const actionScope = chance.one([
    () => 'action',
    () => 'action',
    () => `action == ${action()}`,
    () => `action in ${action()}`,
    () => `action in [${[action(), ...chance.list(2, action)].join(', ')}]`,
  ])();
  const expressions = new Expressions(chance);
  const conditions = chance.list(
    2,
    () => `${chance.one(['when', 'when', 'unless'])} { ${expressions.any('bool', 1 + chance.below(4))} }`,
  );
  return `${chance.one(['permit', 'permit', 'forbid'])} (${scope(chance, 'principal')}, ${actionScope}, ${scope(chance, 'resource')}) ${conditions.join(' ')};`;
}

export type Json = boolean | number | string | null | Json[] | { [name: string]: Json };
export interface Uid {
  readonly type: string;
  readonly id: string;
}

const valid = {
  decimal: ['0.0', '1.5', '-2.25'],
  ip: ['1.2.3.4', '10.0.0.0/8', '::1'],
  datetime: ['2024-01-01', '1969-06-01T00:00:00.001Z'],
  duration: ['1d', '-90m', '0ms'],
} as const;

function randomValue(chance: Chance, kind: Kind, depth: number): Json {
  switch (kind) {
    case 'bool':
      return chance.in(2);
    case 'long':
      return chance.one([0, 1, 2, -5, 4294967296, 9007199254740991, -9007199254740991, 3037000500]);
    case 'string':
      return chance.one(strings);
    case 'entity':
      return { __entity: { ...randomUid(chance) } };
    case 'set': {
      const member = chance.one(kinds);
      return depth <= 0 ? [] : chance.list(3, () => randomValue(chance, member, depth - 1));
    }
    case 'record':
      return depth <= 0 ? {} : randomRecord(chance, depth - 1, 4);
    case 'decimal':
    case 'ip':
    case 'datetime':
    case 'duration':
      return { __extn: { fn: kind, arg: chance.one(valid[kind]) } };
  }
}

/** @param holds one attribute in so many is there: what Cedar's own engine has to read is most of the time a test takes */
function randomRecord(chance: Chance, depth: number, holds: number): { [name: string]: Json } {
  const record: { [name: string]: Json } = {};
  for (const kind of kinds)
    if (chance.in(holds))
      record[attributes[kind]] = randomValue(chance, chance.in(40) ? chance.one(kinds) : kind, depth);
  if (chance.in(8)) record['odd name'] = randomValue(chance, chance.one(kinds), depth);
  return record;
}

export const randomUid = (chance: Chance): Uid => ({ type: chance.one(entityTypes), id: chance.one(ids) });

export interface RandomEntity {
  readonly uid: Uid;
  readonly attrs: { [name: string]: Json };
  readonly parents: Uid[];
  readonly tags: { [name: string]: Json };
}

/** A few entities in a hierarchy without circles, and the actions' own. */
export function randomEntities(chance: Chance): RandomEntity[] {
  const all = entityTypes.flatMap((type) => ids.map((id) => ({ type, id }))).filter(() => chance.in(5));
  const people = all.map((uid, at) => ({
    uid,
    attrs: randomRecord(chance, 1, chance.one([1, 3, 5, 8])),
    parents: all.slice(at + 1).filter(() => chance.in(3)),
    tags: chance.in(3) ? randomRecord(chance, 1, 5) : {},
  }));
  const action = (id: string, ...parents: string[]): RandomEntity => ({
    uid: { type: 'Action', id },
    attrs: {},
    parents: parents.map((parent) => ({ type: 'Action', id: parent })),
    tags: {},
  });
  return [...people, action('read', 'all'), action('write', ...(chance.in(2) ? ['all'] : [])), action('all')];
}

export interface RandomRequest {
  readonly principal: Uid;
  readonly action: Uid;
  readonly resource: Uid;
  readonly context: { [name: string]: Json };
}

export function randomRequest(chance: Chance): RandomRequest {
  return {
    principal: randomUid(chance),
    action: { type: 'Action', id: chance.one(actions) },
    resource: randomUid(chance),
    context: randomRecord(chance, 2, chance.one([1, 2, 3, 5])),
  };
}

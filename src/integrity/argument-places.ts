import { canonicalJson, textDigest } from '../base/canonical-json.ts';
import { asJsonObject, isJsonObject, type JsonObject } from '../base/json-object.ts';
import { once } from '../base/once.ts';
import { anchorsOf, targetOf } from './schema-references.ts';

/** A schema that holds for an argument. */
export interface Part {
  readonly schema: JsonObject;
  /** Null is taken beside what it takes. */
  readonly orNull: boolean;
}

/** What a tool's schema says about one argument. */
export interface ArgumentPlace {
  /** Schemas that hold all at once: its own, what they refer to, what `allOf` adds. */
  readonly parts: readonly Part[];
  /** Schemas that hold for some values only, or that something depends on: what they name can be given all the same. */
  readonly others: readonly JsonObject[];
  readonly required: boolean;
  /** All that `parts` say beside what is compared rule by rule; absent where that is nothing. */
  readonly rest?: string | undefined;
}

/** `maxLength`, `minimum` and the like. */
export const boundKeys = [
  'maxLength',
  'maximum',
  'exclusiveMaximum',
  'maxItems',
  'maxProperties',
  'minLength',
  'minimum',
  'exclusiveMinimum',
  'minItems',
  'minProperties',
];
/** `1e999` is a number of JSON without an end. */
export const isBound = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
export const isUpperBound = (key: string): boolean => /^(?:max|exclusiveMax)/.test(key);

/** Keywords that hold schemas (JSON Schema 2020-12, and what is left of earlier drafts): for the same value, … */
const applicatorsHere = 'allOf anyOf oneOf not if then else dependentSchemas dependencies contentSchema'.split(' ');
/** … for its members or items, … */
const applicatorsBelow =
  'additionalProperties unevaluatedProperties propertyNames items prefixItems additionalItems contains unevaluatedItems'.split(
    ' ',
  );
const membersBelow = new Set('additionalProperties unevaluatedProperties propertyNames'.split(' '));
/** … for members that have a name, or one of a pattern. */
const applicatorsNamed = ['properties', 'patternProperties'];
const applicators = new Set([...applicatorsHere, ...applicatorsBelow, ...applicatorsNamed]);
/** Those that hold schemas by name. */
const maps = new Set([...applicatorsNamed, 'dependentSchemas', 'dependencies']);
const references = new Set(['$ref', '$dynamicRef', '$recursiveRef']);
/** What takes nothing away: words for people (compared as sentences) and schemas that are used where something refers to them. */
const silent = new Set(
  '$schema $anchor $dynamicAnchor $recursiveAnchor $comment $defs definitions title description default example examples deprecated readOnly writeOnly'.split(
    ' ',
  ),
);

const depthMax = 16;
const placesMax = 2_000;
/** Schemas that are looked at, one as often as it holds for an argument. */
const looksMax = 20_000;
/** Schemas in one another, references followed. */
const rulesDepthMax = 128;

/**
 * The arguments of a tool by path (`to`, `options.url`, `items[].id`, `labels{}` for members that are not named). Every place that can name one is looked at, so that none hides;
 * what is compared rule by rule is only what holds for every value, and all else is `rest`, to be compared as a whole.
 */
export function placesOf(schema: JsonObject): ReadonlyMap<string, ArgumentPlace> {
  return new Places(schema).read();
}

/** An argument before its schemas are looked at. */
interface Found {
  readonly hold: Set<JsonObject>;
  readonly may: Set<JsonObject>;
  required: boolean;
  /** What it and the arguments it is part of are described by: what comes again there is a schema that holds itself. */
  readonly above: readonly string[];
}

/** Rules that are being read: how deep, and the references that lead back to themselves. */
interface Reading {
  readonly depth: number;
  readonly loops: Set<string>;
}

interface Loop {
  readonly digest: string;
  readonly onward: ReadonlySet<string>;
}

class Places {
  readonly #root: JsonObject;
  readonly #anchors: () => ReturnType<typeof anchorsOf>;
  readonly #whole: () => string;
  readonly #numbers = new Map<JsonObject, number>();
  /** By schema that is referred to. */
  readonly #digests = new Map<JsonObject, string | undefined>();
  readonly #loops = new Map<string, Loop>();
  #looks = 0;
  /** Something was not looked at. */
  #isCut = false;

  constructor(root: JsonObject) {
    this.#root = root;
    this.#anchors = once(() => anchorsOf(root));
    this.#whole = once(() => textDigest(canonicalJson(root)));
  }

  read(): ReadonlyMap<string, ArgumentPlace> {
    const places = new Map<string, ArgumentPlace>();
    let level = new Map<string, Found>([
      ['', { hold: new Set([this.#root]), may: new Set(), required: true, above: [] }],
    ]);
    for (let depth = 0; level.size > 0 && !this.#isCut; depth++) {
      const next = new Map<string, Found>();
      for (const [path, found] of level) {
        if (depth > depthMax || places.size >= placesMax) this.#isCut = true;
        if (this.#isCut) break;
        const place = this.#placeOf(found);
        places.set(path, place);
        const own = `${this.#namesOf(found.hold)}|${this.#namesOf(found.may)}`;
        if (!found.above.includes(own)) this.#below(path, place, [...found.above, own], next);
      }
      level = next;
    }
    const whole = places.get('');
    if (this.#isCut && whole !== undefined) places.set('', { ...whole, rest: this.#whole() });
    return places;
  }

  #namesOf(schemas: ReadonlySet<JsonObject>): string {
    return Array.from(schemas, (schema) => {
      const number = this.#numbers.get(schema) ?? this.#numbers.size;
      this.#numbers.set(schema, number);
      return number;
    }).join(' ');
  }

  #placeOf({ hold, may, required }: Found): ArgumentPlace {
    const parts = this.#partsOf(hold);
    const inParts = new Set(parts.map(({ schema }) => schema));
    const others = new Set(may);
    for (const schema of inParts) for (const one of this.#here(schema)) if (!inParts.has(one)) others.add(one);
    // A set is walked to its end, what is added on the way included.
    for (const schema of others) {
      if (!this.#look()) break;
      for (const one of this.#here(schema)) others.add(one);
    }
    const rules = new Set(parts.flatMap(({ schema }) => this.#restOf(schema)));
    const rest = rules.size === 0 ? undefined : [...rules].sort().join('\n');
    return { parts, others: [...others], required, rest };
  }

  #look(): boolean {
    this.#looks++;
    if (this.#looks > looksMax) this.#isCut = true;
    return !this.#isCut;
  }

  #partsOf(schemas: Iterable<JsonObject>): Part[] {
    const parts = new Map<JsonObject, Part>();
    const waiting = Array.from(schemas, (schema): Part => ({ schema, orNull: false }));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { schema, orNull } = next;
      const known = parts.get(schema);
      if (known !== undefined && (orNull || !known.orNull)) continue;
      if (!this.#look()) break;
      parts.set(schema, next);
      for (const one of [...schemasIn(schema, 'allOf'), ...this.#targetsOf(schema)])
        waiting.push({ schema: one, orNull });
      for (const key of ['anyOf', 'oneOf']) {
        const one = optionalIn(schema, key);
        if (one !== undefined) waiting.push({ schema: one, orNull: true });
      }
    }
    return [...parts.values()];
  }

  /** Schemas that have to do with the same value. */
  #here(schema: JsonObject): JsonObject[] {
    return [...applicatorsHere.flatMap((key) => schemasIn(schema, key)), ...this.#targetsOf(schema)];
  }

  #targetsOf(schema: JsonObject): JsonObject[] {
    return [...references].flatMap<JsonObject>((key) => this.#target(schema[key]) ?? []);
  }

  #target(reference: unknown): JsonObject | undefined {
    if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
    const found = targetOf(this.#root, reference);
    if (found !== undefined) return asSchema(found);
    const anchors = this.#anchors();
    const name = reference.slice(1);
    if (anchors.has(name) && anchors.get(name) === undefined) this.#isCut = true;
    return anchors.get(name);
  }

  #below(path: string, { parts, others }: ArgumentPlace, above: readonly string[], next: Map<string, Found>): void {
    const at = (child: string): Found => {
      const known = next.get(child) ?? { hold: new Set(), may: new Set(), required: false, above };
      next.set(child, known);
      return known;
    };
    const member = (name: string): Found => at(path === '' ? stepOf(name) : `${path}.${stepOf(name)}`);
    const held = new Set(parts.map(({ schema }) => schema));
    for (const schema of [...held, ...others]) {
      const holds = held.has(schema);
      if (holds) for (const name of namesIn(schema['required'])) member(name).required = true;
      for (const key of applicatorsNamed)
        for (const [name, item] of Object.entries(asJsonObject(schema[key]))) {
          const one = asSchema(item);
          if (one === undefined) continue;
          const found = member(name);
          (holds && key === 'properties' ? found.hold : found.may).add(one);
        }
      for (const key of applicatorsBelow)
        for (const one of schemasIn(schema, key)) {
          // `true` and `false` are no schemas of anything: `open` and `rest` tell them.
          if (one === anything || one === nothing) continue;
          const isMember = membersBelow.has(key);
          const isPlain = holds && (key === 'items' || key === 'additionalProperties') && schema[key] === one;
          const found = at(path + (isMember ? '{}' : '[]'));
          (isPlain ? found.hold : found.may).add(one);
        }
    }
  }

  /** What a schema that holds says beside what is compared. */
  #restOf(schema: JsonObject): string[] {
    const loops = new Set<string>();
    const rules = Object.entries(schema).flatMap(([key, value]) => {
      if (this.#isCompared(schema, key, value)) return [];
      const rule = this.#ruleOf(schema, key, value, { depth: 0, loops });
      return rule === undefined ? [] : [canonicalJson([key, rule])];
    });
    for (const reference of loops) {
      if (!this.#look()) break;
      const { digest, onward } = this.#loopAt(reference);
      rules.push(canonicalJson([reference, digest]));
      for (const one of onward) loops.add(one);
    }
    return rules;
  }

  #isCompared(schema: JsonObject, key: string, value: unknown): boolean {
    if (references.has(key)) return this.#target(value) !== undefined;
    if (boundKeys.includes(key)) return isBound(value);
    switch (key) {
      case 'const':
        return true;
      case 'type':
        return [value].flat().every((type) => typeof type === 'string');
      case 'format':
      case 'pattern':
        return typeof value === 'string';
      case 'enum':
      case 'required':
      case 'allOf':
        return Array.isArray(value);
      case 'properties':
      case 'items':
        return isJsonObject(value);
      case 'additionalProperties':
        return asSchema(value) !== undefined;
      case 'anyOf':
      case 'oneOf':
        return optionalIn(schema, key) !== undefined;
      default:
        return false;
    }
  }

  /** A keyword without words for people, and with what its references lead to; undefined for those that are no rules. */
  #ruleOf(schema: JsonObject, key: string, value: unknown, reading: Reading): unknown {
    // Inside, references mean something else: nothing short of the whole tells what they lead to.
    if (key === '$id') return schema === this.#root ? undefined : this.#whole();
    if (silent.has(key)) return undefined;
    if (references.has(key)) return this.#ledTo(value, reading);
    if (!applicators.has(key)) return value;
    const each = (item: unknown): unknown => this.#rulesOf(item, { ...reading, depth: reading.depth + 1 });
    if (Array.isArray(value)) return value.map(each);
    if (!maps.has(key) || !isJsonObject(value)) return each(value);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, each(item)]));
  }

  #rulesOf(schema: unknown, reading: Reading): unknown {
    if (!isJsonObject(schema)) return schema;
    if (reading.depth > rulesDepthMax) {
      this.#isCut = true;
      return undefined;
    }
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [key, this.#ruleOf(schema, key, value, reading)]),
    );
  }

  #ledTo(reference: unknown, { depth, loops }: Reading): unknown {
    if (typeof reference !== 'string') return reference;
    const target = this.#target(reference);
    // A schema's own address is an address too: what it leads to may be a part of the whole.
    if (target === undefined) return reference.startsWith('#') ? reference : [reference, this.#whole()];
    const digest = this.#digestOf(target, depth);
    if (digest === undefined) loops.add(reference);
    return digest ?? reference;
  }

  /** Of the rules of what is referred to, made once; undefined for what leads back to itself, also while it is read. */
  #digestOf(target: JsonObject, depth: number): string | undefined {
    if (this.#digests.has(target)) return this.#digests.get(target);
    this.#digests.set(target, undefined);
    const loops = new Set<string>();
    const digest = textDigest(canonicalJson(this.#rulesOf(target, { depth: depth + 1, loops })));
    this.#digests.set(target, loops.size === 0 ? digest : undefined);
    return this.#digests.get(target);
  }

  /** The rules of what leads back to itself, references in them as they are, and where these lead. */
  #loopAt(reference: string): Loop {
    const known = this.#loops.get(reference);
    if (known !== undefined) return known;
    const onward = new Set<string>();
    const rules = this.#rulesOf(this.#target(reference), { depth: 0, loops: onward });
    const loop = { digest: textDigest(canonicalJson(rules)), onward };
    this.#loops.set(reference, loop);
    return loop;
  }
}

/** What takes everything, and nothing. */
const anything: JsonObject = {};
const nothing: JsonObject = { enum: [] };

function asSchema(value: unknown): JsonObject | undefined {
  if (typeof value === 'boolean') return value ? anything : nothing;
  return isJsonObject(value) ? value : undefined;
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function schemasIn(schema: JsonObject, key: string): JsonObject[] {
  const value = schema[key];
  if (value === undefined) return [];
  const held = Array.isArray(value)
    ? (value as unknown[])
    : maps.has(key)
      ? Object.values(asJsonObject(value))
      : [value];
  return held.flatMap<JsonObject>((item) => asSchema(item) ?? []);
}

/** Of two alternatives the one beside null: how a value that may be left out is written. */
function optionalIn(schema: JsonObject, key: string): JsonObject | undefined {
  const alternatives = schemasIn(schema, key);
  const [one, another] = alternatives.filter((alternative) => !isNull(alternative));
  return alternatives.length === 2 && another === undefined ? one : undefined;
}

function isNull(schema: JsonObject): boolean {
  const rules = Object.keys(schema).filter((key) => !silent.has(key));
  return rules.length === 1 && schema['type'] === 'null';
}

/** A name in a path; one that could be read as several, as none, or as what an object is made of is quoted. */
function stepOf(name: string): string {
  return /^(?:__proto__)?$|[.[\]{}"]/.test(name) ? JSON.stringify(name) : name;
}

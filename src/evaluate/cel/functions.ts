import { limits } from '../../base/limits.ts';
import type { Trait } from '../../model/catalogue.ts';
import {
  eachRef,
  Interpolated,
  isList,
  isMarker,
  isProperties,
  Ref,
  Secret,
  Unknown,
  type Value,
} from '../../model/value.ts';
import { parseJsonText, policyAllows, policyStatements } from '../iam.ts';
import { isIn, mismatch, reasonOf } from './operators.ts';
import type { Scope } from './scope.ts';
import { matchesWildcard } from './wildcard.ts';

type GlobalFunction = (args: readonly Value[], scope: Scope) => Value;
type Method = (receiver: Value, args: readonly Value[]) => Value;

const functions: Readonly<Record<string, GlobalFunction>> = {
  size: ([value = null]) => sizeOf(value),
  int: ([value = null]) => toNumber(value, true),
  double: ([value = null]) => toNumber(value, false),
  string: ([value = null]) =>
    isMarker(value) ? value : typeof value === 'object' ? mismatch('`string` needs a scalar') : String(value),
  json: ([value = null]) => (typeof value === 'string' ? parseJsonText(value) : value),
  statements: ([document = null]) => policyStatements(document),
  allows: ([document = null, action, resource]) =>
    typeof action === 'string'
      ? policyAllows(document, action, typeof resource === 'string' ? resource : undefined)
      : mismatch('`allows` needs an action'),
  isSecret: ([value = null]) => holdsSecret(value, false),
  anySecret: ([value = null]) => holdsSecret(value, true),
  isOpenCidr: ([value = null]) => isOpenCidr(value),
  glob: ([value = null, pattern]) =>
    withText(value, (text) => typeof pattern === 'string' && matchesWildcard(pattern, text)),
  linked: ([types = null], scope) =>
    scope.surroundings.linked(scope.resource, texts(types)).map((resource) => scope.own(resource)),
  peers: ([types = null], scope) =>
    scope.surroundings.peers(scope.resource, texts(types)).map((resource) => scope.own(resource)),
  targetOf: ([value = null], scope) => targetOf(value, scope),
  names: ([value = null, resource = null], scope) => namesResource(value, resource, scope),
  reach: ([trait = null], scope) => reached(scope, trait, 'out'),
  reachedBy: ([trait = null], scope) => reached(scope, trait, 'in'),
  hasTrait: ([trait = null], scope) => scope.surroundings.hasTrait(scope.resource, trait as Trait),
};

const methods: Readonly<Record<string, Method>> = {
  size: (receiver) => sizeOf(receiver),
  startsWith: (receiver, [part = null]) => textTest(receiver, part, startsWith),
  endsWith: (receiver, [part = null]) => textTest(receiver, part, endsWith),
  contains: (receiver, [part = null]) => (isList(receiver) ? isIn(part, receiver) : textTest(receiver, part, contains)),
  matches: (receiver, [pattern = null]) =>
    typeof pattern === 'string'
      ? withText(receiver, (text) => matches(text, regularExpression(pattern)))
      : mismatch('`matches` needs a pattern'),
  lowerAscii: (receiver) => (typeof receiver === 'string' ? receiver.toLowerCase() : receiver),
  upperAscii: (receiver) => (typeof receiver === 'string' ? receiver.toUpperCase() : receiver),
  trim: (receiver) => (typeof receiver === 'string' ? receiver.trim() : receiver),
  split: (receiver, [separator = null]) =>
    receiver === null
      ? []
      : typeof receiver === 'string' && typeof separator === 'string'
        ? receiver.split(separator)
        : new Unknown('a text that is known only after deployment'),
  join: (receiver, [separator = '']) =>
    typeof separator === 'string' && isList(receiver) && receiver.every((item) => typeof item === 'string')
      ? receiver.join(separator)
      : mismatch('`join` needs a list of texts'),
};

/** Names of the functions and methods of the rule language (docs/guide/writing-rules.md lists them). */
export const functionNames: ReadonlySet<string> = new Set(Object.keys(functions));
export const methodNames: ReadonlySet<string> = new Set(Object.keys(methods));

/** Functions that ask what stands in the file, and so answer for a value that is not known. */
const literalTests = new Set(['isSecret', 'anySecret', 'names']);

/** Calls a function of the rule language. Unknown arguments make the result unknown. */
export function callFunction(name: string, args: readonly Value[], scope: Scope): Value {
  const run = functions[name];
  if (run === undefined) return mismatch(`\`${name}\` is not a function`);
  const unknown = literalTests.has(name) ? undefined : args.find((argument) => argument instanceof Unknown);
  return unknown ?? run(args, scope);
}

/** Calls a method of a value. Null receivers answer false (tests), null or an empty list. */
export function callMethod(name: string, receiver: Value, args: readonly Value[]): Value {
  const run = methods[name];
  if (run === undefined) return mismatch(`\`${name}\` is not a method`);
  if (receiver instanceof Unknown) return receiver;
  const unknown = args.find((item) => item instanceof Unknown);
  return unknown ?? run(receiver, args);
}

function sizeOf(value: Value): Value {
  if (value === null) return 0;
  if (value instanceof Unknown) return value;
  if (isList(value) || typeof value === 'string') return value.length;
  if (isMarker(value)) return new Unknown('the length is known only after deployment');
  return isProperties(value) ? Object.keys(value).length : mismatch('`size` needs a text, a list or a map');
}

function toNumber(value: Value, whole: boolean): Value {
  if (value === null || isMarker(value)) return value instanceof Unknown ? value : mismatch('a number is expected');
  const number = Number(value);
  if (Number.isNaN(number)) return mismatch('a number is expected');
  return whole ? Math.trunc(number) : number;
}

/** About the text that stands in the file: a value that comes from elsewhere (a variable, a reference) is no literal. */
function holdsSecret(value: Value, below: boolean): boolean {
  if (value instanceof Secret) return true;
  if (value instanceof Interpolated) return value.parts.some((part) => part instanceof Secret);
  if (!below || value instanceof Ref || value instanceof Unknown) return false;
  const items = isList(value) ? value : isProperties(value) ? Object.keys(value).map((key) => value[key] ?? null) : [];
  return items.some((item) => holdsSecret(item, true));
}

const openCidrs = new Set(['0.0.0.0/0', '::/0', '*', 'internet', 'any', '0.0.0.0', '::']);

function isOpenCidr(value: Value): boolean | Unknown {
  return withText(value, (text) => openCidrs.has(text.trim().toLowerCase()));
}

/** Runs a test on a fully known text; null is false, a partly known text unknown. */
function withText(value: Value, test: (text: string) => boolean | Unknown): boolean | Unknown {
  if (typeof value === 'string') return test(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean')
    return value === null ? false : test(String(value));
  if (value instanceof Unknown) return value;
  if (value instanceof Interpolated) return new Unknown(reasonOf(value));
  return isMarker(value) ? new Unknown('the text is known only after deployment') : mismatch('a text is expected');
}

function textTest(
  receiver: Value,
  part: Value,
  decide: (value: Interpolated, part: string) => boolean | Unknown,
): boolean | Unknown {
  if (typeof part !== 'string') return mismatch('a text is expected');
  if (receiver === null) return false;
  const value = typeof receiver === 'string' ? new Interpolated([receiver]) : receiver;
  if (value instanceof Interpolated) return decide(value, part);
  if (value instanceof Unknown) return value;
  return isMarker(value) ? new Unknown('the text is known only after deployment') : mismatch('a text is expected');
}

function startsWith(value: Interpolated, part: string): boolean | Unknown {
  const [first] = value.parts;
  if (typeof first === 'string') {
    if (first.length >= part.length || value.parts.length === 1) return first.startsWith(part);
    if (!part.startsWith(first)) return false;
  }
  return new Unknown(reasonOf(value));
}

function endsWith(value: Interpolated, part: string): boolean | Unknown {
  const last = value.parts.at(-1);
  if (typeof last === 'string') {
    if (last.length >= part.length || value.parts.length === 1) return last.endsWith(part);
    if (!part.endsWith(last)) return false;
  }
  return new Unknown(reasonOf(value));
}

function contains(value: Interpolated, part: string): boolean | Unknown {
  if (value.parts.some((known) => typeof known === 'string' && known.includes(part))) return true;
  return value.parts.every((known) => typeof known === 'string') ? false : new Unknown(reasonOf(value));
}

/**
 * Looks at the start of a long text only: a match that ends before the cut is one of the whole (patterns have no
 * look-around), anything else is unknown.
 */
function matches(text: string, expression: RegExp): boolean | Unknown {
  if (text.length <= limits.matchLengthMax) return expression.test(text);
  const found = expression.exec(text.slice(0, limits.matchLengthMax));
  if (found !== null && found.index + found[0].length < limits.matchLengthMax) return true;
  return new Unknown('the text is longer than the limit of a match');
}

const compiled = new Map<string, RegExp>();

/** Patterns come from rules only; the build refuses what RE2 would not accept, so matching stays linear. */
function regularExpression(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const insensitive = pattern.startsWith('(?i)');
  const expression = new RegExp(insensitive ? pattern.slice(4) : pattern, insensitive ? 'i' : '');
  compiled.set(pattern, expression);
  return expression;
}

function texts(value: Value): readonly string[] {
  return (isList(value) ? value : [value]).filter((item) => typeof item === 'string');
}

function targetOf(value: Value, scope: Scope): Value {
  if (isList(value)) return targetOf(value[0] ?? null, scope);
  const ref = value instanceof Interpolated ? value.parts.find((part) => part instanceof Ref) : value;
  if (!(ref instanceof Ref)) return value === null ? null : new Unknown('it names a resource outside what was read');
  const target = scope.surroundings.target(ref);
  return target instanceof Unknown ? target : scope.own(target);
}

/**
 * Whether a value holds a reference to a resource whose properties were handed out (or `r` itself). Never unknown: a
 * connection nobody can read is no connection.
 */
function namesResource(value: Value, resource: Value, scope: Scope): boolean {
  const id = resource === scope.resource.properties ? scope.resource.id : scope.ownerOf(resource)?.resource.id;
  let found = false;
  if (id !== undefined) {
    eachRef(value, ({ target }) => {
      found ||= target === id;
    });
  }
  return found;
}

function reached(scope: Scope, trait: Value, direction: 'out' | 'in'): Value {
  const found = scope.surroundings.reach(scope.resource, trait as Trait, direction);
  if (found instanceof Unknown) return found;
  scope.noteReached(
    direction === 'out' ? found : found.map(({ resource, path }) => ({ resource, path: [...path].reverse() })),
  );
  return found.map(({ resource }) => scope.own(resource));
}

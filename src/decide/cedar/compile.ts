import { DemarcError } from '../../base/errors.ts';
import type { EntityStore } from './entity-store.ts';
import { typeAndId, type UidJson } from './entity-store.ts';
import { dataOf, type Environment, isIn } from './environment.ts';
import { EvaluationError } from './evaluation-error.ts';
import { extensionFunction } from './extension-functions.ts';
import { Datetime, Duration } from './extension.ts';
import { readValue } from './json-value.ts';
import { likeMatcher, type PatternElement } from './like.ts';
import { add, type Long, multiply, negate, subtract } from './long.ts';
import { kleene, type Logic } from './logic.ts';
import { CedarRecord, CedarSet, EntityUid, isEqual, MapRecord, typeError, type Value } from './value.ts';

/** A compiled expression. @throws EvaluationError */
export type Evaluate = (environment: Environment) => Value;
export type Test = (environment: Environment) => boolean;

type Json = Readonly<Record<string, unknown>>;
interface Binary {
  readonly left: unknown;
  readonly right: unknown;
}

/**
 * Compiles expressions of Cedar's JSON form (docs.cedarpolicy.com/policies/json-format.html; Cedar 4.5, read 2026-11-28)
 * to closures. The semantics are those of Cedar's evaluator: `&&`, `||` and `if` decide from left to right and do not look
 * further than they must, everything else evaluates all its operands, and a wrong type is an error where it is met.
 */
export class Compiler {
  readonly #store: EntityStore;
  readonly #logic: Logic;

  /** @param logic how `&&`, `||` and `if` combine; Cedar's own unless the request is only known in part */
  constructor(store: EntityStore, logic: Logic = kleene.cedar) {
    this.#store = store;
    this.#logic = logic;
  }

  /** @throws DemarcError `DMC_POLICY` for an operator that Cedar 4.5 does not have */
  expression(json: unknown): Evaluate {
    const [operator, operand] = single(json);
    switch (operator) {
      case 'Value':
        return constant(readValue(operand, { uid: (type, id) => this.#store.intern({ type, id }) }));
      case 'Var':
        return variable(operand);
      case '.': {
        const { left, attr } = operand as { left: unknown; attr: string };
        return attribute(this.expression(left), attr);
      }
      case 'if-then-else': {
        const { if: test, then, else: otherwise } = operand as { if: unknown; then: unknown; else: unknown };
        return this.#logic.choose(this.test(test), this.expression(then), this.expression(otherwise));
      }
      case 'Set': {
        const items = (operand as readonly unknown[]).map((item) => this.expression(item));
        return folded(items, (environment) => new CedarSet(items.map((item) => item(environment))));
      }
      case 'Record': {
        const fields = Object.entries(operand as Json).map(([name, value]) => [name, this.expression(value)] as const);
        return (environment) => new MapRecord(new Map(fields.map(([name, value]) => [name, value(environment)])));
      }
      case 'neg': {
        const arg = this.expression((operand as { arg: unknown }).arg);
        return (environment) => negate(long(arg(environment)));
      }
      case '+':
      case '-':
      case '*':
        return this.#arithmetic(operator, operand as Binary);
      case 'getTag': {
        const [left, right] = this.#both(operand);
        return (environment) => getTag(entity(left(environment)), string(right(environment)), environment);
      }
      default:
        return this.#boolean(operator, operand) ?? this.#extension(operator, operand);
    }
  }

  /** Compiles an expression that has to be a boolean; anything else is an error when it is evaluated. */
  test(json: unknown): Test {
    const [operator, operand] = single(json);
    const test = this.#boolean(operator, operand);
    if (test !== undefined) return test;
    const evaluate = this.expression(json);
    return (environment) => boolean(evaluate(environment));
  }

  #boolean(operator: string, operand: unknown): Test | undefined {
    switch (operator) {
      case '&&':
      case '||': {
        const tests = chain(operator, operand as Binary).map((part) => this.test(part));
        return operator === '&&' ? this.#logic.all(tests) : this.#logic.any(tests);
      }
      case '!': {
        const arg = this.test((operand as { arg: unknown }).arg);
        return (environment) => !arg(environment);
      }
      case 'has':
        return this.#has(operand as { left: unknown; attr: string | readonly string[] });
      case 'like': {
        const { left, pattern } = operand as { left: unknown; pattern: readonly PatternElement[] };
        const [value, matches] = [this.expression(left), likeMatcher(pattern)];
        return (environment) => matches(string(value(environment)));
      }
      case 'is':
        return this.#is(operand as { left: unknown; entity_type: string; in?: unknown });
      case 'isEmpty': {
        const arg = this.expression((operand as { arg: unknown }).arg);
        return (environment) => set(arg(environment)).items.length === 0;
      }
      default:
        return this.#comparison(operator, operand);
    }
  }

  #comparison(operator: string, operand: unknown): Test | undefined {
    switch (operator) {
      case '==':
        return this.#equality(operand);
      case '!=': {
        const equal = this.#equality(operand);
        return (environment) => !equal(environment);
      }
      case '<':
        return this.#ordering(operand, (left, right) => left < right);
      case '<=':
        return this.#ordering(operand, (left, right) => left <= right);
      case '>':
        return this.#ordering(operand, (left, right) => left > right);
      case '>=':
        return this.#ordering(operand, (left, right) => left >= right);
      case 'in':
        return this.#in(...this.#both(operand));
      case 'contains': {
        const [left, right] = this.#both(operand);
        return (environment) => {
          const whole = left(environment);
          const part = right(environment);
          return set(whole).contains(part);
        };
      }
      case 'containsAll':
      case 'containsAny': {
        const [left, right] = this.#both(operand);
        return (environment) => {
          const [whole, part] = [left(environment), right(environment)];
          return set(whole)[operator](set(part));
        };
      }
      case 'hasTag': {
        const [left, right] = this.#both(operand);
        return (environment) => {
          const [uid, tag] = [left(environment), right(environment)];
          return hasTag(entity(uid), string(tag), environment);
        };
      }
      default:
        return undefined;
    }
  }

  #both(operand: unknown): [left: Evaluate, right: Evaluate] {
    const { left, right } = operand as Binary;
    return [this.expression(left), this.expression(right)];
  }

  #arithmetic(operator: '+' | '-' | '*', operand: Binary): Evaluate {
    const [left, right] = this.#both(operand);
    const run = { '+': add, '-': subtract, '*': multiply }[operator];
    return folded([left, right], (environment) => {
      const [a, b] = [left(environment), right(environment)];
      return run(long(a), long(b));
    });
  }

  #equality(operand: unknown): Test {
    const [left, right] = this.#both(operand);
    return (environment) => isEqual(left(environment), right(environment));
  }

  #ordering(operand: unknown, compare: (left: Long, right: Long) => boolean): Test {
    const [left, right] = this.#both(operand);
    return (environment) => {
      const [a, b] = [left(environment), right(environment)];
      if (a instanceof Datetime && b instanceof Datetime) return compare(a.ms, b.ms);
      if (a instanceof Duration && b instanceof Duration) return compare(a.ms, b.ms);
      return compare(long(a), long(b));
    };
  }

  #in(left: Evaluate, right: Evaluate): Test {
    return (environment) => {
      const [below, above] = [left(environment), right(environment)];
      const uid = entity(below);
      if (above instanceof EntityUid) return isIn(uid, above, environment);
      // A member that is no entity is an error, also behind one that matches.
      const all = set(above).items.map(entity);
      return all.some((one) => isIn(uid, one, environment));
    };
  }

  #is({ left, entity_type: type, in: above }: { left: unknown; entity_type: string; in?: unknown }): Test {
    const value = this.expression(left);
    const is: Test = (environment) => entity(value(environment)).type === type;
    return above === undefined ? is : this.#logic.all([is, this.#in(value, this.expression(above))]);
  }

  #has({ left, attr }: { left: unknown; attr: string | readonly string[] }): Test {
    const path = typeof attr === 'string' ? [attr] : attr;
    // `a has b.c` is `a has b && a.b has c`.
    let holder = this.expression(left);
    const tests = path.map((name): Test => {
      const value = holder;
      holder = attribute(value, name);
      return (environment) => hasAttribute(value(environment), name, environment);
    });
    const [first] = tests;
    return tests.length === 1 && first !== undefined ? first : this.#logic.all(tests);
  }

  #extension(name: string, operand: unknown): Evaluate {
    const run = extensionFunction(name);
    if (run === undefined || !Array.isArray(operand))
      throw new DemarcError('DMC_POLICY', `\`${name}\` is no operator of Cedar 4.5`);
    const args = operand.map((arg) => this.expression(arg));
    return folded(args, (environment) => run(args.map((arg) => arg(environment))));
  }
}

/** The one operator of an expression's object. */
function single(json: unknown): [operator: string, operand: unknown] {
  const [entry, ...more] = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  if (entry === undefined || more.length > 0) throw new DemarcError('DMC_POLICY', 'an expression has one operator');
  return entry;
}

/** The parts of a chain of one operator, from left to right; chains are written long, so this does not recurse. */
function chain(operator: '&&' | '||', operand: Binary): unknown[] {
  const parts: unknown[] = [];
  const stack: unknown[] = [operand.right, operand.left];
  while (stack.length > 0) {
    const part = stack.pop();
    const nested = (part as Json)[operator] as Binary | undefined;
    if (nested === undefined) parts.push(part);
    else stack.push(nested.right, nested.left);
  }
  return parts;
}

const constants = new WeakSet<Evaluate>();

function constant(value: Value): Evaluate {
  const evaluate = (): Value => value;
  constants.add(evaluate);
  return evaluate;
}

/** Evaluates once what has only constant operands; what then is an error is one each time it is reached. */
function folded(operands: readonly Evaluate[], evaluate: Evaluate): Evaluate {
  if (!operands.every((operand) => constants.has(operand))) return evaluate;
  try {
    // No constant reads the environment.
    return constant(evaluate({} as Environment));
  } catch (thrown) {
    if (thrown instanceof EvaluationError) return evaluate;
    throw thrown;
  }
}

function variable(name: unknown): Evaluate {
  switch (name) {
    case 'principal':
      return ({ principal }) => principal;
    case 'action':
      return ({ action }) => action;
    case 'resource':
      return ({ resource }) => resource;
    case 'context':
      return ({ context }) => context;
    default:
      throw new DemarcError('DMC_POLICY', `\`${String(name)}\` is no variable of Cedar`);
  }
}

function attribute(holder: Evaluate, name: string): Evaluate {
  return (environment) => {
    const value = holder(environment);
    if (value instanceof CedarRecord) {
      const found = value.get(name);
      if (found === undefined) throw new EvaluationError(`record does not have the attribute \`${name}\``);
      return found;
    }
    if (!(value instanceof EntityUid)) throw typeError('record or entity', value);
    const data = dataOf(value, environment);
    if (data === undefined) throw missing(value);
    const found = data.attributes.get(name);
    if (found === undefined) throw new EvaluationError(`${describe(value)} does not have the attribute \`${name}\``);
    return found;
  };
}

function hasAttribute(value: Value, name: string, environment: Environment): boolean {
  if (value instanceof CedarRecord) return value.has(name);
  if (value instanceof EntityUid) return dataOf(value, environment)?.attributes.has(name) ?? false;
  throw typeError('record or entity', value);
}

function getTag(uid: EntityUid, tag: string, environment: Environment): Value {
  const data = dataOf(uid, environment);
  if (data === undefined) throw missing(uid);
  const found = data.tags.get(tag);
  if (found === undefined) throw new EvaluationError(`${describe(uid)} does not have the tag \`${tag}\``);
  return found;
}

function hasTag(uid: EntityUid, tag: string, environment: Environment): boolean {
  return dataOf(uid, environment)?.tags.has(tag) ?? false;
}

const describe = ({ type, id }: EntityUid): string => `entity \`${type}::${JSON.stringify(id)}\``;
const missing = (uid: EntityUid): EvaluationError => new EvaluationError(`${describe(uid)} does not exist`);

function boolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw typeError('bool', value);
}

function string(value: Value): string {
  if (typeof value === 'string') return value;
  throw typeError('string', value);
}

function long(value: Value): Long {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw typeError('long', value);
}

function set(value: Value): CedarSet {
  if (value instanceof CedarSet) return value;
  throw typeError('set', value);
}

function entity(value: Value): EntityUid {
  if (value instanceof EntityUid) return value;
  throw typeError('entity', value);
}

/** The interned name of an entity in Cedar's JSON form. */
export function uidOf(json: UidJson, store: EntityStore): EntityUid {
  return store.intern(typeAndId(json));
}

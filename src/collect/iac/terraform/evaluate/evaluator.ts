import { limits } from '../../../../base/limits.ts';
import {
  Interpolated,
  isList,
  isMarker,
  isProperties,
  type MutableProperties,
  newProperties,
  Ref,
  Unknown,
  type Value,
} from '../../../../model/value.ts';
import type {
  Binary,
  Call,
  Expression,
  ForExpression,
  ObjectExpression,
  Splat,
  Step,
  TemplateFor,
  Traversal,
} from '../syntax/ast.ts';
import { access, LazyMany, LazyObject } from './access.ts';
import { Exhausted, Failure, holdsFailure } from './failure.ts';
import { arithmetic, either, equal, not, truth } from './operators.ts';
import { bind, LiveRef, ManyRef, type Scope } from './scope.ts';
import { joinText } from './text.ts';

/** A function of the language over evaluated arguments. */
export type TerraformFunction = (args: readonly Value[], call: CallContext) => Value;

/** What a function may use besides its arguments. */
export interface CallContext {
  readonly name: string;
  readonly scope: Scope;
  /** Pays for work or memory. @throws Exhausted */
  readonly charge: (steps: number) => void;
  /** Evaluates an expression, such as a template file's. */
  readonly evaluate: (expression: Expression, scope: Scope) => Value;
}

/** Expressions nested in one another over all references they follow. Stays far below the stack's end. */
const depthMax = 400;

/**
 * Evaluates expressions as Terraform does, as far as the configuration says. What it does not say is `Unknown`; a text
 * with unknown parts is `Interpolated`; an attribute of another resource that its configuration does not state is a `Ref`.
 * Never throws: steps are limited for one expression and for the whole unit.
 */
export class Evaluator {
  /**
   * While set: resources of which a literal attribute was read. The value no longer says where it came from, the
   * reference must.
   */
  reads: Set<string> | undefined;

  readonly #functions: Readonly<Record<string, TerraformFunction>>;
  #steps = 0;
  #depth = 0;
  #stepsLeft: number;

  /** @param stepsMax steps all expressions together may take */
  constructor(functions: Readonly<Record<string, TerraformFunction>>, stepsMax: number) {
    this.#functions = functions;
    this.#stepsLeft = stepsMax;
  }

  /** Whether the budget of the unit is used up: everything after that is unknown. */
  get exhausted(): boolean {
    return this.#stepsLeft <= 0;
  }

  /** Evaluates an expression with a budget of its own. */
  value(expression: Expression, scope: Scope): Value {
    return this.run(() => this.#evaluate(expression, scope));
  }

  /** Runs a computation with a budget of its own; one that exceeds it is unknown. */
  run<T>(compute: () => T): T | Unknown {
    const before = this.#steps;
    const depth = this.#depth;
    const granted = Math.min(limits.evaluationStepsMax, this.#stepsLeft);
    this.#steps = granted;
    try {
      return compute();
    } catch (thrown) {
      if (thrown instanceof Exhausted) return new Unknown(thrown.message);
      if (thrown instanceof RangeError) return new Unknown('takes more than the limits allow');
      throw thrown;
    } finally {
      this.#stepsLeft -= granted - Math.max(0, this.#steps);
      this.#steps = before;
      this.#depth = depth;
    }
  }

  readonly charge = (steps: number): void => {
    this.#steps -= steps;
    if (this.#steps < 0) throw new Exhausted('takes more steps than the limit');
  };

  readonly #evaluate = (expression: Expression, scope: Scope): Value => {
    if (expression.kind === 'literal') return expression.value;
    this.charge(1);
    if (++this.#depth > depthMax) {
      throw new Exhausted('refers through more values than the limit');
    }
    const value = this.#dispatch(expression, scope);
    this.#depth--;
    return value;
  };

  #dispatch(expression: Exclude<Expression, { kind: 'literal' }>, scope: Scope): Value {
    const evaluate = this.#evaluate;
    switch (expression.kind) {
      case 'traversal':
        return this.#traversal(expression, scope);
      case 'template':
        return this.#template(expression.parts, scope);
      case 'template-if':
        return this.#conditional(expression, scope);
      case 'template-for':
        return this.#templateFor(expression, scope);
      case 'access':
        return this.#follow(evaluate(expression.object, scope), [expression.step], 0, scope);
      case 'splat':
        return this.#splat(expression, scope);
      case 'item':
        return scope.item ?? new Failure('no element');
      case 'call':
        return this.#call(expression, scope);
      case 'unary': {
        const operand = evaluate(expression.operand, scope);
        return expression.operator === '!' ? not(operand) : arithmetic('-', 0, operand);
      }
      case 'binary':
        return this.#binary(expression, scope);
      case 'conditional':
        return this.#conditional(expression, scope);
      case 'tuple':
        return expression.items.map((item) => evaluate(item, scope));
      case 'object':
        return this.#object(expression, scope);
      case 'for':
        return this.#for(expression, scope);
    }
  }

  #template(parts: readonly Expression[], scope: Scope): Value {
    const [only] = parts;
    if (only !== undefined && parts.length === 1 && (only.kind === 'traversal' || only.kind === 'call'))
      return this.#evaluate(only, scope);
    const values = parts.map((part) => this.#evaluate(part, scope));
    const failure = values.find((value) => value instanceof Failure);
    if (failure !== undefined) return failure;
    return joinText(values, this.charge);
  }

  #conditional(expression: Extract<Expression, { kind: 'conditional' | 'template-if' }>, scope: Scope): Value {
    const condition = truth(this.#evaluate(expression.condition, scope));
    if (condition === true) return this.#evaluate(expression.whenTrue, scope);
    if (condition === false) return this.#evaluate(expression.whenFalse, scope);
    if (condition instanceof Failure) return condition;
    return either(condition, this.#evaluate(expression.whenTrue, scope), this.#evaluate(expression.whenFalse, scope));
  }

  #binary(expression: Binary, scope: Scope): Value {
    const { operator } = expression;
    const left = this.#evaluate(expression.left, scope);
    if (operator === '&&' || operator === '||') {
      // Terraform evaluates both sides; where one decides, an error of the other is of no interest here.
      const decides = operator === '||';
      const a = truth(left);
      if (a === decides) return decides;
      const b = truth(this.#evaluate(expression.right, scope));
      if (b === decides) return decides;
      if (a instanceof Unknown) return a;
      return b;
    }
    const right = this.#evaluate(expression.right, scope);
    if (operator === '==') return equal(left, right, this.charge);
    if (operator === '!=') return not(equal(left, right, this.charge));
    return arithmetic(operator, left, right);
  }

  #object(expression: ObjectExpression, scope: Scope): Value {
    const result = newProperties();
    for (const { key, value } of expression.entries) {
      const name = this.#evaluate(key, scope);
      if (name instanceof Unknown) return name;
      if (isMarker(name) || isList(name) || isProperties(name))
        return new Unknown('an object with a key that is known only after deployment');
      result[String(name)] = this.#evaluate(value, scope);
    }
    return result;
  }

  #call(expression: Call, scope: Scope): Value {
    const { name } = expression;
    if (name === 'try' || name === 'can') return this.#attempt(expression, scope);
    const plain = name.startsWith('core::') ? name.slice('core::'.length) : name;
    const run = Object.hasOwn(this.#functions, plain) ? this.#functions[plain] : undefined;
    if (run === undefined) return new Unknown(`the function \`${name.slice(0, 60)}\` is not evaluated`);
    const args = expression.args.map((arg) => this.#evaluate(arg, scope));
    if (expression.spread) {
      const last = args.pop() ?? null;
      if (!isList(last))
        return last instanceof Unknown ? last : new Unknown('arguments that are known only after deployment');
      this.charge(last.length);
      args.push(...last);
    }
    const failure = args.find((arg) => arg instanceof Failure);
    if (failure !== undefined) return failure;
    return run(args, { name: plain, scope, charge: this.charge, evaluate: this.#evaluate });
  }

  /** `try`: the first argument without an error; `can`: whether there is none. Unknown is no error, and no value either. */
  #attempt(expression: Call, scope: Scope): Value {
    for (const arg of expression.args) {
      const value = this.#evaluate(arg, scope);
      const failed = holdsFailure(value);
      if (expression.name === 'can') return failed ? false : value instanceof Unknown ? value : true;
      if (!failed) return value;
    }
    return new Failure('no argument of `try` has a value');
  }

  #traversal(expression: Traversal, scope: Scope): Value {
    const { root, steps } = expression;
    for (let binding = scope.bindings; binding !== undefined; binding = binding.outer) {
      if (binding.name === root) return this.#follow(binding.value, steps, 0, scope);
    }
    const { names } = scope;
    const first = steps[0];
    if (typeof first !== 'string') return new Failure(`\`${root.slice(0, 60)}\` is not defined`);
    switch (root) {
      case 'var':
        return this.#follow(names.variable(first), steps, 1, scope);
      case 'local':
        return this.#follow(names.local(first), steps, 1, scope);
      case 'module':
        return this.#follow(names.module(first), steps, 1, scope);
      case 'each':
        return this.#each(first, steps, scope);
      case 'count':
        return scope.count ?? new Failure('`count` is not set here');
      case 'path':
        return names.path(first);
      case 'terraform':
      case 'tofu':
        return new Unknown(`\`${root}.${first}\` is chosen when it is deployed`);
      case 'self':
      case 'ephemeral':
        return new Unknown(`\`${root}\` is known only after deployment`);
      default:
        return this.#resource(root, steps, scope);
    }
  }

  #each(first: string, steps: readonly Step[], scope: Scope): Value {
    if (scope.each === undefined) return new Failure('`each` is not set here');
    return this.#follow(first === 'key' ? scope.each.key : scope.each.value, steps, 1, scope);
  }

  #resource(root: string, steps: readonly Step[], scope: Scope): Value {
    const skipped = root === 'data' || root === 'resource' ? 2 : 1;
    const parts = steps.slice(0, skipped).filter((part) => typeof part === 'string');
    if (parts.length < skipped) return new Failure(`\`${root.slice(0, 60)}\` is not defined`);
    const key = root === 'resource' ? parts.join('.') : `${root}.${parts.join('.')}`;
    const value = scope.names.resource(key);
    return value === undefined
      ? new Failure(`\`${key.slice(0, 120)}\` is not declared`)
      : this.#follow(value, steps, skipped, scope);
  }

  /** Follows steps from a value. Past what a resource's configuration states, the result is a reference to it. */
  #follow(start: Value, steps: readonly Step[], from: number, scope: Scope): Value {
    let value = start;
    let origin: LiveRef | undefined;
    let path = '';
    for (let at = from; at < steps.length; at++) {
      const step = steps[at] ?? '';
      const key = typeof step === 'object' ? this.#evaluate(step, scope) : step;
      if (value instanceof LiveRef && !(value instanceof ManyRef) && typeof key === 'string') {
        origin = value;
        path = key;
        value = this.#readLive(value, key);
        continue;
      }
      if (origin !== undefined)
        path = typeof key === 'number' ? `${path}[${key}]` : `${path}.${typeof key === 'string' ? key : '*'}`;
      const next = access(value, key);
      value = next instanceof Failure && origin !== undefined ? new Ref(origin.target, path) : next;
    }
    return value;
  }

  /** Reads an attribute of a resource. What that reads in turn is the other resource's own reference. */
  #readLive(from: LiveRef, attribute: string): Value {
    const { reads } = this;
    this.reads = undefined;
    const value = from.read(attribute);
    this.reads = reads;
    if (!(value instanceof Ref)) reads?.add(from.target);
    return value;
  }

  #splat(expression: Splat, scope: Scope): Value {
    const object = this.#evaluate(expression.object, scope);
    const one = (item: Value): Value => this.#evaluate(expression.each, { ...scope, item });
    if (object === null) return [];
    if (isList(object)) return object.map(one);
    if (object instanceof ManyRef || object instanceof LazyMany) {
      const value = one(object.one);
      return isMarker(value) ? value : new Unknown('a list of which the length is not known');
    }
    if (object instanceof LiveRef || object instanceof LazyObject || isProperties(object) || !isMarker(object))
      return [one(object)];
    if (object instanceof Interpolated) return new Unknown('a list that is not known');
    if (object instanceof Unknown) return object;
    return one(object);
  }

  #for(expression: ForExpression, scope: Scope): Value {
    const collection = this.#evaluate(expression.collection, scope);
    const pairs = pairsOf(collection);
    if (pairs instanceof Unknown) return pairs;
    const list: Value[] = [];
    const object = newProperties();
    for (const [key, item] of pairs) {
      this.charge(1);
      let inner = bind(scope, expression.itemName, item);
      if (expression.keyName !== undefined) inner = bind(inner, expression.keyName, key);
      if (expression.condition !== undefined) {
        const wanted = truth(this.#evaluate(expression.condition, inner));
        if (wanted instanceof Unknown) return wanted;
        if (!wanted) continue;
      }
      if (expression.resultKey === undefined) {
        list.push(this.#evaluate(expression.result, inner));
        continue;
      }
      const name = this.#evaluate(expression.resultKey, inner);
      if (name instanceof Unknown) return name;
      if (typeof name === 'object') return new Unknown('an object with a key that is known only after deployment');
      put(object, String(name), this.#evaluate(expression.result, inner), expression.grouped);
    }
    return expression.resultKey === undefined ? list : sorted(object);
  }

  #templateFor(expression: TemplateFor, scope: Scope): Value {
    const pairs = pairsOf(this.#evaluate(expression.collection, scope));
    if (pairs instanceof Unknown) return pairs;
    const parts = pairs.map(([key, item]) => {
      this.charge(1);
      const inner = bind(scope, expression.item, item);
      return this.#evaluate(expression.body, expression.key === undefined ? inner : bind(inner, expression.key, key));
    });
    return joinText(parts, this.charge);
  }
}

function put(object: MutableProperties, key: string, value: Value, grouped: boolean): void {
  if (!grouped) {
    object[key] = value;
    return;
  }
  const group = object[key];
  if (isList(group)) (group as Value[]).push(value);
  else object[key] = [value];
}

/** Terraform's maps are in the order of their keys. */
export function sorted(object: MutableProperties): MutableProperties {
  const result = newProperties();
  for (const key of Object.keys(object).sort()) result[key] = object[key] ?? null;
  return result;
}

/** Keys and values of a collection in Terraform's order. */
export function pairsOf(collection: Value): readonly (readonly [Value, Value])[] | Unknown {
  if (isList(collection)) return collection.map((item, index) => [index, item] as const);
  if (collection instanceof Unknown) return collection;
  if (isProperties(collection)) {
    return Object.keys(collection)
      .sort()
      .map((key) => [key, collection[key] ?? null] as const);
  }
  if (isMarker(collection)) return new Unknown('a collection that is known only after deployment');
  return new Failure('a collection is expected');
}

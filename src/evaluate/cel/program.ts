import { DemarcError } from '../../base/errors.ts';
import type { CompiledExpression, Expression } from '../../model/rule.ts';
import {
  Interpolated,
  isList,
  isMarker,
  isProperties,
  newProperties,
  type Properties,
  Unknown,
  type Value,
} from '../../model/value.ts';
import { callFunction, callMethod } from './functions.ts';
import { arithmetic, compare, equals, isIn, mismatch } from './operators.ts';
import type { Origin, Scope } from './scope.ts';

/**
 * A compiled expression. CEL syntax and standard functions; the evaluation is our own because verdicts have three
 * values and every property read is evidence (docs/adr/0004). Closures, no code generation.
 */
export interface Program {
  /** Never throws for what the resource holds; what cannot be decided is `Unknown`. */
  run(scope: Scope): Value;
}

interface Part {
  run(scope: Scope): Value;
  /** Where the value was read, for parts that are a plain property path. */
  origin?: (scope: Scope) => Origin | undefined;
}

/** Compiles the JSON form of an expression. @throws DemarcError `DMC_RULE_INVALID` for an unknown operator */
export function compileProgram(expression: CompiledExpression): Program {
  return recorded(compile(typeof expression === 'string' ? (JSON.parse(expression) as Expression) : expression));
}

/** Evaluates a part and records the reading when it is a property path and somebody wants evidence. */
function recorded(part: Part): Part {
  const { origin } = part;
  if (origin === undefined) return part;
  return {
    run(scope) {
      const value = part.run(scope);
      if (scope.record !== undefined) {
        const at = origin(scope);
        if (at !== undefined && at.path !== '') scope.record(at, value);
      }
      return value;
    },
    origin,
  };
}

function compileOperand(expression: unknown): Part {
  return recorded(compile(expression as Expression));
}

function compile(expression: Expression): Part {
  const args = expression.args as readonly unknown[];
  switch (expression.op) {
    case 'value': {
      const value = expression.args as Value;
      return { run: () => value };
    }
    case 'id':
      return identifier(expression.args as string);
    case '.':
      return member(compile(args[0] as Expression), { run: () => args[1] as string });
    case '[]':
      return member(compile(args[0] as Expression), compileOperand(args[1]));
    case 'list': {
      const items = (args as readonly unknown[]).flat().map(compileOperand);
      return { run: (scope) => items.map((item) => item.run(scope)) };
    }
    case 'map':
      return mapLiteral(args);
    case '&&':
    case '||':
      return logical(compileOperand(args[0]), compileOperand(args[1]), expression.op === '||');
    case '!_':
      return negation(compileOperand(args[0]));
    case '-_': {
      const operand = compileOperand(args[0]);
      return { run: (scope) => arithmetic(0, operand.run(scope), '-') };
    }
    case '?:':
      return conditional(compileOperand(args[0]), compileOperand(args[1]), compileOperand(args[2]));
    case 'call':
      return call(args[0] as string, args[1] as readonly Expression[]);
    case 'rcall':
      return method(args[0] as string, args[1] as Expression, args[2] as readonly Expression[]);
    default:
      return binary(expression.op, compileOperand(args[0]), compileOperand(args[1]));
  }
}

function identifier(name: string): Part {
  return {
    run(scope) {
      const binding = scope.lookup(name);
      if (binding !== undefined) return binding.value;
      if (name === 'self') return selfOf(scope);
      return mismatch(`\`${name}\` is not defined`);
    },
    origin: (scope) => scope.lookup(name)?.origin,
  };
}

function selfOf(scope: Scope): Value {
  const { type, name, address, dialect, location, confidence, properties } = scope.resource;
  const client = properties['client'];
  return Object.assign(newProperties(), {
    type,
    name,
    address,
    dialect,
    file: location.file,
    confidence,
    client: client ?? null,
  });
}

function member(object: Part, key: Part): Part {
  return {
    run: (scope) => select(object.run(scope), key.run(scope)),
    origin(scope) {
      const base = object.origin?.(scope);
      if (base === undefined) return undefined;
      const name = key.run(scope);
      if (typeof name === 'number') return { resource: base.resource, path: `${base.path}[${name}]` };
      if (typeof name !== 'string') return base;
      return { resource: base.resource, path: base.path === '' ? name : `${base.path}.${name}` };
    },
  };
}

function select(object: Value, key: Value): Value {
  if (object === null) return null;
  // The common case first: property bags have no prototype, and nothing else has none.
  if (typeof key === 'string' && typeof object === 'object' && Object.getPrototypeOf(object) === null)
    return (object as Properties)[key] ?? null;
  if (object instanceof Unknown) return object;
  if (key instanceof Unknown) return key;
  if (isList(object)) return typeof key === 'number' ? (object[key] ?? null) : null;
  if (isMarker(object)) return new Unknown('a part of a value that is known only after deployment');
  return isProperties(object) && typeof key === 'string' ? (object[key] ?? null) : null;
}

function mapLiteral(args: readonly unknown[]): Part {
  const pairs = args as readonly (readonly [unknown, unknown])[];
  const entries = pairs.map(([key, value]) => [compileOperand(key), compileOperand(value)] as const);
  return {
    run(scope) {
      const result = newProperties();
      for (const [key, value] of entries) {
        const name = key.run(scope);
        if (typeof name === 'string') result[name] = value.run(scope);
      }
      return result;
    },
  };
}

function logical(left: Part, right: Part, deciding: boolean): Part {
  return {
    run(scope) {
      const first = left.run(scope);
      if (first === deciding) return deciding;
      const second = right.run(scope);
      if (second === deciding) return deciding;
      if (first === !deciding && second === !deciding) return !deciding;
      return firstUnknown([first, second]) ?? mismatch(`${deciding ? '||' : '&&'} needs two booleans`);
    },
  };
}

function firstUnknown(values: readonly Value[]): Unknown | undefined {
  for (const value of values) if (value instanceof Unknown) return value;
  return undefined;
}

function negation(operand: Part): Part {
  return {
    run(scope) {
      const value = operand.run(scope);
      if (typeof value === 'boolean') return !value;
      return value instanceof Unknown ? value : mismatch('`!` needs a boolean');
    },
  };
}

function conditional(test: Part, yes: Part, no: Part): Part {
  return {
    run(scope) {
      const decided = test.run(scope);
      if (decided === true) return yes.run(scope);
      if (decided === false) return no.run(scope);
      const unknown = decided instanceof Unknown ? decided : mismatch('`?:` needs a boolean');
      const [whenTrue, whenFalse] = [yes.run(scope), no.run(scope)];
      return equals(whenTrue, whenFalse) === true ? whenTrue : unknown;
    },
  };
}

function binary(operator: string, left: Part, right: Part): Part {
  switch (operator) {
    case '==':
      return { run: (scope) => equals(left.run(scope), right.run(scope)) };
    case '!=':
      return negation({ run: (scope) => equals(left.run(scope), right.run(scope)) });
    case 'in':
      return { run: (scope) => isIn(left.run(scope), right.run(scope)) };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { run: (scope) => compare(left.run(scope), right.run(scope), operator) };
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return { run: (scope) => arithmetic(left.run(scope), right.run(scope), operator) };
    default:
      throw new DemarcError('DMC_RULE_INVALID', `expression uses \`${operator}\`, which is not supported`);
  }
}

function call(name: string, args: readonly Expression[]): Part {
  const parts = args.map(compileOperand);
  if (name === 'has') {
    const [operand] = parts;
    if (operand === undefined) throw new DemarcError('DMC_RULE_INVALID', '`has` needs one argument');
    return negation({ run: (scope) => equals(operand.run(scope), null) });
  }
  return {
    run: (scope) =>
      callFunction(
        name,
        parts.map((part) => part.run(scope)),
        scope,
      ),
  };
}

function method(name: string, receiver: Expression, args: readonly Expression[]): Part {
  if (name in macroKinds) return macro(name as keyof typeof macroKinds, compileOperand(receiver), args);
  const [object, ...parts] = [receiver, ...args].map(compileOperand);
  return {
    run: (scope) =>
      callMethod(
        name,
        object?.run(scope) ?? null,
        parts.map((part) => part.run(scope)),
      ),
  };
}

/** By macro the answer of its body that decides: the one item that fails, the one that is found. */
const macroKinds = { all: false, exists: true, exists_one: true, filter: true, map: undefined } as const;

function macro(kind: keyof typeof macroKinds, collection: Part, args: readonly Expression[]): Part {
  const [variable, ...rest] = args;
  const bodies = rest.map(compileOperand);
  const body = bodies.at(-1);
  if (variable?.op !== 'id' || body === undefined)
    throw new DemarcError('DMC_RULE_INVALID', `\`${kind}\` needs a variable and an expression`);
  const name = variable.args as string;
  const condition = kind === 'map' && bodies.length > 1 ? bodies[0] : undefined;
  const deciding = macroKinds[kind];
  return {
    run(scope) {
      const value = collection.run(scope);
      if (value instanceof Unknown) return value;
      const noted = scope.record !== undefined;
      const entries = entriesOf(value, noted ? collection.origin?.(scope) : undefined);
      if (entries === undefined) return mismatch(`\`${kind}\` needs a list or a map`);
      const results: (Value | undefined)[] = [];
      for (const [item, origin] of entries) {
        scope.bind(name, item, origin ?? (noted ? scope.ownerOf(item) : undefined));
        const result = condition === undefined || condition.run(scope) === true ? body.run(scope) : undefined;
        scope.unbind();
        results.push(result);
        if (deciding === undefined || result !== deciding) continue;
        // The rest decides nothing more, but what it reads is evidence.
        if (!noted && (kind === 'all' || kind === 'exists')) return deciding;
        scope.noteDecided(item);
      }
      return conclude(
        kind,
        entries.map(([item]) => item),
        results,
      );
    },
  };
}

function entriesOf(value: Value, origin: Origin | undefined): (readonly [Value, Origin | undefined])[] | undefined {
  if (value === null) return [];
  if (isList(value)) {
    return value.map(
      (item, index) => [item, origin && { resource: origin.resource, path: `${origin.path}[${index}]` }] as const,
    );
  }
  return isProperties(value)
    ? Object.keys(value).map((key) => [key, origin] as const)
    : value instanceof Interpolated
      ? undefined
      : undefined;
}

function conclude(
  kind: keyof typeof macroKinds,
  items: readonly Value[],
  results: readonly (Value | undefined)[],
): Value {
  const unknown = firstUnknown(results.filter((result) => result !== undefined));
  switch (kind) {
    case 'all':
      return results.includes(false) ? false : (unknown ?? true);
    case 'exists':
      return results.includes(true) ? true : (unknown ?? false);
    case 'exists_one':
      return unknown ?? results.filter((result) => result === true).length === 1;
    case 'filter':
      return unknown ?? items.filter((_, index) => results[index] === true);
    case 'map':
      return results.filter((result) => result !== undefined);
  }
}

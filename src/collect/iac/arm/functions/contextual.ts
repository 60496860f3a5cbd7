import { limits } from '../../../../base/limits.ts';
import { eitherOf } from '../../../../model/interpolate.ts';
import { isList, isProperties, newProperties, Unknown, type Value } from '../../../../model/value.ts';
import { child, stringOf } from '../../../documents/node.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Expression } from '../expression.ts';
import { type Frame, newFrame } from '../frame.ts';
import { parameterOf } from '../parameters.ts';
import type { Scope } from '../scope.ts';
import { referenceTo, resourceIdOf } from './references.ts';

type Call = Expression & { readonly kind: 'call' };
type Contextual = (evaluator: Evaluator, call: Call, scope: Scope, frame: Frame) => Value | undefined;

const table: ReadonlyMap<string, Contextual> = new Map<string, Contextual>([
  [
    'parameters',
    (evaluator, call, scope, frame) => parameterOf(evaluator, nameOf(evaluator, call, scope, frame), scope, frame),
  ],
  ['variables', variableOf],
  ['if', conditional],
  ['copyindex', copyIndex],
  ['lambdavariables', (evaluator, call, scope, frame) => frame.locals.get(nameOf(evaluator, call, scope, frame))],
  ['map', (...context) => overItems(...context, (items) => items.map(([, result]) => result))],
  ['filter', filtered],
  ['mapvalues', mapValues],
  ['resourceid', resourceIdOf],
  ['subscriptionresourceid', resourceIdOf],
  ['managementgroupresourceid', resourceIdOf],
  ['tenantresourceid', resourceIdOf],
  ['extensionresourceid', resourceIdOf],
  ['reference', referenceTo],
]);

/**
 * Calls a function that depends on where it stands: the template's parameters and variables, loops, lambdas,
 * references to resources, functions that the template declares. Lazy ones evaluate only what they need.
 *
 * @returns undefined when the function is none of these, or is not decided
 */
export function callContextual(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value | undefined {
  const declared = scope.functions.get(call.name);
  if (declared === undefined) return table.get(call.name)?.(evaluator, call, scope, frame);
  const values = call.args.map((arg) => evaluator.expression(arg, scope, frame));
  const parameters = child(declared, 'parameters');
  const names = parameters?.kind === 'list' ? parameters.items.map((item) => stringOf(child(item, 'name')) ?? '') : [];
  const given = new Map(names.map((name, index): [string, Value] => [name.toLowerCase(), values[index] ?? null]));
  const output = child(child(declared, 'output'), 'value');
  return output === undefined ? undefined : evaluator.argument(output, scope, { ...newFrame(), arguments: given });
}

function nameOf(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): string {
  const name = call.args[0] === undefined ? undefined : evaluator.expression(call.args[0], scope, frame);
  return typeof name === 'string' ? name.toLowerCase() : '';
}

function variableOf(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value {
  const name = nameOf(evaluator, call, scope, frame);
  const loop = scope.variableLoops.get(name);
  const node = scope.variables.get(name);
  if (loop === undefined && node === undefined) return new Unknown(`variable \`${name}\` is not declared`);
  return scope.once(
    `variable ${name}`,
    () => {
      if (loop !== undefined) return evaluator.loop(loop, scope, newFrame());
      return node === undefined ? null : evaluator.argument(node, scope, newFrame());
    },
    () => new Unknown(`variable \`${name}\` refers to itself`),
  );
}

function conditional(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value | undefined {
  const [test, yes, no] = call.args;
  if (test === undefined || yes === undefined || no === undefined) return undefined;
  const truth = evaluator.expression(test, scope, frame);
  if (truth === true) return evaluator.expression(yes, scope, frame);
  if (truth === false) return evaluator.expression(no, scope, frame);
  const reason = evaluator.undecided(call.text, scope, frame).reason;
  return eitherOf(evaluator.expression(yes, scope, frame), evaluator.expression(no, scope, frame), reason);
}

function copyIndex(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value | undefined {
  const args = call.args.map((arg) => evaluator.expression(arg, scope, frame));
  const name = typeof args[0] === 'string' ? args[0].toLowerCase() : '';
  const offset = args.find((arg) => typeof arg === 'number') ?? 0;
  const index = frame.loops.get(name);
  return typeof index === 'number' ? index + offset : index;
}

/** The items of a lambda function's first argument, each with what the lambda gives for it. */
function overItems(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  frame: Frame,
  finish: (items: readonly (readonly [Value, Value])[]) => Value | undefined,
): Value | undefined {
  const [source, lambda] = call.args;
  if (source === undefined || lambda?.kind !== 'call' || lambda.name !== 'lambda') return undefined;
  const items = evaluator.expression(source, scope, frame);
  const body = lambda.args.at(-1);
  if (!isList(items) || body === undefined || items.length > limits.instancesMax) return undefined;
  const names = lambda.args.slice(0, -1).map((arg) => (arg.kind === 'literal' ? String(arg.value).toLowerCase() : ''));
  return finish(
    items.map((item, index) => {
      const locals = new Map(frame.locals);
      if (names[0] !== undefined) locals.set(names[0], item);
      if (names[1] !== undefined) locals.set(names[1], index);
      return [item, evaluator.expression(body, scope, { ...frame, locals })] as const;
    }),
  );
}

function filtered(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value | undefined {
  return overItems(evaluator, call, scope, frame, (items) => {
    if (!items.every(([, kept]) => typeof kept === 'boolean')) return undefined;
    return items.filter(([, kept]) => kept === true).map(([item]) => item);
  });
}

function mapValues(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value | undefined {
  const [source, lambda] = call.args;
  if (source === undefined || lambda?.kind !== 'call' || lambda.name !== 'lambda') return undefined;
  const value = evaluator.expression(source, scope, frame);
  const [name, body] = lambda.args;
  if (!isProperties(value) || name?.kind !== 'literal' || body === undefined) return undefined;
  const result = newProperties();
  for (const [key, item] of Object.entries(value)) {
    const locals = new Map([...frame.locals, [String(name.value).toLowerCase(), item]]);
    result[key] = evaluator.expression(body, scope, { ...frame, locals });
  }
  return result;
}

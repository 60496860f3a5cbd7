import { type Value, Unknown } from '../../../model/value.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import type { Evaluator } from './evaluator.ts';
import { type Frame, newFrame } from './frame.ts';
import type { Scope } from './scope.ts';

/**
 * What `parameters('name')` gives: the value passed (a parameter file, or the deployment that nests the template),
 * else the default. A secure parameter is never known, a nullable one without a value is null.
 *
 * @param name in lower case
 */
export function parameterOf(evaluator: Evaluator, name: string, scope: Scope, frame: Frame): Value {
  const argument = frame.arguments?.get(name);
  if (argument !== undefined) return argument;
  const declared = scope.parameters.get(name);
  const where = scope.name === '' ? '' : ` of deployment \`${scope.name}\``;
  if (declared === undefined) return new Unknown(`parameter \`${name}\`${where} is not declared`);
  if (isSecure(declared)) return new Unknown(`secure parameter \`${name}\`${where}`);
  return scope.once(
    `parameter ${name}`,
    () => {
      const given = scope.given.get(name);
      if (given !== undefined) return evaluator.argument(given.node, given.scope ?? scope, given.frame);
      const fallback = child(declared, 'defaultValue');
      if (fallback !== undefined) return evaluator.argument(fallback, scope, newFrame());
      const nullable = child(declared, 'nullable');
      if (nullable?.kind === 'scalar' && nullable.value === true) return null;
      return new Unknown(`parameter \`${name}\`${where} has no value`);
    },
    () => new Unknown(`parameter \`${name}\`${where} refers to itself`),
  );
}

function isSecure(declared: DocNode): boolean {
  return /^secure/i.test(stringOf(child(declared, 'type')) ?? '');
}

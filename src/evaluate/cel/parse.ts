import { Environment } from '@marcbachmann/cel-js';
import { DemarcError, messageOf } from '../../base/errors.ts';
import type { Expression } from '../../model/rule.ts';
import { functionNames, methodNames } from './functions.ts';

const macros = new Set(['has', 'all', 'exists', 'exists_one', 'filter', 'map']);

/**
 * Parses a CEL expression (https://github.com/google/cel-spec, grammar in doc/langdef.md) into plain JSON that
 * `compileProgram` runs. Build time only: rules ship as the result.
 *
 * @throws DemarcError `DMC_RULE_INVALID` for a syntax error or a function that does not exist
 */
export function parseExpression(text: string): Expression {
  const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
  try {
    return convert(environment.parse(text).ast);
  } catch (thrown) {
    if (thrown instanceof DemarcError) throw thrown;
    throw new DemarcError('DMC_RULE_INVALID', `expression does not parse: ${messageOf(thrown)}: \`${text}\``, {
      cause: thrown,
    });
  }
}

interface RawNode {
  readonly op: string;
  readonly args: unknown;
}

function isRaw(value: unknown): value is RawNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function convert(node: unknown): Expression {
  if (!isRaw(node)) throw new DemarcError('DMC_RULE_INVALID', 'expression has an unexpected part');
  if (node.op === 'value') return { op: 'value', args: literal(node.args) };
  if (node.op === 'id') return { op: 'id', args: node.args };
  if (node.op === 'call' || node.op === 'rcall') checkCall(node);
  const args = Array.isArray(node.args) ? node.args : [node.args];
  return { op: node.op, args: args.map(convertArgument) };
}

function convertArgument(argument: unknown): unknown {
  if (isRaw(argument)) return convert(argument);
  return Array.isArray(argument) ? argument.map(convertArgument) : literal(argument);
}

function literal(value: unknown): string | number | boolean | null {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new DemarcError('DMC_RULE_INVALID', 'expression holds a literal of an unsupported type');
}

function checkCall(node: RawNode): void {
  const [name] = node.args as [string];
  const known =
    node.op === 'call' ? functionNames.has(name) || name === 'has' : methodNames.has(name) || macros.has(name);
  if (!known) throw new DemarcError('DMC_RULE_INVALID', `expression calls \`${name}\`, which does not exist`);
}

import { limits } from '../../../base/limits.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { type Scalar, Unknown, type Value } from '../../../model/value.ts';

/** Values that a parent stack passes to the parameters of a nested one, by name. */
export type Given = ReadonlyMap<string, Value>;

/**
 * The value of a parameter: what the parent stack passes, else what it has without anybody passing one. Parameter files are not read: which of several belongs to
 * a template is decided by whoever deploys it. The default is what a deployment gets that nobody thought about, so
 * it is what the template is judged by.
 *
 * @returns the default; a list for list types; `Unknown` without one, for `NoEcho` and for values kept in SSM
 */
export function parameterValue(name: string, node: DocNode, given: Given): Value {
  const noEcho = child(node, 'NoEcho');
  if (noEcho?.kind === 'scalar' && String(noEcho.value).toLowerCase() === 'true')
    return new Unknown('NoEcho parameter');
  const type = stringOf(child(node, 'Type')) ?? 'String';
  if (type.startsWith('AWS::SSM::Parameter::Value')) return new Unknown(`parameter \`${name}\` is read from SSM`);
  const listed = type === 'CommaDelimitedList' || type.startsWith('List<');
  const passed = given.get(name);
  if (passed !== undefined) return listed && typeof passed === 'string' ? splitList(passed) : passed;
  const fallback = child(node, 'Default');
  if (fallback === undefined) return new Unknown(`parameter \`${name}\` has no default`);
  if (fallback.kind === 'list' && fallback.items.length <= limits.instancesMax)
    return fallback.items.map((item) => (item.kind === 'scalar' ? item.value : null));
  if (fallback.kind !== 'scalar') return new Unknown(`the default of parameter \`${name}\` is not a text`);
  const { value } = fallback;
  if (typeof value === 'string' && value.length > limits.stringLengthMax) {
    return new Unknown(`the default of parameter \`${name}\` is longer than the limit`);
  }
  return listed ? splitList(value) : value;
}

function splitList(value: Scalar): Value {
  if (value === null || value === '') return [];
  const items = String(value).split(',', limits.instancesMax + 1);
  if (items.length > limits.instancesMax) return new Unknown('the list is longer than the limit');
  return items.map((item) => item.trim());
}

const pseudoParameters = new Set([
  'AWS::AccountId',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** The pseudo parameter of a name: `Unknown` until deployment; undefined for a name that is none. */
export function pseudoParameter(name: string): Unknown | undefined {
  return pseudoParameters.has(name) ? new Unknown(`${name} is only known when deployed`) : undefined;
}

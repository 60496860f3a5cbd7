import { limits } from '../../../base/limits.ts';
import { eitherOf, interpolate } from '../../../model/interpolate.ts';
import { isList, isMarker, isProperties, Unknown, type Value } from '../../../model/value.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import type { Evaluator, Frame } from './evaluator.ts';
import { dynamicReferences } from './dynamic-references.ts';

type Intrinsic = (evaluator: Evaluator, argument: DocNode, frame: Frame) => Value | undefined;

/**
 * The intrinsic functions by their long name, except `Fn::If` (which keeps positions, see evaluator.ts) and the
 * condition functions (conditions.ts).
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', (evaluator, argument, frame) => evaluator.reference(named(evaluator, argument, frame), frame)],
  ['Fn::GetAtt', getAttribute],
  ['Fn::Sub', substitute],
  ['Fn::Join', join],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::FindInMap', findInMap],
  // Kept as the text it encodes (user data, a script): what a rule looks for stands there in clear.
  ['Fn::Base64', (evaluator, argument, frame) => evaluator.argument(argument, frame)],
  ['Fn::ToJsonString', (evaluator, argument, frame) => toJson(evaluator.argument(argument, frame))],
  ['Fn::Length', length],
  ['Fn::ImportValue', () => new Unknown('exported by another stack')],
  ['Fn::Cidr', () => new Unknown('address ranges are computed when deployed')],
  ['Fn::GetAZs', () => new Unknown('availability zones are only known when deployed')],
  ['Fn::GetStackOutput', () => new Unknown('output of another stack')],
  ['Fn::Transform', (evaluator, argument) => evaluator.unsupported('`Fn::Transform` is a macro: not run', argument)],
  ['Condition', (evaluator, argument, frame) => evaluator.condition(stringOf(argument) ?? '', frame)],
  ...(['Fn::Equals', 'Fn::And', 'Fn::Or', 'Fn::Not'] as const).map((name): [string, Intrinsic] => [
    name,
    (evaluator, argument, frame) => evaluator.truth(wrap(name, argument), frame),
  ]),
]);

function wrap(name: string, argument: DocNode): DocNode {
  const { line, column } = argument;
  return { kind: 'map', line, column, tag: undefined, entries: new Map([[name, { line, column, node: argument }]]) };
}

function named(evaluator: Evaluator, node: DocNode, frame: Frame): string {
  return evaluator.text(stringOf(node) ?? '', frame.locals);
}

function getAttribute(evaluator: Evaluator, argument: DocNode, frame: Frame): Value {
  if (argument.kind === 'list') {
    const [resource, ...rest] = argument.items;
    const name = rest.map((item) => evaluator.argument(item, frame));
    if (resource === undefined || !name.every((part) => typeof part === 'string')) {
      return new Unknown('the attribute of Fn::GetAtt is not known');
    }
    return evaluator.attribute(named(evaluator, resource, frame), name.join('.'));
  }
  return attributeOf(evaluator, named(evaluator, argument, frame));
}

function attributeOf(evaluator: Evaluator, text: string): Value {
  const dot = text.indexOf('.');
  if (dot === -1) return new Unknown('Fn::GetAtt names no attribute');
  return evaluator.attribute(text.slice(0, dot), text.slice(dot + 1));
}

/** `Fn::Sub`, with or without its own variables; `${!Name}` stays literal `${Name}`. */
function substitute(evaluator: Evaluator, argument: DocNode, frame: Frame): Value {
  const [first, variables] = argument.kind === 'list' ? argument.items : [argument, undefined];
  const written = stringOf(first);
  if (written === undefined) return new Unknown('the text of Fn::Sub is not known');
  const text = evaluator.text(written, frame.locals);
  const parts: Value[] = [];
  let from = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', from)) {
    const end = text.indexOf('}', at);
    if (end === -1) break;
    parts.push(text.slice(from, at));
    const name = text.slice(at + 2, end).trim();
    from = end + 1;
    if (name.startsWith('!')) parts.push(`\${${name.slice(1)}}`);
    else parts.push(variable(evaluator, name, variables, frame));
  }
  parts.push(text.slice(from));
  const result = interpolate(parts);
  return typeof result === 'string' ? dynamicReferences(result) : result;
}

function variable(evaluator: Evaluator, name: string, variables: DocNode | undefined, frame: Frame): Value {
  const own = child(variables, name);
  if (own !== undefined) return evaluator.argument(own, frame) ?? '';
  if (name.includes('.')) return attributeOf(evaluator, name);
  return evaluator.reference(name, frame) ?? '';
}

function join(evaluator: Evaluator, argument: DocNode, frame: Frame): Value {
  const [separator, list] = argument.kind === 'list' ? argument.items : [];
  const between = separator === undefined ? undefined : evaluator.argument(separator, frame);
  const items = list === undefined ? undefined : evaluator.argument(list, frame);
  if (typeof between !== 'string' || !isList(items)) return unknownOf(items, 'the list of Fn::Join is not known');
  const result = interpolate(items.flatMap((item, index) => (index === 0 ? [item] : [between, item])));
  return typeof result === 'string' ? dynamicReferences(result) : result;
}

function select(evaluator: Evaluator, argument: DocNode, frame: Frame): Value {
  const [position, list] = argument.kind === 'list' ? argument.items : [];
  const index = position === undefined ? undefined : evaluator.argument(position, frame);
  const items = list === undefined ? undefined : evaluator.argument(list, frame);
  if (!isList(items)) return unknownOf(items, 'the list of Fn::Select is not known');
  if (typeof index !== 'number' && typeof index !== 'string')
    return unknownOf(index, 'the index of Fn::Select is not known');
  return items[Number(index)] ?? new Unknown('the index of Fn::Select is outside the list');
}

function split(evaluator: Evaluator, argument: DocNode, frame: Frame): Value {
  const [separator, source] = argument.kind === 'list' ? argument.items : [];
  const between = separator === undefined ? undefined : evaluator.argument(separator, frame);
  const text = source === undefined ? undefined : evaluator.argument(source, frame);
  if (typeof between !== 'string' || typeof text !== 'string')
    return unknownOf(text, 'the text of Fn::Split is not known');
  const pieces = between === '' ? [text] : text.split(between, limits.instancesMax + 1);
  return pieces.length > limits.instancesMax ? new Unknown('Fn::Split gives more than the limit') : pieces;
}

/** `Fn::FindInMap`; where a key is not known but every candidate agrees, their value is the value. */
function findInMap(evaluator: Evaluator, argument: DocNode, frame: Frame): Value | undefined {
  const [mapNode, topNode, secondNode, options] = argument.kind === 'list' ? argument.items : [];
  if (mapNode === undefined || topNode === undefined || secondNode === undefined) {
    return new Unknown('Fn::FindInMap takes three arguments');
  }
  let candidates: (DocNode | undefined)[] = [evaluator.template.mappings];
  for (const key of [mapNode, topNode, secondNode].map((node) => evaluator.argument(node, frame))) {
    candidates = candidates.flatMap((node) => step(node, key));
    if (candidates.length > limits.instancesMax) return new Unknown('Fn::FindInMap has more candidates than the limit');
  }
  const fallback = child(options, 'DefaultValue');
  const values = candidates.map((node) => {
    const found = node ?? fallback;
    return found === undefined ? new Unknown('not found in the mapping') : evaluator.argument(found, frame);
  });
  const reason = 'the key of Fn::FindInMap is not known';
  if (values.length === 0) return new Unknown(reason);
  return values.reduce((a, b) => eitherOf(a, b, reason));
}

function step(node: DocNode | undefined, key: Value | undefined): (DocNode | undefined)[] {
  if (node?.kind !== 'map') return [undefined];
  if (typeof key === 'string' || typeof key === 'number') return [node.entries.get(String(key))?.node];
  return [...node.entries.values()].map((entry) => entry.node);
}

function toJson(value: Value | undefined): Value {
  if (value === undefined || !isKnown(value)) return new Unknown('a part of Fn::ToJsonString is not known');
  return JSON.stringify(value);
}

function isKnown(value: Value): boolean {
  if (isMarker(value)) return false;
  if (isList(value)) return value.every(isKnown);
  return isProperties(value) ? Object.values(value).every(isKnown) : true;
}

function length(evaluator: Evaluator, argument: DocNode, frame: Frame): Value {
  const value = evaluator.argument(argument, frame);
  return isList(value) ? value.length : unknownOf(value, 'the list of Fn::Length is not known');
}

function unknownOf(value: Value | undefined, reason: string): Unknown {
  return value instanceof Unknown ? value : new Unknown(reason);
}

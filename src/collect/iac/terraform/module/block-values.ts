import { limits } from '../../../../base/limits.ts';
import { isList, type MutableProperties, newProperties, Unknown, type Value } from '../../../../model/value.ts';
import type { PositionSink } from '../../../documents/node.ts';
import { type Evaluator, pairsOf } from '../evaluate/evaluator.ts';
import { bind, type Scope } from '../evaluate/scope.ts';
import { settle } from '../evaluate/settle.ts';
import type { Block, Body, Expression } from '../syntax/ast.ts';

/** Arguments of every resource that are Terraform's own and no attributes. */
const metaArguments = new Set([
  'count',
  'for_each',
  'provider',
  'providers',
  'depends_on',
  'lifecycle',
  'provisioner',
  'connection',
]);

export interface BlockReader {
  readonly evaluator: Evaluator;
  /** Receives positions; undefined when nobody wants them. */
  readonly positions: PositionSink | undefined;
  /** Whether a list that grows by an unknown `dynamic` keeps its known part, with an unknown element for the rest. */
  readonly partial: boolean;
  /** Pays for attributes and blocks; false when there are too many. */
  readonly take: (nodes: number) => boolean;
}

/**
 * Attributes and nested blocks of a body: blocks are lists of objects under their type, `dynamic` ones expanded. A type
 * that a `dynamic` block over an unknown collection makes is unknown, never absent.
 */
export function bodyValues(reader: BlockReader, body: Body, scope: Scope, path = '', depth = 0): MutableProperties {
  const { evaluator, positions } = reader;
  const result = newProperties();
  for (const { name, expression, line, column, file } of body.attributes) {
    if (depth === 0 && metaArguments.has(name)) continue;
    const value = attributeValue(evaluator, expression, scope);
    if (value === null) continue;
    result[name] = value;
    if (positions === undefined) continue;
    const at = path === '' ? name : `${path}.${name}`;
    positions[at] = file === undefined ? [line, column] : [line, column, file];
    recordInside(expression, at, positions, 0);
  }
  for (const block of body.blocks) {
    if (depth === 0 && metaArguments.has(block.type)) continue;
    if (block.type === 'dynamic') dynamicBlock(reader, block, scope, result, path, depth);
    else addBlock(reader, block, block.body, scope, block.type, result, path, depth);
  }
  return result;
}

/** An attribute as it is kept. */
export function attributeValue(evaluator: Evaluator, expression: Expression, scope: Scope): Value {
  if (expression.kind === 'literal') return settle(expression.value, () => undefined);
  const value = evaluator.value(expression, scope);
  return value === null || typeof value !== 'object' ? value : evaluator.run(() => settle(value, evaluator.charge));
}

function addBlock(
  reader: BlockReader,
  block: Block,
  body: Body,
  scope: Scope,
  type: string,
  result: MutableProperties,
  path: string,
  depth: number,
): void {
  const list = result[type];
  if (list instanceof Unknown) return;
  const items: Value[] = isList(list) ? (list as Value[]) : [];
  if (items.length === 0) result[type] = items;
  if (depth > limits.nestingDepthMax || !reader.take(1 + body.attributes.length + body.blocks.length)) {
    result[type] = new Unknown('expands past the limit');
    return;
  }
  const at = `${path === '' ? type : `${path}.${type}`}[${items.length}]`;
  if (reader.positions !== undefined)
    reader.positions[at] =
      block.file === undefined ? [block.line, block.column] : [block.line, block.column, block.file];
  items.push(bodyValues(reader, body, scope, at, depth + 1));
}

function dynamicBlock(
  reader: BlockReader,
  block: Block,
  scope: Scope,
  result: MutableProperties,
  path: string,
  depth: number,
): void {
  const [type = ''] = block.labels;
  const content = block.body.blocks.find((item) => item.type === 'content');
  const over = block.body.attribute('for_each');
  const iterator = block.body.attribute('iterator')?.expression;
  const name = iterator?.kind === 'traversal' ? iterator.root : type;
  const collection =
    over === undefined
      ? new Unknown('a dynamic block without a collection')
      : reader.evaluator.value(over.expression, scope);
  const pairs = pairsOf(collection);
  if (pairs instanceof Unknown) {
    unknownBlocks(reader, result, type, pairs);
    if (reader.positions !== undefined)
      reader.positions[path === '' ? type : `${path}.${type}`] ??= [block.line, block.column];
    return;
  }
  if (content === undefined) return;
  const isSet = isList(collection);
  for (const [index, [key, value]] of pairs.entries()) {
    if (index >= limits.instancesMax)
      return unknownBlocks(reader, result, type, new Unknown('more blocks than the limit'));
    const iteration = newProperties();
    iteration['key'] =
      isSet && typeof value === 'string' && over?.expression.kind === 'call' && over.expression.name === 'toset'
        ? value
        : key;
    iteration['value'] = value;
    addBlock(reader, block, content.body, bind(scope, name, iteration), type, result, path, depth);
    if (result[type] instanceof Unknown) return;
  }
}

function unknownBlocks(reader: BlockReader, result: MutableProperties, type: string, reason: Unknown): void {
  const known = result[type];
  const plain = new Unknown(reason.reason);
  if (reader.partial && isList(known)) (known as Value[]).push(plain);
  else result[type] = reader.partial ? [plain] : plain;
}

/** Records where the parts of a literal structure stand, so that evidence within a document has its line. */
function recordInside(expression: Expression, path: string, positions: PositionSink, depth: number): void {
  if (depth > 8) return;
  if (expression.kind === 'call') {
    const [arg] = expression.args;
    if ((expression.name === 'jsonencode' || expression.name === 'yamlencode') && arg !== undefined)
      recordInside(arg, path, positions, depth);
  } else if (expression.kind === 'object') {
    for (const { key, value } of expression.entries) {
      if (key.kind !== 'literal') continue;
      const at = `${path}.${String(key.value)}`;
      positions[at] = [key.line, key.column];
      recordInside(value, at, positions, depth + 1);
    }
  } else if (expression.kind === 'tuple') {
    for (const [index, item] of expression.items.entries()) {
      if (item.kind !== 'object') continue;
      const at = `${path}[${index}]`;
      positions[at] = [item.line, item.column];
      recordInside(item, at, positions, depth + 1);
    }
  }
}

import { limits } from '../../../base/limits.ts';
import { isList } from '../../../model/value.ts';
import { type DocNode, type MapNode, stringOf } from '../../documents/node.ts';
import type { Evaluator, Frame, Locals } from './evaluator.ts';

/**
 * Runs a `Fn::ForEach` loop: calls `visit` with the loop's body and the variables of each iteration.
 *
 * @returns why the loop cannot be expanded, or undefined
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
export function eachIteration(
  evaluator: Evaluator,
  key: string,
  node: DocNode,
  frame: Frame,
  visit: (body: MapNode, locals: Locals) => void,
): string | undefined {
  const [identifier, collection, body] = node.kind === 'list' ? node.items : [];
  const name = stringOf(identifier);
  if (name === undefined || collection === undefined || body?.kind !== 'map') return `\`${key}\` is malformed`;
  const items = evaluator.argument(collection, frame);
  if (!isList(items)) return `the collection of \`${key}\` is not known`;
  if (items.length > limits.instancesMax) return `\`${key}\` expands past the limit of instances`;
  for (const item of items) {
    if (typeof item !== 'string' && typeof item !== 'number') return `an item of \`${key}\` is not known`;
    if (!evaluator.iterate()) return `\`${key}\` expands past the limit`;
    visit(body, new Map([...frame.locals, [name, String(item)]]));
  }
  return undefined;
}

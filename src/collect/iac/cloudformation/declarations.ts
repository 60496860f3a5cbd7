import { type DocNode, type MapEntry, child, stringOf } from '../../documents/node.ts';
import { type Evaluator, type Locals, newPositions, noLocals } from './evaluator.ts';
import { eachIteration } from './for-each.ts';

/** A resource as declared, loops expanded: what it is called and where, its body not evaluated. */
export interface Declaration {
  readonly logicalId: string;
  readonly type: string;
  readonly entry: MapEntry;
  readonly locals: Locals;
}

/**
 * The resources of a template, loops expanded, those left out whose condition is known to be false. A resource whose
 * condition is not known counts as present.
 *
 * @param unexpanded called for a loop that cannot be expanded
 */
export function declarationsOf(
  evaluator: Evaluator,
  unexpanded: (reason: string, node: DocNode) => void,
): Declaration[] {
  const found: Declaration[] = [];
  const visit = (entries: ReadonlyMap<string, MapEntry>, locals: Locals): void => {
    for (const [key, entry] of entries) {
      const frame = { locals, positions: newPositions() };
      if (key.startsWith('Fn::ForEach::')) {
        const failed = eachIteration(evaluator, key, entry.node, frame, (body, inner) => visit(body.entries, inner));
        if (failed !== undefined) unexpanded(failed, entry.node);
        continue;
      }
      const type = stringOf(child(entry.node, 'Type'));
      if (type === undefined) continue;
      const condition = stringOf(child(entry.node, 'Condition'));
      if (condition !== undefined && evaluator.condition(evaluator.text(condition, locals), frame) === false) continue;
      found.push({ logicalId: evaluator.text(key, locals), type: evaluator.text(type, locals), entry, locals });
    }
  };
  visit(evaluator.template.resources, noLocals);
  return found;
}

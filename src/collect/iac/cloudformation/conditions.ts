import { isList, isMarker, Unknown, type Value } from '../../../model/value.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { callOf } from './call.ts';
import type { Evaluator, Frame } from './evaluator.ts';

/** Kleene's three values: true, false, or not known (and why). */
export type Truth = boolean | Unknown;

/** The `Conditions` of one template, decided when they are asked for. */
export class ConditionTable {
  readonly #evaluator: Evaluator;
  readonly #known = new Map<string, Truth>();
  readonly #open = new Set<string>();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /** Whether the named condition holds; one that refers to itself or does not exist is not known. */
  named(name: string, frame: Frame): Truth {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const entry = this.#evaluator.template.conditions.get(name);
    if (entry === undefined) return new Unknown(`condition \`${name}\` is not declared`);
    if (this.#open.has(name)) return new Unknown(`condition \`${name}\` refers to itself`);
    this.#open.add(name);
    const truth = this.#evaluator.truth(entry.node, frame);
    this.#open.delete(name);
    this.#known.set(name, truth);
    return truth;
  }

  /** Whether a condition expression holds. */
  truth(node: DocNode, frame: Frame): Truth {
    const reference = node.kind === 'map' && node.entries.size === 1 ? stringOf(child(node, 'Condition')) : undefined;
    if (reference !== undefined) return this.named(reference, frame);
    const call = callOf(node);
    const operands = call?.argument.kind === 'list' ? call.argument.items : [];
    switch (call?.name ?? '') {
      case 'Condition':
        return this.named(stringOf(call?.argument) ?? '', frame);
      case 'Fn::Equals':
        return this.#equals(operands, frame);
      case 'Fn::Not':
        return not(
          operands[0] === undefined ? new Unknown('Fn::Not is empty') : this.#evaluator.truth(operands[0], frame),
        );
      case 'Fn::And':
        return this.#all(operands, frame, false);
      case 'Fn::Or':
        return this.#all(operands, frame, true);
      default:
        return toTruth(this.#evaluator.argument(node, frame));
    }
  }

  /** And (`decisive` false) and or (`decisive` true): one decisive operand decides, else one unknown leaves it open. */
  #all(operands: readonly DocNode[], frame: Frame, decisive: boolean): Truth {
    let result: Truth = !decisive;
    for (const operand of operands) {
      const truth = this.#evaluator.truth(operand, frame);
      if (truth === decisive) return decisive;
      if (truth instanceof Unknown) result = truth;
    }
    return result;
  }

  #equals(operands: readonly DocNode[], frame: Frame): Truth {
    const [left, right] = operands;
    if (left === undefined || right === undefined) return new Unknown('Fn::Equals takes two arguments');
    return equal(this.#evaluator.argument(left, frame), this.#evaluator.argument(right, frame));
  }
}

function not(truth: Truth): Truth {
  return truth instanceof Unknown ? truth : !truth;
}

/** Equality as CloudFormation has it: scalars are compared as texts. */
function equal(left: Value | undefined, right: Value | undefined): Truth {
  if (left === undefined || right === undefined) return left === right;
  for (const side of [left, right]) {
    if (side instanceof Unknown) return side;
    if (isMarker(side)) return new Unknown('compares a value that is only known when deployed');
  }
  if (isList(left) && isList(right)) {
    if (left.length !== right.length) return false;
    let result: Truth = true;
    for (const [index, item] of left.entries()) {
      const truth = equal(item, right[index]);
      if (truth === false) return false;
      if (truth instanceof Unknown) result = truth;
    }
    return result;
  }
  if (typeof left === 'object' || typeof right === 'object') {
    return left === right || new Unknown('compares values that are no texts');
  }
  return String(left) === String(right);
}

function toTruth(value: Value | undefined): Truth {
  if (value instanceof Unknown) return value;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return new Unknown('the condition is not a condition function');
}

import { limits } from '../../../base/limits.ts';
import { boundedText } from '../../../model/interpolate.ts';
import { eitherOf } from '../../../model/interpolate.ts';
import { isList, newProperties, Ref, Unknown, type Value } from '../../../model/value.ts';
import {
  type DocNode,
  type ListNode,
  type MapNode,
  newBudget,
  type PositionSink,
  stringOf,
} from '../../documents/node.ts';
import { type Call, callOf } from './call.ts';
import { ConditionTable, type Truth } from './conditions.ts';
import { eachIteration } from './for-each.ts';
import { dynamicReferences } from './dynamic-references.ts';
import { intrinsics } from './intrinsics.ts';
import { type Given, parameterValue, pseudoParameter } from './parameters.ts';
import type { Template } from './template.ts';

/** Loop variables of `Fn::ForEach` in force, by identifier. */
export type Locals = ReadonlyMap<string, string>;
export const noLocals: Locals = new Map();

/** What an evaluation knows about where it stands. */
export interface Frame {
  readonly locals: Locals;
  readonly positions: PositionSink;
}

/** Evaluates nodes of one template. Never throws for what the template holds. */
export class Evaluator {
  readonly template: Template;
  /** Set when a limit was met; the collector reports it once. */
  exhausted = false;
  readonly #declared: ReadonlyMap<string, string>;
  readonly #conditions: ConditionTable;
  readonly #parameters = new Map<string, Value>();
  readonly #unsupported: (reason: string, node: DocNode) => void;
  readonly #budget = newBudget();
  readonly #given: Given;
  #depth = 0;
  #iterations = 10 * limits.instancesMax;

  /**
   * @param declared logical id → resource id of every resource that exists (grows while loops expand)
   * @param unsupported called for a construct that Demarc does not evaluate
   * @param given values of parameters that a parent stack passes
   */
  constructor(
    template: Template,
    declared: ReadonlyMap<string, string>,
    unsupported: (reason: string, node: DocNode) => void,
    given: Given = new Map(),
  ) {
    this.#given = given;
    this.template = template;
    this.#declared = declared;
    this.#unsupported = unsupported;
    this.#conditions = new ConditionTable(this);
  }

  /** The value of a node, or undefined when it is absent (`AWS::NoValue`). Positions go to `frame.positions`. */
  value(node: DocNode, frame: Frame, path = ''): Value | undefined {
    if (this.#budget.nodes-- <= 0 || this.#depth > limits.nestingDepthMax * 2) {
      this.exhausted = true;
      return new Unknown('the template expands past the limit');
    }
    this.#depth++;
    try {
      const call = callOf(node);
      if (call !== undefined) return this.#call(call, node, frame, path);
      if (node.kind === 'list') return this.#list(node, frame, path);
      if (node.kind === 'map') return this.#map(node, frame, path);
      if (typeof node.value !== 'string') return node.value;
      const text = boundedText(this.text(node.value, frame.locals));
      return typeof text === 'string' ? dynamicReferences(text) : text;
    } finally {
      this.#depth--;
    }
  }

  /** `value` for an argument of a function: its inner positions are of no property. */
  argument(node: DocNode, frame: Frame): Value | undefined {
    return this.value(node, { locals: frame.locals, positions: newPositions() });
  }

  /** Whether a named condition holds. */
  condition(name: string, frame: Frame): Truth {
    return this.#conditions.named(name, frame);
  }

  /** Whether a node in condition position holds. */
  truth(node: DocNode, frame: Frame): Truth {
    this.#depth++;
    try {
      if (this.#depth > limits.nestingDepthMax * 2) return new Unknown('conditions are nested past the limit');
      return this.#conditions.truth(node, frame);
    } finally {
      this.#depth--;
    }
  }

  /** What `Ref` gives for a name: a loop variable, a parameter, a pseudo parameter or a resource. */
  reference(name: string, frame: Frame): Value | undefined {
    const local = frame.locals.get(name);
    if (local !== undefined) return local;
    if (name === 'AWS::NoValue') return undefined;
    const target = this.#declared.get(name);
    if (target !== undefined) return new Ref(target);
    const parameter = this.template.parameters.get(name);
    if (parameter === undefined) {
      return pseudoParameter(name) ?? new Unknown(`\`${name}\` is not declared in the template`);
    }
    const known = this.#parameters.get(name);
    if (known !== undefined) {
      // A long list put in many places multiplies; each place counts in full.
      if (isList(known)) this.#budget.nodes -= known.length;
      return known;
    }
    const value = parameterValue(name, parameter.node, this.#given);
    this.#parameters.set(name, value);
    return value;
  }

  /** What `Fn::GetAtt` gives: the deployed value is not known, but which resource it comes from is. */
  attribute(resource: string, name: string): Value {
    const target = this.#declared.get(resource);
    if (target !== undefined) return new Ref(target, name);
    return new Unknown(`\`${resource}.${name}\` is not declared in the template`);
  }

  /** A text with the loop variables in force put in (`${Name}`, `&{Name}`). */
  text(text: string, locals: Locals): string {
    let result = text;
    for (const [name, value] of locals) {
      if (!result.includes(name)) continue;
      result = result.replaceAll(`\${${name}}`, () => value);
      result = result.replaceAll(`&{${name}}`, () => value.replaceAll(/[^A-Za-z0-9]/g, ''));
      if (result.length > limits.stringLengthMax) break;
    }
    return result;
  }

  /** Counts one iteration of a loop (nested loops multiply); false past the limit. */
  iterate(): boolean {
    if (this.#iterations-- > 0 && !this.exhausted) return true;
    this.exhausted = true;
    return false;
  }

  /** Reports a construct that is not evaluated. */
  unsupported(reason: string, node: DocNode): Unknown {
    this.#unsupported(reason, node);
    return new Unknown(reason);
  }

  #call(call: Call, node: DocNode, frame: Frame, path: string): Value | undefined {
    if (call.name === 'Fn::If') return this.#if(call.argument, frame, path);
    const evaluate = intrinsics.get(call.name);
    if (evaluate !== undefined) return evaluate(this, call.argument, frame);
    // A tag or key that CloudFormation does not define is a macro's or a mistake: not ours to guess.
    return this.unsupported(`\`${call.name}\` is not evaluated`, node);
  }

  #if(argument: DocNode, frame: Frame, path: string): Value | undefined {
    const [name, yes, no] = argument.kind === 'list' ? argument.items : [];
    if (name === undefined || yes === undefined || no === undefined) return new Unknown('Fn::If takes three arguments');
    const key = stringOf(name);
    const truth = key === undefined ? this.truth(name, frame) : this.condition(this.text(key, frame.locals), frame);
    if (truth === true) return this.value(yes, frame, path);
    if (truth === false) return this.value(no, frame, path);
    const reason = `depends on condition \`${key ?? ''}\`: ${truth.reason}`;
    return eitherOf(this.value(yes, frame, path), this.value(no, frame, path), reason);
  }

  #list(node: ListNode, frame: Frame, path: string): Value {
    const result: Value[] = [];
    for (const item of node.items) {
      const itemPath = `${path}[${result.length}]`;
      const value = this.value(item, frame, itemPath);
      if (value === undefined) continue;
      frame.positions[itemPath] ??= [item.line, item.column];
      result.push(value);
    }
    return result;
  }

  #map(node: MapNode, frame: Frame, path: string): Value {
    const result = newProperties();
    for (const [key, entry] of node.entries) {
      if (key.startsWith('Fn::ForEach::')) {
        const failed = eachIteration(this, key, entry.node, frame, (body, locals) => {
          Object.assign(result, this.#map(body, { ...frame, locals }, path));
        });
        if (failed !== undefined) this.unsupported(failed, entry.node);
        continue;
      }
      const name = this.text(key, frame.locals);
      const keyPath = path === '' ? name : `${path}.${name}`;
      const value = this.value(entry.node, frame, keyPath);
      if (value === undefined) continue;
      frame.positions[keyPath] = [entry.line, entry.column];
      result[name] = value;
    }
    return result;
  }
}

/** An empty position sink without a prototype. */
export function newPositions(): PositionSink {
  return Object.create(null) as PositionSink;
}

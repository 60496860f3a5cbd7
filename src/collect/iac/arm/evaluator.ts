import { limits } from '../../../base/limits.ts';
import { boundedText } from '../../../model/interpolate.ts';
import { isList, isProperties, newProperties, Ref, Unknown, type Value } from '../../../model/value.ts';
import { child, type DocNode, type ListNode, type MapNode, newBudget, stringOf } from '../../documents/node.ts';
import { type Expression, isExpression, NotAnExpression, parseExpression, plainText } from './expression.ts';
import { callContextual } from './functions/contextual.ts';
import { memberOf } from './functions/collections.ts';
import { callPure } from './functions/table.ts';
import { displayName, Registry } from './names.ts';
import { type Frame, newFrame, newPositions } from './frame.ts';
import { loopsOf, type Scope } from './scope.ts';

/** Evaluates nodes and expressions of one file. Never throws for what the file holds. */
export class Evaluator {
  readonly registry = new Registry();
  /** Nested deployments by resource id: the scope their outputs are evaluated in. */
  readonly deployments = new Map<string, { readonly template: MapNode; readonly scope: Scope }>();
  /** Set when a limit was met; the collector reports it once. */
  exhausted = false;
  readonly #malformed: (reason: string, node: DocNode) => void;
  readonly #parsed = new Map<string, Expression | undefined>();
  readonly #sizes = new WeakMap<object, number>();
  readonly #budget = newBudget();
  #steps: number = limits.evaluationStepsMax * 10;
  #depth = 0;

  /** @param malformed called for an expression that does not parse */
  constructor(malformed: (reason: string, node: DocNode) => void) {
    this.#malformed = malformed;
  }

  /** The value of a node; positions of its keys and items go to `frame.positions` below `path`. */
  value(node: DocNode, scope: Scope, frame: Frame, path = ''): Value {
    if (this.#budget.nodes-- <= 0) return this.#exhaust();
    return this.#nested(() => {
      if (node.kind === 'list') return this.#list(node, scope, frame, path);
      if (node.kind === 'map') return this.#map(node, scope, frame, path);
      return typeof node.value === 'string' ? this.#text(node.value, node, scope, frame) : node.value;
    });
  }

  /** `value` where the positions belong to no property. */
  argument(node: DocNode, scope: Scope, frame: Frame): Value {
    return this.value(node, scope, { ...frame, positions: newPositions() });
  }

  /** The value of a parsed expression. */
  expression(expression: Expression, scope: Scope, frame: Frame): Value {
    if (this.#steps-- <= 0) return this.#exhaust();
    return this.#nested(() => {
      switch (expression.kind) {
        case 'literal':
          return expression.value;
        case 'member':
          return this.#member(expression, scope, frame);
        case 'call':
          return this.#measured(this.#call(expression, scope, frame));
      }
    });
  }

  /** A marker for a call that is only known when deployed; equal calls of one scope have equal reasons. */
  undecided(text: string, scope: Scope, frame: Frame): Unknown {
    const loop = /copyindex/i.test(text) ? [...frame.loops.values()].filter((index) => typeof index === 'number') : [];
    const where = [
      scope.name === '' ? '' : ` in deployment \`${scope.name}\``,
      loop.length === 0 ? '' : ` for index ${loop.join(', ')}`,
    ];
    return new Unknown(`\`${text.slice(0, 300)}\` is only known when deployed${where.join('')}`);
  }

  /** A member of a value; of a reference it is a reference to that attribute. */
  memberOf(target: Value, key: Value): Value | undefined {
    // Each member has a reason of its own, so that two of them are not taken for the same value.
    if (target instanceof Unknown) return new Unknown(`${target.reason} (\`${displayName(key)}\`)`.slice(0, 600));
    if (!(target instanceof Ref)) return memberOf(target, key);
    const step = typeof key === 'number' ? `[${key}]` : typeof key === 'string' ? key : undefined;
    if (step === undefined) return undefined;
    const base = target.attribute === undefined || target.attribute === '' ? '' : target.attribute;
    const joined = base === '' || step.startsWith('[') ? `${base}${step}` : `${base}.${step}`;
    return this.#output(target.target, joined) ?? new Ref(target.target, joined);
  }

  /** The value of a nested deployment's output, when `attribute` names one. */
  #output(id: string, attribute: string): Value | undefined {
    const deployment = this.deployments.get(id);
    const name = /^properties\.outputs\.([^.[]{1,256})\.value$/i.exec(attribute)?.[1];
    if (deployment === undefined || name === undefined) return undefined;
    const outputs = child(deployment.template, 'outputs');
    const value = child(child(outputs, name), 'value');
    if (value === undefined) return undefined;
    const { scope } = deployment;
    const key = `output ${id} ${name.toLowerCase()}`;
    return scope.once(
      key,
      () => this.argument(value, scope, newFrame()),
      () => new Unknown(`output \`${name}\` refers to itself`),
    );
  }

  #member(expression: Expression & { kind: 'member' }, scope: Scope, frame: Frame): Value {
    const target = this.expression(expression.target, scope, frame);
    const key = this.expression(expression.key, scope, frame);
    if (key instanceof Unknown) return key;
    const value = this.memberOf(target, key);
    return value === undefined ? new Unknown('the member of an expression is not known') : value;
  }

  #call(call: Expression & { kind: 'call' }, scope: Scope, frame: Frame): Value {
    const contextual = callContextual(this, call, scope, frame);
    if (contextual !== undefined) return contextual;
    const args = call.args.map((arg) => this.expression(arg, scope, frame));
    for (const arg of args) this.#steps -= this.sizeOf(arg);
    if (this.#steps <= 0) return this.#exhaust();
    const value = callPure(call.name, args);
    return value === undefined ? this.undecided(call.text, scope, frame) : value;
  }

  #text(text: string, node: DocNode, scope: Scope, frame: Frame): Value {
    if (!isExpression(text)) return boundedText(plainText(text));
    if (text.length > limits.stringLengthMax) {
      this.#malformed('an expression is longer than the limit', node);
      return new Unknown('the expression is longer than the limit');
    }
    if (!this.#parsed.has(text)) {
      try {
        this.#parsed.set(text, parseExpression(text));
      } catch (thrown) {
        if (!(thrown instanceof NotAnExpression)) throw thrown;
        this.#malformed(`not a template expression: ${thrown.message}`, node);
        this.#parsed.set(text, undefined);
      }
    }
    const parsed = this.#parsed.get(text);
    if (parsed === undefined) return new Unknown('the expression does not parse');
    const value = this.expression(parsed, scope, frame);
    // A large value put in many places multiplies; each place counts in full.
    this.#budget.nodes -= this.sizeOf(value) - 1;
    return this.#budget.nodes <= 0 ? this.#exhaust() : value;
  }

  #list(node: ListNode, scope: Scope, frame: Frame, path: string): Value {
    return node.items.map((item, index) => {
      const itemPath = `${path}[${index}]`;
      frame.positions[itemPath] = [item.line, item.column];
      return this.value(item, scope, frame, itemPath);
    });
  }

  #map(node: MapNode, scope: Scope, frame: Frame, path: string): Value {
    const result = newProperties();
    const loops = loopsOf(node);
    for (const [key, entry] of node.entries) {
      if (key === 'copy' && loops.length > 0) continue;
      const name = isExpression(key) ? this.#text(key, entry.node, scope, frame) : plainText(key);
      if (typeof name !== 'string') continue;
      const keyPath = path === '' ? name : `${path}.${name}`;
      frame.positions[keyPath] = [entry.line, entry.column];
      result[name] = this.value(entry.node, scope, frame, keyPath);
    }
    for (const loop of loops) {
      const name = stringOf(child(loop, 'name'));
      if (name === undefined) continue;
      const loopPath = path === '' ? name : `${path}.${name}`;
      frame.positions[loopPath] = [loop.line, loop.column];
      result[name] = this.loop(loop, scope, frame, loopPath);
    }
    return result;
  }

  /** The list that a property or variable loop makes; `Unknown` when its count is not known. */
  loop(loop: MapNode, scope: Scope, frame: Frame, path = ''): Value {
    const input = child(loop, 'input');
    const name = (stringOf(child(loop, 'name')) ?? '').toLowerCase();
    const countNode = child(loop, 'count');
    const count = countNode === undefined ? undefined : this.argument(countNode, scope, frame);
    if (input === undefined || typeof count !== 'number')
      return new Unknown(`the count of loop \`${name}\` is not known`);
    if (count > limits.instancesMax) return this.#exhaust();
    return Array.from({ length: Math.max(0, Math.trunc(count)) }, (_, index) => {
      const inner = { ...frame, loops: new Map([...frame.loops, [name, index]]) };
      return this.value(input, scope, inner, `${path}[${index}]`);
    });
  }

  /** How many values a value holds, itself included. */
  sizeOf(value: Value): number {
    if (typeof value !== 'object' || value === null) return 1;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    let size = 1;
    if (isList(value)) for (const item of value) size += this.sizeOf(item);
    else if (isProperties(value)) for (const item of Object.values(value)) size += this.sizeOf(item);
    this.#sizes.set(value, size);
    return size;
  }

  #measured(value: Value): Value {
    const size = this.sizeOf(value);
    this.#steps -= size;
    return size > limits.expandedNodesMax || this.#steps <= 0 ? this.#exhaust() : value;
  }

  #nested(compute: () => Value): Value {
    if (this.#depth > limits.nestingDepthMax * 2) return this.#exhaust();
    this.#depth++;
    try {
      return compute();
    } finally {
      this.#depth--;
    }
  }

  #exhaust(): Unknown {
    this.exhausted = true;
    return new Unknown('the template expands past the limit');
  }
}

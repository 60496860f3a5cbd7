import { limits } from '../../../../base/limits.ts';
import { confidenceOf } from '../../../../model/confidence.ts';
import {
  eachRef,
  Interpolated,
  isMarker,
  newProperties,
  type Properties,
  Ref,
  Unknown,
  type Value,
} from '../../../../model/value.ts';
import type { PositionSink } from '../../../documents/node.ts';
import { LiveRef, type Scope } from '../evaluate/scope.ts';
import { renderTemplate } from '../evaluate/functions/files.ts';
import { parseTemplate } from '../syntax/parse-hcl.ts';
import { attributeValue, type BlockReader, bodyValues } from './block-values.ts';
import type { Slot } from './expansion.ts';
import type { ResourceDeclaration } from './module-source.ts';
import { policyDocument } from './policy-document.ts';
import type { Unit } from './unit.ts';

/** One instance of a resource: reads single attributes for references to it, or all of them to be reported. */
export class ResourceInstance extends LiveRef {
  readonly address: string;
  readonly #declaration: ResourceDeclaration;
  readonly #unit: Unit;
  readonly #scope: Scope;
  #known: Map<string, Value> | undefined;

  constructor(declaration: ResourceDeclaration, unit: Unit, address: string, scope: Scope, slot: Slot) {
    super(`${unit.scope}#${address}`);
    this.address = address;
    this.#declaration = declaration;
    this.#unit = unit;
    this.#scope =
      slot.each === undefined && slot.count === undefined ? scope : { ...scope, each: slot.each, count: slot.count };
  }

  /** The value an attribute is configured with; a reference where the configuration does not say it. */
  read(attribute: string): Value {
    this.#known ??= new Map();
    const known = this.#known.get(attribute);
    if (known !== undefined) return known;
    // A resource that refers to itself meets this reference.
    const reference = this.#reference(attribute);
    this.#known.set(attribute, reference);
    const value = this.#unit.evaluator.run(() =>
      this.#declaration.mode === 'data' ? this.#readData(attribute) : this.#readManaged(attribute),
    );
    const result =
      value === undefined ||
      value === null ||
      value instanceof Interpolated ||
      (value instanceof Unknown && this.#declaration.mode === 'managed')
        ? reference
        : value;
    this.#known.set(attribute, result);
    return result;
  }

  #reader(positions: PositionSink | undefined, partial: boolean): BlockReader {
    let left: number = limits.expandedNodesMax;
    const take = (nodes: number): boolean => {
      left -= nodes;
      if (left >= 0 && this.#unit.takeNodes(nodes)) return true;
      const { type, name, block, file } = this.#declaration;
      this.#unit.gap('too-large', `\`${type}.${name}\` makes more blocks and attributes than the limit`, file, block);
      return false;
    };
    return { evaluator: this.#unit.evaluator, positions, partial, take };
  }

  #reference(attribute: string): Value {
    const { mode, type, name } = this.#declaration;
    return mode === 'managed'
      ? new Ref(this.target, attribute)
      : new Unknown(`the data source \`${type}.${name}\` is read when it is deployed`);
  }

  #readManaged(attribute: string): Value | undefined {
    const { body } = this.#declaration.block;
    const found = body.attribute(attribute);
    if (found !== undefined) return this.#unit.evaluator.value(found.expression, this.#scope);
    const hasBlock = body.blocks.some(
      (block) => block.type === attribute || (block.type === 'dynamic' && block.labels[0] === attribute),
    );
    return hasBlock ? bodyValues(this.#reader(undefined, false), body, this.#scope)[attribute] : undefined;
  }

  #readData(attribute: string): Value | undefined {
    const { type, block } = this.#declaration;
    const { evaluator } = this.#unit;
    if (type === 'aws_iam_policy_document' && (attribute === 'json' || attribute === 'minified_json')) {
      return policyDocument(bodyValues(this.#reader(undefined, true), block.body, this.#scope));
    }
    if (type === 'template_file' && attribute === 'rendered') return this.#rendered();
    const found = block.body.attribute(attribute);
    const value = found === undefined ? undefined : evaluator.value(found.expression, this.#scope);
    return value === null ? undefined : value;
  }

  #rendered(): Value | undefined {
    const attributes = bodyValues(this.#reader(undefined, false), this.#declaration.block.body, this.#scope);
    const template = attributes['template'];
    if (typeof template !== 'string') return template;
    try {
      const parsed = parseTemplate(template);
      const evaluate = this.#unit.evaluator.value.bind(this.#unit.evaluator);
      return renderTemplate(parsed, attributes['vars'] ?? null, { scope: this.#scope, evaluate });
    } catch {
      return new Unknown('a template that cannot be read');
    }
  }

  /** Reports the resource; of a type nobody asked for only what refers to others. */
  report(): void {
    const { mode, type, name, block, file } = this.#declaration;
    // Without its attributes a resource would look unconfigured: past the limit it is left out, which is a gap.
    if (!this.#unit.takeNodes(1 + block.body.attributes.length + block.body.blocks.length)) return;
    const relevant = mode === 'managed' && this.#unit.options.isRelevant(type);
    const positions = newProperties() as PositionSink;
    const attributes = relevant ? this.#attributes(positions) : this.#references(positions);
    const root = confidenceOf(`${this.#unit.rootFolder}/`);
    this.#unit.emit({
      id: this.target,
      address: this.address,
      type,
      name,
      mode,
      attributes,
      positions,
      location: { file, line: block.line, column: block.column },
      scope: this.#unit.scope,
      confidence: root === 'example' ? root : confidenceOf(file),
    });
  }

  /** All attributes, and under `$reads` references to the resources whose literal attributes they were made of. */
  #attributes(positions: PositionSink): Properties {
    const { evaluator } = this.#unit;
    const reads = new Set<string>();
    evaluator.reads = reads;
    const attributes = bodyValues(this.#reader(positions, false), this.#declaration.block.body, this.#scope);
    evaluator.reads = undefined;
    eachRef(attributes, (ref) => reads.delete(ref.target));
    const targets = [...reads].filter((target) => target !== this.target && !/[#.]data\./.test(target));
    return targets.length === 0
      ? attributes
      : Object.assign(newProperties(), attributes, { $reads: targets.map((target) => new Ref(target)) });
  }

  #references(positions: PositionSink): Properties {
    const result = newProperties();
    const { body } = this.#declaration.block;
    for (const { name, expression, line, column } of body.attributes) {
      if (expression.kind === 'literal' || name === 'depends_on' || name === 'provider') continue;
      const value = attributeValue(this.#unit.evaluator, expression, this.#scope);
      if (!refers(value)) continue;
      result[name] = value;
      positions[name] = [line, column];
    }
    if (body.blocks.length === 0) return result;
    const nested = bodyValues(this.#reader(undefined, false), body, this.#scope);
    const seen = new Set(Object.keys(result));
    for (const { type, labels, line, column } of body.blocks) {
      const key = type === 'dynamic' ? (labels[0] ?? '') : type;
      const value = nested[key];
      if (value === undefined || seen.has(key)) continue;
      seen.add(key);
      if (!refers(value)) continue;
      result[key] = value;
      positions[key] = [line, column];
    }
    return result;
  }
}

function refers(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (isMarker(value))
    return value instanceof Ref || (value instanceof Interpolated && value.parts.some((part) => part instanceof Ref));
  let found = false;
  eachRef(value, () => {
    found = true;
  });
  return found;
}

import { confidenceOf } from '../../../../model/confidence.ts';
import type { Gap } from '../../../../model/gap.ts';
import {
  isList,
  isProperties,
  newProperties,
  type Properties,
  Ref,
  Unknown,
  type Value,
} from '../../../../model/value.ts';
import { parseJson } from '../../../documents/json.ts';
import { child, type DocNode, type MapNode, stringOf, toValue } from '../../../documents/node.ts';
import { limits } from '../../../../base/limits.ts';
import type { TerraformResource } from '../resource.ts';
import { ConfiguredReferences, type ModuleStep } from './configuration.ts';

/** Whether a JSON text is a plan: `terraform show -json` and `tofu show -json` write these keys. */
export function looksLikePlan(text: string): boolean {
  return text.includes('"planned_values"') && text.includes('"format_version"');
}

/**
 * The resources of a plan as JSON (https://developer.hashicorp.com/terraform/internals/json-format): planned values, with
 * what is known only after apply as `Unknown` or, where the configuration names one resource, as a reference to it, and
 * sensitive values as `Unknown`.
 */
export function planResources(
  text: string,
  file: string,
  isRelevant: (type: string) => boolean,
): { resources: TerraformResource[]; gaps: Gap[] } {
  const { root, gaps } = parseJson(text, file);
  const reader = new PlanReader(root, file, isRelevant);
  reader.module(child(child(root, 'planned_values'), 'root_module'), 0);
  if (
    reader.resources.length === 0 &&
    gaps.length === 0 &&
    child(child(root, 'planned_values'), 'root_module') === undefined
  ) {
    gaps.push({ kind: 'unsupported', reason: 'a plan without planned values', location: { file, line: 1, column: 1 } });
  }
  if (reader.cut)
    gaps.push({
      kind: 'too-large',
      reason: 'the plan holds more than the limit',
      location: { file, line: 1, column: 1 },
    });
  return { resources: reader.resources, gaps };
}

class PlanReader {
  readonly resources: TerraformResource[] = [];
  cut = false;
  readonly #file: string;
  readonly #isRelevant: (type: string) => boolean;
  /** `change` objects by address. */
  readonly #changes = new Map<string, DocNode>();
  readonly #configured: ConfiguredReferences;
  readonly #addresses = new Set<string>();

  constructor(root: DocNode | undefined, file: string, isRelevant: (type: string) => boolean) {
    this.#file = file;
    this.#isRelevant = isRelevant;
    for (const item of items(child(root, 'resource_changes'))) {
      const address = stringOf(child(item, 'address'));
      const change = child(item, 'change');
      if (address !== undefined && change !== undefined) this.#changes.set(address, change);
    }
    this.#configured = new ConfiguredReferences(child(child(root, 'configuration'), 'root_module'));
    this.cut = this.#configured.cut;
    this.#collectAddresses(child(child(root, 'planned_values'), 'root_module'), 0);
  }

  #collectAddresses(module: DocNode | undefined, depth: number): void {
    if (depth > limits.moduleDepthMax) return;
    for (const item of items(child(module, 'resources'))) {
      const address = stringOf(child(item, 'address'));
      if (address !== undefined) this.#addresses.add(address);
    }
    for (const item of items(child(module, 'child_modules'))) this.#collectAddresses(item, depth + 1);
  }

  module(module: DocNode | undefined, depth: number): void {
    if (depth > limits.moduleDepthMax) {
      this.cut = true;
      return;
    }
    for (const item of items(child(module, 'resources'))) {
      if (this.resources.length >= limits.expandedNodesMax) this.cut = true;
      else if (item.kind === 'map') this.#resource(item);
    }
    for (const item of items(child(module, 'child_modules'))) this.module(item, depth + 1);
  }

  #resource(node: MapNode): void {
    const address = stringOf(child(node, 'address'));
    const type = stringOf(child(node, 'type'));
    if (address === undefined || type === undefined) return;
    const mode = stringOf(child(node, 'mode')) === 'data' ? 'data' : 'managed';
    const positions = newProperties() as Record<string, readonly [number, number]>;
    const relevant = mode === 'managed' && this.#isRelevant(type);
    const references = this.#referencesOf(address);
    const attributes = relevant ? this.#attributes(node, address, references, positions) : references;
    this.resources.push({
      id: `${this.#file}#${address}`,
      address,
      type,
      name: stringOf(child(node, 'name')) ?? address,
      mode,
      attributes,
      positions,
      location: { file: this.#file, line: node.line, column: node.column },
      scope: this.#file,
      confidence: confidenceOf(this.#file),
    });
  }

  #attributes(
    node: MapNode,
    address: string,
    references: Properties,
    positions: Record<string, readonly [number, number]>,
  ): Properties {
    const values = child(node, 'values');
    const change = this.#changes.get(address);
    const plain = values === undefined ? newProperties() : toValue(values, positions);
    if (!isProperties(plain)) return references;
    const unknown = plainOf(child(change, 'after_unknown'));
    const sensitive = plainOf(child(node, 'sensitive_values') ?? child(change, 'after_sensitive'));
    const marked = mark(
      mark(plain, unknown, () => new Unknown('known only after apply'), 0),
      sensitive,
      () => new Unknown('sensitive'),
      0,
    );
    const result = newProperties();
    if (isProperties(marked)) {
      for (const key of Object.keys(marked)) {
        const value = joinReference(marked[key] ?? null, references[key], 0);
        if (value !== null) result[key] = value;
      }
    }
    return result;
  }

  /** What the configuration refers to in each attribute, where the reference names one planned resource. */
  #referencesOf(address: string): Properties {
    const configured = this.#configured.byAddress.get(address.replace(/\[(?:\d{1,9}|"(?:[^"\\]|\\.){0,500}")\]/g, ''));
    const result = newProperties();
    if (configured === undefined) return result;
    const from = stepsOf(address);
    for (const { path, module, target, attribute } of configured.references) {
      const found = this.#target(module, target, from);
      if (found !== undefined) put(result, path, new Ref(`${this.#file}#${found}`, attribute));
    }
    return result;
  }

  /**
   * The planned instance a name stands for. Modules on the way to the resource that refers to it are the instances it lies
   * in; a key that is not written is one of its own keys (`each.key`), innermost first, or that of a `count` of one.
   */
  #target(module: readonly ModuleStep[], target: string, from: readonly ModuleStep[]): string | undefined {
    const keys = ['', ...from.map(({ key }) => key).reverse(), '[0]'].filter((key, index) => index === 0 || key !== '');
    let prefixes = [''];
    let shared = true;
    for (const [index, { name, key }] of module.entries()) {
      shared &&= index < from.length - 1 && from[index]?.name === name;
      const choices = shared ? [from[index]?.key ?? ''] : key === '' ? keys : [key];
      prefixes = prefixes.flatMap((prefix) => choices.map((choice) => `${prefix}module.${name}${choice}.`));
      if (prefixes.length > limits.moduleDepthMax) return undefined;
    }
    for (const prefix of prefixes) {
      const found = keys.map((key) => `${prefix}${target}${key}`).find((named) => this.#addresses.has(named));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** An address taken apart: `module.a.module.b["k"].aws_x.y[0]` as `a`, `b` with `["k"]`, and `y` with `[0]`. */
function stepsOf(address: string): ModuleStep[] {
  const steps: ModuleStep[] = [];
  for (const [, name = '', key = ''] of address.matchAll(
    /(?:^|\.)(?:module|(?:data\.)?[a-z][\w-]{0,200})\.([\w-]{1,200})(\[(?:\d{1,9}|"(?:[^"\\]|\\.){0,500}")\])?/g,
  ))
    steps.push({ name, key });
  return steps;
}

function items(node: DocNode | undefined): readonly DocNode[] {
  return node?.kind === 'list' ? node.items : [];
}

function plainOf(node: DocNode | undefined): Value | undefined {
  return node === undefined ? undefined : toValue(node, {});
}

/** Puts a marker wherever the parallel structure says `true`. */
function mark(value: Value, flags: Value | undefined, marker: () => Value, depth: number): Value {
  if (flags === true) return marker();
  if (depth > limits.nestingDepthMax) return value;
  if (isList(flags)) {
    const list = isList(value) ? value : [];
    if (!flags.some((flag) => flag !== false)) return value;
    const length = Math.max(list.length, flags.length);
    return Array.from({ length }, (_, index) => mark(list[index] ?? null, flags[index], marker, depth + 1));
  }
  if (!isProperties(flags) || Object.keys(flags).length === 0) return value;
  const result = newProperties();
  if (isProperties(value)) Object.assign(result, value);
  for (const key of Object.keys(flags)) {
    const marked = mark(result[key] ?? null, flags[key], marker, depth + 1);
    if (marked !== null) result[key] = marked;
  }
  return result;
}

/** A value known only after apply is the reference that the configuration states, at the same place. */
function joinReference(value: Value, reference: Value | undefined, depth: number): Value {
  if (reference === undefined || depth > limits.nestingDepthMax) return value;
  if (value instanceof Unknown && value.reason !== 'sensitive') return reference;
  if (isList(value) && isList(reference))
    return value.map((item, index) => joinReference(item, reference[index], depth + 1));
  if (isProperties(value) && isProperties(reference)) {
    const result = newProperties();
    for (const key of Object.keys(value)) result[key] = joinReference(value[key] ?? null, reference[key], depth + 1);
    return result;
  }
  return value;
}

/** Writes a value at a path, lists and objects made as needed. */
function put(into: ReturnType<typeof newProperties>, path: readonly (string | number)[], value: Value): void {
  const [first, index, ...rest] = path;
  if (typeof first !== 'string') return;
  if (typeof index !== 'number') {
    into[first] = value;
    return;
  }
  const list = isList(into[first]) ? (into[first] as Value[]) : [];
  into[first] = list;
  if (rest.length === 0) {
    list[index] = value;
    return;
  }
  while (list.length <= index) list.push(newProperties());
  const item = list[index];
  if (isProperties(item)) put(item as ReturnType<typeof newProperties>, rest, value);
}

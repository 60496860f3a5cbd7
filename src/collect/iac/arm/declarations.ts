import { limits } from '../../../base/limits.ts';
import { folderOf, joinInside } from '../../../base/path.ts';
import { interpolate } from '../../../model/interpolate.ts';
import type { Source } from '../../../model/collect.ts';
import type { GapKind } from '../../../model/gap.ts';
import { Unknown, type Value } from '../../../model/value.ts';
import { child, type DocNode, type MapEntry, type MapNode, stringOf } from '../../documents/node.ts';
import type { Evaluator } from './evaluator.ts';
import { displayName } from './names.ts';
import { type Extension, extensionOf } from './extension.ts';
import { type Frame, newFrame } from './frame.ts';
import { type Given, Scope } from './scope.ts';

/** A resource as declared, loops expanded: what it is and where, its body not evaluated. */
export interface Declaration {
  readonly id: string;
  readonly address: string;
  readonly type: string;
  readonly name: Value;
  /** What it extends, when the older form says so in type and name. */
  readonly on: Extension['on'] | undefined;
  readonly entry: MapEntry & { readonly node: MapNode };
  readonly scope: Scope;
  readonly frame: Frame;
}

interface Place {
  readonly scope: Scope;
  readonly frame: Frame;
  /** Address of the deployment that nests it, with a slash; empty at the root. */
  readonly prefix: string;
  readonly parent: { readonly type: string; readonly name: Value } | undefined;
}

/** Declares the resources of a template and of those nested in it. */
export class Declarations {
  readonly found: Declaration[] = [];
  readonly scopes: Scope[] = [];
  readonly #evaluator: Evaluator;
  readonly #file: string;
  readonly #source: Source;
  readonly #known: ReadonlyMap<string, string>;
  readonly #gap: (kind: GapKind, reason: string, node: DocNode) => void;
  readonly #addresses = new Map<string, number>();
  #depth = 0;

  /** @param known types by lower case, in the case to give them */
  constructor(
    evaluator: Evaluator,
    file: string,
    source: Source,
    known: ReadonlyMap<string, string>,
    gap: (kind: GapKind, reason: string, node: DocNode) => void,
  ) {
    this.#evaluator = evaluator;
    this.#file = file;
    this.#source = source;
    this.#known = known;
    this.#gap = gap;
  }

  /** Declares everything in a root template. */
  root(template: MapNode, given: ReadonlyMap<string, Given>): void {
    const scope = new Scope(template, '', given);
    this.scopes.push(scope);
    this.#resources(child(template, 'resources'), { scope, frame: newFrame(), prefix: '', parent: undefined });
  }

  #resources(node: DocNode | undefined, place: Place): void {
    if (node === undefined) return;
    if (++this.#depth > limits.moduleDepthMax) this.#gap('too-large', 'templates are nested past the limit', node);
    else if (node.kind === 'list') {
      for (const item of node.items) {
        if (item.kind === 'map') this.#looped({ line: item.line, column: item.column, node: item }, undefined, place);
      }
    } else if (node.kind === 'map') {
      for (const [symbol, { line, column, node: item }] of node.entries) {
        if (item.kind === 'map') this.#looped({ line, column, node: item }, symbol, place);
      }
    } else this.#gap('unsupported', 'resources are no list', node);
    this.#depth--;
  }

  #looped(entry: Declaration['entry'], symbol: string | undefined, place: Place): void {
    const copy = child(entry.node, 'copy');
    const countNode = child(copy, 'count');
    if (countNode === undefined) {
      this.#declare(entry, symbol, place);
      return;
    }
    const name = (stringOf(child(copy, 'name')) ?? '').toLowerCase();
    const count = this.#evaluator.argument(countNode, place.scope, place.frame);
    const inner = (index: number | Unknown): Place => {
      const loops = new Map([...place.frame.loops, [name, index] as const, ['', index] as const]);
      return { ...place, frame: { ...place.frame, loops } };
    };
    if (typeof count !== 'number') {
      this.#declare(entry, symbol, inner(new Unknown(`the count of loop \`${name}\` is not known`)));
      return;
    }
    if (count > limits.instancesMax)
      this.#gap('too-large', `loop \`${name}\` expands past the limit of instances`, entry.node);
    for (let index = 0; index < Math.min(count, limits.instancesMax) && !this.#evaluator.exhausted; index++) {
      this.#declare(entry, symbol, inner(index));
    }
  }

  #declare(entry: Declaration['entry'], symbol: string | undefined, place: Place): void {
    const { scope, frame, parent } = place;
    const { node } = entry;
    const condition = child(node, 'condition');
    if (condition !== undefined && this.#evaluator.argument(condition, scope, frame) === false) return;
    const typeNode = child(node, 'type');
    const nameNode = child(node, 'name');
    const writtenType = typeNode === undefined ? undefined : this.#evaluator.argument(typeNode, scope, frame);
    if (typeof writtenType !== 'string') {
      this.#gap('unresolved', 'the type of a resource is not known', node);
      return;
    }
    const bare = writtenType.split('@', 1)[0] ?? '';
    const isChild = parent !== undefined && !bare.toLowerCase().startsWith(`${parent.type.toLowerCase()}/`);
    const fullType = isChild ? `${parent.type}/${bare}` : bare;
    const written =
      nameNode === undefined
        ? new Unknown('the resource has no name')
        : this.#evaluator.argument(nameNode, scope, frame);
    const fullName = isChild ? interpolate([parent.name, '/', written]) : written;
    const extension = extensionOf(fullType, fullName);
    const type = this.#normalise(extension?.type ?? fullType);
    const name = extension?.name ?? fullName;
    const address = this.#address(
      `${place.prefix}${symbol === undefined ? `${type}/${displayName(name)}` : `resources.${symbol}`}`,
    );
    const id = `${this.#file}#${address}`;
    const isExisting = child(node, 'existing');
    if (isExisting?.kind === 'scalar' && isExisting.value === true) {
      const declared = this.#evaluator.registry.find(type, name);
      if (symbol !== undefined && declared !== undefined) scope.symbols.set(symbol.toLowerCase(), declared);
      return;
    }
    if (symbol !== undefined && !scope.symbols.has(symbol.toLowerCase())) scope.symbols.set(symbol.toLowerCase(), id);
    this.#evaluator.registry.add(type, name, id);
    this.found.push({ id, address, type, name, on: extension?.on, entry, scope, frame });
    if (type.toLowerCase() === 'microsoft.resources/deployments') this.#deployment(id, address, node, name, place);
    this.#resources(child(node, 'resources'), { ...place, parent: { type, name } });
  }

  /** A nested deployment: its template is read in place; a linked one is its own unit when it is among the files. */
  #deployment(id: string, address: string, node: MapNode, name: Value, place: Place): void {
    const properties = child(node, 'properties');
    const template = child(properties, 'template');
    if (template?.kind !== 'map') {
      this.#linked(child(properties, 'templateLink') ?? node, name, place);
      return;
    }
    const options = child(properties, 'expressionEvaluationOptions');
    const inner = (stringOf(child(options, 'scope')) ?? 'outer').toLowerCase() === 'inner';
    let { scope } = place;
    if (inner) {
      const given = new Map<string, Given>();
      const passed = child(properties, 'parameters');
      for (const [key, entry] of passed?.kind === 'map' ? passed.entries : []) {
        const value = child(entry.node, 'value');
        const node = value ?? entry.node;
        if (value !== undefined) given.set(key.toLowerCase(), { node, scope: place.scope, frame: place.frame });
      }
      scope = new Scope(template, address, given);
      this.scopes.push(scope);
    }
    this.#evaluator.deployments.set(id, { template, scope });
    const frame = inner ? newFrame() : place.frame;
    this.#resources(child(template, 'resources'), { scope, frame, prefix: `${address}/`, parent: undefined });
  }

  #linked(link: DocNode, name: Value, place: Place): void {
    const relative = child(link, 'relativePath');
    const path = relative === undefined ? undefined : this.#evaluator.argument(relative, place.scope, place.frame);
    const local = typeof path === 'string' ? joinInside(folderOf(this.#file), path) : undefined;
    if (local !== undefined && this.#source.has(local)) return;
    this.#gap(
      'unresolved',
      `the template of deployment \`${displayName(name).slice(0, 200)}\` is not among the files`,
      link,
    );
  }

  #normalise(type: string): string {
    return this.#known.get(type.toLowerCase()) ?? type;
  }

  /** The address, numbered when it is taken. */
  #address(address: string): string {
    const taken = this.#addresses.get(address) ?? 0;
    this.#addresses.set(address, taken + 1);
    return taken === 0 ? address : `${address}[${taken}]`;
  }
}

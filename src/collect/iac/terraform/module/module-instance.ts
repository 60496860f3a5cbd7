import { limits } from '../../../../base/limits.ts';
import { joinInside } from '../../../../base/path.ts';
import { newProperties, Unknown, type Value } from '../../../../model/value.ts';
import { Unreadable } from '../../../source.ts';
import { LazyMany, LazyObject } from '../evaluate/access.ts';
import { Failure } from '../evaluate/failure.ts';
import { ManyRef, type Names, type Scope } from '../evaluate/scope.ts';
import { convert } from '../evaluate/type-constraint.ts';
import type { Expression } from '../syntax/ast.ts';
import { type Expansion, expansionOf, type Slot } from './expansion.ts';
import type { ModuleCall, ModuleSource, ResourceDeclaration } from './module-source.ts';
import { ResourceInstance } from './resource-instance.ts';
import type { Unit } from './unit.ts';

/** Instances of one block. */
interface Expanded<T> {
  readonly kind: Expansion['kind'];
  readonly items: readonly { readonly slot: Slot; readonly item: T }[];
}

/** Stands for instances that are being worked out, which is where a configuration that depends on itself arrives. */
const pending: Expanded<never> = { kind: 'list', items: [] };

/** Where the values of a module's variables come from. */
export interface Inputs {
  /** The value given to a variable; undefined when none is. */
  given(name: string): Value | undefined;
}

/** One instance of a module. Everything is evaluated on first use and kept. */
export class ModuleInstance implements Names {
  readonly #unit: Unit;
  readonly #module: ModuleSource;
  /** `module.a["x"].` in front of the addresses of its resources. */
  readonly #prefix: string;
  readonly #inputs: Inputs;
  /** Folders of the modules around this one, outermost first. */
  readonly #chain: readonly string[];
  readonly #scope: Scope;
  readonly #values = new Map<string, Value>();
  readonly #resources = new Map<string, Expanded<ResourceInstance>>();
  readonly #children = new Map<string, Expanded<ModuleInstance> | Unknown>();

  constructor(unit: Unit, module: ModuleSource, prefix: string, inputs: Inputs, chain: readonly string[]) {
    this.#unit = unit;
    this.#module = module;
    this.#prefix = prefix;
    this.#inputs = inputs;
    this.#chain = [...chain, module.folder];
    this.#scope = { names: this, each: undefined, count: undefined, bindings: undefined, item: undefined };
  }

  /** Reports every resource of this module and the modules it calls. */
  report(): void {
    for (const key of this.#module.resources.keys()) {
      for (const { item } of this.#expandedResource(key)?.items ?? []) item.report();
    }
    for (const call of this.#module.calls.values()) {
      const children = this.#expandedModule(call);
      if (children instanceof Unknown) continue;
      for (const { item } of children.items) item.report();
    }
  }

  variable(name: string): Value {
    return this.#once(`var.${name}`, () => {
      const declaration = this.#module.variables.get(name);
      if (declaration === undefined) return this.#missing(`the variable \`${name.slice(0, 80)}\` is not declared`);
      const { fallback, type, nullable } = declaration;
      const evaluate = (expression: Expression): Value => this.#unit.evaluator.value(expression, this.#scope);
      const given = this.#inputs.given(name);
      const value =
        given === undefined || (given === null && !nullable)
          ? fallback === undefined
            ? undefined
            : evaluate(fallback)
          : given;
      if (value === undefined) return new Unknown(`the variable \`${name.slice(0, 80)}\` has no default`);
      return convert(value, type, evaluate);
    });
  }

  local(name: string): Value {
    return this.#once(`local.${name}`, () => {
      const expression = this.#module.locals.get(name);
      return expression === undefined
        ? this.#missing(`the local value \`${name.slice(0, 80)}\` is not declared`)
        : this.#unit.evaluator.value(expression, this.#scope);
    });
  }

  /** The value of an output. */
  output(name: string): Value {
    return this.#once(`output.${name}`, () => {
      const expression = this.#module.outputs.get(name);
      return expression === undefined
        ? this.#missing(`the output \`${name.slice(0, 80)}\` is not declared`)
        : this.#unit.evaluator.value(expression, this.#scope);
    });
  }

  /** What is not declared is an error, unless part of the module could not be read. */
  #missing(reason: string): Value {
    return this.#module.incomplete ? new Unknown(reason) : new Failure(reason);
  }

  #once(key: string, compute: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    this.#values.set(key, new Failure(`\`${key.slice(0, 120)}\` refers to itself`));
    const value = this.#unit.evaluator.run(compute);
    this.#values.set(key, value);
    return value;
  }

  resource(key: string): Value | undefined {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const expanded = this.#expandedResource(key);
    if (expanded === undefined)
      return this.#module.incomplete
        ? new Unknown(`\`${key.slice(0, 120)}\` is not declared in what could be read`)
        : undefined;
    if (expanded === pending) return new Unknown(`\`${key.slice(0, 120)}\` depends on itself`);
    const value = collected(expanded, (item) => new ManyRef(item));
    this.#values.set(key, value);
    return value;
  }

  #expandedResource(key: string): Expanded<ResourceInstance> | undefined {
    const known = this.#resources.get(key);
    if (known !== undefined) return known;
    const declaration = this.#module.resources.get(key);
    if (declaration === undefined) return undefined;
    this.#resources.set(key, pending);
    const expanded = this.#expandResource(key, declaration);
    this.#resources.set(key, expanded);
    return expanded;
  }

  #expandResource(key: string, declaration: ResourceDeclaration): Expanded<ResourceInstance> {
    const { block, file } = declaration;
    const tooMany = (): void =>
      this.#unit.gap('too-large', `\`${key.slice(0, 120)}\` makes more instances than the limit`, file, block);
    const { kind, slots } = expansionOf(block, this.#scope, this.#unit.evaluator, tooMany);
    const items: { slot: Slot; item: ResourceInstance }[] = [];
    for (const slot of slots) {
      if (!this.#unit.takeInstance()) {
        tooMany();
        break;
      }
      items.push({
        slot,
        item: new ResourceInstance(declaration, this.#unit, `${this.#prefix}${key}${slot.suffix}`, this.#scope, slot),
      });
    }
    return { kind: items.length === 0 && kind === 'single' ? 'list' : kind, items };
  }

  module(name: string): Value {
    const key = `module.${name}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const call = this.#module.calls.get(name);
    if (call === undefined) return this.#missing(`the module \`${name.slice(0, 80)}\` is not called`);
    const expanded = this.#expandedModule(call);
    const value =
      expanded instanceof Unknown
        ? expanded
        : collected(
            mapItems(
              expanded,
              (child) => new LazyObject(`a module as a whole is not followed`, (output) => child.output(output)),
            ),
            (item) => new LazyMany(item),
          );
    this.#values.set(key, value);
    return value;
  }

  #expandedModule(call: ModuleCall): Expanded<ModuleInstance> | Unknown {
    const known = this.#children.get(call.name);
    if (known !== undefined) return known;
    this.#children.set(call.name, new Unknown(`the module \`${call.name.slice(0, 80)}\` depends on itself`));
    const expanded = this.#expandModule(call);
    this.#children.set(call.name, expanded);
    return expanded;
  }

  #expandModule(call: ModuleCall): Expanded<ModuleInstance> | Unknown {
    const module = this.#called(call);
    if (module instanceof Unknown) return module;
    const tooMany = (): void =>
      this.#unit.gap(
        'too-large',
        `the module \`${call.name.slice(0, 80)}\` makes more instances than the limit`,
        call.file,
        call.block,
      );
    const { kind, slots } = expansionOf(call.block, this.#scope, this.#unit.evaluator, tooMany);
    const items: { slot: Slot; item: ModuleInstance }[] = [];
    for (const slot of slots) {
      if (!this.#unit.takeInstance()) {
        tooMany();
        break;
      }
      const scope = { ...this.#scope, each: slot.each, count: slot.count };
      const given = (name: string): Value | undefined => {
        const attribute = name === 'source' || name === 'version' ? undefined : call.block.body.attribute(name);
        return attribute === undefined ? undefined : this.#unit.evaluator.value(attribute.expression, scope);
      };
      items.push({
        slot,
        item: new ModuleInstance(
          this.#unit,
          module,
          `${this.#prefix}module.${call.name}${slot.suffix}.`,
          { given },
          this.#chain,
        ),
      });
    }
    return { kind: items.length === 0 && kind === 'single' ? 'list' : kind, items };
  }

  /** The module a call names, or why it cannot be followed; every reason is a gap at the call. */
  #called(call: ModuleCall): ModuleSource | Unknown {
    const attribute = call.block.body.attribute('source');
    const place = attribute ?? call.block;
    const stop = (kind: 'unresolved' | 'too-large' | 'unsupported', reason: string): Unknown => {
      this.#unit.gap(kind, reason, call.file, place);
      return new Unknown(reason);
    };
    const label = `module \`${call.name.slice(0, 80)}\``;
    const source = attribute === undefined ? null : this.#unit.evaluator.value(attribute.expression, this.#scope);
    if (typeof source !== 'string') return stop('unresolved', `${label} has no source that is known`);
    const named = `\`${source.slice(0, 160)}\``;
    if (!/^\.{1,2}(?:[/\\]|$)/.test(source))
      return stop('unresolved', `${label} comes from ${named}, which is not part of what was read`);
    const folder = joinInside(this.#module.folder, source.replaceAll('\\', '/'));
    if (folder === undefined)
      return stop('unresolved', `${label} comes from ${named}, which is outside of what was read`);
    if (this.#chain.includes(folder)) return stop('unresolved', `${label} from ${named} calls itself`);
    if (this.#chain.length > limits.moduleDepthMax)
      return stop('too-large', `${label} is called deeper than the limit`);
    return this.#unit.module(folder) ?? stop('unresolved', `${label} comes from ${named}, where nothing was found`);
  }

  path(name: string): Value {
    if (name === 'root') return '.';
    return name === 'module'
      ? relative(this.#unit.rootFolder, this.#module.folder)
      : new Unknown('the working folder is known only where it is deployed from');
  }

  readFile(path: string): string {
    return this.#unit.source.text(this.#resolve(path));
  }

  hasFile(path: string): boolean {
    const resolved = this.#unit.resolve(path, this.#module.folder);
    return resolved !== undefined && this.#unit.source.has(resolved);
  }

  filesIn(path: string): readonly string[] {
    const folder = joinInside(this.#unit.rootFolder, path);
    if (folder === undefined) return [];
    return this.#unit.source.folder(folder).map((file) => file.slice(folder === '' ? 0 : folder.length + 1));
  }

  template(path: string): Expression {
    return this.#unit.template(this.#resolve(path));
  }

  #resolve(path: string): string {
    const resolved = this.#unit.resolve(path, this.#module.folder);
    if (resolved === undefined) throw new Unreadable('unresolved', 'it is outside of what was read');
    return resolved;
  }
}

function mapItems<T, U>(expanded: Expanded<T>, change: (item: T) => U): Expanded<U> {
  return { kind: expanded.kind, items: expanded.items.map(({ slot, item }) => ({ slot, item: change(item) })) };
}

/** The value the name of an expanded block stands for: the instance, a list or map of instances, or one for any. */
function collected<T extends Value>(expanded: Expanded<T>, many: (one: T) => Value): Value {
  const [first] = expanded.items;
  switch (expanded.kind) {
    case 'single':
      return first === undefined ? new Unknown('no instance') : first.item;
    case 'list':
      return expanded.items.map(({ item }) => item);
    case 'unknown':
      return first === undefined ? new Unknown('no instance') : many(first.item);
    case 'map': {
      const named = newProperties();
      for (const { slot, item } of expanded.items) {
        // An instance without a known key stands for any that is asked for.
        if (slot.key === undefined) return many(item);
        named[slot.key] = item;
      }
      return named;
    }
  }
}

/** The path from one folder to another, as `path.module` is written. */
function relative(from: string, to: string): string {
  const base = from === '' ? [] : from.split('/');
  const target = to === '' ? [] : to.split('/');
  let same = 0;
  while (same < base.length && same < target.length && base[same] === target[same]) same++;
  const parts = [...base.slice(same).map(() => '..'), ...target.slice(same)];
  return parts.length === 0 ? '.' : parts.join('/');
}

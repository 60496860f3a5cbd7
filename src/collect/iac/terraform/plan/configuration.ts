import { limits } from '../../../../base/limits.ts';
import { child, type DocNode, stringOf } from '../../../documents/node.ts';

/** A resource as the configuration of a plan names it, from wherever it is referred to. */
interface NamedResource {
  /** The module calls that lead to its module from the root, with the instance key where one is written. */
  readonly module: readonly ModuleStep[];
  /** `aws_bedrock_guardrail.main`, with its key where one is written. */
  readonly target: string;
  readonly attribute: string | undefined;
}

export interface ModuleStep {
  readonly name: string;
  /** `["eu"]` or empty. */
  readonly key: string;
}

/** A reference as the configuration of a plan states it. */
export interface ConfiguredReference extends NamedResource {
  /** Attribute, and for nested blocks their index: `['guardrail_configuration', 0, 'guardrail_identifier']`. */
  readonly path: readonly (string | number)[];
}

export interface ConfiguredResource {
  readonly references: readonly ConfiguredReference[];
}

/** A module as it is called: its configuration, and where its variables get their values. */
interface ModuleCall {
  readonly steps: readonly ModuleStep[];
  readonly configuration: DocNode | undefined;
  readonly arguments: DocNode | undefined;
  readonly caller: ModuleCall | undefined;
}

/**
 * References of every configured resource. A reference to a variable is followed to the argument of the call, one to an
 * output to what the called module gives out; local values are not in a plan.
 */
export class ConfiguredReferences {
  /** By address without instance keys. */
  readonly byAddress = new Map<string, ConfiguredResource>();
  /** What an expression of a module refers to; undefined also while it is being found out. */
  readonly #known = new Map<DocNode, Map<string, NamedResource | undefined>>();
  #stepsLeft: number = limits.evaluationStepsMax;
  /** References in a row: variables and outputs that lead to one another. */
  #depth = 0;

  constructor(root: DocNode | undefined) {
    this.#visit({ steps: [], configuration: root, arguments: undefined, caller: undefined });
  }

  /** Whether references were left out: there are more than the limit. */
  get cut(): boolean {
    return this.#stepsLeft < 0;
  }

  #visit(module: ModuleCall): void {
    if (module.steps.length > limits.moduleDepthMax) return;
    const prefix = module.steps.map(({ name }) => `module.${name}.`).join('');
    const resources = child(module.configuration, 'resources');
    for (const item of resources?.kind === 'list' ? resources.items : []) {
      const address = stringOf(child(item, 'address'));
      const references = this.#within(child(item, 'expressions'), module, [], 0);
      if (address !== undefined) this.byAddress.set(prefix + address, { references });
    }
    const calls = child(module.configuration, 'module_calls');
    if (calls?.kind === 'map') for (const name of calls.entries.keys()) this.#visit(called(module, name, ''));
  }

  #within(
    node: DocNode | undefined,
    module: ModuleCall,
    path: readonly (string | number)[],
    depth: number,
  ): ConfiguredReference[] {
    if (node?.kind !== 'map' || depth > limits.nestingDepthMax) return [];
    return [...node.entries].flatMap(([name, entry]) => {
      const at = [...path, name];
      if (entry.node.kind === 'list')
        return entry.node.items.flatMap((item, index) => this.#within(item, module, [...at, index], depth + 1));
      const reference = this.#of(entry.node, module);
      return reference === undefined ? [] : [{ path: at, ...reference }];
    });
  }

  /** The resource an expression refers to, where it refers to only one; an expression that leads back to itself to none. */
  #of(expression: DocNode | undefined, module: ModuleCall): NamedResource | undefined {
    const references = child(expression, 'references');
    if (expression === undefined || references?.kind !== 'list' || this.#stepsLeft-- <= 0) return undefined;
    if (this.#depth > 4 * limits.moduleDepthMax) return undefined;
    const known = this.#known.get(expression) ?? new Map<string, NamedResource | undefined>();
    this.#known.set(expression, known);
    const place = JSON.stringify(module.steps);
    if (!known.has(place)) {
      known.set(place, undefined);
      this.#depth++;
      known.set(place, this.#only(references.items, module));
      this.#depth--;
    }
    return known.get(place);
  }

  /** `["aws_x.y.arn", "aws_x.y"]` names one resource. */
  #only(references: readonly DocNode[], module: ModuleCall): NamedResource | undefined {
    let only: NamedResource | undefined;
    for (const item of references) {
      const parts = /^([a-z][\w-]{0,200})\.([\w-]{1,200})(\[[^\]]{1,300}\])?(?:\.(.{1,300}))?$/.exec(
        stringOf(item) ?? '',
      );
      if (parts === null) return undefined;
      const [, root = '', name = '', key = '', rest] = parts;
      // A key of the iteration chooses an instance; `module.a` stands beside the output that is read.
      if (root === 'each' || root === 'count' || (root === 'module' && rest === undefined)) continue;
      if (notResources.has(root)) return undefined;
      const found = this.#named(root, name, key, rest, module);
      if (found === undefined) return undefined;
      only = only === undefined ? found : sameResource(only, found);
      if (only === undefined) return undefined;
    }
    return only;
  }

  #named(
    root: string,
    name: string,
    key: string,
    rest: string | undefined,
    module: ModuleCall,
  ): NamedResource | undefined {
    if (root === 'var') return module.caller && this.#of(child(module.arguments, name), module.caller);
    if (root !== 'module') return { module: module.steps, target: `${root}.${name}${key}`, attribute: rest };
    const other = called(module, name, key);
    const [output = ''] = rest?.split(/[.[]/, 1) ?? [];
    return this.#of(child(child(child(other.configuration, 'outputs'), output), 'expression'), other);
  }
}

const notResources = new Set(['local', 'path', 'self', 'terraform', 'data']);

function called(caller: ModuleCall, name: string, key: string): ModuleCall {
  const call = child(child(caller.configuration, 'module_calls'), name);
  return {
    steps: [...caller.steps, { name, key }],
    configuration: child(call, 'module'),
    arguments: child(call, 'expressions'),
    caller,
  };
}

/** Two names of one resource as the more exact of them: `aws_x.y["a"].arn` and `aws_x.y`. */
function sameResource(a: NamedResource, b: NamedResource): NamedResource | undefined {
  if (a.module.map(({ name }) => name).join('.') !== b.module.map(({ name }) => name).join('.')) return undefined;
  const [long, short] = a.target.length >= b.target.length ? [a, b] : [b, a];
  if (long.target !== short.target && !long.target.startsWith(`${short.target}[`)) return undefined;
  return { ...long, attribute: a.attribute ?? b.attribute };
}

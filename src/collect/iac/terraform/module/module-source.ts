import { messageOf } from '../../../../base/errors.ts';
import { nameOf } from '../../../../base/path.ts';
import type { Source } from '../../../../model/collect.ts';
import type { Gap } from '../../../../model/gap.ts';
import { Unreadable } from '../../../source.ts';
import { type TypeConstraint, typeConstraint } from '../evaluate/type-constraint.ts';
import { type Block, Body, type Expression } from '../syntax/ast.ts';
import { parseHcl } from '../syntax/parse-hcl.ts';
import { parseJsonBody, parseJsonVariables } from '../syntax/parse-json.ts';

/** A `resource` or `data` block as declared. */
export interface ResourceDeclaration {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly block: Block;
  readonly file: string;
}

export interface VariableDeclaration {
  readonly fallback: Expression | undefined;
  readonly type: TypeConstraint;
  /** Whether null may stand; otherwise null means the default. */
  readonly nullable: boolean;
}

export interface ModuleCall {
  readonly name: string;
  readonly block: Block;
  readonly file: string;
}

/** What the files of one folder declare together. */
export interface ModuleSource {
  readonly folder: string;
  /** By `type.name`, or `data.type.name`. */
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly locals: ReadonlyMap<string, Expression>;
  readonly outputs: ReadonlyMap<string, Expression>;
  readonly calls: ReadonlyMap<string, ModuleCall>;
  /** Whether a file could not be read in full: what is missing may stand there. */
  readonly incomplete: boolean;
}

/** Whether the name is that of a configuration file of Terraform or OpenTofu. */
export function isConfiguration(path: string): boolean {
  return /\.(?:tf|tofu)(?:\.json)?$/.test(path) && !nameOf(path).startsWith('.');
}

/** Parses the text of one configuration file. */
export function parseConfiguration(text: string, path: string): { body: Body; gaps: Gap[] } {
  return path.endsWith('.json') ? parseJsonBody(text, path) : parseHcl(text, path);
}

/** Parses a variables file. @throws Unreadable */
export function parseVariables(path: string, source: Source): { body: Body; gaps: Gap[] } {
  const text = source.text(path);
  return path.endsWith('.json') ? parseJsonVariables(text, path) : parseHcl(text, path);
}

/**
 * Reads the configuration files of a folder; override files (`override.tf`, `*_override.tf`) are merged into the blocks
 * they name, and an OpenTofu file takes the place of the Terraform file of the same name.
 */
export function readModule(folder: string, source: Source, report: (gap: Gap) => void): ModuleSource {
  const builder = new ModuleBuilder();
  const paths = source.folder(folder).filter(isConfiguration);
  const names = new Set(paths);
  const isOverride = (path: string): boolean => /(?:^|_|\/)override\.(?:tf|tofu)(?:\.json)?$/.test(path);
  const effective = paths
    .filter((path) => !names.has(path.replace(/\.tf(\.json)?$/, '.tofu$1')) || !/\.tf(?:\.json)?$/.test(path))
    .sort();
  for (const path of [...effective.filter((item) => !isOverride(item)), ...effective.filter(isOverride)]) {
    try {
      const { body, gaps } = parseConfiguration(source.text(path), path);
      if (gaps.length > 0) builder.incomplete = true;
      gaps.forEach(report);
      for (const block of body.blocks) builder.add(block, path, isOverride(path));
    } catch (thrown) {
      builder.incomplete = true;
      const kind = thrown instanceof Unreadable ? thrown.kind : 'unsupported';
      report({ kind, reason: messageOf(thrown), location: { file: path, line: 1, column: 1 } });
    }
  }
  const { resources, variables, locals, outputs, calls, incomplete } = builder;
  return { folder, resources, variables, locals, outputs, calls, incomplete };
}

class ModuleBuilder {
  readonly resources = new Map<string, ResourceDeclaration>();
  readonly variables = new Map<string, VariableDeclaration>();
  readonly locals = new Map<string, Expression>();
  readonly outputs = new Map<string, Expression>();
  readonly calls = new Map<string, ModuleCall>();
  incomplete = false;

  add(block: Block, file: string, override: boolean): void {
    const [first = '', second = ''] = block.labels;
    switch (block.type) {
      case 'resource':
      case 'data': {
        const mode = block.type === 'data' ? 'data' : 'managed';
        const key = mode === 'data' ? `data.${first}.${second}` : `${first}.${second}`;
        const known = this.resources.get(key);
        if (known === undefined) this.resources.set(key, { mode, type: first, name: second, block, file });
        else if (override) this.resources.set(key, { ...known, block: merged(known.block, block, file) });
        return;
      }
      case 'module': {
        const known = this.calls.get(first);
        if (known === undefined) this.calls.set(first, { name: first, block, file });
        else if (override) this.calls.set(first, { ...known, block: merged(known.block, block, file) });
        return;
      }
      case 'variable': {
        const known = this.variables.get(first);
        const fallback = block.body.attribute('default')?.expression ?? known?.fallback;
        const type = block.body.attribute('type')?.expression;
        const nullable = block.body.attribute('nullable')?.expression;
        this.variables.set(first, {
          fallback,
          type: type === undefined && known !== undefined ? known.type : typeConstraint(type),
          nullable: !(nullable?.kind === 'literal' && nullable.value === false),
        });
        return;
      }
      case 'locals':
        for (const { name, expression } of block.body.attributes) this.locals.set(name, expression);
        return;
      case 'output': {
        const value = block.body.attribute('value')?.expression;
        if (value !== undefined) this.outputs.set(first, value);
        return;
      }
    }
  }
}

/** A block with the attributes of another in place of its own, and its nested blocks by type. */
function merged(base: Block, over: Block, file: string): Block {
  const body = new Body();
  for (const attribute of over.body.attributes) body.add({ ...attribute, file });
  for (const attribute of base.body.attributes) body.add(attribute);
  const replaced = new Set(over.body.blocks.map(blockName));
  for (const block of base.body.blocks) if (!replaced.has(blockName(block))) body.blocks.push(block);
  for (const block of over.body.blocks) body.blocks.push({ ...block, file });
  return { ...base, body };
}

/** The type a block counts as; a `dynamic` block as what it makes. */
function blockName(block: Block): string {
  return block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type;
}

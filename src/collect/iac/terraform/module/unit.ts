import { limits } from '../../../../base/limits.ts';
import { joinInside } from '../../../../base/path.ts';
import type { Source } from '../../../../model/collect.ts';
import type { Gap, GapKind } from '../../../../model/gap.ts';
import { Evaluator } from '../evaluate/evaluator.ts';
import { functionTable } from '../evaluate/functions/function-table.ts';
import type { TerraformOptions, TerraformResource } from '../resource.ts';
import type { Expression, Place } from '../syntax/ast.ts';
import { parseTemplate } from '../syntax/parse-hcl.ts';
import { type ModuleSource, readModule } from './module-source.ts';

/** Module and resource instances of one root module. */
const instancesMax = limits.expandedNodesMax;
/** Attributes and blocks of all instances of one root module. */
const nodesMax = 10 * limits.expandedNodesMax;
/** Evaluation steps all expressions of one root module may take together. */
const stepsMax = 100 * limits.evaluationStepsMax;

/** What all module instances below one root module share: the parsed folders, the budgets, the results. */
export class Unit {
  readonly rootFolder: string;
  /** The scope of the resources' ids. */
  readonly scope: string;
  readonly source: Source;
  readonly options: TerraformOptions;
  readonly evaluator = new Evaluator(functionTable, stepsMax);
  readonly gaps: Gap[] = [];
  readonly emit: (resource: TerraformResource) => void;
  readonly #modules = new Map<string, ModuleSource | undefined>();
  readonly #templates = new Map<string, Expression>();
  readonly #told = new Set<string>();
  #instances = 0;
  #nodes = 0;

  constructor(
    rootFolder: string,
    source: Source,
    options: TerraformOptions,
    emit: (resource: TerraformResource) => void,
  ) {
    this.rootFolder = rootFolder;
    this.scope = rootFolder === '' ? '.' : rootFolder;
    this.source = source;
    this.options = options;
    this.emit = emit;
  }

  /** The parsed module of a folder; undefined when it holds no configuration. */
  module(folder: string): ModuleSource | undefined {
    if (!this.#modules.has(folder)) {
      const read = readModule(folder, this.source, this.report);
      const empty =
        read.resources.size + read.calls.size + read.variables.size + read.locals.size + read.outputs.size === 0;
      this.#modules.set(
        folder,
        empty && !read.incomplete && this.source.folder(folder).length === 0 ? undefined : read,
      );
    }
    return this.#modules.get(folder);
  }

  /** Counts one more instance; false when there are too many. */
  takeInstance(): boolean {
    return ++this.#instances <= instancesMax;
  }

  /** Counts attributes and blocks that are about to be made; false when there are too many. */
  readonly takeNodes = (nodes: number): boolean => {
    if (this.#nodes > nodesMax) return false;
    this.#nodes += nodes;
    return this.#nodes <= nodesMax;
  };

  /** Whether attributes or blocks were left out. */
  get full(): boolean {
    return this.#nodes > nodesMax;
  }

  /** Records a gap once, however often its module is called. */
  readonly report = (gap: Gap): void => {
    const key = `${gap.location.file}:${gap.location.line}:${gap.location.column}:${gap.reason}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.gaps.push(gap);
  };

  gap(kind: GapKind, reason: string, file: string, place: Place): void {
    this.report({ kind, reason, location: { file, line: place.line, column: place.column } });
  }

  /** The parsed template of a file. @throws Unreadable, SyntaxFailure */
  template(path: string): Expression {
    const known = this.#templates.get(path);
    if (known !== undefined) return known;
    const template = parseTemplate(this.source.text(path));
    this.#templates.set(path, template);
    return template;
  }

  /** The file a path of an expression names: relative to the root module, where Terraform runs, else to the module. */
  resolve(path: string, moduleFolder: string): string | undefined {
    if (path.startsWith('/')) return undefined;
    const fromRoot = joinInside(this.rootFolder, path);
    if (fromRoot !== undefined && this.source.has(fromRoot)) return fromRoot;
    return joinInside(moduleFolder, path) ?? fromRoot;
  }
}

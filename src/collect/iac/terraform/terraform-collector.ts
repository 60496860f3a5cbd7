import { messageOf } from '../../../base/errors.ts';
import { nameOf } from '../../../base/path.ts';
import type { Collected, Collector, Source, Unit as CollectorUnit } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import type { Value } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import type { Scope } from './evaluate/scope.ts';
import { ModuleInstance } from './module/module-instance.ts';
import { isConfiguration, parseVariables } from './module/module-source.ts';
import { Unit } from './module/unit.ts';
import { planResources } from './plan/plan-file.ts';
import type { TerraformOptions } from './resource.ts';
import type { Expression } from './syntax/ast.ts';
import { isLoadedVariables, isTerragrunt, isVariables, planUnits } from './units.ts';

/**
 * Reads Terraform and OpenTofu: configuration (`.tf`, `.tofu`, `.tf.json`) evaluated without providers or state, and
 * plans as JSON (`terraform show -json`). Nothing is downloaded and nothing is run: a module from a registry is a gap.
 */
export function terraformCollector(options: TerraformOptions): Collector {
  return {
    id: 'terraform',
    version: 1,
    claims: (path) => isConfiguration(path) || isVariables(path) || isTerragrunt(path) || isPlanName(path),
    plan: planUnits,
    collect: (unit, source) => collect(unit, source, options),
  };
}

/** A plan may have any name; files whose name says what they are need no look inside. */
function isPlanName(path: string): boolean {
  const name = nameOf(path);
  return (
    name.endsWith('.json') &&
    !/^(?:package(?:-lock)?|tsconfig.{0,40}|composer|manifest|jsconfig|deno|biome|angular|nx|turbo|lerna|components)\.json$|\.(?:test|spec|schema|template|assets|settings)\.json$/.test(
      name,
    )
  );
}

function collect(unit: CollectorUnit, source: Source, options: TerraformOptions): Collected {
  const resources: Resource[] = [];
  const [only] = unit.files;
  const gaps: Gap[] = [];
  if (only !== undefined && only.path === unit.id) {
    if (isTerragrunt(unit.id))
      gaps.push({
        kind: 'unsupported',
        reason: 'Terragrunt configuration is not evaluated',
        location: { file: unit.id, line: 1, column: 1 },
      });
    else {
      for (const resource of readPlan(unit.id, source, options, gaps)) resources.push(resource);
    }
  } else evaluateRoot(unit, source, options, resources, gaps);
  return { resources: options.join?.(resources) ?? resources, gaps };
}

function readPlan(path: string, source: Source, options: TerraformOptions, gaps: Gap[]): Resource[] {
  try {
    const plan = planResources(source.text(path), path, options.isRelevant);
    gaps.push(...plan.gaps);
    for (const resource of plan.resources) {
      const unread = options.unreadOf?.(resource);
      if (unread !== undefined) gaps.push(unread);
    }
    return plan.resources.map(options.toCanonical);
  } catch (thrown) {
    gaps.push({
      kind: thrown instanceof Unreadable ? thrown.kind : 'unsupported',
      reason: messageOf(thrown),
      location: { file: path, line: 1, column: 1 },
    });
    return [];
  }
}

function evaluateRoot(
  unit: CollectorUnit,
  source: Source,
  options: TerraformOptions,
  resources: Resource[],
  gaps: Gap[],
): void {
  const folder = unit.id === '.' ? '' : unit.id;
  const shared = new Unit(folder, source, options, (resource) => {
    resources.push(options.toCanonical(resource));
    const unread = options.unreadOf?.(resource);
    if (unread !== undefined) shared.report(unread);
  });
  const module = shared.module(folder);
  if (module === undefined) return;
  const given = new Map<string, Expression>();
  for (const path of variableFiles(unit)) {
    try {
      const { body, gaps: found } = parseVariables(path, source);
      found.forEach(shared.report);
      for (const { name, expression } of body.attributes) given.set(name, expression);
    } catch (thrown) {
      shared.gap(thrown instanceof Unreadable ? thrown.kind : 'unsupported', messageOf(thrown), path, {
        line: 1,
        column: 1,
      });
    }
  }
  const inputs = {
    given(name: string): Value | undefined {
      const expression = given.get(name);
      return expression === undefined ? undefined : shared.evaluator.value(expression, empty);
    },
  };
  const root = new ModuleInstance(shared, module, '', inputs, []);
  const empty: Scope = { names: root, each: undefined, count: undefined, bindings: undefined, item: undefined };
  root.report();
  if (shared.evaluator.exhausted)
    shared.gap(
      'too-large',
      'the configuration takes more steps to evaluate than the limit',
      unit.files[0]?.path ?? unit.id,
      { line: 1, column: 1 },
    );
  if (shared.full)
    shared.gap(
      'too-large',
      'the configuration makes more attributes and blocks than the limit',
      unit.files[0]?.path ?? unit.id,
      { line: 1, column: 1 },
    );
  gaps.push(...shared.gaps);
}

/** Variables files in the order Terraform loads them: later ones win. */
function variableFiles(unit: CollectorUnit): string[] {
  const paths = unit.files.map(({ path }) => path).filter(isLoadedVariables);
  const rank = (path: string): number =>
    nameOf(path) === 'terraform.tfvars' ? 0 : nameOf(path) === 'terraform.tfvars.json' ? 1 : 2;
  return paths.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

import { append } from '../../../base/multimap.ts';
import { limits } from '../../../base/limits.ts';
import { folderOf, joinInside, nameOf } from '../../../base/path.ts';
import type { PlanSource, SourceFile, Unit } from '../../../model/collect.ts';
import { confidenceOf } from '../../../model/confidence.ts';
import { isConfiguration, parseConfiguration } from './module/module-source.ts';
import { looksLikePlan } from './plan/plan-file.ts';

/** Whether the name is that of a variables file. */
export function isVariables(path: string): boolean {
  return /\.tfvars(?:\.json)?$/.test(path);
}

/** Whether Terraform loads the variables file by itself. */
export function isLoadedVariables(path: string): boolean {
  return /(?:^|\/)terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/.test(path);
}

/** Whether the file holds Terragrunt's own language. */
export function isTerragrunt(path: string): boolean {
  return /^(?:terragrunt|terragrunt\.stack)\.hcl$/.test(nameOf(path));
}

/**
 * Root modules and plan files. A folder that another one calls as a local module is evaluated through its callers only;
 * calls from examples and tests do not count, so that a library of modules is also looked at for itself.
 */
export function planUnits(files: readonly SourceFile[], source: PlanSource): Unit[] {
  const modules = new Map<string, SourceFile[]>();
  const variables = new Map<string, SourceFile[]>();
  const units: Unit[] = [];
  for (const file of files) {
    const { path } = file;
    if (isConfiguration(path)) append(modules, folderOf(path), file);
    else if (isVariables(path)) append(variables, folderOf(path), file);
    else if (isTerragrunt(path) || isPlan(file, source)) units.push({ id: path, files: [file] });
  }
  const calls = new Map<string, readonly string[]>();
  for (const [folder, list] of modules)
    calls.set(
      folder,
      calledFolders(folder, list, source).filter((called) => modules.has(called)),
    );
  for (const root of rootsOf(calls)) {
    const reached = reachable(root, calls);
    const code = reached.flatMap((folder) => modules.get(folder) ?? []);
    units.push({ id: root === '' ? '.' : root, files: [...code, ...(variables.get(root) ?? [])] });
  }
  return units;
}

function isPlan(file: SourceFile, source: PlanSource): boolean {
  if (!file.path.endsWith('.json')) return false;
  // A data file past the limit is nobody's plan, unless it is named like one.
  if (file.size > limits.fileBytesMax) return /plan/i.test(nameOf(file.path));
  try {
    return source.fact(file.path, 'terraform plan', looksLikePlan);
  } catch {
    return false;
  }
}

/** Folders that the configuration files of a folder call as local modules. */
function calledFolders(folder: string, files: readonly SourceFile[], source: PlanSource): string[] {
  const called = new Set<string>();
  for (const { path } of files) {
    for (const name of localSources(path, source)) {
      const target = joinInside(folder, name.replaceAll('\\', '/'));
      if (target !== undefined && target !== folder) called.add(target);
    }
  }
  return [...called];
}

function localSources(path: string, source: PlanSource): readonly string[] {
  try {
    return source.fact(path, 'terraform local modules', (text) => localModules(text, path));
  } catch {
    // The unit reports what cannot be read.
    return [];
  }
}

function localModules(text: string, path: string): string[] {
  if (!text.includes('module') || !text.includes('source')) return [];
  return parseConfiguration(text, path).body.blocks.flatMap((block) => {
    const value = block.type === 'module' ? block.body.attribute('source')?.expression : undefined;
    return value?.kind === 'literal' && typeof value.value === 'string' && /^\.{1,2}(?:[/\\]|$)/.test(value.value)
      ? [value.value]
      : [];
  });
}

/** Folders nobody calls, and of folders that only call each other the first. */
function rootsOf(calls: ReadonlyMap<string, readonly string[]>): string[] {
  const isExample = (folder: string): boolean => confidenceOf(`${folder}/`) === 'example';
  const called = new Set<string>();
  for (const [caller, targets] of calls) {
    for (const target of targets) if (!isExample(caller) || isExample(target)) called.add(target);
  }
  const folders = [...calls.keys()].sort();
  const roots = folders.filter((folder) => !called.has(folder));
  const seen = new Set<string>();
  const mark = (root: string): void => reachable(root, calls).forEach((folder) => seen.add(folder));
  roots.forEach(mark);
  for (const folder of folders) {
    if (seen.has(folder)) continue;
    roots.push(folder);
    mark(folder);
  }
  return roots.sort();
}

function reachable(root: string, calls: ReadonlyMap<string, readonly string[]>): string[] {
  const found = [root];
  const seen = new Set(found);
  for (let at = 0; at < found.length; at++) {
    for (const target of calls.get(found[at] ?? '') ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      found.push(target);
    }
  }
  return found;
}

import { eitherOf } from '../../../model/interpolate.ts';
import type { Collected, Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import { Unknown, type Value } from '../../../model/value.ts';
import type { CloudFormationOptions } from './cloudformation-collector.ts';
import type { Given } from './parameters.ts';
import { resourcesOf } from './resources.ts';
import type { Template } from './template.ts';

/**
 * The resources of templates that may nest one another. Each template is read once: parents first, so that a nested
 * one has the parameters its parent passes. Where several parents pass different values, they are not known.
 */
export function stacksOf(
  templates: ReadonlyMap<string, Template>,
  source: Source,
  options: CloudFormationOptions,
): Collected {
  const resources: Resource[] = [];
  const gaps: Gap[] = [];
  const passed = new Map<string, Given>();
  const waiting = new Set(templates.keys());
  const children = new Map<string, readonly string[]>();
  // What a template nests is only known once it is evaluated; a first reading says it, and stands unless a parent
  // passes parameters.
  const first = new Map(
    [...templates].map(([path, template]) => [path, resourcesOf(template, source, options)] as const),
  );
  for (const [path, found] of first)
    children.set(
      path,
      found.nested.map((nested) => nested.path),
    );
  const nestedPaths = new Set([...children.values()].flat());
  const order = [...waiting].filter((path) => !nestedPaths.has(path));
  const visit = (path: string): void => {
    const template = templates.get(path);
    if (template === undefined || !waiting.delete(path)) return;
    const given = passed.get(path);
    const found = given === undefined ? first.get(path) : resourcesOf(template, source, options, given);
    resources.push(...(found?.resources ?? []));
    gaps.push(...(found?.gaps ?? []));
    for (const nested of found?.nested ?? []) {
      passed.set(nested.path, both(passed.get(nested.path), nested.given));
      order.push(nested.path);
    }
  };
  for (let at = 0; at < order.length; at++) {
    const path = order[at] ?? '';
    // A template waits for all its parents; what nests itself is read as it stands.
    const isReady = ![...children].some(
      ([parent, nested]) => waiting.has(parent) && parent !== path && nested.includes(path),
    );
    if (isReady) visit(path);
  }
  for (const path of waiting) visit(path);
  return { resources, gaps };
}

function both(before: Given | undefined, now: Given): Given {
  if (before === undefined) return now;
  const result = new Map<string, Value>();
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    const value = eitherOf(before.get(name), now.get(name), `parents pass different values for \`${name}\``);
    result.set(name, value ?? new Unknown(`parents pass different values for \`${name}\``));
  }
  return result;
}

import { isJsonObject, type JsonObject } from '../base/json-object.ts';
import { limits } from '../base/limits.ts';
import { once } from '../base/once.ts';
import type { FindingCode } from './inspect/finding.ts';
import { anchorsOf, targetOf, visitObjects } from './schema-references.ts';

/** References that refer to references: deeper, nothing that follows them one by one comes to an end. */
const expandedDepthMax = 1_000;

export interface Hazard {
  readonly code: FindingCode;
  readonly path: string;
  readonly excerpt: string;
}

/**
 * What of a JSON Schema (2020-12) would hurt whoever follows it. Nothing is: no reference is fetched, no pattern is run, a schema that
 * grows is measured, not expanded.
 *
 * @param at the schema's place in its definition, for paths
 */
export function findSchemaHazards(schema: unknown, at: string): Hazard[] {
  const hazards: Hazard[] = [];
  if (!isJsonObject(schema)) return hazards;
  const anchors = once(() => anchorsOf(schema));
  visitObjects(schema, at, (node, path) => {
    for (const key of ['$ref', '$dynamicRef', '$recursiveRef']) {
      const reference = node[key];
      if (typeof reference !== 'string') continue;
      if (!reference.startsWith('#'))
        hazards.push({ code: 'schema.remote-reference', path: `${path}.${key}`, excerpt: reference });
      else if (key === '$ref' && targetOf(schema, reference) === undefined && !anchors().has(reference.slice(1)))
        hazards.push({ code: 'schema.dangling', path: `${path}.${key}`, excerpt: reference });
    }
    const { pattern } = node;
    if (typeof pattern === 'string' && isSlow(pattern))
      hazards.push({ code: 'schema.slow-pattern', path: `${path}.pattern`, excerpt: pattern });
  });
  if (sizeOf(schema) > limits.schemaExpandedNodesMax)
    hazards.push({
      code: 'schema.bomb',
      path: at,
      excerpt: `more than ${limits.schemaExpandedNodesMax} nodes once expanded`,
    });
  return hazards;
}

/**
 * Nodes a schema has when every reference is replaced by what it refers to, without doing it: each part is measured once. A reference
 * back to what is being measured (a tree, a list) counts as one; whoever follows it stops there.
 */
function sizeOf(root: JsonObject): number {
  const sizes = new Map<object, number>();
  const isOpen = new Set<object>();
  const measure = (value: unknown, depth: number): number => {
    if (depth > expandedDepthMax) return limits.schemaExpandedNodesMax + 1;
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (isOpen.has(value)) return 1;
    isOpen.add(value);
    let size = 1;
    for (const item of Object.values(value)) size += measure(item, depth + 1);
    const reference = isJsonObject(value) ? value['$ref'] : undefined;
    if (typeof reference === 'string' && reference.startsWith('#'))
      size += measure(targetOf(root, reference), depth + 1);
    sizes.set(value, size);
    return size;
  };
  return measure(root, 0);
}

/** A repeated group that repeats inside, or alternatives that begin alike under a repeat: the usual shapes of exponential time. */
function isSlow(pattern: string): boolean {
  const plain = pattern
    .slice(0, limits.matchLengthMax)
    .replace(/\\./g, 'x')
    .replace(/\[[^\]]{0,400}\]/g, 'x');
  return (
    /\([^()]{0,200}[+*}][^()]{0,200}\)\s?(?:[+*]|\{\d{1,6},)/.test(plain) ||
    /\((?:\?:)?(\w{1,20})\|\1[^()]{0,200}\)(?:[+*]|\{\d{1,6},)/.test(plain)
  );
}

import type { JsonObject } from '../base/json-object.ts';

/** What `#/…` refers to (RFC 6901); undefined where there is nothing. */
export function targetOf(root: JsonObject, reference: string): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let found: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const name = decoded(step).replace(/~1/g, '/').replace(/~0/g, '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as JsonObject)[name];
  }
  return found;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** The schemas of a document that have a name of their own (`$anchor`, `$dynamicAnchor`), by it; undefined where several have one. */
export function anchorsOf(root: JsonObject): ReadonlyMap<string, JsonObject | undefined> {
  const anchors = new Map<string, JsonObject | undefined>();
  visitObjects(root, '', (node) => {
    for (const name of new Set([node['$anchor'], node['$dynamicAnchor']]))
      if (typeof name === 'string') anchors.set(name, anchors.has(name) ? undefined : node);
  });
  return anchors;
}

/** Every object of a document and its path, whatever it is there for. */
export function visitObjects(root: JsonObject, at: string, see: (node: JsonObject, path: string) => void): void {
  const waiting: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: at }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) see(value as JsonObject, path);
    for (const [key, item] of Object.entries(value)) waiting.push({ value: item, path: `${path}.${key}` });
  }
}

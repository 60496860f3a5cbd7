import { isJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { Part } from './merge.ts';

/** Which server a resource is of, by what servers listed and linked to. The first one to name a URI has it. */
export class ResourceIndex {
  readonly #uris = new Map<string, string>();
  readonly #templates = new Map<string, string>();
  /** All servers were asked for their lists, and answered. */
  isComplete = false;
  /** They are being asked. */
  asking: Promise<void> | undefined;

  /** Takes note of a page of `resources/list` or `resources/templates/list`. */
  learn({ server, result }: Part): void {
    for (const resource of listOf(result['resources'])) this.#note(this.#uris, resource['uri'], server);
    for (const template of listOf(result['resourceTemplates']))
      this.#note(this.#templates, template['uriTemplate'], server);
  }

  /** Takes note of the resources that an answer links to or holds. */
  learnLinks({ server, result }: Part): void {
    for (const block of listOf(result['content'])) {
      this.#note(this.#uris, block['uri'], server);
      if (isJsonObject(block['resource'])) this.#note(this.#uris, block['resource']['uri'], server);
    }
  }

  find(uri: string): string | undefined {
    const listed = this.#uris.get(uri);
    if (listed !== undefined) return listed;
    for (const [template, server] of this.#templates) if (fits(uri, template)) return server;
    return undefined;
  }

  #note(map: Map<string, string>, uri: unknown, server: string): void {
    if (typeof uri === 'string' && !map.has(uri) && map.size < limits.gatewayResourcesMax) map.set(uri, server);
  }
}

/** An index for every principal: what one may see may be hidden from another. The least recently used leaves first. */
export class ResourceIndexes {
  readonly #indexes = new Map<string, ResourceIndex>();

  /** @param principal `principalKey` */
  of(principal: string): ResourceIndex {
    const index = this.#indexes.get(principal) ?? new ResourceIndex();
    this.#indexes.delete(principal);
    this.#indexes.set(principal, index);
    const [oldest] = this.#indexes.keys();
    if (oldest !== undefined && this.#indexes.size > limits.gatewayResourceIndexesMax) this.#indexes.delete(oldest);
    return index;
  }
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Whether a URI may come from a template (RFC 6570): it begins and ends as the template does. */
function fits(uri: string, template: string): boolean {
  const first = template.indexOf('{');
  const last = template.lastIndexOf('}');
  if (first === -1 || last < first) return uri === template;
  return uri.length > first && uri.startsWith(template.slice(0, first)) && uri.endsWith(template.slice(last + 1));
}

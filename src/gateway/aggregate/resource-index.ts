import { isJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { Part } from './merge.ts';

/**
 * Which server a resource is of, by what servers listed and linked to. The first one to name a URI has it; who lists it goes before who
 * links to it, and a template that says more of it before one that says less.
 */
export class ResourceIndex {
  readonly #listed = new Claims();
  readonly #linked = new Claims();
  readonly #templates = new Claims();
  readonly #looking = new Set<() => void>();
  /** Servers that were asked for all their lists, none of which failed: of one session, or by one credential, not all are asked. */
  readonly asked = new Set<string>();
  /** They are being asked. */
  asking: Promise<void> | undefined;

  /** Takes note of a page of `resources/list` or `resources/templates/list`. */
  learn({ server, result }: Part): void {
    for (const resource of listOf(result['resources'])) this.#listed.add(resource['uri'], server);
    for (const template of listOf(result['resourceTemplates'])) this.#templates.add(template['uriTemplate'], server);
    for (const look of this.#looking) look();
  }

  /** Takes note of the resources that an answer links to or holds. */
  learnLinks({ server, result }: Part): void {
    for (const block of listOf(result['content'])) {
      this.#linked.add(block['uri'], server);
      if (isJsonObject(block['resource'])) this.#linked.add(block['resource']['uri'], server);
    }
  }

  find(uri: string): string | undefined {
    return this.#listed.of(uri) ?? this.#linked.of(uri) ?? this.#templates.of(uri) ?? this.#byTemplate(uri);
  }

  /** The server of a resource, as soon as one lists it; else the one that `find` gives once all were asked. */
  found(uri: string, asked: Promise<void>): Promise<string | undefined> {
    return new Promise((resolve) => {
      const look = (isOver = false): void => {
        const server = isOver ? this.find(uri) : this.#listed.of(uri);
        if (server === undefined && !isOver) return;
        this.#looking.delete(look);
        resolve(server);
      };
      this.#looking.add(look);
      void asked.catch(() => undefined).then(() => look(true));
    });
  }

  #byTemplate(uri: string): string | undefined {
    let best: { readonly server: string; readonly said: number } | undefined;
    for (const [template, server] of this.#templates) {
      const said = fits(uri, template);
      if (said !== undefined && (best === undefined || said > best.said)) best = { server, said };
    }
    return best?.server;
  }
}

/** What servers named, each by the first one that did. Of too many, whoever named most keeps fewer. */
class Claims {
  readonly #byServer = new Map<string, Set<string>>();
  #count = 0;

  of(name: string): string | undefined {
    for (const [server, own] of this.#byServer) if (own.has(name)) return server;
    return undefined;
  }

  add(name: unknown, server: string): void {
    if (typeof name !== 'string' || this.of(name) !== undefined) return;
    const own = this.#byServer.get(server) ?? new Set();
    this.#byServer.set(server, own);
    if (this.#count < limits.gatewayResourcesMax) this.#count++;
    else {
      const most = [...this.#byServer.values()].reduce((one, other) => (other.size > one.size ? other : one));
      if (most.size <= own.size + 1) return;
      const [oldest = ''] = most;
      most.delete(oldest);
    }
    own.add(name);
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, server: string]> {
    for (const [server, own] of this.#byServer) for (const name of own) yield [name, server];
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

/** How much a template (RFC 6570) says of a URI that may come from it: the characters it begins with; undefined where it ends or begins as no such one does. */
function fits(uri: string, template: string): number | undefined {
  const first = template.indexOf('{');
  const last = template.lastIndexOf('}');
  if (first === -1 || last < first) return undefined;
  const isOne =
    uri.length > first && uri.startsWith(template.slice(0, first)) && uri.endsWith(template.slice(last + 1));
  return isOne ? first : undefined;
}

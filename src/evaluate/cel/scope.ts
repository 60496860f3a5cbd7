import type { Trait } from '../../model/catalogue.ts';
import type { Resource } from '../../model/resource.ts';
import type { Ref, Unknown, Value } from '../../model/value.ts';

/** Where a value was read: a property of a resource. */
export interface Origin {
  readonly resource: Resource;
  readonly path: string;
}

/** A resource found along the edges, and the path to it: resource ids, both ends included. */
export interface Reached {
  readonly resource: Resource;
  readonly path: readonly string[];
}

/** What a rule may ask about the surroundings of the resource it looks at. */
export interface Surroundings {
  linked(resource: Resource, types: readonly string[]): readonly Resource[];
  peers(resource: Resource, types: readonly string[]): readonly Resource[];
  target(ref: Ref): Resource | Unknown;
  /** Resources with the trait along directed edges. Unknown when none surely has it and one may. */
  reach(resource: Resource, trait: Trait, direction: 'out' | 'in'): readonly Reached[] | Unknown;
  hasTrait(resource: Resource, trait: Trait): boolean | Unknown;
}

interface Binding {
  readonly name: string;
  readonly value: Value;
  readonly origin: Origin | undefined;
  readonly next: Binding | undefined;
}

/** What one evaluation sees and records: bindings of names, the surroundings, and the readings it made. */
export class Scope {
  readonly resource: Resource;
  readonly surroundings: Surroundings;
  /** Called for each property that was read; undefined while nobody wants evidence. */
  readonly record: ((origin: Origin, value: Value) => void) | undefined;
  #bindings: Binding | undefined;
  /** Which resource a property bag handed out by `linked`, `peers`, … belongs to. */
  #owners: Map<object, Resource> | undefined;
  /** What each call of `reach` or `reachedBy` found. */
  #reached: (readonly Reached[])[] | undefined;
  /** Property bags whose turn in a macro decided it. */
  #decided: Set<Value> | undefined;

  constructor(resource: Resource, surroundings: Surroundings, record?: (origin: Origin, value: Value) => void) {
    this.resource = resource;
    this.surroundings = surroundings;
    this.record = record;
    this.bind('r', resource.properties, { resource, path: '' });
  }

  bind(name: string, value: Value, origin: Origin | undefined): void {
    this.#bindings = { name, value, origin, next: this.#bindings };
  }

  unbind(): void {
    this.#bindings = this.#bindings?.next;
  }

  lookup(name: string): Binding | undefined {
    for (let at = this.#bindings; at !== undefined; at = at.next) if (at.name === name) return at;
    return undefined;
  }

  /** Hands out another resource's properties and remembers whose they are. */
  own(resource: Resource): Value {
    (this.#owners ??= new Map()).set(resource.properties, resource);
    return resource.properties;
  }

  ownerOf(value: Value): Origin | undefined {
    if (this.#owners === undefined || typeof value !== 'object' || value === null) return undefined;
    const resource = this.#owners.get(value);
    return resource === undefined ? undefined : { resource, path: '' };
  }

  noteReached(found: readonly Reached[]): void {
    if (this.record !== undefined) (this.#reached ??= []).push(found);
  }

  noteDecided(item: Value): void {
    if (this.record !== undefined) (this.#decided ??= new Set()).add(item);
  }

  /** Of every call the paths to the resources that decided a macro; all of them where none did (`size(reach(…))`). */
  paths(): readonly (readonly string[])[] {
    return (this.#reached ?? []).flatMap((found) => {
      const deciding = found.filter(({ resource }) => this.#decided?.has(resource.properties));
      return (deciding.length > 0 ? deciding : found).map(({ path }) => path);
    });
  }
}

import type { Resource } from './resource.ts';
import type { Trait } from './catalogue.ts';

/** Why two resources are connected. */
export type EdgeKind =
  | 'reference'
  | 'role'
  | 'guardrail'
  | 'network'
  | 'key'
  | 'data'
  | 'tool'
  | 'model'
  | 'endpoint'
  | 'log'
  | 'hosts'
  | 'contains';

/** A directed connection: `from` uses, calls, assumes or contains `to`. `path` is the property that says so. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly path: string;
}

/** A resource with its place in the graph. */
export interface Node {
  readonly resource: Resource;
  readonly service: string | undefined;
  readonly traits: ReadonlySet<Trait>;
}

/** The connected part of the resource graph around one AI use. */
export interface Workload {
  /** Stable: derived from its seed resources. */
  readonly id: string;
  /** What a person would call it. */
  readonly name: string;
  /** Resource ids, seeds first. */
  readonly resources: readonly string[];
  readonly services: readonly string[];
  readonly edges: readonly Edge[];
}

import type { Properties, Scalar, Value } from '../../model/value.ts';
import type { Scope } from './shapes.ts';

/**
 * How one key of a client's settings becomes one property of the effective policy.
 * - `first`: the strongest file that sets it decides
 * - `union`: lists of all files together
 * - `strictest`: the strictest value any file sets (see `strictness`)
 */
export interface KeyRule {
  /** In the client's own spelling, dotted: `permissions.defaultMode`. */
  readonly key: string;
  /** Which settings file, where a client has several kinds (`requirements`, `sandbox`); default `config`. */
  readonly part?: string;
  /** Property of `agent.client`, dotted: `sandbox.enabled`. Several keys may decide the same one; the first set wins. */
  readonly as: string;
  readonly merge: 'first' | 'union' | 'strictest';
  /** The vendor's documented value when nobody sets it; absent where there is none or none is documented. */
  readonly default?: Value;
  /** Scopes the client reads it from; absent for all. Elsewhere it is silently ignored. */
  readonly only?: readonly Scope[];
  /** A key that, true in managed settings, makes managed files the only ones that count for this key. */
  readonly lockedBy?: string;
  /** Translates the client's words: `bypassPermissions` → `bypass`. A value not listed is kept as it is. */
  readonly words?: Readonly<Record<string, Scalar>>;
  /** From widest to strictest (after `words`): lets the evaluator tell when one file widens another. */
  readonly strictness?: readonly Scalar[];
  /** The order of its entries says something: of several that match the last decides, or the first is taken. */
  readonly ordered?: boolean;
}

/** What an allowlist of tool servers means (facts: the vendors' pages, one per client). */
export interface AllowlistSemantics {
  /** Property of `agent.client` that holds the entries. */
  readonly as: string;
  readonly unset: 'all' | 'none';
  readonly empty: 'all' | 'none' | 'unknown';
  /** What an entry is matched by. `entry`: each entry says (`serverName`, `serverCommand`, `serverUrl`). */
  readonly match: 'name' | 'identity' | 'entry';
}

/** How the settings files of one client combine into one policy. */
export interface PolicyTable {
  /** Strongest first. */
  readonly precedence: readonly Scope[];
  readonly keys: readonly KeyRule[];
  readonly allowlist?: AllowlistSemantics;
  /** Further properties that follow from the decided ones. */
  readonly derive?: (properties: Properties) => Readonly<Record<string, Value | undefined>>;
  /** Whether the vendor offers managed files at all; without them their absence says nothing. */
  readonly managed: boolean;
  /** Where the vendor documents precedence and defaults. */
  readonly source: { readonly url: string; readonly read: string };
}

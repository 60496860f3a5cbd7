/**
 * The temporal sub-language as it is written (Dogwood, github.com/dogwood-policy/dogwood, `dogwood-docs/guide/04` and `08`, read
 * 2026-11-28). Every node knows where it begins in its file.
 */
import type { Value } from './value.ts';

export const eventKinds = ['request', 'response', 'error', 'approval'] as const;
export type EventKind = (typeof eventKinds)[number];

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A name that is bound or used: plain, a macro's parameter `?p`, or a macro's own binder `$t`. */
export interface Name {
  readonly sigil: '' | '?' | '$';
  readonly name: string;
  readonly at: number;
}

export interface WrittenBinder {
  readonly name: Name;
  readonly type: string;
}

/** Milliseconds, or a macro's parameter. */
export type WrittenWindow =
  | { readonly ms: number; readonly at: number }
  | { readonly parameter: Name; readonly at: number };

export interface WrittenField {
  readonly path: readonly string[];
  readonly term: WrittenTerm;
  readonly at: number;
}

export type WrittenTerm =
  | { readonly kind: 'value'; readonly value: Value; readonly at: number }
  /** `context.…`, `principal…` or `resource…`: a fact of the request that is decided. */
  | { readonly kind: 'fact'; readonly path: readonly string[]; readonly at: number }
  | { readonly kind: 'wildcard'; readonly at: number }
  | { readonly kind: 'name'; readonly name: Name; readonly at: number }
  | { readonly kind: 'call'; readonly call: Call; readonly at: number }
  | {
      readonly kind: 'aggregate';
      /** What is summed; undefined for a count. */
      readonly sum: Name | undefined;
      readonly binders: readonly WrittenBinder[];
      readonly body: WrittenCondition;
      readonly at: number;
    };

export interface Call {
  readonly macro: string;
  readonly args: readonly Argument[];
  readonly at: number;
}

export type Argument = WrittenCondition | { readonly kind: 'window'; readonly ms: number; readonly at: number };

export type WrittenCondition =
  | { readonly kind: 'and'; readonly parts: readonly WrittenCondition[]; readonly at: number }
  | { readonly kind: 'not'; readonly body: WrittenCondition; readonly at: number }
  | {
      readonly kind: 'formerly' | 'previous';
      readonly window: WrittenWindow;
      readonly body: WrittenCondition;
      readonly at: number;
    }
  | {
      readonly kind: 'since';
      readonly window: WrittenWindow;
      readonly left: WrittenCondition;
      readonly right: WrittenCondition;
      readonly at: number;
    }
  | {
      readonly kind: 'event';
      readonly action: string;
      readonly event: EventKind;
      readonly fields: readonly WrittenField[];
      readonly at: number;
    }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: WrittenTerm;
      readonly right: WrittenTerm;
      readonly at: number;
    }
  | { readonly kind: 'exists'; readonly binder: WrittenBinder; readonly body: WrittenCondition; readonly at: number }
  | { readonly kind: 'timepoint'; readonly name: Name; readonly at: number }
  /** A term where a condition stands: an argument of a macro, a macro's condition parameter or a call. */
  | {
      readonly kind: 'bare';
      readonly term: WrittenTerm;
      /** Fields to add to the event that the parameter stands for. */
      readonly refined: readonly WrittenField[];
      readonly at: number;
    };

/** `def temporal name(?a, ?b) { … };` */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: WrittenCondition;
}

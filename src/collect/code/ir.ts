import type { Language } from './syntax/grammar.ts';

/**
 * A small common form of application code: what the five languages share and the detectors need. Lowering loses
 * control flow on purpose (branches are laid one after another); the limits of what follows from it are in
 * docs/guide/code.md.
 */

/** Line and column, both from 1. */
export interface At {
  readonly line: number;
  readonly column: number;
}

export type Expr =
  | TextExpr
  | TemplateExpr
  | LiteralExpr
  | NameExpr
  | MemberExpr
  | IndexExpr
  | CallExpr
  | ObjectExpr
  | ListExpr
  | FunctionExpr
  | OtherExpr;

/** A string literal without interpolation. */
export interface TextExpr {
  readonly kind: 'text';
  readonly value: string;
  readonly at: At;
}
/** An interpolated string or a concatenation. */
export interface TemplateExpr {
  readonly kind: 'template';
  readonly parts: readonly Expr[];
  readonly at: At;
}
export interface LiteralExpr {
  readonly kind: 'literal';
  readonly value: number | boolean | null;
  readonly at: At;
}
export interface NameExpr {
  readonly kind: 'name';
  readonly name: string;
  readonly at: At;
}
export interface MemberExpr {
  readonly kind: 'member';
  readonly object: Expr;
  readonly property: string;
  readonly at: At;
}
export interface IndexExpr {
  readonly kind: 'index';
  readonly object: Expr;
  readonly index: Expr;
  readonly at: At;
}
export interface Arg {
  readonly name: string | undefined;
  readonly value: Expr;
  readonly spread: boolean;
}
export interface CallExpr {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Arg[];
  /** Written with `new`. */
  readonly made: boolean;
  readonly at: At;
}
export interface Entry {
  readonly key: string;
  readonly value: Expr;
  readonly at: At;
}
export interface ObjectExpr {
  readonly kind: 'object';
  /** The struct or class of a typed literal (Go, C#). */
  readonly type: Expr | undefined;
  readonly entries: readonly Entry[];
  /** Objects spread into it. */
  readonly spreads: readonly Expr[];
  readonly at: At;
}
export interface ListExpr {
  readonly kind: 'list';
  readonly items: readonly Expr[];
  readonly at: At;
}
export interface FunctionExpr {
  readonly kind: 'function';
  readonly fn: Fn;
  readonly at: At;
}
/** Any other expression: an operator, a condition, a comprehension. Data flows from every part. */
export interface OtherExpr {
  readonly kind: 'other';
  /** The operator (`|`, `==`, `?:`), or the syntax node's type. */
  readonly op: string;
  readonly parts: readonly Expr[];
  readonly at: At;
}

export interface Param {
  readonly name: string;
  readonly type: Expr | undefined;
  readonly default: Expr | undefined;
  readonly decorators: readonly Expr[];
}
export interface Fn {
  readonly name: string;
  readonly params: readonly Param[];
  readonly decorators: readonly Expr[];
  /** The docstring, empty for none. */
  readonly doc: string;
  readonly steps: readonly Step[];
  readonly exported: boolean;
  readonly at: At;
}
export interface ClassDecl {
  readonly name: string;
  readonly bases: readonly Expr[];
  readonly decorators: readonly Expr[];
  readonly steps: readonly Step[];
  readonly at: At;
}

export type Step =
  | {
      readonly kind: 'bind';
      readonly target: Expr;
      readonly type: Expr | undefined;
      readonly value: Expr;
      readonly at: At;
    }
  | { readonly kind: 'declare'; readonly name: string; readonly type: Expr; readonly at: At }
  | { readonly kind: 'do'; readonly value: Expr; readonly at: At }
  | { readonly kind: 'return'; readonly value: Expr; readonly at: At }
  | { readonly kind: 'function'; readonly fn: Fn; readonly at: At }
  | { readonly kind: 'class'; readonly class: ClassDecl; readonly at: At };

/** A name the module brings in: `local` stands for `path`; `*` brings in everything below `path`. */
export interface Import {
  readonly local: string;
  /** `openai.OpenAI`, `@langchain/openai.ChatOpenAI`, `github.com/openai/openai-go`, `./tools.search`. */
  readonly path: string;
  readonly at: At;
}

export interface Module {
  readonly language: Language;
  readonly file: string;
  readonly imports: readonly Import[];
  readonly steps: readonly Step[];
  /** The first line: `'use client'` matters to React. */
  readonly clientSide: boolean;
}

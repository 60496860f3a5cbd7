import { Ref, type Value } from '../../../../model/value.ts';
import type { Expression } from '../syntax/ast.ts';

/** What the names of one module instance stand for. Everything is evaluated on first use and remembered. */
export interface Names {
  variable(name: string): Value;
  local(name: string): Value;
  /** @param key `aws_s3_bucket.logs` or `data.aws_region.current`; undefined when it is not declared */
  resource(key: string): Value | undefined;
  module(name: string): Value;
  /** `module`, `root` or `cwd` of `path`. */
  path(name: string): Value;
  /** A file of `file` or `templatefile`. @throws Unreadable */
  readFile(path: string): string;
  hasFile(path: string): boolean;
  filesIn(path: string): readonly string[];
  template(path: string): Expression;
}

/** A name bound by `for`, `dynamic` or a template's variables, innermost first. */
export interface Binding {
  readonly name: string;
  readonly value: Value;
  readonly outer: Binding | undefined;
}

/** What an expression can see. */
export interface Scope {
  readonly names: Names;
  readonly each: { readonly key: Value; readonly value: Value } | undefined;
  readonly count: Value | undefined;
  readonly bindings: Binding | undefined;
  /** The element of the innermost splat. */
  readonly item: Value | undefined;
}

/** The scope with one more name. */
export function bind(scope: Scope, name: string, value: Value): Scope {
  const { names, each, count, item } = scope;
  return { names, each, count, item, bindings: { name, value, outer: scope.bindings } };
}

/** A reference to a declared resource instance that can still be asked for its configured attributes. */
export abstract class LiveRef extends Ref {
  /** The value an attribute is configured with, or a reference to it. */
  abstract read(attribute: string): Value;
}

/** A reference to instances whose number is not known: any index gives the one that stands for all. */
export class ManyRef extends LiveRef {
  readonly one: LiveRef;
  constructor(one: LiveRef) {
    super(one.target);
    this.one = one;
  }
  read(attribute: string): Value {
    return this.one.read(attribute);
  }
}

import type { Scalar } from '../../../../model/value.ts';

/** Where a part of the source stands: line and column (UTF-16), from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One step of an access: an attribute or literal key, a literal index, or a computed key. */
export type Step = string | number | Expression;

export type Expression =
  | Literal
  | Template
  | TemplateIf
  | TemplateFor
  | Traversal
  | Access
  | Splat
  | Item
  | Call
  | Unary
  | Binary
  | Conditional
  | Tuple
  | ObjectExpression
  | ForExpression;

export interface Literal extends Place {
  readonly kind: 'literal';
  readonly value: Scalar;
}
/** Text with interpolations; a template of a single interpolation is that expression itself and has no such node. */
export interface Template extends Place {
  readonly kind: 'template';
  readonly parts: readonly Expression[];
}
/** `%{ if … }…%{ else }…%{ endif }` */
export interface TemplateIf extends Place {
  readonly kind: 'template-if';
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}
/** `%{ for k, v in … }…%{ endfor }` */
export interface TemplateFor extends Place {
  readonly kind: 'template-for';
  readonly key: string | undefined;
  readonly item: string;
  readonly collection: Expression;
  readonly body: Expression;
}
/** A name and what is read from it: `var.a.b[0]`. */
export interface Traversal extends Place {
  readonly kind: 'traversal';
  readonly root: string;
  readonly steps: readonly Step[];
}
/** A step from a value that is not a plain name: `f(x).a`. */
export interface Access extends Place {
  readonly kind: 'access';
  readonly object: Expression;
  readonly step: Step;
}
/** `object[*]…` and `object.*…`; `each` is evaluated for every element, which stands for its `item` node. */
export interface Splat extends Place {
  readonly kind: 'splat';
  readonly object: Expression;
  readonly each: Expression;
}
/** The element of the innermost splat. */
export interface Item extends Place {
  readonly kind: 'item';
}
export interface Call extends Place {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
  /** The last argument is a list to be spread (`f(list...)`). */
  readonly spread: boolean;
}
export interface Unary extends Place {
  readonly kind: 'unary';
  readonly operator: '!' | '-';
  readonly operand: Expression;
}
export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';
export interface Binary extends Place {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Conditional extends Place {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}
export interface Tuple extends Place {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}
export interface ObjectExpression extends Place {
  readonly kind: 'object';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}
/** `[for …]` where `result` has no key, else `{for … : k => v}`. */
export interface ForExpression extends Place {
  readonly kind: 'for';
  readonly keyName: string | undefined;
  readonly itemName: string;
  readonly collection: Expression;
  readonly resultKey: Expression | undefined;
  readonly result: Expression;
  /** `v...`: values of one key are collected in a list. */
  readonly grouped: boolean;
  readonly condition: Expression | undefined;
}

export interface Attribute extends Place {
  readonly name: string;
  readonly expression: Expression;
  /** Set where it stands in another file than its block (override files). */
  readonly file?: string;
}

export interface Block extends Place {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly file?: string;
}

const linearMax = 8;

/** Attributes and blocks between two braces, in order. */
export class Body {
  readonly attributes: Attribute[] = [];
  readonly blocks: Block[] = [];
  #index: Map<string, Attribute> | undefined;

  /** Adds an attribute; false when its name is taken. */
  add(attribute: Attribute): boolean {
    if (this.attribute(attribute.name) !== undefined) return false;
    this.attributes.push(attribute);
    if (this.#index !== undefined) this.#index.set(attribute.name, attribute);
    else if (this.attributes.length > linearMax)
      this.#index = new Map(this.attributes.map((item) => [item.name, item]));
    return true;
  }

  /** The attribute of a name, in constant time also for very long bodies. */
  attribute(name: string): Attribute | undefined {
    if (this.#index !== undefined) return this.#index.get(name);
    return this.attributes.find((attribute) => attribute.name === name);
  }
}

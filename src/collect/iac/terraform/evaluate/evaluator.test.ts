import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Interpolated, isList, isMarker, isProperties, Ref, Unknown, type Value } from '../../../../model/value.ts';
import { evaluateThing } from '../fixtures/collect-files.ts';

interface Vectors {
  readonly configuration: string;
  readonly files: Readonly<Record<string, string>>;
  readonly values: readonly { readonly expression: string; readonly value: unknown }[];
}
/** Expressions with the values that Terraform 1.11.4 itself gave. */
const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/terraform-values.json', import.meta.url), 'utf8'),
) as Vectors;

const known = evaluateThing(
  `${vectors.configuration}\nresource "test_thing" "it" {\n${vectors.values.map(({ expression }, index) => `  o${index} = [jsonencode(try(${expression}, "ERR"))]`).join('\n')}\n}\n`,
  vectors.files,
);

/** `jsonencode` keeps structures and writes scalars as JSON text. */
function decoded(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : JSON.parse(JSON.stringify(value ?? null));
}

/** The value of one expression beside declarations that leave things unknown. */
function value(expression: string): Value {
  const context = `
variable "none" {}
variable "yes" { default = true }
locals {
  part = "a-\${var.none}-z"
}
resource "aws_role" "r" {
  name = "literal"
  tags = { team = "ai" }
  path = var.none
  rule { port = 443 }
}
resource "aws_many" "m" {
  count = 2
}
resource "aws_open" "o" {
  count = var.none
}
resource "aws_keyed" "k" {
  for_each = { a = 1, b = 2 }
}
data "aws_region" "now" {}
data "aws_bucket" "b" { bucket = "known" }
`;
  return (evaluateThing(`${context}resource "test_thing" "it" {\n  x = ${expression}\n}\n`)['x'] ?? null) as Value;
}

const role = (attribute?: string): Ref => new Ref('.#aws_role.r', attribute);

describe('Evaluator', () => {
  it.each(vectors.values.map((item, index) => ({ ...item, index })))(
    'gives $expression the value Terraform gives it',
    ({ index, value: expected }) => {
      expect(decoded((known[`o${index}`] as readonly unknown[] | undefined)?.[0])).toEqual(expected);
    },
  );

  it.each([
    ['var.none'],
    ['var.none.a.b'],
    ['var.none ? 1 : 2'],
    ['var.none && true'],
    ['var.none || false'],
    ['!var.none'],
    ['1 + var.none'],
    ['[for x in var.none : x]'],
    ['merge({ a = 1 }, var.none)'],
    ['length(var.none)'],
    ['jsondecode(var.none)'],
    ['data.aws_region.now.name'],
    ['terraform.workspace'],
    ['timestamp()'],
    ['uuid()'],
    ['provider::x::y("a")'],
    ['file("missing.txt")'],
    ['file("/etc/passwd")'],
    ['file("../outside.txt")'],
    ['abspath(".")'],
    ['aws_role.missing.arn'],
    ['local.missing'],
    ['try(var.none, 1)'],
    ['coalesce(var.none, "a")'],
    ['aws_open.o[*].id == []'],
  ])('keeps %s unknown', (expression) => {
    const result = value(expression);
    expect(result).toBeInstanceOf(Unknown);
    expect((result as Unknown).reason).not.toBe('');
  });

  it.each<[string, unknown]>([
    ['var.none && false', false],
    ['true || var.none', true],
    ['var.none ? "same" : "same"', 'same'],
    ['[var.none, 1][1]', 1],
    ['{ a = var.none, b = 2 }.b', 2],
    ['length([var.none, 1])', 2],
    ['keys({ a = var.none })', ['a']],
    ['local.part == "b"', false],
    ['startswith(local.part, "a-")', true],
    ['startswith(local.part, "b")', false],
    ['endswith(local.part, "-z")', true],
    ['substr(local.part, 0, 2)', 'a-'],
    ['local.part == null', false],
    ['aws_role.r.arn != null', true],
    ['aws_role.r.arn == aws_role.r.arn', true],
    ['contains(["a", var.none], "a")', true],
    ['alltrue([false, var.none])', false],
    ['can(local.missing)', false],
    ['try(aws_many.m[5].id, "none")', 'none'],
    ['length(aws_many.m)', 2],
    ['keys(aws_keyed.k)', ['a', 'b']],
    ['aws_role.r.name', 'literal'],
    ['aws_role.r.tags.team', 'ai'],
    ['aws_role.r.rule[0].port', 443],
    ['data.aws_bucket.b.bucket', 'known'],
    ['coalesce(null, "", aws_role.r.name)', 'literal'],
  ])('decides %s from what is known', (expression, expected) => expect(value(expression)).toEqual(expected));

  it.each<[string, Value]>([
    ['aws_role.r.arn', role('arn')],
    ['aws_role.r', role()],
    ['aws_role.r.path', role('path')],
    ['aws_role.r.tags.missing', role('tags.missing')],
    ['aws_role.r.identity[0].id', role('identity[0].id')],
    ['"${aws_role.r.arn}"', role('arn')],
    ['aws_many.m[1].id', new Ref('.#aws_many.m[1]', 'id')],
    ['aws_many.m.0.id', new Ref('.#aws_many.m[0]', 'id')],
    ['element(aws_many.m[*].id, 3)', new Ref('.#aws_many.m[1]', 'id')],
    ['one(aws_many.m[*].id[0])', new Unknown('a list that is known only after deployment')],
    ['aws_keyed.k["b"].id', new Ref('.#aws_keyed.k["b"]', 'id')],
    ['aws_open.o[0].id', new Ref('.#aws_open.o[*]', 'id')],
    ['aws_open.o[*].id', new Ref('.#aws_open.o[*]', 'id')],
    ['coalesce(aws_role.r.arn, "x")', role('arn')],
    ['try(aws_role.r.arn, null)', role('arn')],
  ])('reads %s as a reference to the instance it names', (expression, expected) => {
    const result = value(expression);
    if (expected instanceof Unknown) expect(result).toBeInstanceOf(Unknown);
    else expect(result).toEqual(expected);
  });

  it('keeps the references of lists and maps of instances', () => {
    expect(value('aws_many.m[*].id')).toEqual([new Ref('.#aws_many.m[0]', 'id'), new Ref('.#aws_many.m[1]', 'id')]);
    expect(value('{ for k, v in aws_keyed.k : k => v.arn }')).toEqual({
      a: new Ref('.#aws_keyed.k["a"]', 'arn'),
      b: new Ref('.#aws_keyed.k["b"]', 'arn'),
    });
    expect(value('values(aws_keyed.k)[*].arn')).toEqual([
      new Ref('.#aws_keyed.k["a"]', 'arn'),
      new Ref('.#aws_keyed.k["b"]', 'arn'),
    ]);
  });

  it.each<[string, readonly unknown[]]>([
    ['"arn:aws:s3:::${aws_role.r.id}/*"', ['arn:aws:s3:::', role('id'), '/*']],
    ['local.part', ['a-', expect.any(Unknown), '-z']],
    ['upper(local.part)', ['A-', expect.any(Unknown), '-Z']],
    ['replace(local.part, "-", "_")', ['a_', expect.any(Unknown), '_z']],
    ['format("%s/%d", aws_role.r.id, 5)', [role('id'), '/5']],
    ['join(",", [aws_role.r.id, "b"])', [role('id'), ',b']],
    ['"${"x"}${local.part}"', ['xa-', expect.any(Unknown), '-z']],
  ])('keeps the known parts of %s', (expression, parts) => {
    const result = value(expression);
    expect(result).toBeInstanceOf(Interpolated);
    expect((result as Interpolated).parts).toEqual(parts);
  });

  it('keeps the references of what a function or condition makes of them', () => {
    const targets = (result: Value): string[] =>
      result instanceof Interpolated ? result.parts.flatMap((part) => (part instanceof Ref ? [part.target] : [])) : [];
    expect(targets(value('trimsuffix(aws_role.r.arn, "x")'))).toEqual(['.#aws_role.r']);
    expect(targets(value('var.none ? aws_role.r.arn : "x"'))).toEqual(['.#aws_role.r']);
  });

  it('decides an object under an unknown condition as far as both sides agree', () => {
    expect(value('var.none ? { a = 1, b = 2 } : { a = 1, b = 3 }')).toEqual({ a: 1, b: expect.any(Unknown) });
  });

  it('keeps what jsonencode is given as a structure, and as its text within a text', () => {
    expect(value('jsonencode({ Statement = [{ Resource = aws_role.r.arn }] })')).toEqual({
      Statement: [{ Resource: role('arn') }],
    });
    expect(value('"p=${jsonencode({ b = 1, a = 2 })}"')).toBe('p={"a":2,"b":1}');
    expect(value('"p=${jsonencode({ b = var.none })}"')).toBeInstanceOf(Interpolated);
  });

  it('treats keys of the prototype as any other', () => {
    const result = value('{ __proto__ = 1, constructor = 2 }');
    expect(isProperties(result) && Object.keys(result)).toEqual(['__proto__', 'constructor']);
    expect(value('{}.constructor')).toBeInstanceOf(Unknown);
    expect(value('constructor("x")')).toBeInstanceOf(Unknown);
  });

  it('runs no regular expression that could take long', () => {
    const start = performance.now();
    for (const pattern of ['(a+)+b', '(a|a)*b', 'a*a*a*a*a*b', '(a*)*']) {
      expect(value(`regexall("${pattern}", "${'a'.repeat(400)}")`)).toBeInstanceOf(Unknown);
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('an expression that grows without end', () => {
  const doubling = (first: string, next: (name: string) => string): string =>
    `locals {\n  a0 = ${first}\n${Array.from({ length: 100 }, (_, index) => `  a${index + 1} = ${next(`local.a${index}`)}`).join('\n')}\n}\n`;
  it.each([
    ['a text', doubling('"0123456789"', (name) => `"\${${name}}\${${name}}"`)],
    ['a list', doubling('[1, 2]', (name) => `concat(${name}, ${name})`)],
    ['an object', doubling('{}', (name) => `{ l = ${name}, r = ${name} }`)],
  ])('ends for %s', (_, locals) => {
    const result = evaluateThing(
      `${locals}resource "test_thing" "it" {\n  x = local.a100\n  y = jsonencode(local.a100) == "x"\n  near = local.a2\n}\n`,
    );
    expect(isMarker(result['x'] as Value)).toBe(true);
    expect(isMarker(result['near'] as Value)).toBe(false);
  });

  it.each([
    ['nested loops', '[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]'],
    ['a range', 'range(1e12)'],
    ['a product', `setproduct(${'range(100), '.repeat(20)}[1])`],
  ])('ends for %s', (_, expression) =>
    expect(value(expression)).toEqual(new Unknown('takes more steps than the limit')),
  );

  it('ends for values that refer to themselves or through very many others', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => `  c${index + 1} = [local.c${index}]`).join('\n');
    const result = evaluateThing(
      `locals {\n  a = local.b\n  b = local.a\n  c0 = 1\n${chain}\n}\nresource "test_thing" "it" {\n  x = local.a\n  y = local.c20000\n  z = try(local.a, "none")\n}\n`,
    );
    expect(result['x']).toEqual(new Unknown('`local.a` refers to itself'));
    expect(isList(result['y'] as Value) || isMarker(result['y'] as Value)).toBe(true);
    expect(result['z']).toBe('none');
  });
});

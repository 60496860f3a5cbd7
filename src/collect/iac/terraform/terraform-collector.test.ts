import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Collected } from '../../../model/collect.ts';
import type { Resource } from '../../../model/resource.ts';
import { eachRef, Ref, Unknown } from '../../../model/value.ts';
import { collectFiles, memorySource } from './fixtures/collect-files.ts';
import type { TerraformResource } from './resource.ts';
import { terraformCollector } from './terraform-collector.ts';

describe('terraformCollector', () => {
  it('resolves a reference to the literal that the other resource is configured with, and to a reference otherwise', () => {
    const { byId, gaps } = collectFiles({
      'main.tf': `
resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}
resource "aws_thing" "it" {
  bucket = aws_s3_bucket.logs.bucket
  arn    = aws_s3_bucket.logs.arn
}
`,
    });
    const thing = byId.get('.#aws_thing.it');
    expect(gaps).toEqual([]);
    expect(thing?.attributes['bucket']).toBe('acme-logs');
    expect(thing?.attributes['arn']).toEqual(new Ref('.#aws_s3_bucket.logs', 'arn'));
    expect(thing?.positions).toMatchObject({ bucket: [6, 3], arn: [7, 3] });
    expect(thing?.location).toEqual({ file: 'main.tf', line: 5, column: 1 });
  });

  it('keeps only references of a type nobody asked for', () => {
    const { byId } = collectFiles(
      {
        'main.tf':
          'resource "a_x" "y" {\n  n = 1\n}\nresource "b_x" "y" {\n  n = 1\n  of = a_x.y.id\n  nested {\n    of = a_x.y.id\n    m = 2\n  }\n}\n',
      },
      () => false,
    );
    expect(byId.get('.#a_x.y')?.attributes).toEqual({});
    expect(byId.get('.#b_x.y')?.attributes).toEqual({
      of: new Ref('.#a_x.y', 'id'),
      nested: [{ of: new Ref('.#a_x.y', 'id'), m: 2 }],
    });
  });

  it('reads the rest of a file after a syntax error, which is a gap with its place', () => {
    const { byId, gaps } = collectFiles({
      'main.tf': 'resource "a" "b" {\n  x = = 1\n}\nresource "c" "d" {\n  y = 2\n}\n',
    });
    expect([...byId.keys()]).toEqual(['.#c.d']);
    expect(gaps).toEqual([
      {
        kind: 'syntax',
        reason: 'not valid HCL: an expression is expected',
        location: { file: 'main.tf', line: 2, column: 7 },
      },
    ]);
  });

  it('makes a variable without a value unknown', () => {
    const { byId } = collectFiles({ 'main.tf': 'variable "v" {}\nresource "a" "b" {\n  x = var.v\n}\n' });
    expect(byId.get('.#a.b')?.attributes['x']).toEqual(new Unknown('the variable `v` has no default'));
  });

  it('tells examples from what is in force, by the root module and by the file', () => {
    const { byId } = collectFiles({
      'main.tf': 'resource "a" "b" {}',
      'examples/x/main.tf': 'module "m" { source = "../../" }',
      'test/fixtures/main.tf': 'resource "a" "b" {}',
    });
    expect([...byId.values()].map(({ id, confidence }) => [id, confidence])).toEqual([
      ['.#a.b', 'active'],
      ['examples/x#module.m.a.b', 'example'],
      ['test/fixtures#a.b', 'example'],
    ]);
  });

  it('reports what it does not evaluate', () => {
    const { gaps } = collectFiles({ 'live/terragrunt.hcl': 'terraform {}' });
    expect(gaps).toEqual([
      {
        kind: 'unsupported',
        reason: 'Terragrunt configuration is not evaluated',
        location: { file: 'live/terragrunt.hcl', line: 1, column: 1 },
      },
    ]);
  });

  it('reports a file that cannot be read, and does not take what may stand in it as absent', () => {
    const collector = terraformCollector({ isRelevant: () => true, toCanonical: plainResource });
    const source = memorySource({ 'main.tf': 'resource "a" "b" {\n  x = try(local.y, "absent")\n}\n' });
    const files = ['main.tf', 'broken.tf'].map((path) => ({ path, size: 1 }));
    const broken = { ...source, folder: () => ['main.tf', 'broken.tf'] };
    const { resources, gaps } = collector.collect({ id: '.', files }, broken) as Collected;
    expect(resources[0]?.properties['x']).toBeInstanceOf(Unknown);
    expect(gaps).toEqual([
      { kind: 'unresolved', reason: 'no such file', location: { file: 'broken.tf', line: 1, column: 1 } },
    ]);
  });

  it('takes time and memory in proportion to the configuration', () => {
    const stack = (index: number): string =>
      `variable "n${index}" { default = "s" }\nresource "a" "r${index}" {\n  name = "\${var.n${index}}-${index}"\n  before = a.r${Math.max(0, index - 1)}.name\n}\n`;
    const time = (count: number): number => {
      const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}.tf`, stack(index)]));
      const start = performance.now();
      expect(collectFiles(files).resources).toHaveLength(count);
      return performance.now() - start;
    };
    time(500);
    const small = time(500);
    // A quadratic evaluation would take 64 times as long.
    expect(time(4000)).toBeLessThan(24 * small + 500);
  }, 60_000);

  it('never throws, whatever the files hold', () => {
    const part = fc.constantFrom(
      'resource "a" "b" {',
      'data "aws_iam_policy_document" "d" {',
      'module "m" { source = "./m" }',
      'locals {',
      'variable "v" {',
      '}',
      '\n',
      'x = ',
      'local.x',
      'a.b',
      'a.b[*].x',
      'var.v',
      'module.m',
      'data.aws_iam_policy_document.d.json',
      'statement {',
      'count = ',
      'for_each = ',
      'each.value',
      'dynamic "x" {',
      'content {',
      '[',
      ']',
      '{',
      '(',
      ')',
      '1',
      '"a"',
      '"${',
      '}"',
      ' ? ',
      ' : ',
      ' == ',
      ', ',
      'merge(',
      'jsonencode(',
      'format("%s",',
      'regex("(a+)+", ',
      'templatefile("t", ',
      'null',
      '...',
      '__proto__',
      ' = ',
    );
    const text = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, (main, module, template) => {
        const { gaps, resources } = collectFiles({
          'main.tf': main,
          'm/main.tf': module,
          t: template,
          'terraform.tfvars': template,
          'x.tf.json': module,
        });
        expect(gaps.every(({ reason }) => !reason.includes('collector failed'))).toBe(true);
        for (const { properties } of resources) eachRef(properties, ({ target }) => expect(target).toContain('#'));
      }),
      { numRuns: 400 },
    );
  });
});

function plainResource({
  id,
  type,
  name,
  address,
  scope,
  location,
  positions,
  confidence,
  attributes: properties,
}: TerraformResource): Resource {
  return { id, type, name, dialect: 'terraform', address, scope, location, properties, positions, confidence };
}

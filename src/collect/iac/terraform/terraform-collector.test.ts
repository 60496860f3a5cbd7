import { describe, expect, it } from 'vitest';
import { Ref, Unknown } from '../../../model/value.ts';
import { collectFiles } from './fixtures/collect-files.ts';

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
});

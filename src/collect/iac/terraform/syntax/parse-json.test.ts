import { describe, expect, it } from 'vitest';
import { Ref } from '../../../../model/value.ts';
import { collectFiles } from '../fixtures/collect-files.ts';
import { parseJsonBody } from './parse-json.ts';

describe('parseJsonBody', () => {
  it('gives the same resources as the native syntax, with places', () => {
    const { byId, gaps } = collectFiles({
      'cdk.tf.json': JSON.stringify(
        {
          '//': 'comment',
          variable: { n: { default: '${not evaluated}' } },
          locals: { a: 'x-${var.n}' },
          resource: {
            aws_role: { r: { name: 'r' } },
            thing: {
              it: {
                role: '${aws_role.r.arn}',
                list: ['${aws_role.r.name}', 1, true, null],
                text: 'a-${local.a}',
                dynamic: { rule: { for_each: [1, 2], content: { n: '${rule.value}' } } },
              },
            },
          },
          module: { m: { source: './m', x: '${aws_role.r.arn}' } },
        },
        null,
        1,
      ),
      'm/main.tf': 'variable "x" {}\nresource "y" "z" { x = var.x }\n',
    });
    expect(gaps).toEqual([]);
    expect(byId.get('.#thing.it')?.attributes).toEqual({
      role: new Ref('.#aws_role.r', 'arn'),
      list: ['r', 1, true, null],
      text: 'a-x-${not evaluated}',
      rule: [{ n: 1 }, { n: 2 }],
    });
    expect(byId.get('.#thing.it')).toMatchObject({ location: { line: 18, column: 4 }, positions: { role: [19, 5] } });
    expect(byId.get('.#module.m.y.z')?.attributes['x']).toEqual(new Ref('.#aws_role.r', 'arn'));
  });

  it('reports JSON and templates that do not parse', () => {
    expect(parseJsonBody('{"resource": ', 'a.tf.json').gaps[0]).toMatchObject({ kind: 'syntax' });
    const { gaps } = parseJsonBody('{"resource": {"a": {"b": {"x": "${1 +}"}}}}', 'a.tf.json');
    expect(gaps).toEqual([
      {
        kind: 'syntax',
        reason: 'not a valid template: an expression is expected',
        location: { file: 'a.tf.json', line: 1, column: 32 },
      },
    ]);
  });
});

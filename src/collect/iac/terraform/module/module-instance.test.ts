import { describe, expect, it } from 'vitest';
import { limits } from '../../../../base/limits.ts';
import { Ref, Unknown } from '../../../../model/value.ts';
import { collectFiles } from '../fixtures/collect-files.ts';

const anyUnknown: unknown = expect.any(Unknown);

describe('instances', () => {
  it('come from count and for_each, with their keys in the address', () => {
    const { byId } = collectFiles({
      'main.tf': `
resource "a" "none" { count = 0 }
resource "a" "two" {
  count = 2
  x     = count.index
}
resource "a" "set" {
  for_each = toset(["b", "a"])
  x        = "\${each.key}-\${each.value}"
}
resource "a" "map" {
  for_each = { "k.1" = { n = 1 } }
  x        = each.value.n
}
`,
    });
    expect([...byId.values()].map(({ address, attributes }) => [address, attributes['x']])).toEqual([
      ['a.two[0]', 0],
      ['a.two[1]', 1],
      ['a.set["a"]', 'a-a'],
      ['a.set["b"]', 'b-b'],
      ['a.map["k.1"]', 1],
    ]);
  });

  it('are one with unknown keys where their number is not known', () => {
    const { byId } = collectFiles({
      'main.tf':
        'variable "v" {}\nresource "a" "c" {\n  count = var.v\n  x = count.index\n}\nresource "a" "f" {\n  for_each = var.v\n  x = each.value.y\n  k = each.key\n}\n',
    });
    expect([...byId.keys()]).toEqual(['.#a.c[*]', '.#a.f[*]']);
    expect(byId.get('.#a.c[*]')?.attributes).toEqual({ x: anyUnknown });
    expect(byId.get('.#a.f[*]')?.attributes).toEqual({ x: anyUnknown, k: anyUnknown });
  });

  it('are cut off at the limit with a gap', () => {
    const make = (count: number): ReturnType<typeof collectFiles> =>
      collectFiles({ 'main.tf': `resource "a" "b" {\n  count = ${count}\n}\n` });
    expect(make(limits.instancesMax).gaps).toEqual([]);
    const over = make(limits.instancesMax + 1);
    expect(over.resources).toHaveLength(limits.instancesMax);
    expect(over.gaps).toEqual([
      {
        kind: 'too-large',
        reason: '`a.b` makes more instances than the limit',
        location: { file: 'main.tf', line: 1, column: 1 },
      },
    ]);
    expect(make(1e12).resources).toHaveLength(limits.instancesMax);
  });

  it('of a block that depends on itself are one that is not known', () => {
    const { byId } = collectFiles({
      'main.tf':
        'resource "a" "b" {\n  for_each = a.b\n}\nresource "a" "c" {\n  count = length(a.d)\n}\nresource "a" "d" {\n  count = length(a.c)\n}\n',
    });
    expect([...byId.keys()].sort()).toEqual(['.#a.b[*]', '.#a.c[*]', '.#a.d[*]']);
  });
});

describe('blocks', () => {
  it('are lists of objects, static and dynamic ones in order, each with its place', () => {
    const { byId } = collectFiles({
      'main.tf': `resource "a" "b" {
  rule {
    n = 0
    inner { m = 1 }
  }
  dynamic "rule" {
    for_each = { x = 1, y = 2 }
    iterator = it
    content {
      n = it.value
      k = it.key
      dynamic "inner" {
        for_each = [it.key]
        content { m = inner.value }
      }
    }
  }
  lifecycle { ignore_changes = [x] }
  provisioner "local-exec" { command = "x" }
  depends_on = [a.c]
}
`,
    });
    const resource = byId.get('.#a.b');
    expect(resource?.attributes).toEqual({
      rule: [
        { n: 0, inner: [{ m: 1 }] },
        { n: 1, k: 'x', inner: [{ m: 'x' }] },
        { n: 2, k: 'y', inner: [{ m: 'y' }] },
      ],
    });
    expect(resource?.positions).toMatchObject({
      'rule[0]': [2, 3],
      'rule[0].inner[0].m': [4, 13],
      'rule[2]': [6, 3],
      'rule[2].n': [10, 7],
    });
  });

  it('of a dynamic block over something unknown make the property unknown, never absent', () => {
    const { byId } = collectFiles({
      'main.tf':
        'variable "v" {}\nresource "a" "b" {\n  one { n = 1 }\n  dynamic "one" {\n    for_each = var.v\n    content { n = 2 }\n  }\n  dynamic "two" {\n    for_each = var.v ? [1] : []\n    content {}\n  }\n  dynamic "three" {\n    for_each = []\n    content {}\n  }\n}\n',
    });
    expect(byId.get('.#a.b')?.attributes).toEqual({ one: anyUnknown, two: anyUnknown });
    expect(byId.get('.#a.b')?.positions['two']).toEqual([8, 3]);
  });

  it('that multiply without end stop at the limit', () => {
    const wide = Array.from({ length: 400 }, (_, index) => `x${index} = 1`).join('\n');
    const nested = (depth: number): string =>
      depth === 0 ? wide : `dynamic "d" {\nfor_each = range(1000)\ncontent {\n${nested(depth - 1)}\n}\n}`;
    const { gaps, byId } = collectFiles({ 'main.tf': `resource "a" "b" {\n${nested(3)}\n}\n` });
    expect(gaps.map(({ kind }) => kind)).toEqual(['too-large']);
    expect(byId.get('.#a.b')?.attributes['d']).toBeDefined();
  }, 30_000);

  it('within jsonencode know the place of each part', () => {
    const { byId } = collectFiles({
      'main.tf':
        'resource "a" "b" {\n  policy = jsonencode({\n    Statement = [{\n      Effect = "Allow"\n    }]\n  })\n}\n',
    });
    expect(byId.get('.#a.b')?.positions).toMatchObject({
      policy: [2, 3],
      'policy.Statement': [3, 5],
      'policy.Statement[0].Effect': [4, 7],
    });
  });
});

describe('modules', () => {
  it('are evaluated for every call, with values and references passed both ways', () => {
    const { byId, units, gaps } = collectFiles({
      'live/main.tf': `
resource "aws_role" "r" {}
module "agent" {
  source   = "../modules/agent"
  for_each = { a = "one", b = "two" }
  name     = each.value
  role     = aws_role.r.arn
}
module "plain" {
  source = "../modules/agent"
  role   = module.agent["b"].arn
}
resource "x" "y" {
  first = module.agent["a"].arn
  names = [for k, m in module.agent : m.name]
  same  = module.plain.name
}
`,
      'modules/agent/main.tf':
        'variable "name" { default = "standard" }\nvariable "role" {}\nmodule "deep" {\n  source = "./deep"\n  role = var.role\n}\n',
      'modules/agent/outputs.tf':
        'output "arn" { value = module.deep.arn }\noutput "name" { value = upper(var.name) }\n',
      'modules/agent/deep/main.tf':
        'variable "role" {}\nresource "aws_agent" "it" { role = var.role }\noutput "arn" { value = aws_agent.it.arn }\n',
    });
    expect(units).toEqual(['live']);
    expect(gaps).toEqual([]);
    const deep = (key: string): string => `live#module.${key}.module.deep.aws_agent.it`;
    expect(byId.get(deep('agent["a"]'))?.attributes['role']).toEqual(new Ref('live#aws_role.r', 'arn'));
    expect(byId.get(deep('plain'))?.attributes['role']).toEqual(new Ref(deep('agent["b"]'), 'arn'));
    expect(byId.get(deep('plain'))?.location.file).toBe('modules/agent/deep/main.tf');
    expect(byId.get('live#x.y')?.attributes).toEqual({
      first: new Ref(deep('agent["a"]'), 'arn'),
      names: ['ONE', 'TWO'],
      same: 'STANDARD',
    });
    expect([...byId.values()].every(({ scope }) => scope === 'live')).toBe(true);
  });

  it('that are not part of what was read are gaps at their source, and their outputs unknown', () => {
    const { byId, gaps } = collectFiles({
      'a/main.tf': `module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0"
}
module "git" { source = "git::https://example.com/x.git?ref=v1" }
module "up" { source = "../../outside" }
module "gone" { source = "./gone" }
resource "x" "y" {
  id = module.vpc.vpc_id
}
`,
    });
    expect(byId.get('a#x.y')?.attributes['id']).toBeInstanceOf(Unknown);
    expect(gaps.map(({ kind, reason, location }) => [kind, reason, location.line, location.column])).toEqual([
      [
        'unresolved',
        'module `vpc` comes from `terraform-aws-modules/vpc/aws`, which is not part of what was read',
        2,
        3,
      ],
      [
        'unresolved',
        'module `git` comes from `git::https://example.com/x.git?ref=v1`, which is not part of what was read',
        5,
        16,
      ],
      ['unresolved', 'module `up` comes from `../../outside`, which is outside of what was read', 6, 15],
      ['unresolved', 'module `gone` comes from `./gone`, where nothing was found', 7, 17],
    ]);
  });

  it('that call themselves are gaps, whoever is called first', () => {
    const { gaps, units } = collectFiles({
      'a/m.tf': 'module "b" { source = "../b" }\nresource "x" "y" {}\n',
      'b/m.tf': 'module "a" { source = "../a" }\n',
      'c/m.tf': 'module "c" { source = "./" }\n',
    });
    expect(units).toEqual(['a', 'c']);
    expect(gaps.map(({ reason }) => reason)).toEqual([
      'module `a` from `../a` calls itself',
      'module `c` from `./` calls itself',
    ]);
  });

  it('are followed to the limit of depth', () => {
    const chain = (length: number): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `m${String(index).padStart(3, '0')}/a.tf`,
          index + 1 === length
            ? 'resource "x" "y" {}\n'
            : `module "n" { source = "../m${String(index + 1).padStart(3, '0')}" }\n`,
        ]),
      );
    expect(collectFiles(chain(limits.moduleDepthMax + 1)).resources).toHaveLength(1);
    const over = collectFiles(chain(limits.moduleDepthMax + 2));
    expect(over.resources).toHaveLength(0);
    expect(over.gaps.map(({ kind }) => kind)).toEqual(['too-large']);
  });

  it('called an unknown number of times are evaluated once for any', () => {
    const { byId } = collectFiles({
      'main.tf':
        'variable "v" {}\nmodule "m" {\n  source = "./m"\n  for_each = var.v\n  x = each.value\n}\nresource "o" "o" {\n  one = module.m["k"].id\n  all = values(module.m)[*].id\n}\n',
      'm/main.tf': 'variable "x" {}\nresource "a" "b" { x = var.x }\noutput "id" { value = a.b.id }\n',
    });
    expect(byId.get('.#module.m[*].a.b')?.attributes).toEqual({ x: anyUnknown });
    expect(byId.get('.#o.o')?.attributes).toEqual({
      one: new Ref('.#module.m[*].a.b', 'id'),
      all: new Ref('.#module.m[*].a.b', 'id'),
    });
  });

  it('read files beside themselves', () => {
    const { byId } = collectFiles({
      'live/main.tf':
        'module "m" { source = "../modules/m" }\nresource "r" "r" { x = file("${path.module}/p.json") }\n',
      'live/p.json': '{"in":"root"}',
      'modules/m/main.tf':
        'resource "r" "r" {\n  x = jsondecode(file("${path.module}/p.json")).in\n  y = templatefile("${path.module}/t.tpl", { n = "N" })\n  z = file("${path.module}/../../../secret")\n}\n',
      'modules/m/p.json': '{"in":"module"}',
      'modules/m/t.tpl': 'hi ${n}',
    });
    expect(byId.get('live#r.r')?.attributes).toEqual({ x: '{"in":"root"}' });
    expect(byId.get('live#module.m.r.r')?.attributes).toEqual({ x: 'module', y: 'hi N', z: anyUnknown });
  });
});

describe('data sources', () => {
  it('of policies are the policy they render', () => {
    const { byId } = collectFiles({
      'main.tf': `
variable "v" {}
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "it" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    sid         = "Deny"
    effect      = "Deny"
    not_actions = ["iam:*"]
    resources   = [aws_bucket.b.arn]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::1:root"]
    }
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::2:root"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["1"]
    }
  }
  statement {
    sid     = "Read"
    actions = ["s3:*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  dynamic "statement" {
    for_each = var.v
    content { actions = ["x:y"] }
  }
}
resource "aws_bucket" "b" {}
resource "p" "p" { policy = data.aws_iam_policy_document.it.json }
`,
    });
    expect(byId.get('.#p.p')?.attributes['policy']).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Read', Effect: 'Allow', Action: ['s3:*'], Principal: '*' },
        {
          Sid: 'Deny',
          Effect: 'Deny',
          NotAction: ['iam:*'],
          Resource: [new Ref('.#aws_bucket.b', 'arn')],
          Principal: { AWS: ['arn:aws:iam::1:root', 'arn:aws:iam::2:root'] },
          Condition: { StringEquals: { 'aws:SourceAccount': ['1'] } },
        },
        anyUnknown,
      ],
    });
  });

  it('of templates are rendered', () => {
    const { byId } = collectFiles({
      'main.tf':
        'data "template_file" "t" {\n  template = "hi $${n}"\n  vars = { n = "N" }\n}\nresource "a" "b" { x = data.template_file.t.rendered }\n',
    });
    expect(byId.get('.#a.b')?.attributes['x']).toBe('hi N');
  });
});

describe('variables', () => {
  it('take the files that Terraform loads by itself, later ones first', () => {
    const { byId } = collectFiles({
      'main.tf':
        'variable "a" { default = 0 }\nvariable "b" {}\nvariable "c" { type = number }\nvariable "d" { default = "kept" }\nvariable "e" {}\nresource "x" "y" {\n  v = [var.a, var.b, var.c, var.d]\n  e = var.e\n}\n',
      'terraform.tfvars': 'a = 1\nb = "file"\n',
      'b.auto.tfvars.json': '{"b": "auto", "c": "7"}',
      'prod.tfvars': 'd = "not loaded"\ne = 1\n',
    });
    expect(byId.get('.#x.y')?.attributes).toEqual({ v: [1, 'auto', 7, 'kept'], e: anyUnknown });
  });

  it('that may not be null take their default for null', () => {
    const { byId } = collectFiles({
      'main.tf': 'module "m" {\n  source = "./m"\n  a = null\n  b = null\n}\n',
      'm/main.tf':
        'variable "a" {\n  default = 1\n  nullable = false\n}\nvariable "b" { default = 1 }\nresource "x" "y" { v = [var.a, var.b] }\n',
    });
    expect(byId.get('.#module.m.x.y')?.attributes['v']).toEqual([1, null]);
  });
});

describe('override files', () => {
  it('replace attributes and blocks, which keep their own place', () => {
    const { byId } = collectFiles({
      'main.tf': 'resource "a" "b" {\n  x = 1\n  y = 1\n  n { m = 1 }\n}\n',
      'override.tf': '\nresource "a" "b" {\n  y = 2\n  n { m = 2 }\n}\n',
    });
    expect(byId.get('.#a.b')?.attributes).toEqual({ x: 1, y: 2, n: [{ m: 2 }] });
    expect(byId.get('.#a.b')?.positions).toMatchObject({
      x: [2, 3],
      y: [3, 3, 'override.tf'],
      'n[0]': [4, 3, 'override.tf'],
    });
  });
});

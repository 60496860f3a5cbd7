import { describe, expect, it } from 'vitest';
import { Ref, Unknown } from '../../../../model/value.ts';
import { collectFiles } from '../fixtures/collect-files.ts';

const plan = {
  format_version: '1.2',
  terraform_version: '1.11.4',
  planned_values: {
    root_module: {
      resources: [
        {
          address: 'aws_bedrockagent_agent.a',
          mode: 'managed',
          type: 'aws_bedrockagent_agent',
          name: 'a',
          values: {
            agent_name: 'support',
            agent_resource_role_arn: null,
            guardrail_configuration: [{ guardrail_version: 'DRAFT' }],
            secret: null,
            tags: { a: 'b' },
          },
          sensitive_values: { secret: true, tags: {} },
        },
        {
          address: 'aws_iam_role.r[0]',
          mode: 'managed',
          type: 'aws_iam_role',
          name: 'r',
          index: 0,
          values: { name: 'r' },
        },
        { address: 'aws_bedrock_guardrail.g', mode: 'managed', type: 'aws_bedrock_guardrail', name: 'g', values: {} },
      ],
      child_modules: [
        {
          address: 'module.m["k"]',
          resources: [
            {
              address: 'module.m["k"].aws_x.a["i"]',
              mode: 'managed',
              type: 'aws_x',
              name: 'a',
              index: 'i',
              values: {},
            },
            {
              address: 'module.m["k"].aws_x.b["i"]',
              mode: 'managed',
              type: 'aws_x',
              name: 'b',
              index: 'i',
              values: { of: 1 },
            },
          ],
        },
      ],
    },
  },
  resource_changes: [
    {
      address: 'aws_bedrockagent_agent.a',
      change: {
        after_unknown: {
          agent_arn: true,
          agent_resource_role_arn: true,
          guardrail_configuration: [{ guardrail_identifier: true }],
        },
      },
    },
    { address: 'module.m["k"].aws_x.a["i"]', change: { after_unknown: { of: true } } },
  ],
  configuration: {
    root_module: {
      resources: [
        {
          address: 'aws_bedrockagent_agent.a',
          expressions: {
            agent_name: { references: ['var.name'] },
            agent_resource_role_arn: { references: ['aws_iam_role.r[0].arn', 'aws_iam_role.r[0]', 'aws_iam_role.r'] },
            guardrail_configuration: [
              {
                guardrail_identifier: {
                  references: ['aws_bedrock_guardrail.g.guardrail_id', 'aws_bedrock_guardrail.g'],
                },
              },
            ],
          },
        },
      ],
      module_calls: {
        m: {
          module: { resources: [{ address: 'aws_x.a', expressions: { of: { references: ['aws_x.b', 'each.key'] } } }] },
        },
      },
    },
  },
};

/** A plan of modules: `app` gets a role from the root and a store from `data`, and gives out what it made. */
const nested = {
  format_version: '1.2',
  planned_values: {
    root_module: {
      resources: [
        resource('aws_role.r["eu"]'),
        resource('aws_log.l'),
        resource('aws_log.local'),
        resource('aws_role.two'),
      ],
      child_modules: [
        {
          resources: [resource('module.app["eu"].aws_agent.a[0]')],
          child_modules: [{ resources: [resource('module.app["eu"].module.inner.aws_tool.t')] }],
        },
        { resources: [resource('module.data[0].aws_store.s')] },
      ],
    },
  },
  resource_changes: [
    unknownAfter('module.app["eu"].aws_agent.a[0]', 'role', 'store'),
    unknownAfter('module.app["eu"].module.inner.aws_tool.t', 'role', 'agent'),
    unknownAfter('aws_log.l', 'of', 'direct'),
    unknownAfter('aws_log.local', 'of', 'direct'),
  ],
  configuration: {
    root_module: {
      resources: [
        configured('aws_log.l', { of: ['module.app["eu"].tool', 'module.app["eu"]'], direct: ['module.data[0].id'] }),
        configured('aws_log.local', { of: ['local.x'], direct: ['module.data[0].id', 'aws_role.two.id'] }),
      ],
      module_calls: {
        app: {
          expressions: {
            role: { references: ['aws_role.r', 'each.key'] },
            store: { references: ['module.data[0].id', 'module.data[0]', 'module.data'] },
          },
          module: {
            outputs: { tool: { expression: { references: ['module.inner.id', 'module.inner'] } } },
            resources: [configured('aws_agent.a', { role: ['var.role'], store: ['var.store'] })],
            module_calls: {
              inner: {
                expressions: {
                  role: { references: ['var.role'] },
                  agent: { references: ['aws_agent.a[0].id', 'aws_agent.a[0]'] },
                },
                module: {
                  outputs: { id: { expression: { references: ['aws_tool.t.id', 'aws_tool.t'] } } },
                  resources: [configured('aws_tool.t', { role: ['var.role'], agent: ['var.agent'] })],
                },
              },
            },
          },
        },
        data: {
          module: { outputs: { id: { expression: { references: ['aws_store.s.arn', 'aws_store.s'] } } } },
        },
      },
    },
  },
};

function resource(address: string): object {
  return { address, mode: 'managed', type: 'aws_any', name: 'any', values: {} };
}

function unknownAfter(address: string, ...attributes: readonly string[]): object {
  return { address, change: { after_unknown: Object.fromEntries(attributes.map((name) => [name, true])) } };
}

function configured(address: string, references: Readonly<Record<string, readonly string[]>>): object {
  const expressions = Object.entries(references).map(([name, list]) => [name, { references: list }]);
  return { address, expressions: Object.fromEntries(expressions) as object };
}

describe('planResources', () => {
  it('gives planned values, what is unknown as references where the configuration names one, and sensitive values as unknown', () => {
    const { byId, gaps, units } = collectFiles({ 'out/tfplan.json': JSON.stringify(plan, null, 1) });
    expect(units).toEqual(['out/tfplan.json']);
    expect(gaps).toEqual([]);
    const agent = byId.get('out/tfplan.json#aws_bedrockagent_agent.a');
    expect(agent?.attributes).toEqual({
      agent_name: 'support',
      agent_arn: new Unknown('known only after apply'),
      agent_resource_role_arn: new Ref('out/tfplan.json#aws_iam_role.r[0]', 'arn'),
      guardrail_configuration: [
        {
          guardrail_version: 'DRAFT',
          guardrail_identifier: new Ref('out/tfplan.json#aws_bedrock_guardrail.g', 'guardrail_id'),
        },
      ],
      secret: new Unknown('sensitive'),
      tags: { a: 'b' },
    });
    expect(agent?.location).toEqual({ file: 'out/tfplan.json', line: 7, column: 5 });
    expect(agent?.positions).toMatchObject({ agent_name: [13, 7] });
  });

  it('resolves references within the module and instance they stand in', () => {
    const { byId } = collectFiles({ 'plan.json': JSON.stringify(plan) });
    expect(byId.get('plan.json#module.m["k"].aws_x.a["i"]')?.attributes['of']).toEqual(
      new Ref('plan.json#module.m["k"].aws_x.b["i"]', undefined),
    );
  });

  it('follows references through variables and outputs of modules', () => {
    const { byId } = collectFiles({ 'plan.json': JSON.stringify(nested) });
    const at = (address: string): unknown => byId.get(`plan.json#${address}`)?.attributes;
    const ref = (address: string, attribute?: string): Ref => new Ref(`plan.json#${address}`, attribute);
    expect(at('module.app["eu"].aws_agent.a[0]')).toEqual({
      role: ref('aws_role.r["eu"]'),
      store: ref('module.data[0].aws_store.s', 'arn'),
    });
    expect(at('module.app["eu"].module.inner.aws_tool.t')).toEqual({
      role: ref('aws_role.r["eu"]'),
      agent: ref('module.app["eu"].aws_agent.a[0]', 'id'),
    });
    expect(at('aws_log.l')).toEqual({
      of: ref('module.app["eu"].module.inner.aws_tool.t', 'id'),
      direct: ref('module.data[0].aws_store.s', 'arn'),
    });
  });

  it('leaves unknown what refers to two resources, or to what a plan does not hold', () => {
    const { byId } = collectFiles({ 'plan.json': JSON.stringify(nested) });
    const { of, direct } = byId.get('plan.json#aws_log.local')?.attributes ?? {};
    expect([of, direct]).toEqual([new Unknown('known only after apply'), new Unknown('known only after apply')]);
  });

  it('ends on modules that give each other their outputs', () => {
    const calls = (other: string): object => ({
      expressions: {
        x: { references: [`module.${other}.out`, `module.${other}.out`] },
        y: { references: [`module.${other}.out`] },
      },
      module: {
        outputs: { out: { expression: { references: ['var.x', 'var.y'] } } },
        resources: [configured('aws_log.l', { of: ['var.x'] })],
      },
    });
    const plan = {
      ...nested,
      planned_values: { root_module: { child_modules: [{ resources: [resource('module.a.aws_log.l')] }] } },
      resource_changes: [unknownAfter('module.a.aws_log.l', 'of')],
      configuration: { root_module: { module_calls: { a: calls('b'), b: calls('a') } } },
    };
    const { byId } = collectFiles({ 'plan.json': JSON.stringify(plan) });
    expect(byId.get('plan.json#module.a.aws_log.l')?.attributes['of']).toBeInstanceOf(Unknown);
  });

  it('keeps only references of a type nobody asked for', () => {
    const { byId } = collectFiles({ 'plan.json': JSON.stringify(plan) }, () => false);
    expect(byId.get('plan.json#aws_iam_role.r[0]')?.attributes).toEqual({});
    expect(Object.keys(byId.get('plan.json#aws_bedrockagent_agent.a')?.attributes ?? {})).toEqual([
      'agent_resource_role_arn',
      'guardrail_configuration',
    ]);
  });

  it('reports a plan that is cut off or empty', () => {
    const text = JSON.stringify(plan);
    expect(collectFiles({ 'plan.json': text.slice(0, -40) }).gaps[0]).toMatchObject({ kind: 'syntax' });
    expect(collectFiles({ 'plan.json': '{"format_version": "1.2", "planned_values": null}' }).gaps[0]).toMatchObject({
      kind: 'unsupported',
    });
  });
});

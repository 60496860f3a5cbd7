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

import { describe, expect, it } from 'vitest';
import type { Collected, Source } from '../../../model/collect.ts';
import { Ref, Unknown } from '../../../model/value.ts';
import { cloudformationCollector } from './cloudformation-collector.ts';
import { planSource } from '../../fixtures/plan-source.ts';

const collector = cloudformationCollector({ canonicalise: (_type, properties) => properties, isRelevant: () => true });

async function run(files: Readonly<Record<string, string>>): Promise<Collected> {
  const source: Source = {
    text: (path) => files[path] ?? '',
    has: (path) => Object.hasOwn(files, path),
    folder: (folder) =>
      Object.keys(files).filter((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === folder),
  };
  const claimed = Object.keys(files).filter((path) => collector.claims(path));
  const units = collector.plan(
    claimed.map((path) => ({ path, size: 1 })),
    planSource(source),
  );
  const all = await Promise.all(units.map(async (unit) => collector.collect(unit, source)));
  return { resources: all.flatMap((one) => one.resources), gaps: all.flatMap((one) => one.gaps) };
}

const hash = 'bd34f9dbb0eda12dbac3521c715d282cd18997df3145f89a71c0193308c31cbe';
const url = { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::Region' }, `.amazonaws.com/assets/${hash}.json`]] };

function parent(metadata: object | undefined): string {
  return JSON.stringify({
    Resources: {
      AgentA1B2: {
        Type: 'AWS::Bedrock::Agent',
        Metadata: { 'aws:cdk:path': 'Support/Agent/Resource' },
        Properties: { AgentName: 'a' },
      },
      Nested: { Type: 'AWS::CloudFormation::Stack', Metadata: metadata, Properties: { TemplateURL: url } },
    },
  });
}
const nested = JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties: {} } } });

describe('a synthesised CDK application', () => {
  it('names resources by their construct path and finds nested stacks by their metadata', async () => {
    const found = await run({
      'cdk.json': '{"app": "node app.js"}',
      'cdk.out/Support.template.json': parent({
        'aws:asset:path': 'N.nested.template.json',
        'aws:asset:property': 'TemplateURL',
      }),
      'cdk.out/N.nested.template.json': nested,
      'cdk.out/manifest.json': '{"version": "48.0.0", "artifacts": {}}',
      [`cdk.out/asset.${hash}/template.json`]: nested,
    });
    expect(found.gaps).toEqual([]);
    expect(found.resources.map((resource) => [resource.id, resource.name])).toEqual([
      ['cdk.out/Support.template.json#AgentA1B2', 'Support/Agent'],
      ['cdk.out/Support.template.json#Nested', 'Nested'],
      ['cdk.out/N.nested.template.json#Role', 'Role'],
    ]);
  });

  it('finds nested stacks by the asset manifest when there is no metadata', async () => {
    const files = {
      'cdk.out/Support.template.json': parent(undefined),
      'cdk.out/N.nested.template.json': nested,
      'cdk.out/Support.assets.json': JSON.stringify({
        files: { [hash]: { source: { path: 'N.nested.template.json' } } },
      }),
    };
    expect((await run(files)).gaps).toEqual([]);
    const { 'cdk.out/N.nested.template.json': _gone, ...without } = files;
    expect((await run(without)).gaps).toMatchObject([
      {
        kind: 'unresolved',
        reason: 'the template of nested stack `Nested` `N.nested.template.json` is not among the files',
      },
    ]);
  });

  it('that was not synthesised is a gap', async () => {
    expect(await run({ 'service/cdk.json': '{\n  "app": "npx ts-node app.ts"\n}' })).toEqual({
      resources: [],
      gaps: [
        {
          kind: 'unsupported',
          reason: 'CDK application without synthesised output: run cdk synth',
          location: { file: 'service/cdk.json', line: 2, column: 10 },
        },
      ],
    });
    const elsewhere = { 'service/cdk.json': '{"app": "x", "output": "out"}', 'service/out/A.template.json': nested };
    expect((await run(elsewhere)).gaps).toEqual([]);
  });
});

describe('a nested stack', () => {
  const child = `Parameters:
  Arn: { Type: String, Default: none }
  Kind: { Type: String, Default: a }
  Key: { Type: String, NoEcho: true }
Resources:
  Agent: { Type: AWS::Bedrock::Agent, Properties: { Role: !Ref Arn, Kind: !Ref Kind, Key: !Ref Key } }
`;
  const stack = (kind: string): string =>
    `{ Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ./nested/agent.yaml, Parameters: { Arn: !GetAtt Role.Arn, Kind: ${kind}, Key: k } } }`;
  const agentOf = async (stacks: string): Promise<Collected['resources'][number] | undefined> => {
    const root = `AWSTemplateFormatVersion: x\nResources:\n  Role: { Type: AWS::IAM::Role }\n${stacks}`;
    const found = await run({ 'infra/root.yaml': root, 'infra/nested/agent.yaml': child });
    expect(found.gaps).toEqual([]);
    return found.resources.find((resource) => resource.type === 'AWS::Bedrock::Agent');
  };

  it('has the parameters that its parent passes', async () => {
    const agent = await agentOf(`  S: ${stack('b')}\n`);
    expect(agent?.properties).toEqual({
      Role: new Ref('infra/root.yaml#Role', 'Arn'),
      Kind: 'b',
      Key: new Unknown('NoEcho parameter'),
    });
  });

  it('that is used twice has what both parents agree on', async () => {
    const agent = await agentOf(`  S: ${stack('b')}\n  T: ${stack('c')}\n`);
    expect(agent?.properties.Role).toStrictEqual(new Ref('infra/root.yaml#Role', 'Arn'));
    expect(agent?.properties.Kind).toStrictEqual(new Unknown('parents pass different values for `Kind`'));
  });

  it('that nests itself is read once', async () => {
    const text =
      'AWSTemplateFormatVersion: x\nResources:\n  S: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: me.yaml } }\n';
    expect((await run({ 'me.yaml': text })).resources).toHaveLength(1);
  });
});

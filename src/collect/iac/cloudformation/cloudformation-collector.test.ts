import { describe, expect, it } from 'vitest';
import type { Collected, Source } from '../../../model/collect.ts';
import type { Resource } from '../../../model/resource.ts';
import { Interpolated, Ref, Unknown } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { cloudformationCollector } from './cloudformation-collector.ts';
import { planSource } from '../../fixtures/plan-source.ts';

const collector = cloudformationCollector({ canonicalise: (_type, properties) => properties, isRelevant: () => true });

function sourceOf(files: Readonly<Record<string, string>>): Source {
  return {
    text(path) {
      const text = files[path];
      if (text === undefined) throw new Unreadable('unreadable', 'no such file');
      return text;
    },
    has: (path) => Object.hasOwn(files, path),
    folder: (folder) =>
      Object.keys(files).filter((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === folder),
  };
}

async function run(files: Readonly<Record<string, string>>): Promise<Collected> {
  const source = sourceOf(files);
  const claimed = Object.keys(files).filter((path) => collector.claims(path));
  const units = collector.plan(
    claimed.map((path) => ({ path, size: files[path]?.length ?? 0 })),
    planSource(source),
  );
  const all = await Promise.all(units.map(async (unit) => collector.collect(unit, source)));
  return { resources: all.flatMap((one) => one.resources), gaps: all.flatMap((one) => one.gaps) };
}

function named(collected: Collected, logicalId: string): Resource {
  const found = collected.resources.find((resource) => resource.address === `Resources.${logicalId}`);
  if (found === undefined) throw new Error(`no resource ${logicalId}`);
  return found;
}

describe('a template', () => {
  const template = `AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Model: { Type: String, Default: anthropic.claude }
  Zone: { Type: String }
Conditions:
  Guarded: !Equals [!Ref Model, anthropic.claude]
  Off: !Not [!Condition Guarded]
Resources:
  Agent:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: !Sub '\${Model}-\${Zone}'
      FoundationModel: !Ref Model
      AgentResourceRoleArn: !GetAtt Role.Arn
      Nothing: !Ref AWS::NoValue
      GuardrailConfiguration: !If
        - Guarded
        - GuardrailIdentifier: !Ref Guardrail
          GuardrailVersion: '1'
        - !Ref AWS::NoValue
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Condition: Guarded
    Properties: { Name: g }
  Left:
    Type: AWS::S3::Bucket
    Condition: Off
`;

  it('becomes resources with evaluated properties, references and exact positions', async () => {
    const found = await run({ 'infra/stack.yaml': template });
    expect(found.gaps).toEqual([]);
    const agent = named(found, 'Agent');
    expect(agent).toMatchObject({
      id: 'infra/stack.yaml#Agent',
      type: 'AWS::Bedrock::Agent',
      name: 'Agent',
      dialect: 'cloudformation',
      scope: 'infra/stack.yaml',
      location: { file: 'infra/stack.yaml', line: 9, column: 3 },
    });
    expect(agent.properties).toEqual({
      AgentName: new Interpolated(['anthropic.claude-', new Unknown('parameter `Zone` has no default')]),
      FoundationModel: 'anthropic.claude',
      AgentResourceRoleArn: new Unknown('`Role.Arn` is not declared in the template'),
      GuardrailConfiguration: { GuardrailIdentifier: new Ref('infra/stack.yaml#Guardrail'), GuardrailVersion: '1' },
    });
    expect(agent.positions.FoundationModel).toEqual([13, 7]);
    expect(agent.positions['GuardrailConfiguration.GuardrailVersion']).toEqual([19, 11]);
    expect(found.resources.map((resource) => resource.name)).toEqual(['Agent', 'Guardrail']);
  });

  it('is told by its content, so another document with the same ending is left alone', async () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: "Resources and Type: AWS::S3::Bucket"\n';
    expect(await run({ 'a.yaml': manifest, 'b.json': '{"Resources": {"a": {"Type": "x"}}}' })).toEqual({
      resources: [],
      gaps: [],
    });
  });

  it('reads a SAM function as a Lambda function with its role', async () => {
    const sam = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: python3.12, Environment: { Variables: { A: '1' } } }
Resources:
  Ask:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Environment: { Variables: { B: '2' } }
      Policies:
        - AmazonBedrockFullAccess
        - S3ReadPolicy: { BucketName: docs }
        - Statement: [{ Effect: Allow, Action: 'bedrock:*', Resource: '*' }]
      FunctionUrlConfig: { AuthType: NONE }
`;
    const found = await run({ 'template.yaml': sam });
    expect(found.gaps).toEqual([]);
    expect(named(found, 'Ask').type).toBe('AWS::Lambda::Function');
    expect(named(found, 'Ask').properties).toMatchObject({
      Runtime: 'python3.12',
      Environment: { Variables: { A: '1', B: '2' } },
      Role: new Ref('template.yaml#AskRole', 'Arn'),
    });
    expect(named(found, 'AskRole').properties).toMatchObject({
      ManagedPolicyArns: [
        'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        'arn:aws:iam::aws:policy/AmazonBedrockFullAccess',
      ],
      Policies: [
        {
          PolicyName: 'S3ReadPolicy',
          PolicyDocument: new Unknown('SAM policy template `S3ReadPolicy` is not expanded'),
        },
        { PolicyDocument: { Statement: [{ Action: 'bedrock:*' }] } },
      ],
    });
    expect(named(found, 'AskUrl').properties).toMatchObject({ AuthType: 'NONE' });
    expect(named(found, 'AskUrlPublicPermissions').properties).toMatchObject({ Principal: '*' });
  });
});

import { describe, expect, it } from 'vitest';
import type { Collected } from '../../../../model/collect.ts';
import type { Resource } from '../../../../model/resource.ts';
import { Ref, Unknown, type Value } from '../../../../model/value.ts';
import { resourcesOf } from '../resources.ts';
import { parseTemplate } from '../template.ts';

const source = { text: () => '', has: () => false, folder: () => [] };
const options = {
  canonicalise: (_type: string, properties: Readonly<Record<string, Value>>) => properties,
  isRelevant: () => true,
};

function read(body: string): Collected {
  const { template } = parseTemplate(`Transform: AWS::Serverless-2016-10-31\n${body}`, 't.yaml');
  if (template === undefined) throw new Error('not a template');
  return resourcesOf(template, source, options);
}

function named(collected: Collected, logicalId: string): Resource {
  const found = collected.resources.find((resource) => resource.id === `t.yaml#${logicalId}`);
  if (found === undefined)
    throw new Error(`no resource ${logicalId} in ${collected.resources.map((one) => one.id).join(' ')}`);
  return found;
}

const events = `Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Role: arn:aws:iam::1:role/own
      Tracing: Active
      Tags: { team: a }
      DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt Queue.Arn }
      Events:
        Ask: { Type: Api, Properties: { Path: /ask, Method: post } }
        Safe: { Type: Api, Properties: { Path: /safe, Method: get, Auth: { Authorizer: AWS_IAM } } }
        Http: { Type: HttpApi, Properties: { Path: /h, Method: get } }
        Jobs: { Type: SQS, Properties: { Queue: !GetAtt Queue.Arn, BatchSize: 5 } }
        Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
        Topic: { Type: SNS, Properties: { Topic: !Ref Topic } }
  Queue: { Type: AWS::SQS::Queue }
  Topic: { Type: AWS::SNS::Topic }
`;

describe('a serverless function', () => {
  it('with events becomes methods, routes, mappings, rules and permissions', () => {
    const found = read(events);
    expect(found.gaps).toEqual([]);
    expect(named(found, 'Fn').properties).toMatchObject({
      Role: 'arn:aws:iam::1:role/own',
      TracingConfig: { Mode: 'Active' },
      DeadLetterConfig: { TargetArn: new Ref('t.yaml#Queue', 'Arn') },
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    expect(named(found, 'FnAskMethod').properties).toMatchObject({
      RestApiId: new Ref('t.yaml#ServerlessRestApi'),
      HttpMethod: 'POST',
      AuthorizationType: 'NONE',
    });
    expect(named(found, 'FnSafeMethod').properties.AuthorizationType).toBe('AWS_IAM');
    expect(named(found, 'FnHttpRoute').properties).toMatchObject({ RouteKey: 'GET /h', AuthorizationType: 'NONE' });
    expect(named(found, 'FnJobs')).toMatchObject({
      type: 'AWS::Lambda::EventSourceMapping',
      properties: { EventSourceArn: new Ref('t.yaml#Queue', 'Arn'), BatchSize: 5 },
    });
    expect(named(found, 'FnDaily')).toMatchObject({
      type: 'AWS::Events::Rule',
      properties: { ScheduleExpression: 'rate(1 day)' },
    });
    expect(named(found, 'FnTopicPermission').properties).toMatchObject({
      Principal: 'sns.amazonaws.com',
      SourceArn: new Ref('t.yaml#Topic'),
    });
    expect(found.resources.filter((resource) => resource.type === 'AWS::ApiGateway::RestApi')).toHaveLength(1);
    expect(found.resources.map((resource) => resource.id)).not.toContain('t.yaml#FnRole');
  });

  it('keeps where its properties stand, through renames', () => {
    const fn = named(read(events), 'Fn');
    expect(fn.positions['TracingConfig.Mode']).toEqual([8, 7]);
    expect(fn.location).toEqual({ file: 't.yaml', line: 3, column: 3 });
  });

  it.each<[string, Value]>([
    ['', 'NONE'],
    ['Globals: { Api: { Auth: { DefaultAuthorizer: Pool } } }\n', new Unknown('the API may have a default authorizer')],
  ])('whose event names no authorizer has the one of its API (%j)', (globals, expected) => {
    const found = read(`${globals}Resources:
  Api: { Type: AWS::Serverless::Api, Properties: { StageName: live } }
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Events: { E: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /, Method: any } } }
`);
    expect(named(found, 'FnEMethod').properties.AuthorizationType).toStrictEqual(expected);
  });
});

describe('other serverless resources', () => {
  const found = read(`Globals:
  Api: { Auth: { Authorizers: { Pool: { UserPoolArn: arn:pool } } }, EndpointConfiguration: PRIVATE }
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      AccessLogSetting: { DestinationArn: arn:log }
      Auth: { ResourcePolicy: { CustomStatements: [{ Effect: Allow, Principal: '*' }] } }
  Http: { Type: AWS::Serverless::HttpApi, Properties: { CorsConfiguration: true } }
  Table: { Type: AWS::Serverless::SimpleTable, Properties: { SSESpecification: { SSEEnabled: true } } }
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Logging: { Level: ALL }
      Policies: [{ Statement: [{ Effect: Allow, Action: 'bedrock:InvokeModel', Resource: '*' }] }]
  Other: { Type: AWS::Serverless::Connector, Properties: {} }
`);

  it('become what CloudFormation has for them', () => {
    expect(named(found, 'Rest')).toMatchObject({
      type: 'AWS::ApiGateway::RestApi',
      properties: { EndpointConfiguration: { Types: ['PRIVATE'] }, Policy: { Statement: [{ Principal: '*' }] } },
    });
    expect(named(found, 'RestliveStage').properties).toMatchObject({
      StageName: 'live',
      RestApiId: new Ref('t.yaml#Rest'),
      AccessLogSetting: { DestinationArn: 'arn:log' },
    });
    expect(named(found, 'RestPoolAuthorizer').properties).toMatchObject({
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: ['arn:pool'],
    });
    expect(named(found, 'Http').properties).toMatchObject({
      ProtocolType: 'HTTP',
      CorsConfiguration: { AllowOrigins: ['*'] },
    });
    expect(named(found, 'Table')).toMatchObject({
      type: 'AWS::DynamoDB::Table',
      properties: {
        SSESpecification: { SSEEnabled: true },
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id' }],
      },
    });
    expect(named(found, 'Flow').properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL' },
      RoleArn: new Ref('t.yaml#FlowRole', 'Arn'),
    });
    expect(named(found, 'FlowRole').properties).toMatchObject({
      Policies: [{ PolicyDocument: { Statement: [{ Action: 'bedrock:InvokeModel' }] } }],
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: ['states.amazonaws.com'] } }] },
    });
  });

  it('that are not translated are a gap', () => {
    expect(found.gaps).toMatchObject([
      { kind: 'unsupported', reason: '`AWS::Serverless::Connector` is not evaluated' },
    ]);
  });
});

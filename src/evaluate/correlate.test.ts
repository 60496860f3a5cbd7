import { describe, expect, it } from 'vitest';
import type { Node } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import { newProperties, type Value } from '../model/value.ts';
import { correlate } from './correlate.ts';

function node(name: string, type: string, properties: Record<string, Value>, scope = 's'): [string, Node] {
  const resource: Resource = {
    id: `${scope}#${name}`,
    type,
    name,
    dialect: 'test',
    address: name,
    scope,
    confidence: 'active',
    positions: {},
    location: { file: `${scope}/main.tf`, line: 1, column: 1 },
    properties: Object.assign(newProperties(), properties),
  };
  return [resource.id, { resource, service: undefined, traits: new Set() }];
}

const edges = (...nodes: [string, Node][]): string[] =>
  correlate(new Map(nodes)).map(({ from, to, kind }) => `${from} ${kind} ${to}`);

const refund = node('refund', 'AWS::Lambda::Function', { FunctionName: 'refund' });

describe('names that agree', () => {
  it('lead from an address to the function it names, and from a function to its permission', () => {
    expect(edges(refund, node('url', 'AWS::Lambda::Url', { TargetFunctionArn: 'refund' }))).toEqual([
      's#url endpoint s#refund',
    ]);
    expect(edges(refund, node('permission', 'AWS::Lambda::Permission', { FunctionName: 'refund' }))).toEqual([
      's#refund reference s#permission',
    ]);
  });

  it('find the bucket a log is written to', () => {
    const log = Object.assign(newProperties(), {
      S3Config: Object.assign(newProperties(), { BucketName: 'acme-log' }),
    });
    expect(
      edges(
        node('bucket', 'AWS::S3::Bucket', { BucketName: 'acme-log' }),
        node('logging', 'AWS::Bedrock::ModelInvocationLoggingConfiguration', { LoggingConfig: log }),
      ),
    ).toEqual(['s#logging log s#bucket']);
  });

  it('decide nothing between two that carry the name, or in another stack', () => {
    const url = node('url', 'AWS::Lambda::Url', { TargetFunctionArn: 'refund' });
    expect(edges(refund, node('twin', 'AWS::Lambda::Function', { FunctionName: 'refund' }), url)).toEqual([]);
    expect(edges(node('far', 'AWS::Lambda::Function', { FunctionName: 'refund' }, 'other'), url)).toEqual([]);
  });
});

describe('what stands in the tree under the name that is used', () => {
  const started = Object.assign(newProperties(), { name: '@acme/orders', runner: 'npx' });
  const server = node('orders', 'mcp.server', { name: 'orders', package: started });
  const source = (manifest: string | null, name = '@acme/orders'): [string, Node] =>
    node('source', 'code.application', { name, manifest });

  it('is the package a client starts', () => {
    expect(edges(server, source('mcp/package.json'))).toEqual(['s#orders hosts s#source']);
    expect(edges(server, source('mcp/package.json', '@acme/other'))).toEqual([]);
    expect(edges(server, source('mcp/requirements.txt'))).toEqual([]);
    expect(edges(server, source(null))).toEqual([]);
  });

  it('is the job of a workflow, in its own file only', () => {
    const step = node('step', 'code.workflow', { job: 'triage' });
    expect(edges(step, node('job', 'agent.job', { name: 'triage' }))).toEqual(['s#step contains s#job']);
    expect(edges(step, node('job', 'agent.job', { name: 'triage' }, 'other'))).toEqual([]);
  });
});

describe('hosts that agree', () => {
  it('join a service to the one its address names', () => {
    const endpoint = Object.assign(newProperties(), { host: 'database' });
    expect(
      edges(node('assistant', 'compose.service', { $endpoints: [endpoint] }), node('database', 'compose.service', {})),
    ).toEqual(['s#assistant endpoint s#database']);
  });
});

import { describe, expect, it } from 'vitest';
import type { Resource } from '../model/resource.ts';
import { newProperties, Ref, type Value } from '../model/value.ts';
import { parseExpression } from './cel/parse.ts';
import { type CompiledMeaning, Graph } from './graph.ts';
import { findWorkloads } from './workloads.ts';

function resource(name: string, type: string, properties: Record<string, Value> = {}, scope = 's'): Resource {
  return {
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
}

function meaning(
  type: string,
  traits: CompiledMeaning['traits'],
  more: Partial<CompiledMeaning> = {},
): CompiledMeaning {
  return { type, traits, when: undefined, service: undefined, party: 'builder', edges: {}, ...more };
}

const meanings = [
  meaning('Agent', ['ai', 'agent'], { edges: { RoleArn: { kind: 'role', reverse: false } } }),
  meaning('Role', ['identity']),
  meaning('Policy', ['policy'], {
    edges: { Roles: { kind: 'role', reverse: true }, Document: { kind: 'data', reverse: false } },
  }),
  meaning('Bucket', ['data-store', 'private-data']),
  meaning('Key', ['key', 'shared']),
  meaning('Url', ['endpoint']),
  meaning('Url', ['public-endpoint'], { when: parseExpression("r.Auth == 'NONE'") }),
];

const agent = resource('agent', 'Agent', { RoleArn: new Ref('s#role', 'Arn'), Key: new Ref('s#key') });
const role = resource('role', 'Role');
const policy = resource('policy', 'Policy', {
  Roles: [new Ref('s#role')],
  Document: { Resource: [new Ref('s#bucket', 'Arn')] },
});
const bucket = resource('bucket', 'Bucket', { Key: new Ref('s#key') });
const key = resource('key', 'Key');

describe('the graph', () => {
  const graph = Graph.build([agent, role, policy, bucket, key], meanings);

  it('turns an attachment round, so that an agent reaches what its role may touch', () => {
    const found = graph.reach(agent, 'private-data', 'out') as readonly { path: readonly string[] }[];
    expect(found[0]?.path).toEqual(['s#agent', 's#role', 's#policy', 's#bucket']);
    expect(graph.reach(bucket, 'agent', 'in')).toMatchObject([{ resource: { name: 'agent' } }]);
  });

  it('does not lead from a shared resource to everything else that uses it', () => {
    const other = resource('other', 'Agent', { Key: new Ref('s#key') });
    const both = Graph.build([other, bucket, key], meanings);
    expect(both.reach(other, 'private-data', 'in')).toEqual([]);
    expect(findWorkloads(both).map((workload) => workload.resources)).toEqual([['s#other', 's#key']]);
  });

  it('gives a trait only when its condition is true, never when it is unknown', () => {
    const urls = Graph.build(
      [resource('a', 'Url', { Auth: 'NONE' }), resource('b', 'Url', { Auth: new Ref('s#x') })],
      meanings,
    );
    expect([...(urls.nodes.get('s#a')?.traits ?? [])]).toEqual(['endpoint', 'public-endpoint']);
    expect([...(urls.nodes.get('s#b')?.traits ?? [])]).toEqual(['endpoint']);
  });

  it('does not rule out what may be: reaching nothing but a possible trait is unknown', () => {
    const user = resource('user', 'Agent', { Url: new Ref('s#b') });
    const hidden = Graph.build([user, resource('b', 'Url', { Auth: new Ref('s#x') })], meanings);
    expect(hidden.reach(user, 'public-endpoint', 'out')).toMatchObject({
      reason: expect.stringContaining('known only after deployment') as string,
    });
    expect(hidden.reach(user, 'private-data', 'out')).toEqual([]);
  });

  it('answers a reference that leads outside with unknown', () => {
    expect(graph.target(new Ref('elsewhere#x'))).toMatchObject({ reason: 'it names a resource outside what was read' });
  });

  it('ends on a cycle', () => {
    const a = resource('a', 'Agent', { Next: new Ref('s#b') });
    const b = resource('b', 'Agent', { Next: new Ref('s#a') });
    expect(Graph.build([a, b], meanings).reach(a, 'private-data', 'out')).toEqual([]);
  });
});

describe('workloads', () => {
  it('are what hangs together around an AI use, and nothing else', () => {
    const lonely = resource('lonely', 'Bucket', {}, 't');
    const graph = Graph.build([agent, role, policy, bucket, key, lonely], meanings);
    const [workload, ...rest] = findWorkloads(graph);
    expect(rest).toEqual([]);
    expect(workload?.name).toBe('agent');
    expect([...(workload?.resources ?? [])].sort()).toEqual(['s#agent', 's#bucket', 's#key', 's#policy', 's#role']);
  });

  it('of one name are told apart by where they are', () => {
    const names = findWorkloads(
      Graph.build([resource('bot', 'Agent', {}, 'a'), resource('bot', 'Agent', {}, 'b')], meanings),
    ).map((workload) => workload.name);
    expect(names).toEqual(['bot (a)', 'bot (b)']);
  });
});

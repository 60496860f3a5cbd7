import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../base/limits.ts';
import type { Collected } from '../../../model/collect.ts';
import { isList, isProperties, Unknown, type Value } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { cloudformationCollector } from './cloudformation-collector.ts';

const collector = cloudformationCollector({ canonicalise: (_type, properties) => properties, isRelevant: () => true });

async function read(text: string | Unreadable): Promise<Collected> {
  const source = {
    text: () => {
      if (text instanceof Unreadable) throw text;
      return text;
    },
    has: () => false,
    folder: () => [],
  };
  return collector.collect({ id: 't', files: [{ path: 't', size: 0 }] }, source);
}

function sizeOf(value: Value): number {
  if (isList(value)) return value.reduce((sum: number, item) => sum + sizeOf(item), 1);
  return isProperties(value) ? Object.values(value).reduce((sum: number, item) => sum + sizeOf(item), 1) : 1;
}

describe('a hostile template', () => {
  it('with an alias bomb ends as unknown values and one gap', async () => {
    const levels = Array.from({ length: 30 }, (_, level) => `  a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`);
    const found = await read(
      `AWSTemplateFormatVersion: x\nMetadata:\n  a0: &a0 [x, x]\n${levels.join('\n')}\nResources:\n  R: { Type: A::B, Properties: { P: *a30 } }\n`,
    );
    expect(found.gaps).toMatchObject([{ kind: 'too-large', reason: 'the template expands past the limit' }]);
    expect(sizeOf(found.resources[0]?.properties ?? {})).toBeLessThan(2 * limits.expandedNodesMax);
  });

  it('with ten thousand nested brackets is a gap', async () => {
    const text = `{"AWSTemplateFormatVersion":"x","Resources":{"R":{"Type":"A::B","Properties":${'['.repeat(10_000)}${']'.repeat(10_000)}}}}`;
    expect((await read(text)).gaps).toMatchObject([{ kind: 'too-large' }]);
  });

  it('with a chain of ten thousand conditions gives an unknown', async () => {
    const conditions: Record<string, unknown> = { C0: { 'Fn::Equals': ['a', 'a'] } };
    for (let at = 1; at < 10_000; at++) conditions[`C${at}`] = { 'Fn::Not': [{ Condition: `C${at - 1}` }] };
    const found = await read(
      JSON.stringify({
        AWSTemplateFormatVersion: 'x',
        Conditions: conditions,
        Resources: { R: { Type: 'A::B', Properties: { P: { 'Fn::If': ['C9999', 1, 2] } } } },
      }),
    );
    expect(found.resources[0]?.properties.P).toBeInstanceOf(Unknown);
  });

  it('with a `__proto__` key keeps it as a key', async () => {
    const found = await read(
      '{"AWSTemplateFormatVersion":"x","Resources":{"__proto__":{"Type":"A::B","Properties":{"__proto__":{"a":1}}}}}',
    );
    expect(Object.keys(found.resources[0]?.properties ?? {})).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it('whose loops multiply past the limit ends', async () => {
    const items = Array.from({ length: 1000 }, (_, at) => `i${at}`).join(', ');
    const found = await read(`AWSTemplateFormatVersion: x
Resources:
  'Fn::ForEach::A':
    - A
    - [${items}]
    - 'Fn::ForEach::B\${A}': [B, [${items}], { 'R\${A}\${B}': { Type: A::B } }]
`);
    expect(found.gaps.map((gap) => gap.kind)).toContain('too-large');
  });

  it.each(['unsupported', 'syntax', 'unreadable'] as const)('that is not text is a gap of kind %s', async (kind) => {
    expect(await read(new Unreadable(kind, 'not text'))).toEqual({
      resources: [],
      gaps: [{ kind, reason: 'not text', location: { file: 't', line: 1, column: 1 } }],
    });
  });

  it('of any shape never throws', async () => {
    const name = fc.constantFrom(
      'Ref',
      'Fn::Sub',
      'Fn::If',
      'Fn::Join',
      'Fn::GetAtt',
      'Fn::ForEach::X',
      'Fn::FindInMap',
      'Condition',
      'Type',
      'A',
      'C',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('A', 'C', '${A}', '${', 'a.b', 'AWS::S3::Bucket', 'AWS::Serverless::Function', 0, null, true),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(
        tree,
        tree,
        tree,
        tree,
        fc.constantFrom('A::B::C', 'AWS::Serverless::Function', 'AWS::Serverless::Api', 'AWS::CloudFormation::Stack'),
        async (a, b, c, d, type) => {
          const resource = {
            Type: type,
            Condition: 'C',
            Properties: { Events: { E: { Type: 'Api', Properties: b } }, Policies: c, TemplateURL: b, P: a },
          };
          const text = JSON.stringify({
            AWSTemplateFormatVersion: 'x',
            Parameters: { A: b },
            Conditions: { C: c },
            Globals: d,
            Mappings: d,
            Resources: { R: resource, S: { Type: type, Properties: d } },
          });
          const found = await read(text);
          expect(Array.isArray(found.resources)).toBe(true);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

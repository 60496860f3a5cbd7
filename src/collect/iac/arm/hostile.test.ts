import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Collected } from '../../../model/collect.ts';
import { Interpolated, Unknown } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { armCollector } from './arm-collector.ts';

const collector = armCollector({
  canonicalise: (_type, properties) => properties,
  isRelevant: () => true,
  knownTypes: [],
});
const $schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';

async function read(body: object | Unreadable): Promise<Collected> {
  const source = {
    text: () => {
      if (body instanceof Unreadable) throw body;
      return JSON.stringify({ $schema, ...body });
    },
    has: () => false,
    folder: () => [],
  };
  return collector.collect({ id: 't.json', files: [{ path: 't.json', size: 0 }] }, source);
}

async function valueOf(variables: object, expression: string): Promise<Collected> {
  return read({ variables, resources: [{ type: 'A.B/c', name: 'r', v: expression }] });
}

describe('a hostile template', () => {
  it.each(['concat', 'createArray', 'union'])(
    'that doubles a value thirty times with %s ends as unknown',
    async (name) => {
      const variables: Record<string, unknown> = { v0: name === 'concat' ? 'x'.repeat(100) : ['x'] };
      for (let at = 1; at <= 30; at++)
        variables[`v${at}`] = `[${name}(variables('v${at - 1}'), variables('v${at - 1}'))]`;
      const found = await valueOf(variables, "[variables('v30')]");
      const value = found.resources[0]?.properties.v;
      if (name === 'union') expect(value).toEqual(['x']);
      else if (name === 'concat') expect(value instanceof Unknown || value instanceof Interpolated).toBe(true);
      else expect(value).toBeInstanceOf(Unknown);
    },
  );

  it('whose variables or parameters refer to themselves gives an unknown', async () => {
    const found = await valueOf({ a: "[variables('b')]", b: "[variables('a')]" }, "[variables('a')]");
    expect(found.resources[0]?.properties.v).toStrictEqual(new Unknown('variable `a` refers to itself'));
  });

  it('with a chain of ten thousand variables gives an unknown and a gap', async () => {
    const variables: Record<string, unknown> = { v0: 1 };
    for (let at = 1; at < 10_000; at++) variables[`v${at}`] = `[variables('v${at - 1}')]`;
    const found = await valueOf(variables, "[variables('v9999')]");
    expect(found.resources[0]?.properties.v).toBeInstanceOf(Unknown);
    expect(found.gaps).toMatchObject([{ kind: 'too-large' }]);
  });

  it('with eight thousand nested calls is a gap', async () => {
    const found = await valueOf({}, `[${'string('.repeat(8_000)}1${')'.repeat(8_000)}]`);
    expect(found.gaps).toMatchObject([
      { kind: 'syntax', reason: 'not a template expression: nested deeper than the limit' },
    ]);
  });

  it('with a loop past the limit is a gap', async () => {
    const found = await read({ resources: [{ type: 'A.B/c', name: 'r', copy: { name: 'l', count: 1_000_000_000 } }] });
    expect(found.gaps).toMatchObject([{ kind: 'too-large' }]);
    expect(found.resources).toHaveLength(1000);
  });

  it('with functions that call themselves ends', async () => {
    const member = { parameters: [], output: { value: '[a.f()]' } };
    const found = await read({
      functions: [{ namespace: 'a', members: { f: member } }],
      resources: [{ type: 'A.B/c', name: '[a.f()]' }],
    });
    expect(found.resources[0]?.properties.name).toBeInstanceOf(Unknown);
  });

  it('with `__proto__` keys keeps them as keys', async () => {
    const text = `{"$schema":"${$schema}","variables":{"__proto__":"x"},"resources":[{"type":"A.B/c","name":"r","properties":{"__proto__":{"a":"[variables('__proto__')]"}}}]}`;
    const source = { text: () => text, has: () => false, folder: () => [] };
    const found = await collector.collect({ id: 't.json', files: [{ path: 't.json', size: 0 }] }, source);
    expect(JSON.stringify(found.resources[0]?.properties.properties)).toBe('{"__proto__":{"a":"x"}}');
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it.each(['unsupported', 'syntax'] as const)('that is not text is a gap of kind %s', async (kind) => {
    expect((await read(new Unreadable(kind, 'not text'))).gaps).toMatchObject([{ kind, reason: 'not text' }]);
  });

  it('of any shape never throws', async () => {
    const call = fc.constantFrom(
      'concat',
      'if',
      'copyIndex',
      'resourceId',
      'reference',
      'parameters',
      'variables',
      'format',
      'json',
      'union',
      'items',
      'map',
      'split',
      'take',
      'range',
      'a.f',
      'constructor',
      '__proto__',
    );
    const { tree } = fc.letrec<{ expression: string; tree: unknown }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("'a'", "'A.B/c'", "'{0}'", '0', '-1', '99999999'),
        fc
          .tuple(call, fc.array(tie('expression'), { maxLength: 3 }))
          .map(([name, args]) => `${name}(${args.join(',')})`),
        fc.tuple(tie('expression'), tie('expression')).map(([target, key]) => `if(true(),${target},${key})[${key}].a`),
      ),
      tree: fc.oneof(
        { maxDepth: 4 },
        tie('expression').map((text) => `[${text}]`),
        fc.constantFrom<unknown>('a', 1, null, true, '[', '[[x]'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom('a', 'copy', 'name', 'count', 'input', 'template', 'value', 'type', 'resources', 'outputs'),
          tie('tree'),
          { maxKeys: 4 },
        ),
      ),
    }));
    const deployment = 'Microsoft.Resources/deployments';
    await fc.assert(
      fc.asyncProperty(tree, tree, tree, tree, async (a, b, c, d) => {
        const found = await read({
          parameters: { a: { defaultValue: a }, b },
          variables: { a: b, copy: c },
          functions: [{ namespace: 'a', members: { f: { parameters: [{ name: 'a' }], output: { value: d } } } }],
          resources: [
            { type: 'A.B/c', name: a, copy: c, condition: b, properties: d },
            {
              type: deployment,
              name: b,
              properties: {
                expressionEvaluationOptions: { scope: 'inner' },
                parameters: c,
                template: {
                  parameters: a,
                  resources: [{ type: 'A.B/c', name: c, properties: d, resources: b }],
                  outputs: d,
                },
              },
            },
            d,
          ],
        });
        expect(Array.isArray(found.resources)).toBe(true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

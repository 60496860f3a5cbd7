import { describe, expect, it } from 'vitest';
import type { Collected } from '../../../model/collect.ts';
import { Interpolated, Ref, Unknown, type Value } from '../../../model/value.ts';
import { resourcesOf } from './resources.ts';
import { parseTemplate } from './template.ts';

const source = { text: () => '', has: () => false, folder: () => [] };
const options = {
  canonicalise: (_type: string, properties: Readonly<Record<string, Value>>) => properties,
  isRelevant: () => true,
  knownTypes: [],
  known: new Map<string, string>(),
};
const $schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';

function read(body: object): Collected {
  const { root } = parseTemplate(JSON.stringify({ $schema, ...body }), 't');
  if (root === undefined) throw new Error('not a template');
  return resourcesOf(root, 't', new Map(), source, options);
}

function valueOf(expression: string): Value | undefined {
  const found = read({
    parameters: {
      text: { type: 'string', defaultValue: 'Abc' },
      open: { type: 'string' },
      key: { type: 'secureString', defaultValue: 'visible' },
      flag: { type: 'bool', defaultValue: true },
      optional: { type: 'string', nullable: true },
      dear: { type: 'object', defaultValue: { Size: 'big', list: [1, 2] } },
      derived: { type: 'string', defaultValue: "[concat(parameters('text'), '!')]" },
    },
    variables: {
      copy: [{ name: 'made', count: 2, input: "[concat('n', copyIndex('made', 1))]" }],
      plain: "[parameters('text')]",
    },
    functions: [
      {
        namespace: 'acme',
        members: {
          twice: {
            parameters: [{ name: 'what', type: 'string' }],
            output: { type: 'string', value: "[concat(parameters('what'), parameters('what'))]" },
          },
        },
      },
    ],
    resources: [
      { type: 'A.B/c', name: 'one' },
      { type: 'X.Y/z', name: 'it', properties: { v: expression } },
    ],
  });
  expect(found.gaps).toEqual([]);
  const body = found.resources[1]?.properties.properties as Readonly<Record<string, Value>> | undefined;
  return body?.v;
}

const open = new Unknown('parameter `open` has no value');
const one = new Ref('t#A.B/c/one', 'id');
const later = (text: string): Unknown => new Unknown(`\`${text}\` is only known when deployed`);

describe('a template function', () => {
  it.each<[string, Value | undefined]>([
    ["[parameters('TEXT')]", 'Abc'],
    ["[parameters('derived')]", 'Abc!'],
    ["[parameters('open')]", open],
    ["[parameters('key')]", new Unknown('secure parameter `key`')],
    ["[parameters('optional')]", null],
    ["[parameters('none')]", new Unknown('parameter `none` is not declared')],
    ["[parameters('dear').size]", 'big'],
    ["[parameters('dear')['list'][1]]", 2],
    ["[variables('plain')]", 'Abc'],
    ["[variables('made')]", ['n1', 'n2']],
    ['[[literal]', '[literal]'],
    ["[concat('a', 1, true())]", 'a1true'],
    ["[concat('a', parameters('open'))]", new Interpolated(['a', open])],
    ["[concat(createArray(1), createArray('b'))]", [1, 'b']],
    ["[format('{0}-{1}-{{x}}', 'a', parameters('text'))]", 'a-Abc-{x}'],
    ["[format('{0}-{1}', 'a', parameters('open'))]", new Interpolated(['a-', open])],
    ["[toLower(parameters('text'))]", 'abc'],
    ["[toUpper(format('a{0}', parameters('open')))]", new Interpolated(['A', open])],
    ["[toLower(parameters('open'))]", later("toLower(parameters('open'))")],
    ["[if(parameters('flag'), 'a', 'b')]", 'a'],
    ["[if(equals(parameters('open'), 'x'), 'a', 'a')]", 'a'],
    ["[if(equals(parameters('open'), 'x'), 'a', 'b')]", later("if(equals(parameters('open'), 'x'), 'a', 'b')")],
    ["[and(equals(parameters('open'), 'x'), false())]", false],
    ["[or(equals(parameters('open'), 'x'), true())]", true],
    ['[not(true())]', false],
    ["[equals('a', 'A')]", false],
    ['[equals(createArray(1), createArray(1))]', true],
    ["[contains('abc', 'b')]", true],
    ["[contains(createArray('a'), 'b')]", false],
    ["[contains(parameters('dear'), 'SIZE')]", true],
    ["[empty('')]", true],
    ["[empty(parameters('optional'))]", true],
    ["[empty(parameters('open'))]", later("empty(parameters('open'))")],
    ["[length('abc')]", 3],
    ["[union(createObject('a', 1), createObject('b', 2)).b]", 2],
    ['[union(createArray(1, 2), createArray(2, 3))]', [1, 2, 3]],
    ["[split('a,b;c', createArray(',', ';'))]", ['a', 'b', 'c']],
    ["[replace('a.b.c', '.', '-')]", 'a-b-c'],
    ["[substring('abcdef', 1, 2)]", 'bc'],
    ["[startsWith('ABC', 'ab')]", true],
    ["[endsWith(concat(parameters('open'), '/x'), '/x')]", true],
    ['[string(12)]', '12'],
    ["[int('42')]", 42],
    ["[bool('True')]", true],
    ["[base64('abc')]", 'YWJj'],
    ["[base64ToString('YWJj')]", 'abc'],
    ['[json(\'{"a": [1]}\').a[0]]', 1],
    ["[json('null')]", null],
    ["[coalesce(null(), parameters('text'))]", 'Abc'],
    ['[add(1, mul(2, 3))]', 7],
    ['[div(7, 2)]', 3],
    ['[div(7, 0)]', later('div(7, 0)')],
    ['[range(2, 3)]', [2, 3, 4]],
    ['[max(createArray(1, 5, 3))]', 5],
    ["[join(createArray('a', 'b'), '-')]", 'a-b'],
    ["[map(createArray(1, 2), lambda('n', add(lambdaVariables('n'), 1)))]", [2, 3]],
    ["[filter(createArray(1, 2), lambda('n', greater(lambdaVariables('n'), 1)))]", [2]],
    ["[tryGet(parameters('dear'), 'missing', 'deeper')]", null],
    ["[acme.twice('ab')]", 'abab'],
    ["[uniqueString('a')]", later("uniqueString('a')")],
    ['[resourceGroup().location]', new Unknown('`resourceGroup()` is only known when deployed (`location`)')],
    [
      "[listKeys(resourceId('A.B/c', 'one'), '2020').key1]",
      new Unknown("`listKeys(resourceId('A.B/c', 'one'), '2020')` is only known when deployed (`key1`)"),
    ],
    ["[resourceId('A.B/c', 'ONE')]", one],
    ["[resourceId(subscription().id, 'group', 'A.B/c', 'one')]", one],
    ["[concat(resourceId('A.B/c', 'one'), '/x')]", new Interpolated([one, '/x'])],
    ["[tenantResourceId('A.B/c/d', 'x', 'y')]", '/providers/A.B/c/x/d/y'],
    ["[resourceId('A.B/c', 'other')]", new Interpolated([later('resourceid scope'), '/providers/A.B/c/other'])],
    ["[reference(resourceId('A.B/c', 'one')).endpoints[0].url]", new Ref('t#A.B/c/one', 'properties.endpoints[0].url')],
    [
      "[reference(resourceId('A.B/c', 'one'), '2020', 'Full').identity.principalId]",
      new Ref('t#A.B/c/one', 'identity.principalId'),
    ],
    ["[reference('elsewhere').x]", new Unknown("`reference('elsewhere')` is only known when deployed (`x`)")],
  ])('%s', (expression, expected) => {
    expect(valueOf(expression)).toStrictEqual(expected);
  });
});

describe('resources', () => {
  it('are made once per iteration of a loop', () => {
    const found = read({
      resources: [
        {
          type: 'A.B/c',
          name: "[concat('r', copyIndex(1))]",
          copy: { name: 'loop', count: 2 },
          properties: {
            copy: [{ name: 'disks', count: 2, input: { lun: "[copyIndex('disks')]", of: "[copyIndex('loop')]" } }],
          },
        },
      ],
    });
    expect(found.resources.map((resource) => resource.id)).toEqual(['t#A.B/c/r1', 't#A.B/c/r2']);
    expect(found.resources[1]?.properties).toMatchObject({
      properties: {
        disks: [
          { lun: 0, of: 1 },
          { lun: 1, of: 1 },
        ],
      },
    });
  });

  it('of a loop whose count is not known are one with an unknown index', () => {
    const found = read({
      parameters: { count: { type: 'int' } },
      resources: [
        { type: 'A.B/c', name: "[format('r{0}', copyIndex())]", copy: { name: 'l', count: "[parameters('count')]" } },
      ],
    });
    expect(found.resources.map((resource) => resource.id)).toEqual(['t#A.B/c/r*']);
    expect(found.resources[0]?.properties.name).toStrictEqual(
      new Interpolated(['r', new Unknown('the count of loop `l` is not known')]),
    );
  });

  it('are left out only when their condition is known to be false', () => {
    const found = read({
      parameters: { on: { type: 'bool' } },
      resources: [
        { type: 'A.B/c', name: 'maybe', condition: "[parameters('on')]" },
        { type: 'A.B/c', name: 'never', condition: '[equals(1, 2)]', resources: [{ type: 'd', name: 'child' }] },
      ],
    });
    expect(found.resources.map((resource) => resource.name)).toEqual(['maybe']);
  });

  it('nested in another take its type and name, and refer to it', () => {
    const found = read({
      resources: [{ type: 'A.B/c', name: 'p', resources: [{ type: 'd', name: 'k', properties: {} }] }],
    });
    expect(found.resources[1]).toMatchObject({
      type: 'A.B/c/d',
      name: 'p/k',
      properties: { parent: new Ref('t#A.B/c/p', 'id') },
    });
  });

  it('with symbolic names are referred to by them, and existing ones are not made', () => {
    const found = read({
      languageVersion: '2.0',
      resources: {
        account: { type: 'A.B/c', name: 'acct' },
        there: { existing: true, type: 'A.B/c', name: 'old' },
        user: {
          type: 'X.Y/z',
          name: 'u',
          properties: { a: "[reference('account').endpoint]", b: "[reference('there').endpoint]" },
        },
      },
    });
    expect(found.resources.map((resource) => resource.address)).toEqual(['resources.account', 'resources.user']);
    expect(found.resources[1]?.properties).toMatchObject({
      properties: { a: new Ref('t#resources.account', 'properties.endpoint') },
    });
  });

  it.each([
    { type: 'Microsoft.Insights/diagnosticSettings', name: 'd', scope: "[format('A.B/c/{0}', parameters('name'))]" },
    { type: 'Microsoft.Insights/diagnosticSettings', name: 'd', scope: "[resourceId('A.B/c', parameters('name'))]" },
    { type: 'A.B/c/providers/diagnosticSettings', name: "[concat(parameters('name'), '/Microsoft.Insights/d')]" },
  ])('that extend another refer to it: $type in $name', (extension) => {
    const found = read({
      parameters: { name: { type: 'string' } },
      resources: [{ type: 'A.B/c', name: "[parameters('name')]" }, extension],
    });
    expect(found.resources[1]).toMatchObject({ type: 'Microsoft.Insights/diagnosticSettings', name: 'd' });
    expect(found.resources[1]?.properties.scope).toStrictEqual(new Ref('t#A.B/c/*', 'id'));
  });

  it('linked from elsewhere are a gap', () => {
    const found = read({
      resources: [
        {
          type: 'Microsoft.Resources/deployments',
          name: 'far',
          properties: { templateLink: { uri: 'https://example.com/t.json' } },
        },
      ],
    });
    expect(found.gaps).toMatchObject([
      { kind: 'unresolved', reason: 'the template of deployment `far` is not among the files' },
    ]);
  });

  it('share the parameters of the outer template when nothing else is asked for', () => {
    const inner = {
      $schema,
      parameters: { a: { type: 'string', defaultValue: 'inner' } },
      resources: [{ type: 'A.B/c', name: "[parameters('a')]" }],
    };
    const found = read({
      parameters: { a: { type: 'string', defaultValue: 'outer' } },
      resources: [{ type: 'Microsoft.Resources/deployments', name: 'd', properties: { template: inner } }],
    });
    expect(found.resources.map((resource) => resource.name)).toEqual(['d', 'outer']);
    expect(found.resources[0]?.properties).toEqual({ name: 'd' });
  });
});

import { expect, test } from 'vitest';
import { DemarcError } from '../../../../base/errors.ts';
import type { Schemas } from '../../../../model/schema.ts';
import { compileDialects } from './compile.ts';

const schemas: Schemas = {
  'AWS::Bedrock::Agent': { AgentName: 'string', ActionGroups: [{ Name: 'string' }], Kind: { Of: 'string' } },
  'Microsoft.X/things': { name: 'string', sku: { name: 'string' }, properties: { a: 'boolean' } },
};

function compile(entries: unknown) {
  return compileDialects([{ path: 'a.yaml', data: entries }], schemas);
}

test('exceptions become targets, with constants, values and a base', () => {
  const { mappings } = compile({
    aws_group: {
      type: 'AWS::Bedrock::Agent',
      at: 'ActionGroups[0]',
      mergeInto: { via: 'agent_id', by: 'AgentName' },
      map: { title: 'Name' },
    },
    aws_thing: {
      type: 'Microsoft.X/things',
      map: { 'block.on': { to: '/properties.a', invert: true, set: { name: 'fixed' } } },
    },
  });
  expect(mappings['aws_group']).toEqual({
    type: 'AWS::Bedrock::Agent',
    at: ['ActionGroups', 0],
    mergeInto: { via: 'agent_id', by: 'AgentName' },
    map: { children: { title: { to: { path: ['Name'] } } } },
  });
  const target = {
    path: ['properties', 'a'],
    fromRoot: true,
    values: { true: false, false: true },
    set: [[['name'], 'fixed']],
  };
  expect(mappings['aws_thing']?.map).toEqual({ children: { block: { children: { on: { to: target } } } } });
});

test('like takes over another entry, attribute by attribute', () => {
  const { mappings } = compile({
    azurerm_a: { type: 'Microsoft.X/things', set: { 'properties.a': true }, map: { x: 'name', y: 'sku.name' } },
    azurerm_b: { like: 'azurerm_a', map: { x: 'sku.name' } },
  });
  expect(mappings['azurerm_b']?.set).toEqual(mappings['azurerm_a']?.set);
  expect(mappings['azurerm_b']?.map?.children?.['x']?.to?.path).toEqual(['sku', 'name']);
  expect(mappings['azurerm_b']?.map?.children?.['y']?.to?.path).toEqual(['sku', 'name']);
});

test('the index of awscc and ARM types is made from the schemas', () => {
  const table = compile({});
  expect(table.awscc).toEqual({ bedrockagent: 'AWS::Bedrock::Agent' });
  expect(table.arm).toEqual({ 'microsoft.x/things': 'Microsoft.X/things' });
});

test.each([
  ['an unknown type', { aws_x: 'AWS::No::Such' }],
  ['an unknown target', { aws_x: { type: 'AWS::Bedrock::Agent', map: { a: 'Nope' } } }],
  ['an unknown target from the body', { aws_x: { type: 'AWS::Bedrock::Agent', map: { 'a.b': '/Kind.Nope' } } }],
  ['an unknown base', { aws_x: { type: 'AWS::Bedrock::Agent', at: 'Nope[0]' } }],
  ['an unknown constant', { aws_x: { type: 'AWS::Bedrock::Agent', set: { Nope: 1 } } }],
  ['like without an entry', { aws_x: { like: 'aws_y' } }],
  ['a list', []],
  ['a number', { aws_x: 3 }],
])('%s does not compile', (_, entries) => {
  expect(() => compile(entries)).toThrow(DemarcError);
});

test('one type is mapped once over all files', () => {
  const file = { path: 'a.yaml', data: { aws_x: 'AWS::Bedrock::Agent' } };
  expect(() => compileDialects([file, { ...file, path: 'b.yaml' }], schemas)).toThrow('mapped twice');
});

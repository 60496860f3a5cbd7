import { describe, expect, it } from 'vitest';
import type { Collected, Source } from '../../../model/collect.ts';
import type { Resource } from '../../../model/resource.ts';
import { Interpolated, Ref, Unknown } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { armCollector } from './arm-collector.ts';
import { planSource } from '../../fixtures/plan-source.ts';

const collector = armCollector({
  canonicalise: (_type, properties) => properties,
  isRelevant: (type) => type !== 'Microsoft.Resources/deployments',
  knownTypes: ['Microsoft.CognitiveServices/accounts', 'Microsoft.CognitiveServices/accounts/deployments'],
});

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

const schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';

function template(body: object): string {
  return JSON.stringify({ $schema: schema, contentVersion: '1.0.0.0', ...body }, null, 2);
}

function ofType(collected: Collected, type: string): Resource {
  const found = collected.resources.find((resource) => resource.type === type);
  if (found === undefined) throw new Error(`no resource of type ${type}: ${JSON.stringify(collected)}`);
  return found;
}

const account = {
  type: 'microsoft.cognitiveservices/Accounts',
  apiVersion: '2024-10-01',
  name: "[parameters('name')]",
  location: '[resourceGroup().location]',
  kind: 'OpenAI',
  sku: { name: "[variables('tier')]" },
  properties: { publicNetworkAccess: "[if(parameters('open'), 'Enabled', 'Disabled')]", disableLocalAuth: false },
};

describe('a deployment template', () => {
  it('becomes resources with evaluated bodies, references and positions', async () => {
    const found = await run({
      'main.json': template({
        parameters: { name: { type: 'string' }, open: { type: 'bool', defaultValue: true } },
        variables: { tier: "[concat('S', string(0))]" },
        resources: [
          account,
          {
            type: 'Microsoft.CognitiveServices/accounts/deployments',
            name: "[format('{0}/{1}', parameters('name'), 'gpt')]",
            dependsOn: ["[resourceId('Microsoft.CognitiveServices/accounts', parameters('name'))]"],
            properties: {
              owner: "[resourceId('Microsoft.CognitiveServices/accounts', parameters('name'))]",
              endpoint: "[reference(resourceId('Microsoft.CognitiveServices/accounts', parameters('name'))).endpoint]",
            },
          },
        ],
      }),
    });
    expect(found.gaps).toEqual([]);
    const [first] = found.resources;
    expect(first).toMatchObject({
      id: 'main.json#Microsoft.CognitiveServices/accounts/*',
      type: 'Microsoft.CognitiveServices/accounts',
      dialect: 'arm',
      location: { file: 'main.json', line: 17, column: 5 },
    });
    expect(first?.properties).toStrictEqual(
      Object.assign(Object.create(null), {
        name: new Unknown('parameter `name` has no value'),
        apiVersion: '2024-10-01',
        location: new Unknown('`resourceGroup()` is only known when deployed (`location`)'),
        kind: 'OpenAI',
        sku: Object.assign(Object.create(null), { name: 'S0' }),
        properties: Object.assign(Object.create(null), { publicNetworkAccess: 'Enabled', disableLocalAuth: false }),
      }),
    );
    expect(first?.positions['properties.publicNetworkAccess']).toEqual([27, 9]);
    const deployment = ofType(found, 'Microsoft.CognitiveServices/accounts/deployments');
    const id = 'main.json#Microsoft.CognitiveServices/accounts/*';
    expect(deployment.properties).toMatchObject({
      name: new Interpolated([new Unknown('parameter `name` has no value'), '/gpt']),
      parent: new Ref(id, 'id'),
      properties: { owner: new Ref(id, 'id'), endpoint: new Ref(id, 'properties.endpoint') },
    });
  });

  it('reads nested deployments with their own parameters and their outputs', async () => {
    const module = {
      type: 'Microsoft.Resources/deployments',
      name: 'mod',
      properties: {
        expressionEvaluationOptions: { scope: 'inner' },
        parameters: { name: { value: 'acme' }, open: { value: "[not(variables('closed'))]" } },
        template: {
          $schema: schema,
          parameters: { name: { type: 'string' }, open: { type: 'bool' } },
          variables: { tier: 'S1' },
          resources: [account],
          outputs: {
            id: { type: 'string', value: "[resourceId('Microsoft.CognitiveServices/accounts', parameters('name'))]" },
          },
        },
      },
    };
    const found = await run({
      'main.json': template({
        variables: { closed: true },
        resources: [
          {
            type: 'Microsoft.X/y',
            name: 'z',
            properties: { a: "[reference(resourceId('Microsoft.Resources/deployments', 'mod')).outputs.id.value]" },
          },
          module,
        ],
      }),
    });
    const inner = ofType(found, 'Microsoft.CognitiveServices/accounts');
    expect(inner.id).toBe('main.json#Microsoft.Resources/deployments/mod/Microsoft.CognitiveServices/accounts/acme');
    expect(inner.properties).toMatchObject({
      name: 'acme',
      properties: { publicNetworkAccess: 'Disabled' },
      sku: { name: 'S1' },
    });
    expect(ofType(found, 'Microsoft.X/y').properties).toMatchObject({ properties: { a: new Ref(inner.id, 'id') } });
  });

  it('takes values of the parameter file beside it, and reports Bicep source as a gap', async () => {
    const found = await run({
      'a/main.json': template({
        parameters: { name: { type: 'string' }, open: { type: 'bool' } },
        variables: {},
        resources: [account],
      }),
      'a/main.parameters.json': JSON.stringify({ parameters: { Name: { value: 'acme' }, open: { value: false } } }),
      'a/main.bicep': "resource x 'y' = {}",
    });
    expect(ofType(found, 'Microsoft.CognitiveServices/accounts').properties).toMatchObject({
      name: 'acme',
      properties: { publicNetworkAccess: 'Disabled' },
    });
    expect(found.gaps).toEqual([
      {
        kind: 'unsupported',
        reason: 'Bicep source is not evaluated: build it to ARM JSON (bicep build)',
        location: { file: 'a/main.bicep', line: 1, column: 1 },
      },
    ]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  isEnumSchema,
  isListSchema,
  isMapSchema,
  isObjectSchema,
  type SchemaFile,
  schemaAt,
  type TypeSchema,
} from '../../../../model/schema.ts';
import {
  Interpolated,
  isProperties,
  newProperties,
  type Properties,
  Ref,
  Unknown,
  type Value,
} from '../../../../model/value.ts';
import { compileDialects } from './compile.ts';
import type { DialectTable } from './table.ts';
import { isRelevant, toCanonical } from './to-canonical.ts';

const catalogue = fileURLToPath(new URL('../../../../../catalogue/', import.meta.url));

/** The table compiled from the committed mapping data and schemas. */
function committedTable(): DialectTable {
  const schemas: Record<string, TypeSchema> = {};
  for (const name of readdirSync(`${catalogue}schemas`).filter((file) => file.endsWith('.json'))) {
    Object.assign(schemas, (JSON.parse(readFileSync(`${catalogue}schemas/${name}`, 'utf8')) as SchemaFile).types);
  }
  const folder = `${catalogue}dialects/terraform`;
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return compileDialects(
    files.map((path) => ({ path, data: parse(readFileSync(`${folder}/${path}`, 'utf8')) as unknown })),
    schemas,
  );
}

const table = committedTable();
/** Terraform attribute, canonical type, canonical path. */
const coverage = JSON.parse(readFileSync(`${catalogue}dialects/terraform/coverage.json`, 'utf8')) as [
  string,
  string,
  string,
][];

function convert(
  type: string,
  attributes: Properties,
  positions: Readonly<Record<string, readonly [number, number]>> = {},
) {
  const location = { file: 'main.tf', line: 1, column: 1 };
  return toCanonical(table, {
    id: `s#${type}.x`,
    address: `${type}.x`,
    type,
    name: 'x',
    mode: 'managed',
    attributes,
    positions,
    location,
    scope: 's',
  });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('every attribute a check reads', () => {
  test.each(coverage)('%s goes to %s %s', (attribute, type, path) => {
    const [terraform = '', ...names] = attribute.split('.');
    const parent = table.mappings[terraform]?.mergeInto?.via;
    const leaf = names.reduce((at, name, index) => at + (index === 0 ? name : `[0].${name}`), '');
    const body = names.reduceRight<Value>(
      (inner, name, index) => (index === 0 ? { [name]: inner } : [{ [name]: inner }]),
      'x',
    );
    const attributes = parent === undefined ? (body as Properties) : { ...(body as Properties), [parent]: 'p' };
    const found = convert(terraform, attributes, { [leaf]: [7, 3] });
    expect(Object.keys(found.positions).map((each) => each.replaceAll('[0]', '[]'))).toContain(
      path.replaceAll('[0]', '[]'),
    );
    const schema = table.schemas[type];
    expect(schema === undefined ? undefined : schemaAt(schema, path)).toBeDefined();
  });
});

describe('aws', () => {
  test('single blocks unwrap, lists stay, scalars take their type', () => {
    const found = convert('aws_bedrockagent_agent', {
      agent_name: 'support',
      idle_session_ttl_in_seconds: '600',
      guardrail_configuration: [{ guardrail_identifier: 'g-1', guardrail_version: 'DRAFT' }],
      prompt_override_configuration: [
        { prompt_configurations: [{ prompt_type: 'ORCHESTRATION' }, { prompt_type: 'PRE_PROCESSING' }] },
      ],
      region: 'eu-central-1',
    });
    expect(found.type).toBe('AWS::Bedrock::Agent');
    expect(plain(found.properties)).toEqual({
      AgentName: 'support',
      IdleSessionTTLInSeconds: 600,
      GuardrailConfiguration: { GuardrailIdentifier: 'g-1', GuardrailVersion: 'DRAFT' },
      PromptOverrideConfiguration: {
        PromptConfigurations: [{ PromptType: 'ORCHESTRATION' }, { PromptType: 'PRE_PROCESSING' }],
      },
      $terraform: { region: 'eu-central-1' },
    });
  });

  test('markers survive, as values, in lists and in place of blocks', () => {
    const unknown = new Unknown('var.x');
    const ref = new Ref('s#aws_kms_key.k', 'arn');
    const text = new Interpolated(['arn:', ref]);
    const { properties } = convert('aws_bedrockagent_agent', {
      customer_encryption_key_arn: ref,
      guardrail_configuration: unknown,
      instruction: text,
      idle_session_ttl_in_seconds: unknown,
    });
    expect(properties['CustomerEncryptionKeyArn']).toBe(ref);
    expect(properties['GuardrailConfiguration']).toBe(unknown);
    expect(properties['Instruction']).toBe(text);
    expect(properties['IdleSessionTTLInSeconds']).toBe(unknown);
  });

  test('a position moves with its property', () => {
    const found = convert(
      'aws_bedrock_guardrail',
      { content_policy_config: [{ filters_config: [{ type: 'HATE', output_strength: 'NONE' }] }] },
      { content_policy_config: [4, 3], 'content_policy_config[0].filters_config[0].output_strength': [9, 7] },
    );
    expect(found.positions['ContentPolicyConfig']).toEqual([4, 3]);
    expect(found.positions['ContentPolicyConfig.FiltersConfig[0].OutputStrength']).toEqual([9, 7]);
  });

  test('a policy document given as text is read, one with references stays', () => {
    const found = convert('aws_iam_policy', { policy: '{"Statement":[{"Effect":"Allow","Action":"bedrock:*"}]}' });
    expect(plain(found.properties)).toEqual({
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'bedrock:*' }] },
    });
    const partly = new Interpolated(['{"Statement":', new Ref('x'), '}']);
    expect(convert('aws_iam_policy', { policy: partly }).properties['PolicyDocument']).toBe(partly);
  });

  test('a rule with several sources is one rule for each', () => {
    const found = convert('aws_security_group', {
      ingress: [
        { from_port: 22, to_port: 22, protocol: 'tcp', cidr_blocks: ['10.0.0.0/8', '0.0.0.0/0'], ipv6_cidr_blocks: [] },
        { from_port: 443, to_port: 443, protocol: 'tcp', cidr_blocks: ['10.0.0.0/8'] },
      ],
    });
    const base = { FromPort: 22, ToPort: 22, IpProtocol: 'tcp' };
    expect(plain(found.properties['SecurityGroupIngress'])).toEqual([
      { ...base, CidrIp: '10.0.0.0/8' },
      { FromPort: 443, ToPort: 443, IpProtocol: 'tcp', CidrIp: '10.0.0.0/8' },
      { ...base, CidrIp: '0.0.0.0/0' },
    ]);
  });

  test('tags become the list of pairs a template has', () => {
    expect(plain(convert('aws_kms_key', { tags: { team: 'ai' } }).properties)).toEqual({
      Tags: [{ Key: 'team', Value: 'ai' }],
    });
  });
});

test('structured text stays whole where the schema has a text', () => {
  const policy = [{ AllowFromPublic: true, Rules: [new Unknown('var.rules')] }];
  const { properties } = convert('aws_opensearchserverless_security_policy', { type: 'network', policy });
  expect(properties['Policy']).toBe(policy);
});

test('a kind of credential is stated by the block that stands', () => {
  const found = convert('aws_bedrockagentcore_gateway_target', {
    credential_provider_configuration: [{ oauth: [{ provider_arn: 'arn:p', scopes: ['a'] }] }],
  });
  expect(plain(found.properties)).toEqual({
    CredentialProviderConfigurations: [
      {
        CredentialProviderType: 'OAUTH',
        CredentialProvider: { OauthCredentialProvider: { ProviderArn: 'arn:p', Scopes: ['a'] } },
      },
    ],
  });
});

test('every enabled log category is an enabled log', () => {
  const found = convert('azurerm_monitor_diagnostic_setting', {
    enabled_log: [{ category: 'Audit' }, { category_group: 'allLogs' }],
  });
  const logs = [
    { category: 'Audit', enabled: true },
    { categoryGroup: 'allLogs', enabled: true },
  ];
  expect(plain(found.properties)).toEqual({ properties: { logs } });
});

describe('azure', () => {
  test('a flattened account takes the shape of its ARM body', () => {
    const found = convert('azurerm_cognitive_account', {
      name: 'acme',
      location: 'westeurope',
      kind: 'OpenAI',
      sku_name: 'S0',
      local_auth_enabled: true,
      public_network_access_enabled: false,
      network_acls: [{ default_action: 'deny', ip_rules: ['203.0.113.0/24'] }],
      identity: [{ type: 'UserAssigned', identity_ids: [new Ref('s#azurerm_user_assigned_identity.a', 'id')] }],
      customer_managed_key: [{ key_vault_key_id: 'https://v/keys/k' }],
    });
    expect(found.type).toBe('Microsoft.CognitiveServices/accounts');
    const expected = {
      name: 'acme',
      location: 'westeurope',
      kind: 'OpenAI',
      sku: { name: 'S0' },
      properties: {
        disableLocalAuth: false,
        publicNetworkAccess: 'Disabled',
        networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] },
        encryption: { keySource: 'Microsoft.KeyVault', keyVaultProperties: { keyName: 'https://v/keys/k' } },
      },
    };
    expect(plain(found.properties)).toMatchObject(expected);
    expect((found.properties['identity'] as Properties)['type']).toBe('UserAssigned');
  });

  test('an inverted switch that is not known stays unknown', () => {
    const unknown = new Unknown('var.local_auth');
    const { properties } = convert('azurerm_cognitive_account', { local_auth_enabled: unknown });
    expect((properties['properties'] as Properties)['disableLocalAuth']).toBe(unknown);
  });

  test('azapi bodies are taken as they are, as object or as text', () => {
    const body = { properties: { publicNetworkAccess: 'Disabled', disableLocalAuth: 'true' } };
    for (const given of [body, JSON.stringify(body)]) {
      const found = convert(
        'azapi_resource',
        { type: 'microsoft.cognitiveservices/accounts@2025-06-01', name: 'acme', body: given },
        { 'body.properties.publicNetworkAccess': [5, 9] },
      );
      expect(found.type).toBe('Microsoft.CognitiveServices/accounts');
      expect(plain(found.properties)).toEqual({
        name: 'acme',
        apiVersion: '2025-06-01',
        properties: { publicNetworkAccess: 'Disabled', disableLocalAuth: true },
      });
      expect(found.positions['properties.publicNetworkAccess']).toEqual([5, 9]);
    }
  });
});

test('a google member is one binding of a policy', () => {
  const found = convert('google_project_iam_member', {
    project: 'p',
    role: 'roles/aiplatform.admin',
    member: 'user:a@example.com',
  });
  expect(found.type).toBe('google.iam.v1.Policy');
  expect(plain(found.properties)).toMatchObject({
    resource: 'p',
    bindings: [{ role: 'roles/aiplatform.admin', members: ['user:a@example.com'] }],
  });
});

test('an atlas access list entry is an item of the list', () => {
  const found = convert('mongodbatlas_project_ip_access_list', { project_id: 'p', cidr_block: '0.0.0.0/0' });
  expect(plain(found.properties)).toEqual({ ProjectId: 'p', AccessList: [{ CIDRBlock: '0.0.0.0/0' }] });
});

test('a type outside the tables keeps only its references', () => {
  const ref = new Ref('s#aws_lambda_function.f', 'arn');
  const found = convert('aws_unheard_of', { name: 'x', target: ref });
  expect(found.type).toBe('terraform:aws_unheard_of');
  expect({ ...found.properties }).toEqual({ target: ref });
  expect(isRelevant(table, 'aws_unheard_of')).toBe(false);
  expect(isRelevant(table, 'awscc_bedrock_agent')).toBe(true);
  expect(isRelevant(table, 'constructor')).toBe(false);
});

test('hostile names are only names', () => {
  const attributes = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": "x", "tags": {"__proto__": "y"}}',
  ) as Properties;
  const found = convert('aws_bedrockagent_agent', attributes);
  expect(Object.getPrototypeOf(found.properties)).toBeNull();
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

// --- awscc

function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** A value of the schema: scalars of their type, one item in each list. */
function sample(schema: TypeSchema, pick: () => number, depth: number): Value {
  if (schema === 'string' || schema === 'json') return `v${pick()}`;
  if (schema === 'number') return pick();
  if (schema === 'boolean') return pick() % 2 === 0;
  if (isEnumSchema(schema)) return schema.$enum[pick() % schema.$enum.length] ?? '';
  if (isListSchema(schema)) return [sample(schema[0], pick, depth + 1), sample(schema[0], pick, depth + 1)];
  const out = newProperties();
  if (isMapSchema(schema)) out['some_Key'] = sample(schema['*'], pick, depth + 1);
  else if (isObjectSchema(schema)) {
    for (const [name, inner] of Object.entries(schema)) {
      if (depth < 5 && (pick() % 3 !== 0 || depth === 0)) out[name] = sample(inner, pick, depth + 1);
    }
  }
  return out;
}

/** The same as the awscc provider would have it: nested attributes in snake case, map keys as they are. */
function asAwscc(value: Value, schema: TypeSchema): Value {
  if (Array.isArray(value) && isListSchema(schema)) return value.map((item: Value) => asAwscc(item, schema[0]));
  if (!isProperties(value)) return value;
  const out = newProperties();
  for (const [name, item] of Object.entries(value)) {
    if (isMapSchema(schema)) out[name] = asAwscc(item, schema['*']);
    else if (isObjectSchema(schema)) out[snake(name)] = asAwscc(item, schema[name] ?? 'json');
  }
  return out;
}

test('an awscc resource maps back to the template it was made from', () => {
  const types = Object.keys(table.schemas).filter((type) => type.startsWith('AWS::'));
  const property = fc.property(
    fc.constantFrom(...types),
    fc.array(fc.nat(1000), { minLength: 8, maxLength: 40 }),
    (type, seeds) => {
      const schema = table.schemas[type];
      if (schema === undefined) return;
      let index = 0;
      const pick = (): number => seeds[index++ % seeds.length] ?? 0;
      const properties = sample(schema, pick, 0);
      const [, service = '', name = ''] = type.split('::');
      const found = convert(`awscc_${service.toLowerCase()}_${snake(name)}`, asAwscc(properties, schema) as Properties);
      expect(found.type).toBe(type);
      expect(plain(found.properties)).toEqual(plain(properties));
    },
  );
  fc.assert(property, { numRuns: 300 });
});

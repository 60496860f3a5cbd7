import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Resource } from '../../../../model/resource.ts';
import { type Properties, Ref, Unknown } from '../../../../model/value.ts';
import type { SchemaFile, TypeSchema } from '../../../../model/schema.ts';
import { compileDialects } from './compile.ts';
import type { DialectTable } from './table.ts';
import { mergeSplit } from './merge-split.ts';
import { toCanonical } from './to-canonical.ts';

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

function convert(
  address: string,
  attributes: Properties,
  file = 'main.tf',
  positions: Readonly<Record<string, readonly [number, number]>> = {},
): Resource {
  const [type = '', name = ''] = address.split('.');
  return toCanonical(table, {
    id: `s#${address}`,
    address,
    type,
    name,
    mode: 'managed',
    attributes,
    positions,
    location: { file, line: 40, column: 1 },
    scope: 's',
  });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const bucket = convert('aws_s3_bucket.logs', { bucket: 'acme-logs' });
const block = { block_public_acls: true, restrict_public_buckets: false };

test('a part goes into the bucket it refers to', () => {
  const part = convert(
    'aws_s3_bucket_public_access_block.logs',
    { bucket: new Ref('s#aws_s3_bucket.logs', 'id'), ...block },
    'main.tf',
    { block_public_acls: [42, 3] },
  );
  const [merged, ...rest] = mergeSplit(table, [bucket, part]);
  expect(rest).toEqual([]);
  expect(merged?.id).toBe(bucket.id);
  expect(plain(merged?.properties)).toEqual({
    BucketName: 'acme-logs',
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: false },
  });
  expect(merged?.positions['PublicAccessBlockConfiguration.BlockPublicAcls']).toEqual([42, 3]);
  expect(merged?.positions['PublicAccessBlockConfiguration']).toEqual([40, 1]);
});

test('a part that names its parent by text, or through another part, finds it', () => {
  const byName = convert('aws_s3_bucket_public_access_block.a', { bucket: 'acme-logs', ...block });
  const through = convert('aws_s3_bucket_versioning.b', {
    bucket: new Ref('s#aws_s3_bucket_public_access_block.a', 'bucket'),
    versioning_configuration: [{ status: 'Enabled' }],
  });
  const merged = mergeSplit(table, [through, byName, bucket]);
  expect(merged).toHaveLength(1);
  expect(plain(merged[0]?.properties)).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true },
  });
});

test('a part without a parent in what was read stays a resource of its own', () => {
  for (const parent of ['elsewhere', new Unknown('var.bucket'), new Ref('s#aws_s3_bucket.gone', 'id')]) {
    const part = convert('aws_s3_bucket_public_access_block.a', { bucket: parent, ...block });
    const merged = mergeSplit(table, [bucket, part]);
    expect(merged.map((resource) => resource.type)).toEqual([
      'AWS::S3::Bucket',
      'terraform:aws_s3_bucket_public_access_block',
    ]);
    expect(merged[0]?.properties['PublicAccessBlockConfiguration']).toBeUndefined();
  }
});

test('parts that point at each other in a circle stay and end', () => {
  const a = convert('aws_s3_bucket_versioning.a', { bucket: new Ref('s#aws_s3_bucket_versioning.b') });
  const b = convert('aws_s3_bucket_versioning.b', { bucket: new Ref('s#aws_s3_bucket_versioning.a') });
  expect(mergeSplit(table, [a, b])).toHaveLength(2);
});

test('list items of several parts follow each other, each with its own position and file', () => {
  const role = convert('aws_iam_role.r', { name: 'r', inline_policy: [{ name: 'own', policy: '{}' }] }, 'iam.tf');
  const parts = ['one', 'two'].map((name, index) =>
    convert(
      `aws_iam_role_policy.${name}`,
      { role: new Ref('s#aws_iam_role.r', 'id'), name, policy: '{"Statement":[]}' },
      'policies.tf',
      { policy: [10 + index, 3] },
    ),
  );
  const [merged] = mergeSplit(table, [role, ...parts]);
  expect(((merged?.properties['Policies'] ?? []) as Properties[]).map((policy) => policy['PolicyName'])).toEqual([
    'own',
    'one',
    'two',
  ]);
  expect(merged?.positions['Policies[1].PolicyDocument']).toEqual([10, 3, 'policies.tf']);
  expect(merged?.positions['Policies[2].PolicyDocument']).toEqual([11, 3, 'policies.tf']);
});

test('a reference to a part names its parent afterwards', () => {
  const part = convert('aws_bedrockagent_agent_action_group.g', {
    agent_id: new Ref('s#aws_bedrockagent_agent.a', 'agent_id'),
    action_group_name: 'tools',
  });
  const agent = convert('aws_bedrockagent_agent.a', { agent_name: 'a' });
  const other = convert('aws_unheard_of.o', { group: new Ref('s#aws_bedrockagent_agent_action_group.g', 'id') });
  const merged = mergeSplit(table, [agent, part, other]);
  expect(merged).toHaveLength(2);
  expect(merged[1]?.properties['group']).toEqual(new Ref('s#aws_bedrockagent_agent.a', 'id'));
  expect(plain(merged[0]?.properties)).toMatchObject({ ActionGroups: [{ ActionGroupName: 'tools' }] });
});

test('twenty thousand parts of one group cost no more than their size', () => {
  const group = convert('aws_security_group.g', { name: 'g' });
  const rules = Array.from({ length: 20_000 }, (_, index) =>
    convert(`aws_security_group_rule.r${index}`, {
      type: 'ingress',
      security_group_id: new Ref('s#aws_security_group.g', 'id'),
      cidr_blocks: ['10.0.0.0/8'],
      from_port: index,
    }),
  );
  const started = performance.now();
  const [merged] = mergeSplit(table, [group, ...rules]);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(merged?.properties['SecurityGroupIngress']).toHaveLength(20_000);
});

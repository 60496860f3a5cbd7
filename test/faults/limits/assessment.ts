/** Limits of an assessment: what is past them is a gap or an unknown value. */
import { expect } from 'vitest';
import { assess } from '../../../src/app/assess.ts';
import { defaultConfig } from '../../../src/app/config.ts';
import { loadMeanings, loadRules, readData } from '../../../src/app/data.ts';
import { makeCollectors } from '../../../src/app/wire.ts';
import type { Files } from '../../../src/base/ports.ts';
import { reviveCatalogue } from '../../../src/catalogue/catalogue.ts';
import { collectTree } from '../../../src/collect/run.ts';
import { walk } from '../../../src/collect/walk.ts';
import { parseExpression } from '../../../src/evaluate/cel/parse.ts';
import { compileProgram } from '../../../src/evaluate/cel/program.ts';
import { Scope } from '../../../src/evaluate/cel/scope.ts';
import { Graph } from '../../../src/evaluate/graph.ts';
import type { Resource } from '../../../src/model/resource.ts';
import {
  Interpolated,
  isList,
  isProperties,
  newProperties,
  Ref,
  Unknown,
  type Value,
} from '../../../src/model/value.ts';
import type { Row } from './row.ts';

type Tree = Readonly<Record<string, string | Uint8Array>>;

/** A file system in memory that holds the tree below `/t`. */
function memory(tree: Tree): Files {
  const bytes = new Map(
    Object.entries(tree).map(([path, content]) => [
      `/t/${path}`,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  );
  const folders = new Map<string, Map<string, 'file' | 'directory'>>();
  for (const path of bytes.keys()) {
    const names = path.split('/');
    for (let at = 2; at < names.length; at++) {
      const folder = names.slice(0, at).join('/');
      const kinds = folders.get(folder) ?? new Map<string, 'file' | 'directory'>();
      folders.set(folder, kinds.set(names[at] ?? '', at === names.length - 1 ? 'file' : 'directory'));
    }
  }
  const kind = (path: string) => (folders.has(path) ? 'directory' : 'file');
  const read = (path: string): Uint8Array => {
    const found = bytes.get(path);
    if (found === undefined) throw new Error(`no such file: ${path}`);
    return found;
  };
  return {
    list: (folder) => [...(folders.get(folder) ?? [])].map(([name, entry]) => ({ name, kind: entry })),
    stat: (path) => ({
      kind: kind(path),
      size: read(path).length,
      modifiedMs: 0,
      changedMs: 0,
      inode: 0,
      mode: 0o100644,
      uid: 0,
    }),
    kind,
    real: (path) => path,
    size: (path) => read(path).length,
    read,
  };
}

/** What real collectors tell about a tree: the reasons of gaps, and of values that are not known. */
async function told(tree: Tree): Promise<string[]> {
  const { resources, gaps } = await collectTree(memory(tree), '/t', makeCollectors(), {
    starts: [''],
    excludes: [],
    now: 0,
    cache: undefined,
    onProgress: undefined,
  });
  return [...gaps.map(({ reason }) => reason), ...resources.flatMap(({ properties }) => reasonsIn(properties))];
}

function reasonsIn(value: Value): string[] {
  if (value instanceof Unknown) return [value.reason];
  if (value instanceof Interpolated) return value.parts.flatMap((part) => reasonsIn(part));
  if (isList(value)) return value.flatMap(reasonsIn);
  return isProperties(value) ? Object.values(value).flatMap(reasonsIn) : [];
}

function resource(name: string, properties: Record<string, Value>): Resource {
  return {
    id: name,
    type: 'T',
    name,
    dialect: 'test',
    address: name,
    scope: 's',
    confidence: 'active',
    positions: {},
    location: { file: 'main.tf', line: 1, column: 1 },
    properties: Object.assign(newProperties(), properties),
  };
}

const texts = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join('\n');
const bucket = (properties: string): string =>
  `{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": ${properties}}}}`;
/** JSON values nested as deep as the document has left: three maps stand above the properties. */
const nested = (depth: number): string => bucket(`${'{"a":'.repeat(depth - 3)}1${'}'.repeat(depth - 3)}`);
/** A chain of `length` local modules below the root; the last holds a resource. */
const modules = (length: number): Tree =>
  Object.fromEntries(
    Array.from({ length: length + 1 }, (_, at) => [
      `${'m/'.repeat(at)}main.tf`,
      at < length ? 'module "m" {\n  source = "./m"\n}\n' : 'resource "aws_s3_bucket" "b" {}\n',
    ]),
  );

/** What a chain of resources answers about a trait `length` references away. */
function chained(length: number): string[] {
  const chain = Array.from({ length: length + 1 }, (_, at) =>
    resource(`r${at}`, { Next: new Ref(`r${at + 1}`), Last: at === length }),
  );
  const graph = Graph.build(chain, [
    {
      type: 'T',
      traits: ['private-data'],
      when: parseExpression('r.Last'),
      service: undefined,
      party: 'builder',
      edges: {},
    },
  ]);
  const found = graph.reach(chain[0] ?? resource('none', {}), 'private-data', 'out');
  if (found instanceof Unknown) return [found.reason];
  expect(found[0]?.path).toHaveLength(length + 1);
  return [];
}

export function matched(length: number, wanted: string): string[] {
  const nowhere = {
    linked: () => [],
    peers: () => [],
    target: () => new Unknown(''),
    reach: () => [],
    hasTrait: () => false,
  };
  const scope = new Scope(resource('a', { Text: 'a'.repeat(length) }), nowhere);
  const answer = compileProgram(parseExpression(`r.Text.matches('${wanted}')`)).run(scope);
  return answer instanceof Unknown ? [answer.reason] : [];
}

/** Lines of the excerpt of the first finding in a template with one line of the given length. */
async function excerpted(length: number): Promise<string[]> {
  const start = '    Type: AWS::Bedrock::Agent # ';
  const assessment = await assess({
    version: '0.0.0',
    files: memory({
      'template.yaml': `Resources:\n  Agent:\n${start}${'x'.repeat(length - start.length)}\n    Properties: { AgentName: a }\n`,
    }),
    clock: { now: () => Date.parse('2026-11-21T08:00:00Z'), monotonic: () => 0 },
    catalogue: reviveCatalogue(readData('catalogue.json')),
    meanings: loadMeanings(),
    rules: loadRules(),
    collectors: makeCollectors(),
    config: defaultConfig,
    root: '/t',
    starts: [''],
    named: ['t'],
    baseline: new Set(),
    cache: undefined,
    onProgress: undefined,
  });
  const lines = [...assessment.excerpts().values()].flatMap((excerpt) => excerpt.lines);
  expect(lines.some((line) => line.startsWith(start))).toBe(true);
  return lines.filter((line) => line.endsWith('…'));
}

export const assessmentRows: readonly Row[] = [
  {
    limit: 'fileBytesMax',
    where: 'a Terraform file',
    told: (size) => told({ 'main.tf': `#${'x'.repeat(size - 1)}` }),
    past: /larger than/,
  },
  {
    limit: 'sourceBytesMax',
    where: 'a Python file',
    told: (size) => told({ 'app.py': `import openai\n${'x=1\n'.repeat(size / 4)}`.slice(0, size - 1).concat('\n') }),
    past: /source larger than the limit/,
  },
  {
    limit: 'sourceBytesMax',
    where: 'instructions of an agent',
    told: (size) =>
      told({
        'CLAUDE.md': texts(Math.ceil(size / 64), () => 'word '.repeat(13))
          .padEnd(size)
          .slice(0, size),
      }),
    past: /longer than the limit/,
  },
  {
    limit: 'filesMax',
    where: 'files of a tree',
    told: (size) => {
      const names = Array.from({ length: size }, (_, at) => ({ name: `f${at}.dockerfile`, kind: 'file' as const }));
      const files: Files = {
        ...memory({}),
        list: () => names,
        kind: (path) => (path === '/t' ? 'directory' : 'file'),
        stat: () => ({ kind: 'file', size: 0, modifiedMs: 0, changedMs: 0, inode: 0, mode: 0, uid: 0 }),
      };
      return walk(files, '/t', { starts: [''], excludes: [], now: 0 }, () => true).gaps.map(({ reason }) => reason);
    },
    past: /more than \d+ files/,
  },
  {
    limit: 'directoryDepthMax',
    where: 'folders',
    told: (size) => told({ [`${'d/'.repeat(size)}main.tf`]: 'resource "aws_s3_bucket" "b" {}\n' }),
    past: /folders nested deeper/,
  },
  {
    limit: 'nestingDepthMax',
    where: 'a JSON template',
    told: (size) => told({ 'template.json': nested(size) }),
    past: /nested deeper/,
  },
  {
    limit: 'nestingDepthMax',
    where: 'a YAML manifest',
    told: (size) =>
      told({
        'config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ${'{a: '.repeat(size - 1)}1${'}'.repeat(size - 1)}\n`,
      }),
    past: /nested deeper/,
  },
  {
    limit: 'nestingDepthMax',
    where: 'a TOML file',
    told: (size) => told({ '.codex/config.toml': `model = "a"\nx = ${'['.repeat(size)}${']'.repeat(size)}\n` }),
    past: /nested deeper/,
  },
  {
    limit: 'expandedNodesMax',
    where: 'values of a document',
    told: (size) => told({ 'template.json': bucket(`{"a": [${'1,'.repeat(size - 3)}1]}`) }),
    past: /expands past|node limit/,
  },
  {
    limit: 'instancesMax',
    where: 'a Terraform count',
    told: (size) => told({ 'main.tf': `resource "aws_s3_bucket" "b" {\n  count = ${size}\n}\n` }),
    past: /more instances than the limit/,
  },
  {
    limit: 'instancesMax',
    where: 'arguments of a container',
    told: (size) => told({ Dockerfile: `FROM vllm/vllm-openai:v1\nCMD ${JSON.stringify(Array(size).fill('a'))}\n` }),
    past: /more arguments than the limit/,
  },
  {
    limit: 'instancesMax',
    where: 'endpoints of a container',
    told: (size) =>
      told({
        'compose.yaml': `services:\n  a:\n    image: vllm/vllm-openai:v1\n    environment:\n${texts(size, (at) => `      E${at}: http://h${at}`)}\n`,
      }),
    past: /more endpoints than the limit/,
  },
  {
    limit: 'instancesMax',
    where: 'a list in code',
    told: (size) =>
      told({
        'app.py': `import openai\nclient = openai.OpenAI()\nclient.responses.create(model="m", store=[${'"a",\n'.repeat(size)}])\n`,
      }),
    past: /longer than the limit/,
  },
  { limit: 'moduleDepthMax', where: 'local modules', told: (size) => told(modules(size)), past: /called deeper/ },
  {
    limit: 'evaluationStepsMax',
    where: 'an HCL expression',
    // The call and the list are a step each.
    told: (size) =>
      told({ 'main.tf': `resource "aws_s3_bucket" "b" {\n  bucket = length([${'-1,'.repeat(size - 2)}])\n}\n` }),
    past: /more steps than the limit/,
  },
  {
    limit: 'stringLengthMax',
    where: 'a template',
    told: (size) => told({ 'template.json': bucket(JSON.stringify({ BucketName: 'a'.repeat(size) })) }),
    past: /longer than the limit/,
  },
  {
    limit: 'stringLengthMax',
    where: 'an ARM template',
    told: (size) =>
      told({
        'azuredeploy.json': JSON.stringify({
          $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
          contentVersion: '1.0.0.0',
          resources: [
            {
              type: 'Microsoft.Storage/storageAccounts',
              apiVersion: '2023-01-01',
              name: 'a',
              properties: { x: 'a'.repeat(size) },
            },
          ],
        }),
      }),
    past: /longer than the limit/,
  },
  {
    limit: 'stringLengthMax',
    where: 'a Terraform file',
    told: (size) => told({ 'main.tf': `resource "aws_s3_bucket" "b" {\n  bucket = "${'a'.repeat(size)}"\n}\n` }),
    past: /longer than the limit/,
  },
  {
    limit: 'stringLengthMax',
    where: 'a manifest',
    told: (size) =>
      told({ 'config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: ${'a'.repeat(size)}}\n` }),
    past: /longer than the limit/,
  },
  {
    limit: 'stringLengthMax',
    where: 'code',
    told: (size) =>
      told({
        'app.py': `import openai\nclient = openai.OpenAI(base_url='''${'https://a.example/\n'.padEnd(size, `${'a'.repeat(63)}\n`)}''')\nclient.responses.create(model="m")\n`,
      }),
    past: /longer than the limit/,
  },
  {
    limit: 'matchLengthMax',
    where: 'a text without the pattern',
    told: (size) => matched(size, 'b'),
    past: /limit of a match/,
  },
  {
    limit: 'matchLengthMax',
    where: 'a pattern that looks at the end',
    told: (size) => matched(size, '^a+$'),
    past: /limit of a match/,
  },
  {
    limit: 'matchLengthMax',
    where: 'the command of a hook',
    told: (size) =>
      told({
        '.claude/settings.json': JSON.stringify({
          hooks: { Stop: [{ hooks: [{ type: 'command', command: 'true '.repeat(size).slice(0, size) }] }] },
        }),
      }),
    past: /limit of a match/,
  },
  { limit: 'excerptLineLengthMax', where: 'an excerpt', told: excerpted, past: /…$/ },
  {
    limit: 'gapsPerFileMax',
    where: 'modules that are not local',
    told: async (size) => {
      const reasons = await told({ 'main.tf': texts(size, (at) => `module "m${at}" {\n  source = "a/b/aws"\n}`) });
      return reasons.filter((reason) => reason.includes('more gaps'));
    },
    past: /^1 more gaps in this file$/,
  },
  { limit: 'pathLengthMax', where: 'references in a row', told: chained, past: /more references in a row/ },
];

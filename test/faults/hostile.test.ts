/** Hostile input: nothing crashes, hangs, is executed or printed in clear; each bad file is a gap. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/base/limits.ts';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'demarc-hostile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Report {
  readonly gaps: readonly {
    readonly kind: string;
    readonly reason: string;
    readonly location: { readonly file: string };
  }[];
  readonly findings: readonly { readonly rule: string }[];
  readonly resources: readonly { readonly id: string }[];
}

function file(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function assess(folder: string): { report: Report; raw: string; ms: number; code: number | null } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--max-old-space-size=700',
      main,
      'assess',
      join(root, folder),
      '--format',
      'json',
      '--fail-on',
      'never',
      '--no-cache',
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60_000 },
  );
  expect(stderr, folder).toBe('');
  expect(status, folder).toBe(0);
  return { report: JSON.parse(stdout) as Report, raw: stdout, ms: performance.now() - started, code: status };
}

const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** Name → [file, content, gap kind expected]. */
const broken: readonly (readonly [string, string, string | Uint8Array, RegExp])[] = [
  ['a broken Terraform file', 'main.tf', 'resource "aws_s3_bucket" "a" {\n  bucket = \n', /syntax/],
  ['a broken template', 'template.yaml', 'Resources:\n  A:\n    Type: AWS::S3::Bucket\n   bad: [\n', /syntax/],
  ['a broken JSON template', 'template.json', '{"Resources": {"A": {"Type": "AWS::S3::Bucket", ', /syntax/],
  [
    'a YAML alias bomb',
    'bomb.yaml',
    `Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      x0: &x0 [a,a,a,a,a,a,a,a,a,a]\n${Array.from({ length: 12 }, (_, at) => `      x${at + 1}: &x${at + 1} [${Array(10).fill(`*x${at}`).join(',')}]`).join('\n')}\n`,
    /too-large|syntax|unsupported|^$/,
  ],
  [
    'JSON nested without end',
    'deep.json',
    `{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": ${deep('[', ']', 100_000)}}}}`,
    /too-large/,
  ],
  [
    'YAML nested without end',
    'deep.yaml',
    `Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: ${deep('[', ']', 20_000)}\n`,
    /too-large|syntax/,
  ],
  ['HCL nested without end', 'deep.tf', `locals {\n  a = ${deep('[', ']', 50_000)}\n}\n`, /syntax|too-large/],
  [
    'an HCL expression bomb',
    'bomb.tf',
    `locals {\n  x0 = "aaaaaaaaaa"\n${Array.from({ length: 30 }, (_, at) => `  x${at + 1} = "\${local.x${at}}\${local.x${at}}\${local.x${at}}\${local.x${at}}"`).join('\n')}\n}\nresource "aws_s3_bucket" "b" {\n  bucket = local.x30\n}\n`,
    /.*/,
  ],
  [
    'cyclic locals',
    'cycle.tf',
    'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_s3_bucket" "b" {\n  bucket = local.a\n}\n',
    /.*/,
  ],
  ['a module that calls itself', 'self.tf', 'module "again" {\n  source = "./"\n}\n', /.*/],
  ['a module that climbs out', 'climb.tf', 'module "out" {\n  source = "../../../../etc"\n}\n', /unresolved/],
  [
    'a huge count',
    'count.tf',
    'resource "aws_bedrockagent_agent" "a" {\n  count = 1000000000\n  agent_name = "x"\n}\n',
    /too-large/,
  ],
  ['invalid UTF-8', 'latin.tf', Uint8Array.from([0x72, 0x3d, 0xff, 0xfe, 0xc3, 0x28]), /syntax/],
  ['binary content', 'binary.tf', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]), /unsupported/],
  [
    'prototype keys',
    'proto.json',
    '{"Resources": {"__proto__": {"Type": "AWS::S3::Bucket", "Properties": {"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}}}}',
    /.*/,
  ],
  [
    'a catastrophic text',
    'evil.py',
    `import anthropic\nclient = anthropic.Anthropic(api_key="${'a'.repeat(200_000)}!")\n`,
    /.*/,
  ],
  ['a very long line', 'CLAUDE.md', `ignore ${'previous '.repeat(60_000)}`, /.*/],
  ['broken agent settings', '.claude/settings.json', '{"permissions": {"allow": [', /syntax/],
  [
    'deep agent settings',
    '.vscode/mcp.json',
    `{"servers": ${deep('{"a":', '}', 50_000).replace(/\}/, '1}')}`,
    /too-large|syntax/,
  ],
  ['deep code', 'deep.ts', `import OpenAI from 'openai';\nconst x = ${deep('(', ')', 20_000)};\n`, /.*/],
  ['a broken Dockerfile', 'Dockerfile', 'FROM \nRUN <<EOF\nnever closed', /.*/],
  ['a broken compose file', 'compose.yaml', 'services:\n  a: [\n', /syntax/],
];

describe('hostile input', () => {
  beforeAll(() => {
    for (const [, name, content] of broken) file(`${name.replaceAll('/', '_')}/${name}`, content);
  });

  it.each(broken)(
    '%s ends quickly and is told',
    (_what, name, _content, kind) => {
      const { report, ms } = assess(name.replaceAll('/', '_'));
      expect(ms).toBeLessThan(30_000);
      const kinds = report.gaps.map((gap) => gap.kind).join(',');
      expect(kinds).toMatch(kind);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
    60_000,
  );

  it('a file over the size limit is not read, one at the limit is', () => {
    for (const [name, size] of [
      ['at', limits.fileBytesMax],
      ['over', limits.fileBytesMax + 1],
      ['huge', 1024 ** 3],
    ] as const) {
      file(`size-${name}/main.tf`, '# ');
      truncateSync(join(root, `size-${name}/main.tf`), size);
    }
    expect(assess('size-huge').report.gaps.map((gap) => gap.kind)).toEqual(['too-large']);
    expect(assess('size-over').report.gaps.map((gap) => gap.kind)).toEqual(['too-large']);
    expect(assess('size-at').report.gaps.map((gap) => gap.kind)).not.toContain('too-large');
  });

  it('links that loop, climb out or repeat are gaps', () => {
    file('links/a/main.tf', 'resource "aws_s3_bucket" "a" {}\n');
    symlinkSync('..', join(root, 'links/a/up'));
    symlinkSync('loop', join(root, 'links/loop'));
    symlinkSync('/etc', join(root, 'links/etc'));
    symlinkSync('/etc/passwd', join(root, 'links/passwd.tf'));
    const { report, raw } = assess('links');
    expect(
      report.gaps
        .filter((gap) => gap.kind === 'symlink')
        .map((gap) => gap.location.file)
        .sort(),
    ).toEqual(['a/up', 'etc', 'passwd.tf']);
    expect(raw).not.toContain('root:x:0');
  });

  it('one broken file takes nothing else with it', () => {
    file('mixed/bad.yaml', 'Resources: [');
    file('mixed/good.yaml', 'Resources:\n  Agent:\n    Type: AWS::Bedrock::Agent\n    Properties: { AgentName: a }\n');
    expect(assess('mixed').report.findings.map((finding) => finding.rule)).toContain(
      'aws.bedrock.agent-guardrail-missing',
    );
  });

  it('names made to steer a terminal are shown harmless', () => {
    file(
      'names/\u001b[31mred\u202e.yaml',
      'Resources:\n  Agent:\n    Type: AWS::Bedrock::Agent\n    Properties: { AgentName: "\\u001b]0;owned\\u0007" }\n',
    );
    const { stdout } = spawnSync(
      process.execPath,
      [main, 'assess', join(root, 'names'), '--fail-on', 'never', '--no-cache'],
      { encoding: 'utf8' },
    );
    expect(stdout).toContain('aws.bedrock.agent-guardrail-missing');
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

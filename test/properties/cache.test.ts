/**
 * A cache changes nothing but time: after any edits to a tree, an assessment that takes what it can from the cache of the
 * states before gives the same report, byte for byte, as one that knows nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../src/app/assess.ts';
import { CacheDamaged, openCache } from '../../src/app/cache.ts';
import { type Config, defaultConfig } from '../../src/app/config.ts';
import type { Context } from '../../src/app/context.ts';
import { loadMeanings, loadRules, readData } from '../../src/app/data.ts';
import { makeCollectors } from '../../src/app/wire.ts';
import type { FileKind, Files, FileWriter } from '../../src/base/ports.ts';
import { formatPostureLock } from '../../src/integrity/posture-lock-file.ts';
import { parseExpression } from '../../src/evaluate/cel/parse.ts';
import { type Assessment, controlStates, type ControlState } from '../../src/model/assessment.ts';
import { reviveCatalogue } from '../../src/catalogue/catalogue.ts';
import type { Rule } from '../../src/model/rule.ts';
import { renderJson } from '../../src/report/json/json.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';

/** Time of the runs: long after any edit, so that what has a stamp is trusted by it. */
const now = Date.parse('2026-11-21T08:00:00Z');
const root = '/tree';
const cacheFolder = '/home/.cache/demarc';

/** Files in memory with what a file system tells of them. Every change makes a new time. */
class Disk implements Files, FileWriter {
  readonly #files = new Map<string, { bytes: Uint8Array; modifiedMs: number }>();
  #time = 1;

  put(path: string, content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.#files.set(path, { bytes, modifiedMs: this.#time++ });
  }
  paths(): string[] {
    return [...this.#files.keys()].filter((path) => path.startsWith(`${root}/`)).sort();
  }
  read(path: string): Uint8Array {
    return this.#file(path).bytes;
  }
  list(directory: string): readonly { readonly name: string; readonly kind: FileKind }[] {
    const found = new Map<string, FileKind>();
    for (const path of this.#files.keys()) {
      if (!path.startsWith(`${directory}/`)) continue;
      const [name = '', ...rest] = path.slice(directory.length + 1).split('/');
      found.set(name, rest.length > 0 ? 'directory' : 'file');
    }
    return [...found].map(([name, kind]) => ({ name, kind }));
  }
  stat(path: string): ReturnType<Files['stat']> {
    const { bytes, modifiedMs } = this.#file(path);
    return { kind: 'file', size: bytes.length, modifiedMs, changedMs: modifiedMs, inode: 1, mode: 0o644, uid: 0 };
  }
  kind(path: string): FileKind {
    return this.#files.has(path) ? 'file' : 'directory';
  }
  real(path: string): string {
    return path;
  }
  size(path: string): number {
    return this.#file(path).bytes.length;
  }
  write(path: string, data: string | Uint8Array): void {
    this.put(path, data);
  }
  writeAll(path: string, pieces: Iterable<string | Uint8Array>): void {
    this.put(path, Buffer.concat([...pieces].map((piece) => Buffer.from(piece))));
  }
  replaceAll(path: string, pieces: Iterable<string | Uint8Array>): void {
    this.writeAll(path, pieces);
  }
  makeDirectory(): void {}
  remove(path: string): void {
    this.#files.delete(path);
  }
  #file(path: string): { bytes: Uint8Array; modifiedMs: number } {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
    return file;
  }
}

const catalogue = reviveCatalogue(readData('catalogue.json'));
const [allRules, meanings, collectors] = [loadRules(), loadMeanings(), makeCollectors()];

interface Run {
  readonly config?: Config;
  readonly rules?: readonly Rule[];
  /** Without it what is known is read when the report asks for it. */
  readonly whole?: boolean;
  readonly baseline?: ReadonlySet<string>;
}

const posture = fc.constantFrom<Config>(defaultConfig, { ...defaultConfig, posture: 'controlled' });

/** The distance to the posture that was asked for, counted from the whole map. */
function countedDistance({ posture, responsibilities }: Assessment): unknown {
  const wanted = catalogue.postures.find(({ id }) => id === posture?.posture);
  if (wanted === undefined) return undefined;
  const cells = [...responsibilities].filter(({ control }) => wanted.controls[control] === 'required');
  const count = (state: ControlState): number => cells.filter((cell) => cell.state === state).length;
  return {
    posture: wanted.id,
    required: Object.fromEntries(controlStates.map((state) => [state, count(state)])),
    missing: cells
      .filter(({ state }) => state !== 'held' && state !== 'inherited')
      .map(({ workload, control, state }) => ({ workload, control, state })),
  };
}

/** Both reports of a run: all there is as JSON, and what a terminal shows. */
async function report(disk: Disk, cached: boolean, run: Run = {}): Promise<string> {
  const { config = defaultConfig, rules = allRules, whole = true, baseline = new Set() } = run;
  const clock = { now: () => now, monotonic: () => 0 };
  const context: Context = {
    process,
    files: disk,
    writer: disk,
    clock,
    environment: { variables: {}, homeDirectory: '/home', workingDirectory: root, platform: 'linux' },
  };
  const cache = cached ? openCache(context, root, { whole }) : undefined;
  const assessment = await assess({
    version: '0.0.0',
    files: disk,
    clock,
    catalogue,
    meanings,
    rules,
    collectors,
    config,
    root,
    starts: [''],
    named: ['.'],
    baseline,
    cache,
    onProgress: undefined,
  });
  cache?.save();
  const reportContext = { catalogue, rules: new Map(rules.map((rule) => [rule.id, rule])) };
  const text = `${renderTerminal(assessment, reportContext)}${renderJson(assessment, reportContext)}`;
  expect(assessment.posture && { ...assessment.posture }).toEqual(countedDistance(assessment));
  return text;
}

function diskOf(files: Readonly<Record<string, string>>): Disk {
  const disk = new Disk();
  for (const [path, text] of Object.entries(files)) disk.put(`${root}/${path}`, text);
  return disk;
}

const example = new URL('../../examples/acme-support', import.meta.url).pathname;
const exampleFiles = Object.fromEntries(
  readdirSync(example, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(example.length + 1), readFileSync(path, 'utf8')];
    }),
);

const manifest = (kind: string, name: string, rest: string): string =>
  `apiVersion: ${kind === 'Deployment' ? 'apps/v1' : 'v1'}\nkind: ${kind}\nmetadata: {name: ${name}}\n${rest}\n`;
const deployment = (name: string, env = '[]', account = 'default'): string =>
  manifest(
    'Deployment',
    name,
    `spec: {template: {metadata: {labels: {app: ${name}}}, spec: {serviceAccountName: ${account}, containers: [{name: m, image: vllm/vllm-openai, env: ${env}}]}}}`,
  );
const service = (name: string, type = 'ClusterIP', app = name): string =>
  manifest('Service', name, `spec: {type: ${type}, selector: {app: ${app}}}`);
const policy =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all}\nspec: {podSelector: {}}\n';
const keyed = '[{name: HF_TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}]';
const chat = (more = ''): string =>
  `from openai import OpenAI\nfrom tools import run\nclient = OpenAI(${more})\ndef ask(text):\n    return client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": text}])\n`;
const server = '{"mcpServers":{"orders":{"command":"npx","args":["-y","@acme/orders@latest"]}}}';

/** Files that names, labels and folders tie to others, of every kind that is read in more than one step. */
const tiedFiles: Readonly<Record<string, string>> = {
  'k8s/model.yaml': `${deployment('model', keyed, 'runner')}---\n${service('model', 'LoadBalancer')}`,
  'k8s/app/app.yaml': deployment('app', '[{name: OPENAI_BASE_URL, value: "http://model:8000/v1"}]'),
  'k8s/app/services.yaml': `${service('app')}---\n${service('model')}`,
  'k8s/keys.yaml': manifest('Secret', 'keys', 'stringData: {token: REPLACE_ME}'),
  'k8s/account.yaml': manifest('ServiceAccount', 'runner', ''),
  'k8s/policy.yaml': policy,
  'k8s/kustomization.yaml': 'resources: [model.yaml]\npatches: [{path: patch.yaml}]\n',
  'k8s/patch.yaml': deployment('model'),
  'CLAUDE.md': 'Run the tests.',
  'one/.mcp.json': server,
  'one/.claude/settings.json': '{"permissions":{"allow":["Bash(*)"]}}',
  'one/src/CLAUDE.md': '---\nallowed-tools: Bash(*)\n---\nDo it.\n',
  'home/ana/.claude/settings.json': '{"permissions":{"defaultMode":"bypassPermissions"}}',
  'home/ana/two/.mcp.json': server,
  'etc/claude-code/managed-settings.json': '{"permissions":{"disableBypassPermissionsMode":"disable"}}',
  'svc/pyproject.toml': '[project]\nname = "svc"\ndependencies = ["openai"]\n',
  'svc/chat.py': chat(),
  'svc/tools.py': 'import subprocess\nimport openai\ndef run(command):\n    subprocess.run(command, shell=True)\n',
  'svc/store.py': 'import psycopg\npsycopg.connect("postgresql://u@db/x")\n',
  'svc/urls.py': 'from django.urls import path\nimport chat\nurlpatterns = [path("ask/", chat.ask)]\n',
};
const manifests = [
  deployment('app'),
  service('model', 'LoadBalancer', 'app'),
  policy,
  tiedFiles['k8s/keys.yaml'] ?? '',
];

/** One change of a tree: what is done, to which file, with which other file or place. */
const edit = fc.record({
  what: fc.constantFrom(
    ...(['cut', 'flip', 'copy', 'move', 'remove', 'replace', 'garble', 'override', 'touch'] as const),
    ...(['rename', 'variable', 'agent', 'insert', 'manifest', 'settings'] as const),
  ),
  file: fc.nat(),
  other: fc.nat(),
});

const agentConfigurations = [
  '{"mcpServers":{"orders":{"command":"npx","args":["-y","@acme/orders@latest"]}}}',
  '{"mcpServers":{"orders":{"url":"http://orders.internal/mcp"}}}',
  '{"mcpServers":{"__proto__":{"command":"x","env":{"__proto__":"y"}},"\\u0000":{"command":"ref"}}}',
  '{',
];

function apply(disk: Disk, { what, file, other }: { what: string; file: number; other: number }): void {
  const paths = disk.paths();
  const path = paths[file % paths.length];
  const second = paths[other % paths.length];
  if (path === undefined || second === undefined) return;
  const text = Buffer.from(disk.read(path)).toString();
  const folder = second.slice(0, second.lastIndexOf('/'));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const lines = text.split('\n');
  const at = other % lines.length;
  switch (what) {
    case 'cut':
      return disk.put(path, lines.toSpliced(at, 1 + (other % 5)).join('\n'));
    case 'flip':
      return disk.put(
        path,
        text.replaceAll(/\btrue\b|\bfalse\b/g, (word) => (word === 'true' ? 'false' : 'true')),
      );
    case 'copy':
      return disk.put(`${folder}/${name}`, text);
    case 'move':
      disk.remove(path);
      return disk.put(`${folder}/${name}`, text);
    case 'rename':
      disk.remove(path);
      return disk.put(`${path.slice(0, path.length - name.length)}x-${name}`, text);
    case 'variable':
      return disk.put(`${folder}/terraform.tfvars`, `region = "r${other % 3}"\npublic = ${other % 2 === 0}\n`);
    case 'agent':
      return disk.put(`${folder}/.mcp.json`, agentConfigurations[other % agentConfigurations.length] ?? '');
    case 'manifest':
      return disk.put(`${folder}/m${other % 2}.yaml`, manifests[other % manifests.length] ?? '');
    case 'settings':
      return disk.put(`${folder}/${other % 2 === 0 ? 'CLAUDE.md' : '.claude/settings.json'}`, '{}');
    case 'insert':
      return disk.put(path, lines.toSpliced(at, 0, '').join('\n'));
    case 'remove':
      return paths.length > 3 ? disk.remove(path) : undefined;
    case 'replace':
      return disk.put(path, disk.read(second));
    case 'garble':
      return disk.put(path, Buffer.concat([disk.read(path).subarray(0, at), Buffer.from([0xc3, 0x28])]));
    case 'override':
      return disk.put(`${folder}/${other % 2 === 0 ? 'override.tf' : 'package.json'}`, '{}');
    default:
      return disk.put(path, disk.read(path));
  }
}

describe('a cached assessment', () => {
  it.each([
    ['of the example', exampleFiles, 10],
    ['of files that are tied to others', tiedFiles, 30],
  ] as const)(
    'equals one without a cache, after any edits %s',
    async (_what, files, numRuns) => {
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), posture, async (edits, config) => {
          const disk = diskOf(files);
          expect(await report(disk, true, { config })).toBe(await report(disk, false, { config }));
          for (const change of edits) {
            apply(disk, change);
            const fresh = await report(disk, false, { config });
            expect(await report(disk, true, { config, whole: false })).toBe(fresh);
            expect(await report(disk, true, { config })).toBe(fresh);
          }
        }),
        { numRuns },
      );
    },
    240_000,
  );

  const role = (name: string, more = ''): string =>
    `resource "aws_iam_role" "${name}" {\n  name = "${name}"\n  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "bedrock.amazonaws.com" } }] })\n${more}}\n`;
  const agent = (roleOf: string): string =>
    `resource "aws_bedrockagent_agent" "a" {\n  agent_name = "a"\n  foundation_model = "x"\n  agent_resource_role_arn = ${roleOf}\n}\n`;
  const composed = (name: string, image: string, more = ''): string =>
    `services:\n  ${name}:\n    image: ${image}\n${more}`;

  const lock = (mark: string): string =>
    formatPostureLock([
      {
        client: 'claude-code',
        level: 'project',
        folder: '.',
        read: [],
        settings: new Map([['cleanupPeriodDays', mark]]),
      },
    ]);

  it.each<
    [what: string, before: Readonly<Record<string, string>>, after: Readonly<Record<string, string | undefined>>]
  >([
    [
      'another file of the module changed what a resource is linked to',
      { 'a/main.tf': agent('aws_iam_role.r.arn'), 'a/role.tf': role('r') },
      { 'a/role.tf': role('r', '  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]\n') },
    ],
    [
      'what a reference names went away',
      { 'a/main.tf': agent('aws_iam_role.r.arn'), 'a/role.tf': role('r') },
      { 'a/role.tf': undefined },
    ],
    [
      'a variables file appeared',
      { 'a/main.tf': `variable "v" {}\n${agent('var.v')}` },
      { 'a/terraform.tfvars': 'v = "arn"\n' },
    ],
    [
      'a module got a file',
      { 'a/main.tf': 'module "m" {\n  source = "./m"\n}\n', 'a/m/x.tf': role('r') },
      { 'a/m/y.tf': agent('"x"') },
    ],
    [
      'a variable changed that another module reads',
      {
        'a/main.tf': 'module "m" {\n  source = "./m"\n  arn    = var.arn\n}\n',
        'a/variables.tf': 'variable "arn" {\n  default = "one"\n}\n',
        'a/m/x.tf': `variable "arn" {}\n${agent('var.arn')}`,
      },
      { 'a/variables.tf': 'variable "arn" {\n  default = "two"\n}\n' },
    ],
    [
      'a resource moved to another module',
      { 'a/main.tf': agent('aws_iam_role.r.arn'), 'a/role.tf': role('r'), 'b/main.tf': role('q') },
      { 'a/role.tf': undefined, 'b/role.tf': role('r') },
    ],
    [
      'a file got another name',
      { 'a/main.tf': agent('aws_iam_role.r.arn'), 'a/role.tf': role('r') },
      { 'a/role.tf': undefined, 'a/iam.tf': role('r') },
    ],
    [
      'the configuration of an agent changed',
      { '.mcp.json': agentConfigurations[0] ?? '', 'package.json': '{"name":"@acme/orders"}' },
      { '.mcp.json': agentConfigurations[1] ?? '' },
    ],
    [
      'a package split in two',
      { 'package.json': '{"name":"a"}', 'sub/x.ts': "import OpenAI from 'openai';\nconst c = new OpenAI();\n" },
      { 'sub/package.json': '{"name":"b"}' },
    ],
    [
      'a second thing answers to a host name',
      {
        'a/compose.yaml': composed(
          'db',
          'postgres:17',
          '    environment: { POSTGRES_PASSWORD: x }\n  app:\n    image: ollama/ollama\n',
        ),
        'a/app.py': 'import psycopg, openai\nopenai.OpenAI()\npsycopg.connect("postgresql://u@db/x")\n',
      },
      { 'b/compose.yaml': composed('db', 'postgres:16') },
    ],
    [
      'a file a reader looked for appeared',
      { 'a/compose.yaml': composed('app', 'x', '    env_file: [app.env]\n') },
      { 'a/app.env': 'OPENAI_API_KEY=sk-proj-0123456789abcdefghijABCDEFGHIJ\n' },
    ],
    [
      'a resource came twice',
      { 'k/a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {type: LoadBalancer}\n' },
      { 'k/0.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: m}\nspec: {type: ClusterIP}\n' },
    ],
    [
      'a manifest that another one names changed',
      { 'k8s/a.yaml': deployment('a', keyed), 'k8s/b.yaml': service('a') },
      { 'k8s/b.yaml': service('a', 'LoadBalancer') },
    ],
    [
      'a manifest that another one names went away',
      { 'k8s/a.yaml': deployment('a'), 'k8s/b.yaml': service('a', 'LoadBalancer') },
      { 'k8s/b.yaml': undefined },
    ],
    [
      'a manifest appeared nearer than the one that was named',
      { 'k8s/a/a.yaml': deployment('a', keyed), 'k8s/b/keys.yaml': tiedFiles['k8s/keys.yaml'] ?? '' },
      { 'k8s/a/keys.yaml': manifest('Secret', 'keys', 'stringData: {token: hf_abcdefghijklmnopqrstuvwxyz0123}') },
    ],
    [
      'a manifest got another name',
      { 'k8s/a.yaml': deployment('a'), 'k8s/b.yaml': service('a', 'LoadBalancer') },
      { 'k8s/b.yaml': undefined, 'k8s/c/b.yaml': service('a', 'LoadBalancer') },
    ],
    [
      'a policy for all pods appeared',
      { 'k8s/a.yaml': deployment('a'), 'k8s/b.yaml': deployment('b') },
      { 'k8s/p.yaml': policy },
    ],
    [
      'a patch became a manifest',
      { 'k8s/kustomization.yaml': 'patches: [{path: a.yaml}]\n', 'k8s/a.yaml': deployment('a') },
      { 'k8s/kustomization.yaml': 'resources: [a.yaml]\n' },
    ],
    [
      'managed settings appeared above a project',
      { 'm/home/ana/.claude/settings.json': '{}', 'm/home/ana/w/.claude/settings.json': '{}' },
      { 'm/etc/claude-code/managed-settings.json': '{"permissions":{"disableBypassPermissionsMode":"disable"}}' },
    ],
    [
      'a text belongs to another project',
      { 'a/src/CLAUDE.md': 'x', 'b/.mcp.json': server },
      { 'a/.claude/settings.json': '{}' },
    ],
    [
      'a lock file beside what did not change appeared',
      { 'a/.mcp.json': server, 'b/.mcp.json': server },
      { 'a/demarc.mcp-lock.json': '{' },
    ],
    [
      'a file of a package changed what another one is linked to',
      { 'svc/chat.py': chat(), 'svc/urls.py': tiedFiles['svc/urls.py'] ?? '' },
      { 'svc/chat.py': chat().replaceAll('ask', 'asked') },
    ],
    [
      'a package began to use AI',
      { 'svc/package.json': '{"name":"svc"}', 'svc/store.py': tiedFiles['svc/store.py'] ?? '' },
      { 'svc/chat.py': chat() },
    ],
    [
      'a source file lost a secret',
      { 'svc/chat.py': chat('api_key="sk-proj-0123456789abcdefghijABCDEFGHIJ"'), 'svc/other.py': chat() },
      { 'svc/chat.py': chat('timeout=5') },
    ],
    [
      'a script that a client starts appeared',
      { '.mcp.json': '{"mcpServers":{"s":{"command":"node","args":["tools/server.js"]}}}' },
      { 'tools/server.js': 'process.exit(0)\n' },
    ],
    [
      'a posture lock changed',
      { '.claude/settings.json': '{}', 'demarc.posture-lock.json': lock('unset') },
      { 'demarc.posture-lock.json': lock('a'.repeat(64)) },
    ],
    [
      'a posture lock appeared above what was read',
      { 'a/b/.claude/settings.json': '{}', 'a/b/main.tf': role('r') },
      { 'a/demarc.posture-lock.json': lock('unset') },
    ],
    [
      'a posture lock went away',
      { '.claude/settings.json': '{}', 'demarc.posture-lock.json': lock('a'.repeat(64)) },
      { 'demarc.posture-lock.json': undefined },
    ],
    [
      'a posture lock is damaged',
      { '.claude/settings.json': '{}', 'demarc.posture-lock.json': lock('unset') },
      { 'demarc.posture-lock.json': '{"lock":1' },
    ],
    [
      'an application was synthesised',
      { 'cdk.json': '{"app":"node app.js"}' },
      { 'cdk.out/S.template.json': '{"Resources":{"B":{"Type":"AWS::S3::Bucket"}}}' },
    ],
    [
      'a script that is no text belongs to what did not change',
      {
        '.claude/skills/x/SKILL.md': '---\nname: x\n---\nDo it.\n',
        '.claude/skills/x/run.sh': '\0',
        'b/main.tf': role('r'),
      },
      { 'b/main.tf': role('q') },
    ],
    [
      'a file is no text any more',
      { 'a/x.template': '{"Resources":{}}', 'a/main.tf': role('r') },
      { 'a/main.tf': 'x\0' },
    ],
  ])('is not stale when %s', async (_what, before, after) => {
    const disk = diskOf(before);
    await report(disk, true);
    for (const [path, text] of Object.entries(after)) {
      if (text === undefined) disk.remove(`${root}/${path}`);
      else disk.put(`${root}/${path}`, text);
    }
    const fresh = await report(disk, false);
    expect(await report(disk, true, { whole: false })).toBe(fresh);
    expect(await report(disk, true, { whole: false })).toBe(fresh);
    expect(await report(disk, true)).toBe(fresh);
    expect(fresh).not.toBe(await report(diskOf(before), false));
  });

  it('is not stale when other rules are in force', async () => {
    const disk = diskOf(exampleFiles);
    await report(disk, true);
    const config: Config = { ...defaultConfig, posture: 'lockdown', disabled: new Set(['aws.iam.ai-role-admin']) };
    for (const whole of [false, true])
      expect(await report(disk, true, { config, whole })).toBe(await report(disk, false, { config }));
  });

  it('is not stale when a rule says something else', async () => {
    const disk = diskOf(exampleFiles);
    const before = await report(disk, true);
    const [first] = allRules.filter(({ id }) => before.includes(`"rule":"${id}"`));
    for (const change of [
      { title: 'Other' },
      { severity: 'info' },
      { expect: parseExpression('true') },
      { control: 'x' },
    ]) {
      const rules = allRules.map((rule) => (rule.id === first?.id ? ({ ...rule, ...change } as Rule) : rule));
      const fresh = await report(disk, false, { rules });
      expect(fresh).not.toBe(before);
      expect(await report(disk, true, { rules, whole: false })).toBe(fresh);
    }
  });

  it('accepts findings as one without a cache does', async () => {
    const disk = diskOf(exampleFiles);
    const text = await report(disk, true);
    const found = JSON.parse(text.slice(text.indexOf('{\n"demarc"'))) as { findings: { fingerprint: string }[] };
    const baseline = new Set(found.findings.slice(0, 5).map(({ fingerprint }) => fingerprint));
    expect(await report(disk, true, { baseline, whole: false })).toBe(await report(disk, false, { baseline }));
  });

  it('takes a damaged cache for none', async () => {
    const disk = diskOf({ ...exampleFiles, ...tiedFiles });
    const fresh = await report(disk, true);
    for (const damage of [
      (text: string) => text.slice(0, text.length / 2),
      (text: string) => text.replaceAll(':', ''),
      (text: string) => text.replaceAll('o', 'h'),
      (text: string) => text.replace(/^3 /, '2 '),
      () => '',
    ]) {
      for (const { name } of disk.list(cacheFolder)) {
        const path = `${cacheFolder}/${name}`;
        disk.put(path, damage(Buffer.from(disk.read(path)).toString()));
      }
      expect(await report(disk, true)).toBe(fresh);
    }
  });

  it('takes a part that is damaged for none where it is read with the rest, and says so where it is read later', async () => {
    for (const part of ['files', 'units', 'records', 'kubernetes', 'code', 'resources']) {
      const disk = diskOf({ ...exampleFiles, ...tiedFiles });
      const fresh = await report(disk, true);
      for (const { name } of disk.list(cacheFolder))
        if (name.includes(`-${part}`)) disk.remove(`${cacheFolder}/${name}`);
      if (part === 'resources') await expect(report(disk, true, { whole: false })).rejects.toThrow(CacheDamaged);
      else expect(await report(disk, true, { whole: false })).toBe(fresh);
      expect(await report(disk, true)).toBe(fresh);
      expect(await report(disk, true, { whole: false })).toBe(fresh);
    }
  });
});

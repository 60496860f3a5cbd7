import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../base/canonical-json.ts';
import { isSecretName } from '../../base/secrets.ts';
import { type LockedClient, machineScopes } from '../../integrity/posture-lock.ts';
import { Unknown } from '../../model/value.ts';
import { parseJson } from '../documents/json.ts';
import { parseToml } from '../documents/toml.ts';
import { adapters } from './adapters.ts';
import { claudeCodePolicy } from './claude-code/policy.ts';
import { codex } from './codex/codex.ts';
import type { PolicySource } from './evaluate-policy.ts';
import { opencode } from './opencode/opencode.ts';
import { type Frame, policyMarks, settingName, settingNames } from './policy-marks.ts';
import type { PolicyTable } from './policy-table.ts';
import type { Scope } from './shapes.ts';
import { vscode } from './vscode/vscode.ts';
import { zed } from './zed/zed.ts';

const whole: Frame = { level: 'project', read: machineScopes };
const projectAlone: Frame = { level: 'project', read: [] };

function source(scope: Scope, text: string, part = 'config'): PolicySource {
  return { scope, part, file: `${scope}.json`, root: parseJson(text, 'x').root };
}

interface Case {
  readonly table?: PolicyTable | undefined;
  readonly frame?: Frame;
  readonly home?: string;
  readonly level?: LockedClient['level'];
}

function marks(
  sources: readonly PolicySource[],
  { table = claudeCodePolicy, frame = whole, home, level = 'project' }: Case = {},
) {
  const input = { client: 'c', level, table, sources, coverage: { managed: true, user: true }, home };
  return policyMarks(input, frame).settings;
}

/** The mark of one setting of settings in one project file. */
function markOf(name: string, settings: unknown, more: Case = {}): unknown {
  return marks([source('project', JSON.stringify(settings))], more).get(name);
}

const rules = (allow: readonly unknown[]): unknown => ({ permissions: { allow } });
const allowOf = (allow: readonly unknown[], more: Case = {}): unknown =>
  markOf('permissions.allow', rules(allow), more);

/** A JSON text of a value with keys in another order, spaces and comments. */
function retell(value: unknown, random: () => number): string {
  const space = (): string => ['', ' ', '\n\t', ' // why\n', '/* "x": 1 */'][Math.floor(random() * 5)] ?? '';
  if (Array.isArray(value))
    return `[${space()}${value.map((item) => retell(item, random)).join(`${space()},${space()}`)}${space()}]`;
  if (typeof value !== 'object' || value === null) return `${space()}${JSON.stringify(value)}${space()}`;
  const entries = Object.entries(value)
    .map(([key, inner]) => [random(), key, inner] as const)
    .sort(([a], [b]) => a - b);
  return `{${entries.map(([, key, inner]) => `${space()}${JSON.stringify(key)}:${retell(inner, random)}`).join(',')}${space()}}`;
}

const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('Bash(git status)', 'Read(./.env)', 'WebFetch'));
const settings = fc.record(
  {
    permissions: fc.record(
      {
        defaultMode: fc.constantFrom('default', 'plan', 'acceptEdits', 'bypassPermissions', 'new'),
        allow: fc.array(text, { maxLength: 5 }),
        deny: fc.array(text, { maxLength: 5 }),
      },
      { requiredKeys: [] },
    ),
    sandbox: fc.record(
      { enabled: fc.boolean(), network: fc.record({ allowedDomains: fc.array(text) }) },
      { requiredKeys: [] },
    ),
    env: fc.dictionary(fc.constantFrom('ANTHROPIC_BASE_URL', 'X'), text, { noNullPrototype: true }),
    allowedMcpServers: fc.array(fc.record({ serverName: text, serverCommand: fc.array(text) }, { requiredKeys: [] })),
    extraKnownMarketplaces: fc.dictionary(text, fc.record({ source: text }), { noNullPrototype: true }),
    cleanupPeriodDays: fc.integer(),
  },
  { requiredKeys: [] },
);

describe('marks of settings', () => {
  it('do not depend on how a file is written: order of keys, spaces, comments', () => {
    fc.assert(
      fc.property(settings, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (value, numbers) => {
        const random = (): number => numbers.next().value ?? 0;
        expect(marks([source('project', retell(value, random))])).toEqual(
          marks([source('project', JSON.stringify(value))]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are equal exactly where the policy is: over two files, in any order of lists', () => {
    const sets = (value: { permissions?: { allow?: string[]; deny?: string[] } }): string =>
      canonicalJson([value.permissions?.allow, value.permissions?.deny].map((list) => [...new Set(list ?? [])].sort()));
    const one = fc.record({
      permissions: fc.record({ allow: fc.array(text, { maxLength: 3 }), deny: fc.array(text, { maxLength: 3 }) }),
    });
    fc.assert(
      fc.property(one, one, (a, b) => {
        const pick = (all: ReadonlyMap<string, unknown>): unknown[] => [
          all.get('permissions.allow'),
          all.get('permissions.deny'),
        ];
        const [left, right] = [a, b].map((value) => pick(marks([source('project', JSON.stringify(value))])));
        expect(canonicalJson(left) === canonicalJson(right)).toBe(sets(a) === sets(b));
        const joined = [source('project', JSON.stringify(a)), source('user', JSON.stringify(b))];
        expect(pick(marks(joined))).toEqual(pick(marks([...joined].reverse())));
      }),
      { numRuns: 300 },
    );
  });

  it('take lists for sets, and lists and maps within them for what they are', () => {
    expect(allowOf(['A', 'B'])).toBe(allowOf(['B', 'A', 'B']));
    expect(allowOf(['A', 'B'])).not.toBe(allowOf(['A']));
    const command = (...words: string[]): unknown =>
      markOf('allowedMcpServers', { allowedMcpServers: [{ serverCommand: words }] });
    expect(command('npx', 'a')).not.toBe(command('a', 'npx'));
    expect(command('npx', 'a')).toBe(
      markOf('allowedMcpServers', { allowedMcpServers: [{ serverCommand: ['npx', 'a'] }] }),
    );
  });

  it('keep the order where the client reads in order', () => {
    const permission = (...pairs: [string, string][]): unknown =>
      markOf('permission', { permission: { bash: Object.fromEntries(pairs) } }, { table: opencode.policy });
    expect(permission(['*', 'ask'], ['git *', 'allow'])).not.toBe(permission(['git *', 'allow'], ['*', 'ask']));
    const policies = (list: string): unknown => {
      const root = parseToml(`allowed_approval_policies = ${list}`, 'x').root;
      const own = [{ scope: 'managed', part: 'requirements', file: 'r.toml', root } as const];
      return marks(own, { table: codex.policy }).get('requirements:allowed_approval_policies');
    };
    expect(policies('["untrusted", "on-request"]')).not.toBe(policies('["on-request", "untrusted"]'));
    const terminal = (map: unknown): unknown =>
      markOf('chat.tools.terminal.autoApprove', { 'chat.tools.terminal.autoApprove': map }, { table: vscode.policy });
    expect(terminal({ a: true, b: false })).toBe(terminal({ b: false, a: true }));
  });

  it('change when another file decides, and not when it decides the same', () => {
    const mode = (managed: string | undefined, project: string, frame = whole): unknown =>
      marks(
        [
          source('project', JSON.stringify({ permissions: { defaultMode: project } })),
          ...(managed === undefined
            ? []
            : [source('managed', JSON.stringify({ permissions: { defaultMode: managed } }))]),
        ],
        { frame },
      ).get('permissions.defaultMode');
    expect(mode('plan', 'acceptEdits')).toBe(mode('plan', 'bypassPermissions'));
    expect(mode('plan', 'acceptEdits')).toBe(mode(undefined, 'plan'));
    expect(mode('plan', 'acceptEdits')).not.toBe(mode(undefined, 'acceptEdits'));
    expect(mode('plan', 'acceptEdits', projectAlone)).toBe(mode(undefined, 'acceptEdits', projectAlone));
    const managed: Frame = { level: 'managed', read: ['managed'] };
    expect(mode('plan', 'acceptEdits', managed)).toBe(mode('plan', 'bypassPermissions', managed));
    expect(mode(undefined, 'acceptEdits', managed)).toBe(mode('default', 'plan', managed));
  });

  it('tell a default that is in force from what nobody who was read decides', () => {
    const mode = (value: unknown, frame: Frame): unknown => markOf('permissions.defaultMode', value, { frame });
    expect(mode({}, whole)).toBe(mode({ permissions: { defaultMode: 'default' } }, whole));
    expect(mode({}, projectAlone)).toBe('unset');
    expect(mode({ permissions: { defaultMode: 'default' } }, projectAlone)).not.toBe('unset');
    // Only an administrator can set it: a person's settings need not be read for its default.
    expect(markOf('allowManagedHooksOnly', {}, { frame: { level: 'project', read: ['managed'] } })).toMatch(
      /^[0-9a-f]{64}$/,
    );
    expect(markOf('forceLoginMethod', {})).toBe('unset');
  });

  it('are unknown where a file does not parse or a value cannot be read whole', () => {
    const found = marks([
      { scope: 'project', part: 'config', file: 'p.json', root: undefined },
      source('managed', '{"cleanupPeriodDays": 3}'),
    ]);
    expect(found.get('permissions.defaultMode')).toBeInstanceOf(Unknown);
    expect(found.get('permissions.allow')).toBeInstanceOf(Unknown);
    expect(found.get('cleanupPeriodDays')).toMatch(/^[0-9a-f]{64}$/);
    expect(allowOf(['x'.repeat(70_000)])).toBeInstanceOf(Unknown);
  });

  it('hold nothing of a credential, whose change is no change of policy', () => {
    const endpoint = (password: string): unknown =>
      markOf('env.OTEL_EXPORTER_OTLP_ENDPOINT', {
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: `https://otel:${password}@a.example` },
      });
    expect(endpoint('Kq8-first-Zx2')).toBe(endpoint('Vb3-second-Pw9'));
    expect(endpoint('Kq8-first-Zx2')).not.toBe(
      markOf('env.OTEL_EXPORTER_OTLP_ENDPOINT', { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a.example' } }),
    );
  });

  it('take a decision about a credential for no credential', () => {
    const token = (effect: string): unknown =>
      markOf('permission', { permission: { bash: { 'gh auth token': effect } } }, { table: opencode.policy });
    expect(token('deny')).not.toBe(token('allow'));
    const header = (key: string): unknown =>
      markOf('extraKnownMarketplaces', { extraKnownMarketplaces: { a: { source: { headers: { token: key } } } } });
    expect(header('Kq8firstZx2')).toBe(header('Vb3secondPw9'));
    const argument = (key: string): unknown =>
      markOf('allowedMcpServers', { allowedMcpServers: [{ serverCommand: ['x', '--api-key', key] }] });
    expect(argument('Kq8firstZx2')).toBe(argument('Vb3secondPw9'));
  });

  it.each([
    ['/home/ana/x', 'home/ana', '/home/bo/x', 'home/bo'],
    ['Read(//home/ana/x/**)', 'mnt/home/ana', 'Read(//home/bo/x/**)', 'home/bo'],
    ['C:\\Users\\ana\\x', 'Users/ana', 'D:\\Users\\bo.b\\x', 'Users/bo.b'],
    ['/root/x', 'root', '/Users/bo/x', 'Users/bo'],
    ['~/x', 'home/ana', '/home/bo/x', 'home/bo'],
  ])('%s of %s is %s of %s', (first, home, second, other) => {
    expect(allowOf([first], { home })).toBe(allowOf([second], { home: other }));
    expect(allowOf([first], { home })).not.toBe(allowOf([first.replace('x', 'y')], { home }));
  });

  it('do not take another folder for the home', () => {
    const home = 'home/ana';
    for (const path of ['/home/anabel/x', '/mnt/home/ana/x', '/home/ana.old/x', '/home/bo/x'])
      expect(allowOf([path], { home })).not.toBe(allowOf(['/home/ana/x'], { home }));
    // Over the project alone no home is known, and none is looked for: every check-out reads the same text.
    expect(allowOf(['/home/ana/x'], { home, frame: projectAlone })).toBe(
      allowOf(['/home/ana/x'], { frame: projectAlone }),
    );
  });

  it('keep apart what stands under one name once homes are taken out', () => {
    const terminal = (map: unknown): unknown =>
      markOf(
        'chat.tools.terminal.autoApprove',
        { 'chat.tools.terminal.autoApprove': map },
        { table: vscode.policy, home: 'home/ana' },
      );
    expect(terminal({ '/home/ana/x': true, '~/x': false })).not.toBe(terminal({ '~/x': false }));
  });
});

describe('names of settings', () => {
  const tables = adapters.flatMap(({ id, policy }) => (policy === undefined ? [] : [[id, policy] as const]));

  it.each(tables)('%s: each stands for one setting, and fits a lock', (_id, { keys }) => {
    const names = keys.map(settingName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z][\w.:-]{0,127}$/);
    // Nobody takes a mark for a credential because of the name it stands under.
    expect(names.filter(isSecretName)).toEqual([]);
    const properties = [...new Set(keys.map(({ as }) => as))];
    expect(properties.filter((one) => properties.some((other) => other.startsWith(`${one}.`)))).toEqual([]);
  });

  it('an older key is the same setting as the newer one', () => {
    if (zed.policy === undefined) return expect.fail();
    expect(settingNames(zed.policy).get('agent.always_allow_tool_actions')).toBe('agent.tool_permissions.default');
    const old = markOf(
      'agent.tool_permissions.default',
      { agent: { always_allow_tool_actions: true } },
      { table: zed.policy },
    );
    expect(old).toBe(
      markOf(
        'agent.tool_permissions.default',
        { agent: { tool_permissions: { default: 'allow' } } },
        { table: zed.policy },
      ),
    );
  });
});

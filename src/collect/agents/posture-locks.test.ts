import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LockedClient, unknownMark } from '../../integrity/posture-lock.ts';
import { formatPostureLock } from '../../integrity/posture-lock-file.ts';
import type { Collected } from '../../model/collect.ts';
import { isProperties, Unknown, type Value } from '../../model/value.ts';
import { planSource } from '../fixtures/plan-source.ts';
import { agentPoliciesCollector } from './agents-collector.ts';
import { at, only, read, treeOf } from './fixtures/memory-tree.ts';
import { policyEntry } from './policy-entry.ts';

type Files = Readonly<Record<string, string>>;
const name = 'demarc.posture-lock.json';
const json = JSON.stringify;
const mode = (defaultMode: string, more: object = {}): string => json({ permissions: { defaultMode, ...more } });
const settings = '.claude/settings.json';

/** The entries `demarc posture lock` makes of a tree, for a lock in a folder of it. */
async function entriesOf(files: Files, folder = ''): Promise<LockedClient[]> {
  const source = treeOf(files);
  const claimed = Object.keys(files).filter((path) => agentPoliciesCollector.claims(path));
  const units = agentPoliciesCollector.plan(
    claimed.map((path) => ({ path, size: 1 })),
    planSource(source),
  );
  const found: LockedClient[] = [];
  for (const unit of units) {
    const { resources } = await agentPoliciesCollector.collect(unit, source);
    found.push(...resources.flatMap((resource) => policyEntry(resource, folder) ?? []));
  }
  return found;
}

async function lockOf(files: Files, more: Partial<LockedClient> = {}, folder = ''): Promise<string> {
  return formatPostureLock((await entriesOf(files, folder)).map((entry) => ({ ...entry, ...more })));
}

/** State and names of what changed of the client in a folder. */
function standing({ resources }: Collected, folder = '', dialect = 'claude-code'): unknown[] | undefined {
  const found = resources.filter(
    ({ type, scope, dialect: own }) => type === 'agent.client' && scope === folder && own === dialect,
  );
  const lock = found[0]?.properties['postureLock'];
  if (!isProperties(lock)) return undefined;
  const words = (value: Value | undefined): unknown => (value instanceof Unknown ? `unknown: ${value.reason}` : value);
  return [words(lock['state']), words(lock['changed'])];
}

describe('a lock of a project', () => {
  it('is nothing where there is none', async () => {
    expect(only(await read({ [settings]: mode('plan') }), 'agent.client')['postureLock']).toBeUndefined();
  });

  it('tells when the policy is the same, and which settings are not', async () => {
    const lock = await lockOf({ [settings]: mode('plan', { deny: ['A', 'B'] }) }, { posture: 'controlled' });
    const same = await read({ [settings]: mode('plan', { deny: ['B', 'A'] }), [name]: lock });
    expect(standing(same)).toEqual(['same', []]);
    expect(at(only(same, 'agent.client'), 'postureLock.posture')).toBe('controlled');
    expect(same.gaps).toEqual([]);
    const changed = await read({ [settings]: `{\n"permissions": {\n"defaultMode": "auto" }}`, [name]: lock });
    expect(standing(changed)).toEqual(['changed', ['permissions.defaultMode', 'permissions.deny']]);
    const [client] = changed.resources.filter(({ type }) => type === 'agent.client');
    expect(client?.positions['postureLock']).toEqual([3, 1, settings]);
  });

  it('also what was set and is not, and was not set and is', async () => {
    const lock = await lockOf({ [settings]: mode('plan') });
    expect(standing(await read({ [settings]: '{}', [name]: lock }))).toEqual(['changed', ['permissions.defaultMode']]);
    const more = json({ permissions: { defaultMode: 'plan' }, enableAllProjectMcpServers: true });
    expect(standing(await read({ [settings]: more, [name]: lock }))).toEqual([
      'changed',
      ['enableAllProjectMcpServers'],
    ]);
  });

  it('holds the same wherever the check-out lies, on a machine or not', async () => {
    const project = { [settings]: mode('plan', { additionalDirectories: ['/home/ana/shared'] }) };
    const lock = await lockOf(project);
    const moved = (folder: string, more: Files = {}): Promise<Collected> =>
      read({ [`${folder}/${settings}`]: project[settings] ?? '', [`${folder}/${name}`]: lock, ...more });
    expect(standing(await moved('deep/down'), 'deep/down')).toEqual(['same', []]);
    const machine = {
      'home/ana/.claude/settings.json': json({ permissions: { defaultMode: 'bypassPermissions', allow: ['Bash'] } }),
      'etc/claude-code/managed-settings.json': mode('default'),
    };
    expect(standing(await moved('home/ana/app', machine), 'home/ana/app')).toEqual(['same', []]);
  });

  it('a lock above holds several projects; the nearest one that names a client counts', async () => {
    const files = { 'apps/a/.claude/settings.json': mode('plan'), 'apps/b/.claude/settings.json': mode('default') };
    const lock = await lockOf(files);
    const other = { ...files, 'apps/b/.claude/settings.json': mode('auto'), [name]: lock };
    const found = await read(other);
    expect(standing(found, 'apps/a')).toEqual(['same', []]);
    expect(standing(found, 'apps/b')).toEqual(['changed', ['permissions.defaultMode']]);
    const nearer = await lockOf({ 'apps/b/.claude/settings.json': mode('auto') }, {}, 'apps/b');
    expect(standing(await read({ ...other, [`apps/b/${name}`]: nearer }), 'apps/b')).toEqual(['same', []]);
    // A lock of one project says nothing of the one beside it.
    const { [name]: _root, ...alone } = other;
    expect(standing(await read({ ...alone, [`apps/b/${name}`]: nearer }), 'apps/a')).toBeUndefined();
  });

  it('says that a client is missing in it, and that one it names is gone', async () => {
    const lock = await lockOf({ [settings]: mode('plan') });
    const found = await read({ '.codex/config.toml': 'approval_policy = "never"', [name]: lock });
    expect(standing(found, '', 'codex')).toEqual(['missing', []]);
    expect(found.gaps.map(({ kind, reason, location }) => [kind, reason, location.file])).toEqual([
      ['unresolved', '`claude-code` in `.` is locked, and no configuration of it was found', name],
    ]);
    expect((await read({ [name]: lock })).gaps).toHaveLength(1);
  });

  it('a client without a policy of its own is no concern of it', async () => {
    const found = await read({
      '.windsurfrules': 'x',
      '.mcp.json': '{}',
      '.kiro/settings/mcp.json': '{"mcpServers":{"a":{"command":"a"}}}',
      [name]: formatPostureLock([]),
    });
    const clients = found.resources.filter(({ type, dialect }) => type === 'agent.client' && dialect !== 'claude-code');
    expect(clients.length).toBeGreaterThan(0);
    expect(clients.filter(({ properties }) => properties['postureLock'] !== undefined)).toEqual([]);
  });
});

describe('what is not known', () => {
  it('a file that does not parse makes a lock unknown, and no drift', async () => {
    const lock = await lockOf({ [settings]: mode('plan') });
    const [state] = standing(await read({ [settings]: '{', [name]: lock })) ?? [];
    expect(state).toMatch(/^unknown: .*\.claude\/settings\.json does not parse, and \d+ more$/);
  });

  it('what is known to have changed is told all the same', async () => {
    const local = '.claude/settings.local.json';
    const lock = await lockOf({ [local]: mode('plan'), [settings]: json({ cleanupPeriodDays: 3 }) });
    expect(standing(await read({ [local]: mode('auto'), [settings]: '{', [name]: lock }))).toEqual([
      'changed',
      ['permissions.defaultMode'],
    ]);
  });

  it('what was not known when it was locked equals nothing', async () => {
    const [entry] = await entriesOf({ [settings]: '{' });
    const marks = [...(entry?.settings.values() ?? [])];
    expect(marks).toContain(unknownMark);
    const lock = await lockOf({ [settings]: '{' });
    for (const text of ['{}', '{', mode('plan')])
      expect(standing(await read({ [settings]: text, [name]: lock }))?.[0]).toMatch(/^unknown: /);
  });

  it('a setting that this version does not know is not taken for a changed one', async () => {
    const [entry] = await entriesOf({ [settings]: mode('plan') });
    const newer = new Map([...(entry?.settings ?? []), ['permissions.future', 'a'.repeat(64)]]);
    const lock = await lockOf({ [settings]: mode('plan') }, { settings: newer });
    expect(standing(await read({ [settings]: mode('plan'), [name]: lock }))?.[0]).toBe(
      'unknown: this version does not know the setting `permissions.future`',
    );
    const older = new Map([...newer].filter(([key]) => key === 'permissions.defaultMode'));
    const part = await lockOf({ [settings]: mode('plan') }, { settings: older });
    const more = mode('plan', { allow: ['Bash'] });
    expect(standing(await read({ [settings]: more, [name]: part }))).toEqual(['same', []]);
  });

  it('a lock over a machine’s settings is unknown where they were not read', async () => {
    const project = { [`home/ana/app/${settings}`]: mode('plan') };
    const machine = { ...project, 'home/ana/.claude/settings.json': '{}' };
    const lock = await lockOf(machine, {}, 'home/ana/app');
    expect(lock).toMatch(/"read": \[\s+"managed",\s+"user"\s+\]/);
    const apart = Object.keys(project).map((path) => [path.replace('home/ana/app/', ''), mode('auto')]);
    expect(standing(await read({ ...Object.fromEntries(apart), [name]: lock }))?.[0]).toBe(
      'unknown: the managed and user settings of the machine were read when it was locked, and not now',
    );
  });
});

describe('a lock over a machine', () => {
  const project = `home/ana/app/${settings}`;
  const home = 'home/ana/.claude/settings.json';
  const managed = 'etc/claude-code/managed-settings.json';
  const at = `home/ana/app/${name}`;

  it('tells that another file decides, by precedence', async () => {
    const files = { [managed]: mode('plan'), [home]: '{}', [project]: mode('acceptEdits') };
    const files2 = { ...files, [at]: await lockOf(files, {}, 'home/ana/app') };
    const now = async (more: Files): Promise<unknown> => standing(await read({ ...files2, ...more }), 'home/ana/app');
    expect(await now({})).toEqual(['same', []]);
    // What the administrator decides, nobody below can change …
    expect(await now({ [project]: mode('bypassPermissions'), [home]: mode('auto') })).toEqual(['same', []]);
    // … until he decides no more: the project does, which did not change.
    expect(await now({ [managed]: '{}' })).toEqual(['changed', ['permissions.defaultMode']]);
    expect(await now({ [managed]: '{}', [project]: mode('plan') })).toEqual(['same', []]);
    expect(await now({ [home]: json({ permissions: { allow: ['Bash'] } }) })).toEqual([
      'changed',
      ['permissions.allow'],
    ]);
  });

  it('names the home and the machine wherever they are, and people by no name', async () => {
    const of = (person: string): Files => ({
      [`home/${person}/.claude/settings.json`]: json({
        permissions: { additionalDirectories: [`/home/${person}/shared`], deny: ['Read(~/.ssh/**)'] },
      }),
      'etc/codex/requirements.toml': 'allowed_sandbox_modes = ["read-only"]',
    });
    const lock = await lockOf(of('ana'), {}, 'srv/policy');
    expect(lock).not.toMatch(/\bana\b|"folder"/);
    const found = await read({ ...of('bo'), [`srv/policy/${name}`]: lock });
    expect(standing(found, 'home/bo')).toEqual(['same', []]);
    expect(standing(found, '', 'codex')).toEqual(['same', []]);
    const other = { ...of('bo'), 'etc/codex/requirements.toml': 'allowed_sandbox_modes = ["danger-full-access"]' };
    expect(standing(await read({ ...other, [`srv/policy/${name}`]: lock }), '', 'codex')).toEqual([
      'changed',
      ['requirements:allowed_sandbox_modes'],
    ]);
  });

  it('what is locked of the administrator’s files alone holds whoever uses the client', async () => {
    const lock = await lockOf({ [managed]: mode('plan') }, { folder: undefined }, '');
    const used = { [home]: mode('auto', { allow: ['Bash'] }), [`srv/${name}`]: lock };
    expect(standing(await read({ ...used, [managed]: mode('plan') }), 'home/ana')).toEqual(['same', []]);
    expect(standing(await read({ ...used, [managed]: mode('default') }), 'home/ana')).toEqual([
      'changed',
      ['permissions.defaultMode'],
    ]);
  });

  it('so does a policy that is kept in a repository for deployment', async () => {
    const lock = await lockOf({ 'managed-settings.json': mode('plan') });
    const found = (text: string): Promise<Collected> =>
      read({ 'managed-settings.json': text, [settings]: mode('auto'), [name]: lock });
    expect(standing(await found(mode('plan')))).toEqual(['same', []]);
    expect((await found(mode('plan'))).gaps).toEqual([]);
    expect(standing(await found(mode('auto')))).toEqual(['changed', ['permissions.defaultMode']]);
    const gone = await read({ [settings]: mode('auto'), [name]: lock });
    expect(standing(gone)?.[0]).toMatch(/^unknown: the managed settings/);
    expect(gone.gaps).toHaveLength(1);
  });
});

describe('a file that is no lock', () => {
  it.each<[string, string]>([
    ['no JSON', '{'],
    ['empty', ''],
    ['a newer format', '{"lock":2,"clients":[]}'],
    ['a prototype', '{"lock":1,"clients":[],"__proto__":{}}'],
    ['numbers', '{"lock":1,"clients":[{"client":1,"level":2,"settings":3}]}'],
    ['deep', `{"lock":1,"clients":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['long', `{"lock":1,"clients":[${Array.from({ length: 20_000 }, () => '{}').join(',')}]}`],
  ])('%s: one gap, and unknown', async (_what, text) => {
    const found = await read({ [settings]: mode('plan'), '.codex/config.toml': '', [name]: text });
    expect(found.gaps.map(({ location }) => location.file)).toEqual([name]);
    for (const dialect of ['claude-code', 'codex'])
      expect(standing(found, '', dialect)?.[0]).toMatch(/^unknown: the posture lock cannot be read/);
  });

  it('whatever it holds, the collector goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const found = await read({ [settings]: '{}', [name]: json({ lock: 1, clients: [value] }) });
        expect(found.resources.some(({ type }) => type === 'agent.client')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

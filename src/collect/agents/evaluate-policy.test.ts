import { describe, expect, it } from 'vitest';
import { Unknown, type Properties } from '../../model/value.ts';
import { parseJson } from '../documents/json.ts';
import { parseToml } from '../documents/toml.ts';
import { claudeCodePolicy } from './claude-code/policy.ts';
import { cline } from './cline/cline.ts';
import { codex } from './codex/codex.ts';
import { copilotCli } from './copilot-cli/copilot-cli.ts';
import { cursor } from './cursor/cursor.ts';
import { evaluatePolicy, type PolicySource, valueAt } from './evaluate-policy.ts';
import { geminiCli } from './gemini-cli/gemini-cli.ts';
import type { PolicyTable } from './policy-table.ts';
import type { Scope } from './shapes.ts';

const everything = { managed: true, user: true };

function source(scope: Scope, value: unknown, part = 'config', file = `${scope}.json`): PolicySource {
  return { scope, part, file, root: parseJson(JSON.stringify(value), file).root };
}

function tomlSource(scope: Scope, text: string, part = 'config'): PolicySource {
  return { scope, part, file: `${scope}.toml`, root: parseToml(text, 'x').root };
}

function policyOf(table: PolicyTable | undefined, sources: readonly PolicySource[], coverage = everything): Properties {
  if (table === undefined) return expect.fail('the client has a policy');
  return evaluatePolicy(table, sources, coverage).properties;
}

describe('Claude Code', () => {
  it.each<[string, readonly [Scope, string][], string]>([
    [
      'local wins over project',
      [
        ['local', 'plan'],
        ['project', 'acceptEdits'],
      ],
      'plan',
    ],
    [
      'project wins over user',
      [
        ['project', 'acceptEdits'],
        ['user', 'plan'],
      ],
      'auto-edit',
    ],
    [
      'managed wins over all',
      [
        ['managed', 'default'],
        ['local', 'bypassPermissions'],
        ['project', 'auto'],
      ],
      'ask',
    ],
    ['a mode that is not known is kept', [['user', 'somethingNew']], 'somethingNew'],
  ])('%s', (_title, modes, expected) => {
    const sources = modes.map(([scope, defaultMode]) => source(scope, { permissions: { defaultMode } }));
    expect(policyOf(claudeCodePolicy, sources)['approvalMode']).toBe(expected);
    expect(policyOf(claudeCodePolicy, [...sources].reverse())['approvalMode']).toBe(expected);
  });

  it('joins rule lists of all files', () => {
    const policy = policyOf(claudeCodePolicy, [
      source('user', { permissions: { deny: ['Read(./.env)'] } }),
      source('project', { permissions: { deny: ['WebFetch'] } }),
    ]);
    expect(policy['deny']).toEqual(['WebFetch', 'Read(./.env)']);
  });

  it('keeps managed rules only when managed settings say so', () => {
    const rules = (allow: string): unknown => ({ permissions: { allow: [allow] } });
    const lock = { allowManagedPermissionRulesOnly: true, permissions: { allow: ['Bash(git status)'] } };
    expect(policyOf(claudeCodePolicy, [source('managed', lock), source('project', rules('Bash'))])['allow']).toEqual([
      'Bash(git status)',
    ]);
    expect(
      policyOf(claudeCodePolicy, [source('project', { ...lock }), source('user', rules('Bash'))])['allow'],
    ).toEqual(['Bash(git status)', 'Bash']);
  });

  it('takes the strictest value of a switch that only ever narrows', () => {
    const policy = policyOf(claudeCodePolicy, [
      source('user', { permissions: { disableBypassPermissionsMode: 'disable' } }),
      source('project', {}),
    ]);
    expect(policy['bypassDisabled']).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ['unset: all servers', {}, { set: false, semantics: 'all' }],
    ['empty: no servers', { allowedMcpServers: [] }, { set: true, empty: true, semantics: 'none' }],
    ['by name', { allowedMcpServers: [{ serverName: 'a' }] }, { semantics: 'listed', matchKey: 'name' }],
    [
      'by address',
      { allowedMcpServers: [{ serverUrl: 'https://a/*' }] },
      { semantics: 'listed', matchKey: 'identity' },
    ],
    ['by both', { allowedMcpServers: [{ serverUrl: 'https://a/*' }, { serverName: 'a' }] }, { matchKey: 'mixed' }],
  ])('an allowlist of tool servers that is %s', (_title, settings, expected) => {
    expect(policyOf(claudeCodePolicy, [source('managed', settings)])['mcpAllowlist']).toMatchObject(expected as object);
  });

  it('tells when a project widens what the person had narrowed, and not the reverse', () => {
    const [wide, narrow] = [{ permissions: { defaultMode: 'acceptEdits' } }, { permissions: { defaultMode: 'plan' } }];
    expect(policyOf(claudeCodePolicy, [source('project', wide), source('user', narrow)])['overrides']).toMatchObject([
      { key: 'permissions.defaultMode', from: 'user.json', to: 'project.json', was: 'plan', now: 'auto-edit' },
    ]);
    expect(policyOf(claudeCodePolicy, [source('project', narrow), source('user', wide)])['overrides']).toEqual([]);
    expect(policyOf(claudeCodePolicy, [source('managed', wide), source('user', narrow)])['overrides']).toEqual([]);
  });

  it('ignores a managed-only key in other files', () => {
    const policy = policyOf(claudeCodePolicy, [source('project', { allowManagedHooksOnly: true })]);
    expect(valueAt(policy, 'locks.hooks')).toBe(false);
  });

  it('lists what two managed files disagree on', () => {
    const policy = policyOf(claudeCodePolicy, [
      source('managed', { cleanupPeriodDays: 7 }, 'config', 'a.json'),
      source('managed', { cleanupPeriodDays: 30 }, 'config', 'b.json'),
    ]);
    expect(policy['retentionDays']).toBe(30);
    expect(policy['conflicts']).toMatchObject([{ key: 'cleanupPeriodDays', winner: 'b.json', loser: 'a.json' }]);
  });
});

describe('other clients', () => {
  it('Codex: the project decides before the person, requirements are read from managed files only', () => {
    const policy = policyOf(codex.policy, [
      tomlSource('project', 'sandbox_mode = "danger-full-access"'),
      tomlSource('user', 'sandbox_mode = "read-only"'),
      tomlSource('managed', 'allowed_sandbox_modes = ["read-only"]', 'requirements'),
    ]);
    expect(valueAt(policy, 'sandbox.mode')).toBe('danger-full-access');
    expect(valueAt(policy, 'requirements.sandboxModes')).toEqual(['read-only']);
    expect(policy['overrides']).toMatchObject([{ key: 'sandbox_mode' }]);
  });

  it('Gemini CLI: the system file overrides, the system defaults are overridden', () => {
    const mode = (name: string): unknown => ({ general: { defaultApprovalMode: name } });
    expect(
      policyOf(geminiCli.policy, [source('managed', mode('plan')), source('project', mode('auto_edit'))])[
        'approvalMode'
      ],
    ).toBe('plan');
    expect(
      policyOf(geminiCli.policy, [source('system', mode('plan')), source('user', mode('auto_edit'))])['approvalMode'],
    ).toBe('auto-edit');
  });

  it.each([
    ['Gemini CLI', geminiCli.policy, { mcp: { allowed: [] } }],
    ['Cline', cline.policy, { allowedMCPServers: [] }],
  ])('%s: an empty allowlist lets every server in', (_name, table, settings) => {
    expect(policyOf(table, [source('managed', settings)])['mcpAllowlist']).toMatchObject({
      set: true,
      empty: true,
      semantics: 'all',
      matchKey: 'name',
    });
  });

  it('Copilot: what an empty allowlist means is not documented', () => {
    expect(
      valueAt(policyOf(copilotCli.policy, [source('managed', { allowedMcpServers: [] })]), 'mcpAllowlist.semantics'),
    ).toBeInstanceOf(Unknown);
  });

  it('Cursor: the project sandbox file wins, command lists are joined', () => {
    const policy = policyOf(cursor.policy, [
      source('project', { type: 'insecure_none' }, 'sandbox'),
      source('user', { type: 'workspace_readonly' }, 'sandbox'),
      source('user', { terminalAllowlist: ['ls'] }, 'permissions'),
      source('project', { terminalAllowlist: ['npm'] }, 'permissions'),
    ]);
    expect(valueAt(policy, 'sandbox.mode')).toBe('insecure_none');
    expect(policy['terminalAutoRun']).toEqual(['npm', 'ls']);
  });
});

describe('what is not known', () => {
  it('gives a default only where every file that could decide was read, and names it', () => {
    expect(policyOf(claudeCodePolicy, [source('project', {})])['defaults']).toMatchObject({ approvalMode: 'ask' });
    const partial = policyOf(claudeCodePolicy, [source('project', {})], { managed: false, user: true });
    expect(partial['approvalMode']).toBeInstanceOf(Unknown);
    expect(partial['defaults']).toEqual({});
  });

  it('a file that does not parse makes unknown what it might have decided, and only that', () => {
    const broken: PolicySource = { scope: 'project', part: 'config', file: 'p.json', root: undefined };
    const policy = policyOf(claudeCodePolicy, [
      broken,
      source('user', { permissions: { defaultMode: 'plan', deny: ['Read(./.env)'] } }),
      source('managed', { cleanupPeriodDays: 3 }),
    ]);
    expect(policy['approvalMode']).toBeInstanceOf(Unknown);
    expect(policy['retentionDays']).toBe(3);
    expect(policy['deny']).toEqual([expect.any(Unknown), 'Read(./.env)']);
    expect(valueAt(policy, 'locks.hooks')).toBe(false);
  });
});

describe('modes in shared words', () => {
  it.each([
    ['never', 'danger-full-access', 'bypass'],
    ['never', 'workspace-write', 'auto'],
    ['on-request', 'workspace-write', 'ask'],
    ['untrusted', 'read-only', 'ask'],
  ])('Codex: %s with %s is %s', (approval, sandbox, mode) => {
    const text = `approval_policy = "${approval}"\nsandbox_mode = "${sandbox}"`;
    expect(policyOf(codex.policy, [tomlSource('project', text)])['approvalMode']).toBe(mode);
  });

  it('Codex: without a sandbox mode it is not known what `never` may do', () => {
    const policy = policyOf(codex.policy, [tomlSource('project', 'approval_policy = "never"')], {
      managed: false,
      user: false,
    });
    expect(policy['approvalMode']).toBeInstanceOf(Unknown);
  });
});

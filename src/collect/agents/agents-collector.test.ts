import { describe, expect, it } from 'vitest';
import { Ref, Unknown } from '../../model/value.ts';
import { at, only, read } from './fixtures/memory-tree.ts';

const json = JSON.stringify;

describe('one project', () => {
  it('gives settings, servers, hooks and the client that links them', async () => {
    const found = await read({
      '.claude/settings.json': json({
        permissions: { defaultMode: 'acceptEdits', allow: ['Bash(npm run test:*)'] },
        hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: './check.sh' }] }] },
      }),
      '.mcp.json': json({
        mcpServers: {
          files: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem@2025.8.21', '/srv/data'] },
        },
      }),
      'CLAUDE.md': 'Run the tests.',
    });
    expect(found.gaps).toEqual([]);
    const client = only(found, 'agent.client', 'claude-code');
    expect(client['approvalMode']).toBe('auto-edit');
    expect((client['$links'] as Ref[]).map(({ target }) => target).sort()).toEqual(
      found.resources
        .filter(({ type }) => type !== 'agent.client')
        .map(({ id }) => id)
        .sort(),
    );
    expect(at(only(found, 'mcp.server'), 'package.pinned')).toBe(true);
    expect(only(found, 'mcp.server')['roots']).toEqual(['/srv/data']);
    expect(only(found, 'agent.hook')['pathKind']).toBe('project');
  });

  it('says that defaults are not known while the machine was not read', async () => {
    const found = await read({ '.claude/settings.json': '{}' });
    const client = only(found, 'agent.client');
    expect(client['managedPresent']).toBeInstanceOf(Unknown);
    expect(at(client, 'sandbox.enabled')).toBeInstanceOf(Unknown);
    expect(client['defaults']).toEqual({});
  });

  it('keeps projects of a monorepo apart, and nested instruction files with the project above them', async () => {
    const found = await read({
      'apps/a/.claude/settings.json': json({ permissions: { defaultMode: 'plan' } }),
      'apps/a/src/CLAUDE.md': 'x',
      'apps/b/.claude/settings.json': json({ permissions: { defaultMode: 'acceptEdits' } }),
      'CLAUDE.md': 'y',
      'docs/CLAUDE.md': 'z',
    });
    const clients = found.resources.filter(({ type }) => type === 'agent.client');
    expect(
      clients.map(({ scope, properties }) => [scope, (properties['$links'] as Ref[]).length, properties['configured']]),
    ).toEqual([
      ['apps/a', 2, true],
      ['', 2, false],
      ['apps/b', 1, true],
    ]);
  });
});

describe('a machine', () => {
  it('merges managed, user and project files', async () => {
    const found = await read({
      'etc/claude-code/managed-settings.json': json({
        permissions: { disableBypassPermissionsMode: 'disable' },
        sandbox: { enabled: true },
      }),
      'home/ana/.claude/settings.json': json({ permissions: { deny: ['Read(~/.ssh/**)'] } }),
      'home/ana/work/app/.claude/settings.json': json({ sandbox: { enabled: false } }),
    });
    const clients = found.resources.filter(({ type }) => type === 'agent.client');
    expect(clients.map(({ scope, properties }) => [scope, properties['level']])).toEqual([
      ['home/ana', 'user'],
      ['home/ana/work/app', 'project'],
    ]);
    const project = clients[1]?.properties ?? {};
    expect(at(project, 'sandbox.enabled')).toBe(true);
    expect(project['bypassDisabled']).toBe(true);
    expect(project['protectsSecrets']).toBe(true);
    expect(at(project, 'defaults')).toMatchObject({ approvalMode: 'ask', 'sandbox.failIfUnavailable': false });
  });

  it('knows that managed settings are absent when the machine they would lie on was read', async () => {
    const found = await read({ 'home/ana/.claude/settings.json': '{}' });
    expect(only(found, 'agent.client')['managedPresent']).toBe(false);
  });
});

describe('files that cannot be read', () => {
  it('reports a settings file that does not parse, and treats what it might say as unknown', async () => {
    const found = await read({ '.claude/settings.json': '{ "permissions": ' });
    expect(found.gaps.map(({ kind, reason }) => [kind, reason.endsWith('the client ignores the file')])).toEqual([
      ['syntax', true],
    ]);
    expect(only(found, 'agent.client')['approvalMode']).toBeInstanceOf(Unknown);
  });

  it('lets a stronger file decide although a weaker one is broken', async () => {
    const found = await read({
      'home/a/x/.claude/settings.local.json': json({ permissions: { defaultMode: 'plan' } }),
      'home/a/x/.claude/settings.json': '[',
    });
    expect(only(found, 'agent.client')['approvalMode']).toBe('plan');
  });
});

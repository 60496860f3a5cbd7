import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../base/limits.ts';
import type { Files } from '../../../base/ports.ts';
import { type Context, processContext } from '../../context.ts';
import { nodeFiles, nodeWriter } from '../../node-ports.ts';
import { runAssess } from '../assess-run.ts';
import type { LockFlags } from './lock.ts';
import { runLock } from './lock-run.ts';

let disk: string;
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'demarc-posture-'));
});
afterEach(() => rmSync(disk, { recursive: true }));

const project = 'home/ana/app';
const name = 'demarc.posture-lock.json';
const json = JSON.stringify;
const mode = (defaultMode: string, more: object = {}): string => json({ permissions: { defaultMode, ...more } });

function put(path: string, text: string): void {
  mkdirSync(dirname(join(disk, path)), { recursive: true });
  writeFileSync(join(disk, path), text);
}
const lockText = (): string => readFileSync(join(disk, project, name), 'utf8');

/** A machine whose file system is the folder of this test: `/home/ana` is the person's, `/etc` the administrator's. */
function machine(out: string[], err: string[]): Context {
  const at = (path: string): string => join(disk, path);
  const files: Files = {
    list: (path) => nodeFiles.list(at(path)),
    stat: (path) => nodeFiles.stat(at(path)),
    kind: (path) => nodeFiles.kind(at(path)),
    real: (path) => path,
    size: (path) => nodeFiles.size(at(path)),
    read: (path) => nodeFiles.read(at(path)),
  };
  return {
    ...processContext(),
    process: { stdout: { write: (text) => void out.push(text) }, stderr: { write: (text) => void err.push(text) } },
    files,
    writer: { ...nodeWriter, replaceAll: (path, pieces) => nodeWriter.replaceAll(at(path), pieces) },
    environment: {
      variables: { XDG_CACHE_HOME: join(disk, 'cache') },
      homeDirectory: '/home/ana',
      workingDirectory: `/${project}`,
      platform: 'linux',
    },
  };
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function lock(flags: Partial<LockFlags> = {}, folder?: string): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runLock(machine(out, err), { machine: false, force: false, json: false, ...flags }, folder);
  return { code, out: out.join(''), err: err.join('') };
}

/** The finding of the rule about drift, and its evidence, when there is one. */
async function drift(withMachine: boolean): Promise<{ severity: string; text: string } | undefined> {
  const out: string[] = [];
  const flags = { format: 'json', strict: false, machine: withMachine, cache: false, quiet: true } as const;
  await runAssess(machine(out, []), flags, ['.']);
  const report = JSON.parse(out.join('')) as { findings: { rule: string; severity: string; evidence: unknown }[] };
  const found = report.findings.find(({ rule }) => rule === 'agents.policy.drift');
  return found && { severity: found.severity, text: json(found.evidence) };
}

describe('demarc posture lock', () => {
  it('writes the same bytes each time, in any order of the files, and says what it locked', async () => {
    put(`${project}/.claude/settings.json`, mode('plan', { deny: ['A', 'B'] }));
    put(`${project}/.codex/config.toml`, 'approval_policy = "on-request"');
    const first = await lock();
    expect(first.code).toBe(0);
    expect(first.out).toMatch(
      /^Claude Code {2}\.: 43 settings over the project, new\n {2}from: \.claude\/settings\.json \(project\)\n/,
    );
    expect(first.out).toMatch(/2 clients locked\n$/);
    const text = lockText();
    put(`${project}/.claude/settings.json`, `{ "permissions": { "deny": ["B", "A"], /* x */ "defaultMode": "plan" } }`);
    const second = await lock();
    expect(lockText()).toBe(text);
    expect(second.out.match(/as before/g)).toHaveLength(2);
  });

  it('says what changes before it does, and what is gone', async () => {
    put(`${project}/.claude/settings.json`, mode('plan'));
    put(`${project}/.codex/config.toml`, 'approval_policy = "on-request"');
    await lock();
    put(`${project}/.claude/settings.json`, mode('acceptEdits', { allow: ['Bash(git status)'] }));
    rmSync(join(disk, project, '.codex'), { recursive: true });
    const { out } = await lock({ posture: 'open' });
    expect(out).toContain('over the project, changed\n');
    expect(out).toContain('  changed: permissions.allow, permissions.defaultMode\n');
    expect(out).toContain('  posture: none → open\n');
    expect(out).toContain('codex  .: gone, and no longer locked\n');
    expect(lockText()).not.toContain('codex');
    expect(await drift(false)).toBeUndefined();
  });

  it('is drift when settings change, and none when they change back', async () => {
    put(`${project}/.claude/settings.json`, mode('plan'));
    await lock();
    expect(await drift(false)).toBeUndefined();
    put(`${project}/.claude/settings.json`, mode('bypassPermissions'));
    const found = await drift(false);
    expect(found?.severity).toBe('high');
    expect(found?.text).toContain('postureLock.changed');
    expect(found?.text).toContain('permissions.defaultMode');
    put(`${project}/.claude/settings.json`, mode('plan'));
    expect(await drift(false)).toBeUndefined();
  });

  it('with the machine: an administrator’s file that stops deciding is drift of the project', async () => {
    put(`${project}/.claude/settings.json`, mode('acceptEdits'));
    put('home/ana/.claude/settings.json', json({ permissions: { additionalDirectories: ['/home/ana/shared'] } }));
    put('etc/claude-code/managed-settings.json', mode('plan'));
    const { out } = await lock({ machine: true });
    expect(out).toContain('Claude Code  .: 43 settings over the project, managed settings, user settings, new');
    expect(out).toContain('Claude Code  this home: 43 settings over managed settings, user settings, new');
    expect(lockText()).not.toMatch(/\bana\b|shared/);
    expect(await drift(true)).toBeUndefined();
    put(`${project}/.claude/settings.json`, mode('bypassPermissions'));
    expect(await drift(true)).toBeUndefined();
    put('etc/claude-code/managed-settings.json', '{}');
    expect((await drift(true))?.text).toContain('permissions.defaultMode');
    expect(await drift(false)).toBeUndefined();
  });

  it('without the machine: keeps what was locked of it, and says that the project is compared alone now', async () => {
    put(`${project}/.claude/settings.json`, mode('plan'));
    put('home/ana/.claude/settings.json', '{}');
    put('etc/claude-code/managed-settings.json', '{}');
    await lock({ machine: true });
    const { out } = await lock();
    expect(out).toContain('  read: managed, user → nothing of the machine\n');
    expect(out).toMatch(/2 clients locked\n$/);
    expect(lockText().match(/"level": "user"/g)).toHaveLength(1);
  });

  it('names what is not known, and what no other check-out has', async () => {
    put(`${project}/.claude/settings.json`, '{');
    put(`${project}/.claude/settings.local.json`, mode('plan'));
    const { out, code } = await lock();
    expect(code).toBe(0);
    expect(out).toContain('  not known: permissions.allow: .claude/settings.json does not parse\n');
    expect(out).toContain('  note: a local file is part of this');
    expect(lockText()).toMatch(/"permissions\.allow": "unknown"/);
  });
});

describe('a posture', () => {
  it('that findings stand against is not locked, and they are listed', async () => {
    put(`${project}/.claude/settings.json`, mode('bypassPermissions', { allow: ['Bash'] }));
    const { code, out, err } = await lock({ posture: 'controlled' });
    expect(code).toBe(1);
    expect(out).toMatch(/ {2}against critical: .* \[agents\.permissions\.bypass-mode\] \.claude\/settings\.json:1\n/);
    expect(out).toContain('[agents.permissions.bare-shell]');
    expect(err).toBe('nothing is locked; --force locks all the same, and the lock says so\n');
    expect(lockText).toThrow(/ENOENT/);
  });

  it('is locked by force, with the rules that are open', async () => {
    put(`${project}/.claude/settings.json`, mode('bypassPermissions'));
    const { code, out } = await lock({ posture: 'controlled', force: true });
    expect(code).toBe(0);
    expect(out).toContain('  accepted critical: ');
    const { clients } = JSON.parse(lockText()) as { clients: { posture: string; open: string[] }[] };
    expect(clients[0]?.posture).toBe('controlled');
    expect(clients[0]?.open).toContain('agents.permissions.bypass-mode');
    expect((await lock({ posture: 'controlled', force: true })).out).toContain(', as before\n');
    put(`${project}/demarc.yaml`, 'rules: { agents.permissions.bypass-mode: { enabled: false, reason: looked at } }\n');
    expect((await lock({ posture: 'controlled', force: true })).out).toContain(', changed\n');
  });

  it('says which of its rules could not be decided', async () => {
    put(
      `${project}/.claude/settings.json`,
      mode('plan', { deny: ['Read(./.env)', 'Read(~/.ssh/**)', 'Read(~/.aws/**)'] }),
    );
    const { out } = await lock({ posture: 'controlled' });
    expect(out).toMatch(/ {2}not decided: .*agents\.policy\.no-managed-settings/);
  });

  it('is not kept from a new lock by the drift from the old one', async () => {
    put(`${project}/.claude/settings.json`, mode('plan', { deny: ['Read(./.env)'] }));
    await lock({ posture: 'lockdown', force: true });
    put(`${project}/.claude/settings.json`, mode('default', { deny: ['Read(./.env)'] }));
    expect(await drift(false)).toBeDefined();
    const { out } = await lock({ posture: 'lockdown' });
    expect(out).not.toContain('agents.policy.drift');
  });

  it('a finding that demarc.yaml accepts does not stand against it', async () => {
    put(`${project}/.claude/settings.json`, mode('plan', { allow: ['Bash'] }));
    const refused = await lock({ posture: 'controlled', json: true });
    const { clients } = JSON.parse(refused.out) as { clients: { open: { rule: string }[] }[] };
    const rules = [...new Set(clients.flatMap(({ open }) => open.map(({ rule }) => rule)))];
    expect(rules).toContain('agents.permissions.bare-shell');
    const accept = (rule: string): string =>
      `  - { rule: ${rule}, reason: looked at by us, owner: us, expires: 2099-01-01 }\n`;
    put(`${project}/demarc.yaml`, `suppress:\n${rules.map(accept).join('')}`);
    expect((await lock({ posture: 'controlled' })).code).toBe(0);
  });
});

describe('as JSON', () => {
  it('says what is written and what is not', async () => {
    put(`${project}/.claude/settings.json`, mode('bypassPermissions'));
    const refused = JSON.parse((await lock({ posture: 'lockdown', json: true })).out) as Record<string, unknown>;
    expect(refused).toMatchObject({ lock: name, written: false, gone: [] });
    expect(JSON.parse((await lock({ json: true })).out)).toMatchObject({
      written: true,
      clients: [
        {
          client: 'claude-code',
          level: 'project',
          folder: '.',
          posture: null,
          read: [],
          files: [{ file: '.claude/settings.json', scope: 'project' }],
          settings: 43,
          change: 'new',
          changed: [],
          unknown: [],
          open: [],
        },
      ],
    });
  });
});

describe('what cannot be locked', () => {
  it.each<[string, () => void, string | undefined, RegExp]>([
    ['a folder that is not there', () => undefined, 'elsewhere', /cannot be read/],
    ['a file', () => put(`${project}/x.json`, '{}'), 'x.json', /is no folder/],
    ['nothing', () => put(`${project}/x.json`, '{}'), undefined, /there is no agent client/],
    ['over what is no lock', () => put(`${project}/${name}`, '{"lock":2}'), undefined, /demarc\.posture-lock\.json/],
    ['over a huge file', () => put(`${project}/${name}`, ' '.repeat(limits.fileBytesMax + 1)), undefined, /is larger/],
  ])('%s', async (_what, prepare, folder, why) => {
    mkdirSync(join(disk, project), { recursive: true });
    prepare();
    await expect(lock({}, folder)).rejects.toThrow(why);
  });

  it('a huge lock is a gap of an assessment, and unknown', async () => {
    put(`${project}/.claude/settings.json`, mode('plan'));
    put(`${project}/${name}`, ' '.repeat(limits.fileBytesMax + 1));
    const out: string[] = [];
    const flags = { format: 'json', strict: true, machine: false, cache: false, quiet: true, failOn: 'never' } as const;
    expect(await runAssess(machine(out, []), flags, ['.'])).toBe(3);
    const report = JSON.parse(out.join('')) as {
      gaps: { kind: string }[];
      unknown: { rule: string; reason: string }[];
    };
    expect(report.gaps.map(({ kind }) => kind)).toEqual(['too-large']);
    const reasons = report.unknown.filter(({ rule }) => rule === 'agents.policy.drift').map(({ reason }) => reason);
    expect(reasons).toEqual([expect.stringMatching(/^the posture lock cannot be read: larger than/)]);
  });

  it('where demarc.yaml reads another folder, that is said', async () => {
    put(`${project}/demarc.yaml`, 'paths: [src]\n');
    put(`${project}/.claude/settings.json`, mode('plan'));
    expect((await lock()).err).toMatch(/^note: demarc\.yaml names paths/);
  });
});

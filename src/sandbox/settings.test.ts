import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { launchSettings } from './settings.ts';

const entry = { command: '/opt/server/run' };
const problems = (value: unknown): string[] => {
  const parsed = launchSettings.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const problemsOf = (sandbox: unknown, more: object = {}): string[] => problems({ ...entry, ...more, sandbox });

describe('how a server is started and held', () => {
  it('is in a sandbox without network by default', () => {
    expect(launchSettings.parse(entry)).toEqual({
      command: '/opt/server/run',
      args: [],
      env: {},
      pin: [],
      sandbox: {
        readable: [],
        writable: [],
        egress: [],
        user: 65_534,
        'memory-mib': 1_024,
        processes: 128,
        'file-mib': 1_024,
        'open-files': 1_024,
        'temporary-mib': 64,
      },
    });
  });

  it('is without a sandbox only with a reason', () => {
    expect(problemsOf('none')).toEqual(['sandbox: needs a reason: `sandbox: { none: <why> }`']);
    expect(problemsOf({ none: '' })).toHaveLength(1);
    expect(problemsOf({ none: true })).toHaveLength(1);
    expect(problemsOf({ none: 'needs the graphics card' })).toEqual([]);
    expect(problemsOf({ none: 'needs the graphics card', writable: ['/srv/x/y'] })).toHaveLength(1);
    expect(problemsOf(null)).not.toEqual([]);
    expect(problemsOf(false)).not.toEqual([]);
  });

  it.each([
    'node',
    './run',
    'bin/run',
    '/opt/../bin/sh',
    '/opt//x',
    '/opt/x/',
    '/',
    '/opt/./x',
    '/opt/a\nb',
    '',
    'C:\\x',
  ])('refuses %j as a program: the path is absolute and plain', (command) =>
    expect(problems({ command })).not.toEqual([]),
  );

  it('is one program: a command or a package', () => {
    expect(problems({})).toHaveLength(1);
    const npm = { npm: '@scope/name@1.2.3', integrity: `sha512-${'A'.repeat(86)}==`, folder: '/opt/mcp/x' };
    expect(problems({ package: npm })).toEqual([]);
    expect(problems({ ...entry, package: npm })).toHaveLength(1);
    expect(problems({ package: { ...npm, npm: '@scope/name' } })).not.toEqual([]);
    expect(problems({ package: { ...npm, npm: '@scope/name@latest' } })).not.toEqual([]);
    expect(problems({ package: { ...npm, npm: '@scope/name@^1.2.3' } })).not.toEqual([]);
    expect(problems({ package: { ...npm, integrity: 'sha1-xyz' } })).not.toEqual([]);
  });

  it('G8: there is no shell and no text of a command: arguments are a list of texts', () => {
    expect(problems({ ...entry, args: 'a b' })).not.toEqual([]);
    expect(problems({ ...entry, args: ['a\0b'] })).not.toEqual([]);
    expect(problems({ ...entry, args: ['; rm -rf /', '$(x)'] })).toEqual([]);
    expect(problems({ ...entry, env: { 'A B': 'x' } })).not.toEqual([]);
  });

  it.each([
    '/',
    '/etc',
    '/proc',
    '/home',
    '/root',
    '/usr',
    '/var',
    '/tmp',
    '/lib64',
    '/run',
    '/dev',
    '/srv',
    '/run/user/1000',
    '/proc/sys',
    '/dev/shm/x',
    '/sys/kernel',
    'x',
    '/a/../b',
  ])('gives no server %s to write', (path) => expect(problemsOf({ writable: [path] })).not.toEqual([]));

  it.each(['/proc/1', '/sys', '/run/docker.sock', '/dev/mem', '/etc', '/root', '/home', '/'])(
    'gives no server %s to read',
    (path) => expect(problemsOf({ readable: [path] })).not.toEqual([]),
  );

  it('lets nothing that counts lie where the server writes', () => {
    expect(problemsOf({ writable: ['/opt/server'] })[0]).toContain('which holds `/opt/server/run`');
    expect(problemsOf({ writable: ['/srv/a', '/srv/a/b'] })[0]).toContain('which holds `/srv/a/b`');
    expect(problemsOf({ writable: ['/srv/a'], readable: ['/srv/a/b'] })[0]).toContain('which holds `/srv/a/b`');
    expect(problemsOf({ writable: ['/opt/lib/cache'] }, { pin: ['/opt/lib'] })[0]).toContain(
      'which belongs to `/opt/lib`',
    );
    expect(problemsOf({ writable: ['/opt/lib'] }, { pin: ['/opt/lib'] })[0]).toContain('which belongs to `/opt/lib`');
    // A folder to write inside one to read is safe: its parent cannot be written.
    expect(problemsOf({ writable: ['/srv/a/out'], readable: ['/srv/a'] })).toEqual([]);
    expect(problemsOf({ writable: ['/srv/ab'], readable: ['/srv/a'] })).toEqual([]);
  });

  it('G18: a server with a secret that is bound to origins reaches these only', () => {
    const env = { TOKEN: { secret: 'env:TOKEN', origins: ['api.example.com:443'] } };
    expect(problemsOf({ egress: ['api.example.com'] }, { env })).toEqual([]);
    expect(problemsOf({}, { env })).toEqual([]);
    expect(problemsOf({ egress: ['api.example.com', 'paste.example.net'] }, { env })[0]).toContain(
      'lets it reach paste.example.net:443',
    );
    expect(problemsOf({ egress: ['*.example.com'] }, { env })).not.toEqual([]);
    expect(problemsOf({ egress: ['api.example.com:80'] }, { env })).not.toEqual([]);
    expect(problemsOf({ none: 'needs the graphics card' }, { env })[0]).toContain('connects wherever it likes');
  });

  it('does not repeat a secret that is written in clear', () => {
    const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const inClear = problems({ ...entry, env: { TOKEN: token } }).join();
    expect(inClear).toContain('is a secret in clear');
    expect(inClear).not.toContain(token);
    const told = problems({ ...entry, env: { TOKEN: { secret: 'sk-very-secret' } } }).join();
    expect(told).not.toBe('');
    expect(told).not.toContain('very-secret');
  });

  it('refuses keys that do not exist', () => {
    expect(problemsOf({ network: true })).not.toEqual([]);
    expect(problemsOf({ writeable: [] })).not.toEqual([]);
  });

  it.each([0, 1])('takes so many places, paths and arguments, and no more (%i more)', (more) => {
    const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
    for (const told of [
      problemsOf({ egress: many(limits.sandboxEgressRulesMax + more, (at) => `a${at}.example.com`) }),
      problemsOf({ readable: many(limits.sandboxPathsMax + more, (at) => `/srv/a/${at}`) }),
      problemsOf({ writable: many(limits.sandboxPathsMax + more, (at) => `/srv/a/${at}`) }),
      problems({ ...entry, pin: many(limits.sandboxPathsMax + more, (at) => `/srv/a/${at}`) }),
      problems({ ...entry, args: many(limits.sandboxArgumentsMax + more, String) }),
    ])
      expect(told).toHaveLength(more);
    expect([limits.sandboxEgressRulesMax, limits.sandboxPathsMax, limits.sandboxArgumentsMax]).toHaveLength(3);
  });
});

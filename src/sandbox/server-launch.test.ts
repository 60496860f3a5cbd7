import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DemarcError } from '../base/errors.ts';
import { ed25519Signer, signNote } from '../ledger/note.ts';
import { MemoryTree } from './fixtures/memory-tree.ts';
import { integrityOf } from './fixtures/npm-archive.ts';
import { ServerLaunch, type ServerSignature } from './server-launch.ts';
import { checkWritable, lookAtProgram } from './server-program.ts';
import { signServers } from './signed-servers.ts';

const signer = ed25519Signer('acme.example/servers', Buffer.alloc(32, 5));
const other = ed25519Signer('acme.example/servers', Buffer.alloc(32, 6));
const files = {
  '/usr/bin/node': 'node',
  '/usr/bin/python3': { link: '/usr/bin/python3.11' },
  '/usr/bin/python3.11': 'python',
  '/opt/server/run.mjs': 'serve()',
  '/opt/server/lib/a.mjs': 'export {}',
  '/opt/tool/package.json': '{"main":"bin/start"}',
  '/opt/tool/bin/start.js': 'serve()',
  '/opt/plain/index.js': 'serve()',
  '/opt/py/main.py': 'serve()',
  '/tmp/x/run.mjs': 'serve()',
  '/srv/links/a.mjs': { link: '/opt/server/lib/a.mjs' },
  '/opt/links/python': { link: '/usr/bin/python3.11' },
  '/srv/data/x.txt': 'data',
  '/srv/data/sub/y.txt': 'data',
  '/srv/link': { link: '/srv/data' },
  '/srv/agent.sock': { kind: 'other' },
} as const;
const servers = {
  files: { command: '/usr/bin/node', args: ['/opt/server/run.mjs', '--root', '/srv/data'], pin: ['/opt/server/lib'] },
  python: { command: '/usr/bin/python3' },
  remote: { url: 'https://mcp.example.com' },
};

const none = { none: 'taken over as it ran before' };

type Changes = ConstructorParameters<typeof MemoryTree>[0];
const parts = (changes: Changes = {}) => ({ files: new MemoryTree({ ...files, ...changes }), node: '/usr/bin/node' });
const signedMs = Date.UTC(2026, 10, 28);
const sign = (entries: Readonly<Record<string, unknown>>, by = signer, changes: Changes = {}): string =>
  signServers(
    Object.entries(entries)
      .filter(([name]) => name !== 'remote')
      .map(([name, entry]) => lookAtProgram(name, entry, parts(changes))),
    signedMs,
    by,
  );
const signature: ServerSignature = { note: sign(servers), key: signer.verifier };
const load = (
  entries: Readonly<Record<string, unknown>> = servers,
  signed: ServerSignature = signature,
  changes: Changes = {},
): ReadonlyMap<string, ServerLaunch> => ServerLaunch.load(entries, signed, parts(changes));

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof DemarcError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return 'nothing';
}

describe('servers that start processes', () => {
  it('load when they are what was signed', () => {
    const launches = load();
    expect([...launches.keys()]).toEqual(['files', 'python']);
    expect(launches.get('files')?.program).toEqual({ path: '/usr/bin/node', args: [] });
    // The gateway's own Node.js is trusted as the gateway is; the script it runs, and what is pinned, is not.
    expect(launches.get('files')?.pinned).toEqual(['/opt/server/lib', '/opt/server/run.mjs']);
    expect(launches.get('python')?.pinned).toEqual(['/usr/bin/python3.11']);
  });

  it('are held to when they were signed, and what held is noted once all of it does', () => {
    const noted: number[] = [];
    const times = (why?: string) => ({ whyNot: () => why, note: (ms: number) => void noted.push(ms) });
    expect(codeOf(() => load(servers, { ...signature, times: times('signed before what held last') }))).toBe(
      'DMC_SERVER_UNSIGNED: the signature of the servers is signed before what held last',
    );
    expect(codeOf(() => load({ python: { command: '/usr/bin/node' } }, { ...signature, times: times() }))).toMatch(
      /its entry changed/,
    );
    expect(noted).toEqual([]);
    load(servers, { ...signature, times: times() });
    expect(noted).toEqual([signedMs]);
  });

  it('need no signature when there are none', () => {
    expect(load({ remote: servers.remote }, { note: undefined, key: undefined }).size).toBe(0);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no signature', () => load(servers, { note: undefined, key: signer.verifier }), /is not signed/],
    ['no key', () => load(servers, { ...signature, key: undefined }), /there is no key/],
    [
      'a signature of another key',
      () => load(servers, { ...signature, note: sign(servers, other) }),
      /is not signed with the key/,
    ],
    ['a signature that is none', () => load(servers, { ...signature, note: 'x' }), /cannot be read/],
    ['an empty signature', () => load(servers, { ...signature, note: '' }), /cannot be read/],
    [
      'a note about something else',
      () => load(servers, { ...signature, note: signNote('acme/log\n1\nx\n', [signer]) }),
      /something else/,
    ],
    [
      'a note of before these said a time',
      () =>
        load(servers, {
          ...signature,
          note: signNote('demarc.dev/gateway-servers/v1\n{"server":"files"}\n', [signer]),
        }),
      /says no time/,
    ],
    [
      'a time that is none',
      () =>
        load(servers, {
          ...signature,
          note: signNote('demarc.dev/gateway-servers/v2\n{"server":"files"}\n', [signer]),
        }),
      /something else/,
    ],
    [
      'an edited note',
      () => load(servers, { ...signature, note: signature.note?.replace('python', 'pythom') }),
      /is not signed with/,
    ],
    ['a new server', () => load({ ...servers, evil: { command: '/usr/bin/node' } }), /`evil` is not signed/],
    [
      'another argument',
      () => load({ ...servers, files: { ...servers.files, args: ['-e', 'x'] } }),
      /its entry changed/,
    ],
    ['another variable', () => load({ ...servers, files: { ...servers.files, env: { A: 'b' } } }), /its entry changed/],
    [
      'a wider sandbox',
      () => load({ ...servers, python: { ...servers.python, sandbox: { egress: ['a.com'] } } }),
      /its entry changed/,
    ],
    [
      'no sandbox',
      () => load({ ...servers, python: { ...servers.python, sandbox: { none: 'it is faster' } } }),
      /its entry changed/,
    ],
    [
      'a changed script',
      () => load(servers, signature, { '/opt/server/run.mjs': 'steal()' }),
      /`\/opt\/server\/run.mjs` changed/,
    ],
    [
      'a changed library',
      () => load(servers, signature, { '/opt/server/lib/a.mjs': 'steal()' }),
      /`\/opt\/server\/lib` changed/,
    ],
    ['an added file', () => load(servers, signature, { '/opt/server/lib/b.mjs': '' }), /`\/opt\/server\/lib` changed/],
    [
      'a script that is gone',
      () => load(servers, signature, { '/opt/server/run.mjs': { kind: 'other' } }),
      /`\/opt\/server\/run.mjs` changed/,
    ],
    ['a changed interpreter', () => load(servers, signature, { '/usr/bin/python3.11': 'evil' }), /python3.11` changed/],
    [
      'an interpreter elsewhere',
      () => load(servers, signature, { '/usr/bin/python3': { link: '/opt/server/run.mjs' } }),
      /changed/,
    ],
  ])('G8: with %s are refused', (_what, work, told) => {
    const code = codeOf(work);
    expect(code).toMatch(/^DMC_SERVER_UNSIGNED: /);
    expect(code).toMatch(told);
  });

  it('are refused when their program is not there, or a path leads elsewhere', () => {
    const look = (entry: unknown): string => codeOf(() => lookAtProgram('x', entry, parts()));
    expect(look({ command: '/usr/bin/none' })).toMatch(/^DMC_SERVER_PROGRAM: .*cannot be read/);
    expect(look({ command: '/usr/bin/node', sandbox: { writable: ['/srv/link/x'] } })).toMatch(/^DMC_SERVER_PROGRAM/);
    expect(look({ command: '/usr/bin/node', sandbox: { readable: ['/srv/link'] } })).toMatch(
      /leads to `\/srv\/data`: name that/,
    );
    for (const more of [{ cwd: '/srv/link' }, { pin: ['/srv/link'] }])
      expect(look({ command: '/usr/bin/node', ...more })).toMatch(/leads to `\/srv\/data`: name that/);
    expect(look({ command: '/usr/bin/node', sandbox: { readable: ['/srv/agent.sock'] } })).toMatch(/no file or folder/);
    expect(look({ command: '/usr/bin/node', args: ['/opt/server'] })).toMatch(
      /`\/opt\/server`, a folder without a main/,
    );
    expect(look({ command: 'node' })).toMatch(/^DMC_SERVER_PROGRAM: server `x` `command` is not an absolute path/);
    expect(look({ command: '/usr/bin/node', sandbox: 'none' })).toMatch(/needs a reason/);
  });

  it('of packages are what was installed, whose folder is pinned', () => {
    const integrity = integrityOf(Buffer.from('files'));
    const installed: Changes = {
      '/opt/mcp/node_modules/files/package.json': '{"name":"files","version":"1.0.0","bin":"run.js"}',
      '/opt/mcp/node_modules/files/run.js': 'serve()',
      '/opt/mcp/node_modules/.package-lock.json': JSON.stringify({ packages: { 'node_modules/files': { integrity } } }),
      '/opt/other': { link: '/opt/mcp' },
    };
    const npm = { npm: 'files@1.0.0', integrity, folder: '/opt/mcp' };
    const look = (more: object, sandbox = {}) =>
      lookAtProgram('x', { package: { ...npm, ...more }, args: ['run.js'], sandbox }, parts(installed));
    const { program, pins } = look({});
    expect(program).toEqual({ path: '/usr/bin/node', args: ['/opt/mcp/node_modules/files/run.js'] });
    expect([...pins.keys()]).toEqual(['/opt/mcp']);
    expect(codeOf(() => look({ npm: 'files@1.0.1' }))).toMatch(
      /^DMC_SERVER_PROGRAM: server `x` package is `files@1.0.0`/,
    );
    expect(codeOf(() => look({ folder: '/opt/other' }))).toMatch(/leads to `\/opt\/mcp`/);
    expect(codeOf(() => look({}, { writable: ['/opt/mcp/data'] }))).toMatch(/belongs to `\/opt\/mcp`.*relied on/);
    const pypi = { pypi: 'files==1.0.0', sha256: '0'.repeat(64), archive: '/opt/mcp/none.whl', folder: '/opt/mcp' };
    expect(codeOf(() => lookAtProgram('x', { package: pypi }, parts(installed)))).toMatch(/package cannot be read/);
    expect(codeOf(() => load({ x: { package: npm } }, { note: undefined, key: undefined }, installed))).toMatch(
      /`x` starts a process and is not signed/,
    );
  });

  it('read what several of them pin once, and again when they are loaded again', () => {
    const entry = { command: '/usr/bin/python3', pin: ['/opt/server/lib'] };
    const shared = { one: entry, two: entry, three: entry };
    let reads = 0;
    class Counting extends MemoryTree {
      override read(path: string): Uint8Array {
        if (path === '/opt/server/lib/a.mjs') reads++;
        return super.read(path);
      }
    }
    const tree = new Counting(files);
    const counted = { files: tree, node: '/usr/bin/node' };
    const signed = { note: sign(shared), key: signer.verifier };
    expect([...ServerLaunch.load(shared, signed, counted).values()].map(({ pinned }) => pinned)).toEqual(
      Array(3).fill(['/usr/bin/python3.11', '/opt/server/lib']),
    );
    expect(reads).toBe(1);
    tree.entries.set('/opt/server/lib/a.mjs', 'steal()');
    expect(codeOf(() => ServerLaunch.load(shared, signed, counted))).toMatch(/`one`.*`\/opt\/server\/lib` changed/);
    expect(reads).toBe(2);
  });

  it.each<[string, object, string]>([
    ['relative to its folder', { args: ['run.mjs'], cwd: '/opt/server' }, '/opt/server/run.mjs'],
    ['as it ran before', { args: ['./lib/a.mjs'], cwd: '/opt/server', sandbox: none }, '/opt/server/lib/a.mjs'],
    ['from the root, without a folder', { args: ['opt/server/run.mjs'], sandbox: none }, '/opt/server/run.mjs'],
    ['below what it reads', { args: ['/opt/server/run.mjs'], sandbox: { readable: ['/opt'] } }, '/opt/server/run.mjs'],
    ['behind an option', { args: ['--import=/opt/server/lib/a.mjs'] }, '/opt/server/lib/a.mjs'],
    ['as an address', { args: ['--import', 'file:///opt/server/lib/a.mjs?x'] }, '/opt/server/lib/a.mjs'],
    ['without its ending', { args: ['-r', 'x', '/opt/tool/bin/start'] }, '/opt/tool/bin/start.js'],
    ['by its folder', { args: ['/opt/tool'] }, '/opt/tool/bin/start.js'],
    ['by the folder it starts in', { args: ['--no-warnings', '.'], cwd: '/opt/tool' }, '/opt/tool/package.json'],
    ['by a folder without a main file', { args: ['--import', 'x', '/opt/plain'] }, '/opt/plain/index.js'],
    [
      'in a folder among the arguments',
      { command: '/usr/bin/python3', args: ['--directory', '/opt/py', 'run', 'main.py'] },
      '/opt/py/main.py',
    ],
    ['as a module', { command: '/usr/bin/python3', args: ['-m', 'main'], cwd: '/opt/py' }, '/opt/py/main.py'],
    ['below its own `/tmp`', { args: ['x/run.mjs'], sandbox: { readable: ['/tmp/x'] } }, '/tmp/x/run.mjs'],
  ])('start the script that was signed, named %s', (_what, more, script) => {
    const entry = { x: { command: '/usr/bin/node', ...more } };
    const signed = { note: sign(entry), key: signer.verifier };
    expect(load(entry, signed).get('x')?.pinned).toContain(script);
    expect(codeOf(() => load(entry, signed, { [script]: '{"main":"x"}' }))).toMatch(/^DMC_SERVER_(?:UNSIGNED|PROGRAM)/);
  });

  it.each<[string, object]>([
    ['folders of data', { args: ['/opt/server/run.mjs', '/opt/tool', '--root=/srv/data'] }],
    ['folders of data for a module', { command: '/usr/bin/python3', args: ['-m', 'x', '/opt/tool'] }],
    ['what they write', { args: ['/opt/server/run.mjs', '/srv/data/x.txt'], sandbox: { writable: ['/srv/data'] } }],
    ['what a module of theirs writes', { args: ['-m', 'x', '/srv/data/x.txt'], sandbox: { writable: ['/srv/data'] } }],
    ['files of others in `/tmp`', { args: ['/opt/server/run.mjs', 'x/run.mjs'] }],
  ])('do not pin %s', (_what, more) => {
    const { pins } = lookAtProgram('x', { command: '/usr/bin/node', ...more }, parts());
    expect([...pins.keys()].filter((path) => !/^\/opt\/server\/run|^\/usr/.test(path))).toEqual([]);
  });

  it('load whatever they made of the data they may write, but for a script of theirs', () => {
    const entry = (...args: string[]) => ({
      x: { command: '/usr/bin/node', args, cwd: '/srv/data', sandbox: { writable: ['/srv/data'] } },
    });
    const after = (entries: Readonly<Record<string, unknown>>, changes: Changes): string =>
      codeOf(() => load(entries, { note: sign(entries), key: signer.verifier }, changes));
    const server = entry('/opt/server/run.mjs', '/srv/data', '/srv/data/x.txt', 'fast', '--level=run*');
    expect(after(server, { '/srv/data/__main__.py': 'import x' })).toBe('nothing');
    expect(after(server, { '/srv/data/x.txt': { link: '/opt/tool/bin/start.js' } })).toBe('nothing');
    expect(after(server, { '/srv/data/fast.js': 'x', '/srv/data/run*': '#!' })).toBe('nothing');
    expect(after(entry('fast'), { '/srv/data/fast.js': 'x' })).toMatch(/^DMC_SERVER_UNSIGNED/);
  });

  it.each(['/srv/data/plugin.mjs', '/srv/data/plugin', '/srv/data/plugin*'])(
    'are not signed where they may write code that is named to them: %s',
    (path) => {
      const plugins: Changes = {
        '/srv/data/plugin.mjs': 'x',
        '/srv/data/plugin': { link: '/srv/data/plugin.mjs' },
        '/srv/data/plugin*': '#!',
      };
      const entry = {
        command: '/usr/bin/node',
        args: ['/opt/server/run.mjs', path],
        sandbox: { writable: ['/srv/data'] },
      };
      const program = lookAtProgram('x', entry, parts(plugins));
      expect(codeOf(() => checkWritable([program], parts(plugins)))).toMatch(/cannot be relied on$/);
    },
  );

  it('rely on nothing that one of them may write', () => {
    const run = { command: '/usr/bin/node', args: ['/opt/server/run.mjs'] };
    const writes = (...writable: string[]): object => ({ ...run, sandbox: { writable } });
    const reads = (...readable: string[]): object => ({ ...run, sandbox: { readable } });
    const refused = (entries: Readonly<Record<string, unknown>>, own: readonly string[] = []): string =>
      codeOf(() => ServerLaunch.load(entries, { note: sign(entries), key: signer.verifier }, { ...parts(), own }));
    const bank = { command: '/usr/bin/node', args: ['/opt/tool/bin/start.js'] };
    expect(refused({ files: writes('/opt/tool'), bank })).toBe(
      'DMC_SERVER_PROGRAM: server `files` lets it write `/opt/tool`, which holds `/opt/tool/bin/start.js` of server `bank`: what it can replace cannot be relied on',
    );
    for (const [entries, own] of [
      // Its own script, by its ending, and by its place behind an interpreter.
      [{ x: { ...run, args: ['/opt/tool/bin/start'], sandbox: { writable: ['/opt/tool'] } } }],
      [{ x: { ...run, args: ['/srv/data/x.txt'], sandbox: { writable: ['/srv/data'] } } }],
      // What a link leads to, the Node.js of the gateway, and a folder that another one writes.
      [{ files: writes('/opt/server/lib'), bank: { ...run, args: ['/srv/links/a.mjs'] } }],
      [{ x: { command: '/opt/tool/bin/start.js', sandbox: { writable: ['/usr/bin'] } } }],
      [{ files: writes('/srv/data'), bank: writes('/srv/data/sub') }],
      // What another one runs, which is named through a link.
      [{ files: writes('/opt/links'), bank: { command: '/opt/links/python' } }],
      // What another one runs, pins and reads, and a link on the way there.
      [{ files: writes('/opt/server/lib'), bank: { ...bank, pin: ['/opt/server/lib'] } }],
      [{ files: writes('/opt/server/lib'), bank: { ...bank, pin: ['/opt/server'] } }],
      [{ files: writes('/srv/data'), bank: reads('/srv/data/x.txt') }],
      [{ files: writes('/srv/links'), bank: { ...run, args: ['/srv/links/a.mjs'] } }],
      // What is the gateway's.
      [{ files: writes('/srv/data') }, ['/srv/data/demarc.gateway.yaml']],
      [{ files: writes('/srv/data') }, ['/srv/data']],
      [{ files: writes('/srv/data') }, ['/srv']],
    ] as const)
      expect(refused(entries, own)).toMatch(/^DMC_SERVER_PROGRAM: .*cannot be relied on$/);
    expect(refused({ files: writes('/srv/data'), bank, git: reads('/srv/data'), more: writes('/srv/data') })).toBe(
      'nothing',
    );
  });
});

describe('G8: leave to start a process', () => {
  it('cannot be made by anything but a signed configuration', () => {
    const launch = load().get('files');
    expect(ServerLaunch.isOne(launch)).toBe(true);
    for (const forged of [
      Object.assign({}, launch),
      JSON.parse(JSON.stringify(launch)),
      structuredClone(Object.assign({}, launch)),
      Object.create(ServerLaunch.prototype),
      Object.setPrototypeOf(Object.assign({}, launch), ServerLaunch.prototype),
      new Proxy(launch ?? {}, {}),
      null,
      'launch',
    ])
      expect(ServerLaunch.isOne(forged)).toBe(false);
    expect(() => Object.assign(launch?.program ?? {}, { path: '/bin/sh' })).toThrow(TypeError);
    expect(() => Object.assign(launch ?? {}, { program: { path: '/bin/sh', args: [] } })).toThrow(TypeError);
  });

  it('has a constructor that types keep to the class, and nothing pretends to have one', () => {
    const folder = new URL('../', import.meta.url).pathname;
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
    );
    const text = (path: string): string => readFileSync(join(folder, path), 'utf8');
    expect(text('sandbox/server-launch.ts')).toContain('private constructor(');
    expect(sources.filter((path) => /\bas (?:unknown as )?ServerLaunch\b/.test(text(path)))).toEqual([]);
    // No part of the gateway that answers requests can load a configuration.
    expect(
      sources.filter((path) => /^(?:gateway|store|broker)\//.test(path) && text(path).includes('ServerLaunch')),
    ).toEqual([]);
  });
});

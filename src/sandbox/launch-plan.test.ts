import { describe, expect, it } from 'vitest';
import { DemarcError } from '../base/errors.ts';
import { ed25519Signer } from '../ledger/note.ts';
import { parseEventInput } from '../store/event-input.ts';
import { MemoryTree } from './fixtures/memory-tree.ts';
import type { HostFacts } from './host.ts';
import { type LaunchPlan, type LaunchTime, launchPlan } from './launch-plan.ts';
import {
  sandboxConnects,
  sandboxDisconnected,
  sandboxExited,
  sandboxPosture,
  sandboxStarted,
} from './sandbox-events.ts';
import { ServerLaunch } from './server-launch.ts';
import { lookAtProgram } from './server-program.ts';
import { signServers } from './signed-servers.ts';

const signer = ed25519Signer('acme.example/servers', Buffer.alloc(32, 5));
const files = new MemoryTree({
  '/opt/node/bin/node': 'node',
  '/opt/server/run.mjs': 'serve()',
  '/srv/docs/a': '',
  '/srv/docs/out/b': '',
  '/usr/bin/tool': 'tool',
});
const parts = { files, node: '/opt/node/bin/node' };

function launchOf(entry: Readonly<Record<string, unknown>>): ServerLaunch {
  const note = signServers([lookAtProgram('files', entry, parts)], 0, signer);
  const launch = ServerLaunch.load({ files: entry }, { note, key: signer.verifier }, parts).get('files');
  if (launch === undefined) throw new Error('not loaded');
  return launch;
}

const host: HostFacts = {
  platform: 'linux',
  architecture: 'x64',
  user: 1000,
  bubblewrap: { path: '/usr/bin/bwrap', version: '0.8.0' },
  prlimit: '/usr/bin/prlimit',
  node: '/opt/node/bin/node',
  rootFolders: { '/bin': { link: 'usr/bin' }, '/lib64': 'folder' },
  etc: ['/etc/ld.so.cache', '/etc/ssl/certs'],
};
const time: LaunchTime = { environment: {}, group: 'sandbox-1' };
const node = { command: '/opt/node/bin/node', args: ['/opt/server/run.mjs', '--root', '/srv/docs'] };
const plan = (
  entry: Readonly<Record<string, unknown>>,
  more: Partial<HostFacts> = {},
  at: Partial<LaunchTime> = {},
): LaunchPlan => launchPlan(launchOf(entry), { ...host, ...more }, { ...time, ...at });

/** What bubblewrap is told on its descriptor, one option a line. */
function toldTo({ args, descriptors }: LaunchPlan): string[] {
  const at = Number(args[args.indexOf('--args') + 1]) - 3;
  const descriptor = descriptors[at];
  if (descriptor?.kind !== 'bytes') throw new Error('no arguments');
  const text = Buffer.from(descriptor.bytes).toString('utf8');
  expect(text.endsWith('\0')).toBe(true);
  return text.slice(0, -1).replaceAll('\0--', '\n--').replaceAll('\0', ' ').split('\n');
}

describe('the plan of a start', () => {
  it('is a whole sandbox, golden', () => {
    const made = plan(
      { ...node, env: { TOKEN: 'x' }, sandbox: { readable: ['/srv/docs'], writable: ['/srv/docs/out'] } },
      {},
      { environment: { TOKEN: 'x y' } },
    );
    expect(made.path).toBe('/usr/bin/bwrap');
    expect(made.args.join(' ')).toBe(
      '--args 9 -- /usr/bin/prlimit --core=0 --nofile=1024 --fsize=1073741824 --nproc=128 --data=1073741824 -- /opt/node/bin/node /opt/server/run.mjs --root /srv/docs',
    );
    expect(made.environment).toEqual({});
    expect(made.directory).toBe('/');
    expect(made.user).toBeUndefined();
    expect(toldTo(made)).toMatchInlineSnapshot(`
      [
        "--unshare-user",
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-uts",
        "--unshare-cgroup",
        "--uid 65534",
        "--gid 65534",
        "--hostname sandbox",
        "--new-session",
        "--die-with-parent",
        "--cap-drop ALL",
        "--disable-userns",
        "--ro-bind /usr /usr",
        "--symlink usr/bin /bin",
        "--ro-bind /lib64 /lib64",
        "--ro-bind /etc/ld.so.cache /etc/ld.so.cache",
        "--ro-bind /etc/ssl/certs /etc/ssl/certs",
        "--ro-bind-data 3 /etc/passwd",
        "--ro-bind-data 4 /etc/group",
        "--ro-bind-data 5 /etc/nsswitch.conf",
        "--ro-bind-data 6 /etc/hosts",
        "--proc /proc",
        "--tmpfs /dev",
        "--dev-bind /dev/null /dev/null",
        "--dev-bind /dev/zero /dev/zero",
        "--dev-bind /dev/full /dev/full",
        "--dev-bind /dev/random /dev/random",
        "--dev-bind /dev/urandom /dev/urandom",
        "--symlink /proc/self/fd /dev/fd",
        "--symlink /proc/self/fd/0 /dev/stdin",
        "--symlink /proc/self/fd/1 /dev/stdout",
        "--symlink /proc/self/fd/2 /dev/stderr",
        "--size 67108864",
        "--tmpfs /dev/shm",
        "--size 67108864",
        "--tmpfs /tmp",
        "--ro-bind /srv/docs /srv/docs",
        "--bind /srv/docs/out /srv/docs/out",
        "--ro-bind /opt/node/bin/node /opt/node/bin/node",
        "--ro-bind /opt/server/run.mjs /opt/server/run.mjs",
        "--remount-ro /dev",
        "--remount-ro /",
        "--chdir /tmp",
        "--seccomp 7",
        "--info-fd 8",
        "--clearenv",
        "--setenv PATH /usr/local/bin:/usr/bin:/bin",
        "--setenv HOME /tmp",
        "--setenv TMPDIR /tmp",
        "--setenv LANG C.UTF-8",
        "--setenv TOKEN x y",
      ]
    `);
    expect(made.descriptors.map((each) => (each.kind === 'bytes' ? each.what : each.kind))).toEqual([
      '/etc/passwd',
      '/etc/group',
      '/etc/nsswitch.conf',
      '/etc/hosts',
      'seccomp',
      'info',
      'arguments',
    ]);
  });

  it('with a way out starts the forwarder first, and gives it the socket', () => {
    const made = plan(
      { ...node, sandbox: { egress: ['api.example.com', '*.example.org:8443'] } },
      {},
      { socket: '/state/egress-1/proxy.sock' },
    );
    expect(made.args.slice(made.args.lastIndexOf('--') + 1)).toEqual([
      '/opt/node/bin/node',
      '/run/demarc/forwarder.cjs',
      JSON.stringify({
        socket: '/run/demarc/egress.sock',
        routes: [{ host: 'api.example.com', port: 443, address: '127.1.0.1' }],
        proxy: { host: '127.0.0.1', port: 3128 },
      }),
      '/opt/node/bin/node',
      '/opt/server/run.mjs',
      '--root',
      '/srv/docs',
    ]);
    const told = toldTo(made);
    expect(told).toContain('--bind /state/egress-1/proxy.sock /run/demarc/egress.sock');
    expect(told).toContain('--cap-add CAP_NET_BIND_SERVICE');
    expect(told).toContain('--unshare-net');
    expect(told).toContain('--setenv HTTPS_PROXY http://127.0.0.1:3128');
    expect(told).not.toContain('--disable-userns');
    expect(told).toContain('--ro-bind /opt/node/bin/node /opt/node/bin/node');
    expect(made.descriptors.some((each) => each.kind === 'bytes' && each.what === '/run/demarc/forwarder.cjs')).toBe(
      true,
    );
  });

  it('shows no secret where a list of processes does', () => {
    const made = plan({ ...node, env: { TOKEN: 'x' } }, {}, { environment: { TOKEN: 'sk-secret' } });
    expect(JSON.stringify([made.path, made.args, made.environment, made.confinement])).not.toContain('sk-secret');
    expect(toldTo(made)).toContain('--setenv TOKEN sk-secret');
  });

  it('becomes another user where the gateway is root', () => {
    expect(plan(node, { user: 0 }).user).toBe(65_534);
    expect(plan({ ...node, sandbox: { user: 4_000 } }, { user: 0 }).user).toBe(4_000);
    expect(plan({ ...node, sandbox: { user: 4_000 } }).user).toBeUndefined();
  });

  it('limits all processes together where it can, and each where it cannot', () => {
    const sandbox = { 'memory-mib': 256, processes: 32, 'cpu-percent': 50, 'cpu-seconds': 60, 'file-mib': 1 };
    const each = plan({ ...node, sandbox });
    expect(each.controlGroup).toBeUndefined();
    expect(each.args.join(' ')).toContain('--fsize=1048576 --nproc=32 --data=268435456 --cpu=60 --');
    const together = plan({ ...node, sandbox }, { controlGroups: '/sys/fs/cgroup/demarc.service' });
    expect(together.controlGroup).toEqual({
      parent: '/sys/fs/cgroup/demarc.service',
      name: 'sandbox-1',
      controllers: ['memory', 'pids', 'cpu'],
      values: {
        'memory.max': '268435456',
        'memory.swap.max': '0',
        'memory.oom.group': '1',
        'pids.max': '32',
        'cpu.max': '50000 100000',
      },
    });
    expect([each, together].map(({ confinement }) => confinement)).toMatchObject([
      { limits: 'process' },
      { limits: 'control-group' },
    ]);
    expect(together.args.join(' ')).not.toContain('--data=');
    expect(toldTo(together).filter((line) => /^--\w+-fd/.test(line))).toEqual(['--info-fd 8', '--block-fd 9']);
    expect(together.descriptors.map(({ kind }) => kind).slice(5)).toEqual(['info', 'wait', 'bytes']);
  });

  it('without a sandbox is the program alone, in a clean environment', () => {
    const entry = { ...node, env: { A: '1' }, sandbox: { none: 'it needs the graphics card' } };
    const made = plan(entry, { platform: 'darwin', bubblewrap: undefined }, { environment: { A: '1' } });
    expect(made).toEqual({
      path: '/opt/node/bin/node',
      args: ['/opt/server/run.mjs', '--root', '/srv/docs'],
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', A: '1' },
      directory: '/',
      descriptors: [],
      confinement: { kind: 'none', reason: 'it needs the graphics card' },
    });
  });

  it('ends after its time, and starts in its folder', () => {
    expect(plan(node).lifetimeMs).toBeUndefined();
    const made = plan({ ...node, cwd: '/srv/docs', sandbox: { 'lifetime-seconds': 5, readable: ['/srv/docs'] } });
    expect(made.lifetimeMs).toBe(5_000);
    expect(toldTo(made)).toContain('--chdir /srv/docs');
    expect(plan({ ...node, cwd: '/srv/docs', sandbox: { none: 'it needs the graphics card' } }).directory).toBe(
      '/srv/docs',
    );
  });

  it('is the same for the same facts', () => {
    expect(plan(node)).toEqual(plan(node));
  });

  it.each<[string, Partial<HostFacts>, RegExp, RegExp]>([
    ['macOS', { platform: 'darwin' }, /no sandbox on darwin/, /on Linux/],
    ['Windows', { platform: 'win32' }, /no sandbox on win32/, /on Linux/],
    ['another processor', { architecture: 'riscv64' }, /no system call filter for riscv64/, /x64 and arm64/],
    ['no bubblewrap', { bubblewrap: undefined }, /bubblewrap is not installed/, /install the package `bubblewrap`/],
    [
      'an old bubblewrap',
      { bubblewrap: { path: '/usr/bin/bwrap', version: '0.7.9' } },
      /0.7.9 is too old/,
      /0.8 or newer/,
    ],
    [
      'no user namespaces',
      { trial: 'setting up uid map: Permission denied' },
      /uid map: Permission denied/,
      /user namespaces/,
    ],
    ['nothing to limit with', { prlimit: undefined }, /no `prlimit`/, /util-linux/],
    // Control groups know neither files nor processor time.
    [
      'nothing to limit all with',
      { prlimit: undefined, controlGroups: '/sys/fs/cgroup/x.service' },
      /no `prlimit`/,
      /util-linux/,
    ],
  ])('is refused on %s, with what to do', (_what, facts, message, hint) => {
    let thrown: unknown;
    try {
      plan(node, facts);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DemarcError);
    expect(thrown).toMatchObject({
      code: 'DMC_SANDBOX',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect((thrown as DemarcError).hint).toContain('sandbox: { none: <why> }');
  });

  it('takes newer bubblewraps, and both processors', () => {
    for (const version of ['0.8.0', '0.11.0', '1.0'])
      expect(plan(node, { bubblewrap: { path: '/usr/bin/bwrap', version } }).path).toBe('/usr/bin/bwrap');
    expect(plan(node, { architecture: 'arm64' }).path).toBe('/usr/bin/bwrap');
  });
});

describe('events of a sandbox', () => {
  const confined = launchOf({ ...node, env: { TOKEN: 'plain' }, sandbox: { egress: ['a.com'] } });
  const free = launchOf({ command: '/usr/bin/tool', sandbox: { none: 'it needs the graphics card' } });
  const target = { host: 'a.com', port: 443 };
  const connection = { server: 'files', reference: 'sandbox-1', target };

  it.each([
    sandboxStarted(confined, launchPlan(confined, host, { ...time, socket: '/s' }), 'sandbox-1'),
    sandboxStarted(free, launchPlan(free, host, time), 'sandbox-1'),
    sandboxExited('files', 'sandbox-1', { ending: 'exited', code: 1 }, 12, 'oops'),
    sandboxExited('files', 'sandbox-1', { ending: 'closed', signal: 'SIGKILL' }, 12, ''),
    sandboxConnects(connection),
    sandboxConnects({ ...connection, target: undefined }, 'egress.malformed'),
    sandboxDisconnected(connection, { bytes: 5, durationMs: 1, failure: 'egress.unreachable' }),
  ])('is accepted by the ledger as it stands: $kind', (event) => {
    const { input, problems } = parseEventInput(event, 0);
    expect(problems).toEqual([]);
    expect(input.kind).toBe(event.kind);
  });

  it('say how it is held, and hold no value of a variable', () => {
    const event = sandboxStarted(
      confined,
      launchPlan(confined, host, { ...time, environment: { TOKEN: 'sk-secret' }, socket: '/s' }),
      'r',
    );
    expect(event.reasons).toEqual(['sandbox.bubblewrap', 'sandbox.limits.process']);
    expect(JSON.stringify(event)).not.toContain('sk-secret');
    expect(sandboxStarted(free, launchPlan(free, host, time), 'r').reasons).toEqual(['sandbox.none']);
  });

  it('posture names who has no sandbox, and why', () => {
    expect(sandboxPosture([confined, free])).toEqual([
      { server: 'files', sandbox: 'bubblewrap', egress: ['a.com:443'] },
      { server: 'files', sandbox: 'none', reason: 'it needs the graphics card', egress: ['*'] },
    ]);
  });
});

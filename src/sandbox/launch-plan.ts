import { type EgressRule, formatTarget, hostsFile, proxyAt, routesOf } from './egress-rules.ts';
import { forwarderArguments, forwarderProgram, insideFolder, insideForwarder, insideSocket } from './forwarder.ts';
import { etcNeeded, type HostFacts, isArchitecture, sandboxProblem } from './host.ts';
import { type ControlGroupPlan, controlGroupPlan, processLimits } from './resource-limits.ts';
import { sandboxError } from './sandbox-error.ts';
import { encodeFilter, seccompFilter } from './seccomp/filter.ts';
import type { ServerLaunch } from './server-launch.ts';
import { type ConfinedSettings, isInside } from './settings.ts';

/** What a started program finds open beside its standard streams, from descriptor 3 on. */
export type Descriptor =
  /** Bytes it reads to the end. */
  | { readonly kind: 'bytes'; readonly what: string; readonly bytes: Uint8Array }
  /** Where bubblewrap writes which process it started, as JSON. */
  | { readonly kind: 'info' }
  /** Where bubblewrap waits for a byte before it goes on. */
  | { readonly kind: 'wait' };

/** All that is needed to start a server: no shell, nothing inherited. */
export interface LaunchPlan {
  readonly path: string;
  readonly args: readonly string[];
  /** The environment of what is started. Of a sandbox it is empty: the server's is on a descriptor, where no list of processes shows it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly descriptors: readonly Descriptor[];
  /** User and group to become first. */
  readonly user?: number | undefined;
  readonly controlGroup?: ControlGroupPlan | undefined;
  readonly lifetimeMs?: number | undefined;
  readonly confinement: Confinement;
}

/** How a server is held. */
export type Confinement =
  | {
      readonly kind: 'bubblewrap';
      /** Whether limits hold for all its processes together, or for each. */
      readonly limits: 'control-group' | 'process';
      /** Arguments of bubblewrap, without the environment. */
      readonly sandbox: readonly string[];
    }
  | { readonly kind: 'none'; readonly reason: string };

/** What is only known when a server is started. */
export interface LaunchTime {
  /** The declared environment with its secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The socket of the gateway's proxy for this process; needed where the server may connect anywhere. */
  readonly socket?: string | undefined;
  /** Name of a new control group. */
  readonly group: string;
}

/** One option and its values, or several. */
const option = (...words: readonly string[]): readonly string[] => words;

const searchPath = '/usr/local/bin:/usr/bin:/bin';
/** Nobody, as most systems number it. */
const insideUser = '65534';

/**
 * Plans how a server is started: pure, the same for the same facts.
 *
 * @throws DemarcError `DMC_SANDBOX` when this machine cannot hold it
 */
export function launchPlan(launch: ServerLaunch, host: HostFacts, time: LaunchTime): LaunchPlan {
  const { sandbox, args, cwd } = launch.settings;
  const command = [launch.program.path, ...launch.program.args, ...args];
  if ('none' in sandbox)
    return {
      path: launch.program.path,
      args: command.slice(1),
      environment: { PATH: searchPath, LANG: 'C.UTF-8', ...time.environment },
      directory: cwd ?? '/',
      descriptors: [],
      confinement: { kind: 'none', reason: sandbox.none },
    };
  const problem = sandboxProblem(host);
  if (problem !== undefined) throw problem;
  return confinedPlan(launch, sandbox, host, time, command);
}

function confinedPlan(
  launch: ServerLaunch,
  sandbox: ConfinedSettings,
  host: HostFacts,
  time: LaunchTime,
  command: readonly string[],
): LaunchPlan {
  if (host.bubblewrap === undefined || !isArchitecture(host.architecture))
    throw sandboxError('this machine cannot hold a process', 'docs/guide/sandbox.md says what it takes');
  const controlGroup =
    host.controlGroups === undefined ? undefined : controlGroupPlan(sandbox, host.controlGroups, time.group);
  const descriptors = new Descriptors();
  const options = [
    ...namespaces(sandbox.egress.length > 0),
    ...systemMounts(host, sandbox, descriptors),
    ...programMounts(launch, sandbox, host),
    ...(sandbox.egress.length > 0 ? egressMounts(time.socket, descriptors) : []),
    ...option('--remount-ro', '/dev', '--remount-ro', '/', '--chdir', launch.settings.cwd ?? '/tmp'),
    ...option('--seccomp', descriptors.bytes('seccomp', encodeFilter(seccompFilter(host.architecture)))),
    ...option('--info-fd', descriptors.add({ kind: 'info' })),
    ...(controlGroup === undefined ? [] : ['--block-fd', descriptors.add({ kind: 'wait' })]),
  ];
  const environment = { ...insideEnvironment(sandbox.egress), ...time.environment };
  const variables = Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]);
  const all = [...options, '--clearenv', ...variables];
  const started =
    sandbox.egress.length > 0 ? [host.node, ...forwarderArguments(routesOf(sandbox.egress), command)] : command;
  return {
    path: host.bubblewrap.path,
    // Arguments on a descriptor end with NUL each.
    args: [
      '--args',
      descriptors.bytes('arguments', Buffer.from(`${all.join('\0')}\0`)),
      '--',
      ...processLimits(sandbox, host),
      ...started,
    ],
    environment: {},
    directory: '/',
    descriptors: descriptors.all,
    user: host.user === 0 ? sandbox.user : undefined,
    controlGroup,
    lifetimeMs: sandbox['lifetime-seconds'] === undefined ? undefined : sandbox['lifetime-seconds'] * 1_000,
    confinement: {
      kind: 'bubblewrap',
      limits: controlGroup === undefined ? 'process' : 'control-group',
      sandbox: options,
    },
  };
}

/** Descriptors in the order in which they are named. */
class Descriptors {
  readonly all: Descriptor[] = [];

  /** @returns its number, as an argument */
  add(descriptor: Descriptor): string {
    this.all.push(descriptor);
    return String(2 + this.all.length);
  }

  bytes(what: string, bytes: Uint8Array | string): string {
    return this.add({ kind: 'bytes', what, bytes: Buffer.from(bytes) });
  }
}

/**
 * Everything of its own. Where the forwarder has to listen below port 1024, its user namespace is the one the network belongs to, with
 * that one capability in it; else namespaces cannot even be made again (the filter refuses that in both cases).
 */
export function namespaces(hasEgress: boolean): readonly string[] {
  return [
    ...option('--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup'),
    ...option('--uid', insideUser, '--gid', insideUser, '--hostname', 'sandbox', '--new-session', '--die-with-parent'),
    ...option('--cap-drop', 'ALL'),
    ...(hasEgress ? ['--cap-add', 'CAP_NET_BIND_SERVICE'] : ['--disable-userns']),
  ];
}

/** `/usr`, and what of the root leads into it or stands beside it. */
export function programFolders({ rootFolders }: Pick<HostFacts, 'rootFolders'>): readonly string[] {
  return [
    ...option('--ro-bind', '/usr', '/usr'),
    ...Object.entries(rootFolders).flatMap(([path, what]) =>
      what === 'folder' ? ['--ro-bind', path, path] : ['--symlink', what.link, path],
    ),
  ];
}

const devices = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'];

/** The system as a program needs it: read only, and nothing that says who else is here. */
function systemMounts(host: HostFacts, sandbox: ConfinedSettings, descriptors: Descriptors): readonly string[] {
  const bytes = String(sandbox['temporary-mib'] * 1_048_576);
  const data = (path: string, text: string): readonly string[] => [
    '--ro-bind-data',
    descriptors.bytes(path, text),
    path,
  ];
  return [
    ...programFolders(host),
    ...etcNeeded.filter((path) => host.etc.includes(path)).flatMap((path) => ['--ro-bind', path, path]),
    ...data('/etc/passwd', `server:x:${insideUser}:${insideUser}::/tmp:/usr/sbin/nologin\n`),
    ...data('/etc/group', `server:x:${insideUser}:\n`),
    ...data('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files\n'),
    ...data('/etc/hosts', hostsFile(routesOf(sandbox.egress))),
    ...option('--proc', '/proc', '--tmpfs', '/dev'),
    ...devices.flatMap((path) => ['--dev-bind', path, path]),
    ...option('--symlink', '/proc/self/fd', '/dev/fd', '--symlink', '/proc/self/fd/0', '/dev/stdin'),
    ...option('--symlink', '/proc/self/fd/1', '/dev/stdout', '--symlink', '/proc/self/fd/2', '/dev/stderr'),
    ...option('--size', bytes, '--tmpfs', '/dev/shm', '--size', bytes, '--tmpfs', '/tmp'),
  ];
}

/** The server's own files and what it was given. A folder comes before what lies in it. */
function programMounts(launch: ServerLaunch, sandbox: ConfinedSettings, host: HostFacts): readonly string[] {
  const mounts = new Map<string, '--ro-bind' | '--bind'>();
  const node = sandbox.egress.length > 0 ? [host.node] : [];
  for (const path of [...node, launch.program.path, ...launch.pinned, ...sandbox.readable])
    if (!isInside(path, '/usr')) mounts.set(path, '--ro-bind');
  for (const path of sandbox.writable) mounts.set(path, '--bind');
  return [...mounts]
    .toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
    .flatMap(([path, how]) => [how, path, path]);
}

function egressMounts(socket: string | undefined, descriptors: Descriptors): readonly string[] {
  if (socket === undefined)
    throw sandboxError('the way out of the sandbox is missing', 'this is a defect: please report it');
  return [
    ...option('--dir', insideFolder, '--bind', socket, insideSocket),
    ...option('--ro-bind-data', descriptors.bytes(insideForwarder, forwarderProgram), insideForwarder),
  ];
}

/** What every server finds, beside what its entry declares. Only patterns need a proxy: hosts that are named whole are reached by their names. */
function insideEnvironment(egress: readonly EgressRule[]): Readonly<Record<string, string>> {
  const proxy = `http://${formatTarget(proxyAt)}`;
  const hasPattern = egress.some(({ host }) => host.startsWith('*.'));
  return {
    PATH: searchPath,
    HOME: '/tmp',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    ...(hasPattern ? { HTTPS_PROXY: proxy, https_proxy: proxy } : {}),
  };
}

import { sandboxError } from './sandbox-error.ts';
import { type Architecture, architectures } from './seccomp/syscalls.ts';
import type { DemarcError } from '../base/errors.ts';

/** What a machine offers to hold a process; found out by running things, in `app/`. */
export interface HostFacts {
  /** As Node.js names them. */
  readonly platform: string;
  readonly architecture: string;
  /** The user the gateway runs as. */
  readonly user: number;
  /** Absolute path of bubblewrap and its version; undefined where there is none. */
  readonly bubblewrap?: { readonly path: string; readonly version: string } | undefined;
  /** Why a trial sandbox did not start; undefined when it did. */
  readonly trial?: string | undefined;
  /** Absolute path of `prlimit` of util-linux, below `/usr`. */
  readonly prlimit?: string | undefined;
  /** Real path of the Node.js that runs the gateway. */
  readonly node: string;
  /** `/bin`, `/lib`, `/lib64`, … that are there: where a link leads, or a folder. */
  readonly rootFolders: Readonly<Record<string, 'folder' | { readonly link: string }>>;
  /** Which of the files of `/etc` that programs need are there. */
  readonly etc: readonly string[];
  /** A folder of control groups, version 2, in which groups with limits can be made; undefined where there is none. */
  readonly controlGroups?: string | undefined;
}

/** Oldest bubblewrap that has all that is used: `--size`, `--disable-userns`. */
export const bubblewrapVersionMin: readonly [number, number] = [0, 8];

/** What of `/etc` a program may need and says nothing about people: the loader's cache, certificates, time zone, alternatives. */
export const etcNeeded = [
  '/etc/ld.so.cache',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust/extracted',
  '/etc/ca-certificates',
  '/etc/localtime',
  '/etc/alternatives',
] as const;

/** Folders of the root that lead into `/usr`, or stand beside it. */
export const rootFolderNames = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const;

export const processHint =
  'or say `sandbox: { none: <why> }` for a server that you trust as much as the gateway itself';

/**
 * Why this machine cannot hold a process in a sandbox; undefined when it can. A server is not started then: running it without
 * would give it the gateway's rights.
 */
export function sandboxProblem(host: HostFacts): DemarcError | undefined {
  const { platform, bubblewrap, trial } = host;
  if (platform !== 'linux')
    return sandboxError(
      `there is no sandbox on ${platform}`,
      `run the gateway on Linux (a container or a virtual machine will do), ${processHint}`,
    );
  if (!isArchitecture(host.architecture))
    return sandboxError(
      `there is no system call filter for ${host.architecture}`,
      `it is made for ${architectures.join(' and ')}; ${processHint}`,
    );
  if (bubblewrap === undefined)
    return sandboxError('bubblewrap is not installed', `install the package \`bubblewrap\`, ${processHint}`);
  if (!isRecent(bubblewrap.version))
    return sandboxError(
      `bubblewrap ${bubblewrap.version} is too old`,
      `it takes ${bubblewrapVersionMin.join('.')} or newer, ${processHint}`,
    );
  if (host.prlimit === undefined)
    return sandboxError(
      'there is no `prlimit` to limit a process with',
      `install the package \`util-linux\`, ${processHint}`,
    );
  if (trial !== undefined)
    return sandboxError(
      `bubblewrap cannot make a sandbox here: ${trial}`,
      `allow user namespaces (sysctl user.max_user_namespaces; on Ubuntu an AppArmor profile for bwrap; in a container, unshare in its seccomp profile), ${processHint}`,
    );
  return undefined;
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin, minorMin] = bubblewrapVersionMin;
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

export function isArchitecture(text: string): text is Architecture {
  return (architectures as readonly string[]).includes(text);
}

import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { promisify } from 'node:util';
import { messageOf } from '../../base/errors.ts';
import { etcNeeded, type HostFacts, isArchitecture, rootFolderNames } from '../../sandbox/host.ts';
import { namespaces, programFolders } from '../../sandbox/launch-plan.ts';
import { encodeFilter, seccompFilter } from '../../sandbox/seccomp/filter.ts';
import { NodeChild } from '../gateway/node-child.ts';
import { delegatedControlGroups } from './control-groups.ts';
import { startProcess } from './start-process.ts';

const bubblewrapPaths = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'];
const prlimitPath = '/usr/bin/prlimit';
/** Nobody: who the trial runs as when the gateway is root, as servers do. */
const nobody = 65_534;
/** Milliseconds one look may take. */
const trialMs = 10_000;
const run = promisify(execFile);

/** Finds out what this machine offers to hold a process: looks for bubblewrap and makes one sandbox with it. */
export async function hostFacts(): Promise<HostFacts> {
  const { platform, arch, execPath } = process;
  const user = process.getuid?.() ?? -1;
  const bubblewrap = platform === 'linux' ? await findBubblewrap() : undefined;
  const facts: HostFacts = {
    platform,
    architecture: arch,
    user,
    bubblewrap,
    prlimit: existsSync(prlimitPath) ? prlimitPath : undefined,
    node: realpathSync(execPath),
    rootFolders: rootFolders(),
    etc: etcNeeded.filter((path) => existsSync(path)),
    controlGroups: platform === 'linux' ? delegatedControlGroups() : undefined,
  };
  return bubblewrap === undefined ? facts : { ...facts, trial: await tryBubblewrap(facts, bubblewrap.path) };
}

async function findBubblewrap(): Promise<HostFacts['bubblewrap']> {
  const path = bubblewrapPaths.find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  try {
    const { stdout } = await run(path, ['--version'], { env: {}, timeout: trialMs });
    return { path, version: /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? '0' };
  } catch {
    return { path, version: '0' };
  }
}

/** @returns why it cannot; undefined when it can */
async function tryBubblewrap(host: HostFacts, path: string): Promise<string | undefined> {
  const { architecture, user } = host;
  if (!isArchitecture(architecture)) return undefined;
  const filter = encodeFilter(seccompFilter(architecture));
  const { process: started } = startProcess({
    path,
    args: [...namespaces(true), ...programFolders(host), '--proc', '/proc', '--seccomp', '3', '--', '/usr/bin/true'],
    environment: {},
    directory: '/',
    descriptors: [{ kind: 'bytes', what: 'seccomp', bytes: filter }],
    user: user === 0 ? nobody : undefined,
  });
  const child = new NodeChild(started);
  let told = '';
  const read = (async () => {
    for await (const chunk of child.errors) told += Buffer.from(chunk).toString('utf8');
  })();
  const timer = setTimeout(() => child.kill(), trialMs);
  started.stdout?.resume();
  const why = await child.ended;
  clearTimeout(timer);
  await read;
  return why === 'exited with 0'
    ? undefined
    : messageOf(told.trim() === '' ? why : told.trim().replace(/^bwrap: /, ''));
}

function rootFolders(): HostFacts['rootFolders'] {
  const found: Record<string, 'folder' | { readonly link: string }> = {};
  for (const path of rootFolderNames) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() === true) found[path] = { link: readlinkSync(path) };
    else if (stat?.isDirectory() === true) found[path] = 'folder';
  }
  return found;
}

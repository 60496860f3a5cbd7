/** The published servers of test/real/mcp-servers as entries of a gateway and as programs a client starts itself. */
import { cpSync, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const pinned = read('../mcp-servers/servers.json');

/** By the server's name in the gateway: its package, one harmless call, and what that comes to without a network. */
const calls = read('./calls.json');

/** The files of a server, where they were installed; undefined where they are not. */
function scriptOf(nodeModules, name) {
  const folder = join(nodeModules, name);
  if (!existsSync(join(folder, 'package.json'))) return undefined;
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0]);
}

/**
 * @param {string} nodeModules where the servers were installed
 * @param {string} data a folder that servers may write
 */
export function serversIn(nodeModules, data) {
  const filled = (text) => text.replaceAll('<data>', data);
  return Object.entries(calls).flatMap(([name, { package: of, args = [], env = {}, call, form, volatile }]) => {
    const script = scriptOf(nodeModules, of);
    if (script === undefined) return [];
    const { args: own = [], env: ownEnv = {} } = pinned[of];
    const inData = Object.fromEntries(Object.entries({ ...ownEnv, ...env }).map(([key, text]) => [key, filled(text)]));
    return [
      {
        name,
        args: [script, ...(args.length > 0 ? args : own).map(filled)],
        env: inData,
        call: { ...call, arguments: JSON.parse(filled(JSON.stringify(call.arguments))) },
        form,
        volatile,
      },
    ];
  });
}

/** Servers run as somebody else where the gateway is root: their files must be reachable for others. A copy is made where they are not. */
export function reachable(installed, scratch) {
  const isOpen = (path) => (statSync(path).mode & 0o005) === 0o005 && (path === '/' || isOpen(dirname(path)));
  const real = realpathSync(installed);
  if (process.getuid?.() !== 0 || (isOpen(real) && !real.startsWith('/tmp/'))) return join(real, 'node_modules');
  const copy = join(scratch, 'node_modules');
  // Hard links take no room and no time, where it is one file system.
  if (spawnSync('cp', ['-al', join(real, 'node_modules'), copy]).status !== 0)
    cpSync(join(real, 'node_modules'), copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

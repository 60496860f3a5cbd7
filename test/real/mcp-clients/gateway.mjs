/** The built gateway, as an operator sets it up: a configuration on disk, signed servers, keys, and one process that serves. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const main = new URL('../../../dist/cli/main.js', import.meta.url).pathname;
const startMs = 60_000;
const stopMs = 20_000;

/** Whether servers can be confined here, tried as the gateway would. */
export function hasSandbox() {
  const args = ['--unshare-user', '--unshare-net', '--ro-bind', '/', '/', 'true'];
  return process.platform === 'linux' && spawnSync('bwrap', args).status === 0;
}

/** Runs the built program to its end. @returns its output; rejects with its messages where that is no success */
export async function demarc(folder, ...args) {
  const options = { cwd: folder, env: environmentOf(folder), maxBuffer: 256 * 1024 * 1024 };

  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], options);
  return stdout;
}

/** Nothing of this machine's own gateway is read or changed. */
const environmentOf = (folder) => ({ ...process.env, NO_COLOR: '1', DEMARC_GATEWAY_STATE: join(folder, 'state') });

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * @param {string} folder of the configuration
 * @param {readonly object[]} servers as `serversIn` gives them
 * @param {{ nodeModules: string, data: string, agents: readonly string[], isConfined: boolean }} how
 * @returns the origin, a key for each agent, and `stop`
 */
export async function startGateway(folder, servers, { nodeModules, data, agents, isConfined }) {
  const port = await freePort();
  const sandbox = isConfined
    ? { writable: [data], ...(process.execPath.startsWith('/usr/') ? {} : { readable: [process.execPath] }) }
    : { none: 'there is no bubblewrap on this machine' };
  const config = {
    version: 1,
    listen: `127.0.0.1:${port}`,
    state: 'state',
    policies: 'policies',
    identity: { 'api-keys': { directory: 'keys' } },
    servers: Object.fromEntries(
      servers.map(({ name, args, env }) => [
        name,
        { command: process.execPath, args, env, cwd: data, pin: [nodeModules], sandbox },
      ]),
    ),
  };
  mkdirSync(folder, { recursive: true });
  cpSync(new URL('./policies', import.meta.url), join(folder, 'policies'), { recursive: true });
  // YAML is a superset of JSON.
  writeFileSync(join(folder, 'demarc.gateway.yaml'), JSON.stringify(config, undefined, 2));
  await demarc(folder, 'gateway', 'sign', 'demarc.gateway.yaml');
  const create = async (agent) => {
    const key = await demarc(folder, 'gateway', 'key', 'create', '--agent', agent, '--directory', 'keys');
    return [agent, key.trim()];
  };
  const keys = Object.fromEntries(await Promise.all(agents.map(create)));
  const child = spawn(process.execPath, [main, 'gateway', 'serve', '--config', 'demarc.gateway.yaml'], {
    cwd: folder,
    env: environmentOf(folder),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const told = await untilServing(child);
  return {
    origin: `http://127.0.0.1:${port}`,
    keys,
    told,
    ledger: join(folder, 'state', 'ledger'),
    stop: () => stop(child),
  };
}

function untilServing(child) {
  const told = [];
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not serving after ${startMs} ms: ${told.join('')}`)), startMs);
    child.stderr.setEncoding('utf8').on('data', (text) => {
      told.push(text);
      if (!/^ledger /m.test(told.join(''))) return;
      clearTimeout(late);
      resolve(told);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${told.join('')}`)));
  });
}

async function stop(child) {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), stopMs);
  const how = await ended;
  clearTimeout(hard);
  return how;
}

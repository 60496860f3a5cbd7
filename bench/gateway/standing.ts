/** Things that stand between client and server, each in processes of its own, and what processor time those have used. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { plainEnvironment, plainNode } from './plain-node.ts';

/** How a client speaks to it: MCP of 2026-07-28, MCP of 2025-11-25 with a session, a model's chat completions. */
export type Speaks = 'stateless' | 'session' | 'chat';

export interface Standing {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly speaks: Speaks;
  readonly headers?: Readonly<Record<string, string>>;
  /** Microseconds of processor time so far, of it and all processes it started. */
  cpu(): number;
  /** Bytes of memory of the same. */
  memory(): number;
  stop(): void;
}

const peers = join(tmpdir(), 'demarc-bench-peers');

/** Starts one of this folder's programs. */
export async function started(
  name: string,
  [file, ...args]: readonly [string, ...string[]],
  how: Pick<Standing, 'path' | 'speaks'>,
): Promise<Standing> {
  const child = fork(plainNode(file), args, {
    env: plainEnvironment,
    stdio: ['ignore', 'ignore', file === 'proxy.ts' ? 'inherit' : 'ignore', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { name, port, ...how, ...measured(child), stop: () => child.disconnect() };
}

/** The same program, seen in another way. */
export function alsoAs(standing: Standing, name: string, how: Pick<Standing, 'path' | 'speaks'>): Standing {
  return { ...standing, name, ...how, stop: () => undefined };
}

/** nginx in front of a server: the floor. @returns undefined where it is not installed */
export async function nginx(upstream: number): Promise<Standing | undefined> {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'demarc-nginx-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http { access_log off; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
upstream u { server 127.0.0.1:${upstream}; keepalive 256; }
server { listen 127.0.0.1:${port}; keepalive_requests 1000000; location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  await answering(port);
  return { name: 'nginx', port, path: '/mcp', speaks: 'stateless', ...measured(child), stop: () => child.kill() };
}

/** mcp-proxy in front of the same server over standard input and output, whose time counts: it starts it. */
export async function mcpProxy(): Promise<Standing | undefined> {
  const program = installed('mcp-proxy@6.7.19', 'mcp-proxy/dist/bin/mcp-proxy.mjs');
  if (program === undefined) return undefined;
  const port = await freePort();
  const server = [process.execPath, plainNode('upstream.ts'), 'stdio'];
  const args = [program, '--port', String(port), '--host', '127.0.0.1', '--server', 'stream', '--', ...server];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  await answering(port);
  const name = 'mcp-proxy 6.7.19, its stdio server included';
  return { name, port, path: '/mcp', speaks: 'session', ...measured(child), stop: () => child.kill() };
}

/** Portkey's gateway in front of a model: it knows no MCP, so it carries chat completions of the same size. */
export async function portkey(upstream: number): Promise<Standing | undefined> {
  const program = installed('@portkey-ai/gateway@1.15.2', '@portkey-ai/gateway/build/start-server.js');
  if (program === undefined) return undefined;
  const port = await freePort();
  const child = spawn(process.execPath, [program, `--port=${port}`, '--headless'], { stdio: 'ignore' });
  await answering(port);
  return {
    name: '@portkey-ai/gateway 1.15.2 (chat)',
    port,
    path: '/v1/chat/completions',
    speaks: 'chat',
    headers: {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
      authorization: 'Bearer none',
    },
    ...measured(child),
    stop: () => child.kill(),
  };
}

/** Installs a package beside the project for the measurement. @returns the program, or undefined where it cannot be had */
function installed(specifier: string, program: string): string | undefined {
  const path = join(peers, 'node_modules', program);
  if (!existsSync(path)) {
    mkdirSync(peers, { recursive: true });
    writeFileSync(join(peers, 'package.json'), '{}');
    spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-save', specifier], { cwd: peers, timeout: 300_000 });
  }
  return existsSync(path) ? path : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(port: number): Promise<void> {
  for (let left = 200; left > 0; left--) {
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await wait(50);
  }
  throw new Error(`nothing answers on port ${port}`);
}

/** Linux counts in hundredths of a second (`USER_HZ`), memory in pages of 4 KB: see proc_pid_stat(5). */
function measured(child: ChildProcess): Pick<Standing, 'cpu' | 'memory'> {
  const sum = (of: (fields: readonly string[]) => number): number =>
    descendants(child.pid ?? 0).reduce((total, pid) => total + of(statOf(pid)), 0);
  return {
    cpu: () => sum((fields) => (Number(fields[11]) + Number(fields[12])) * 10_000),
    memory: () => sum((fields) => Number(fields[21]) * 4096),
  };
}

/** Fields behind the name of the program; the first is the state. */
function statOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((other) => other > 0 && Number(statOf(other)[1]) === pid);
  return [pid, ...children.flatMap(descendants)];
}

/** What `demarc gateway init` writes works: the gateway starts its servers and reaches them as the clients did. */
import { freePort } from './free-port.ts';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, expect, it } from 'vitest';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { runInit } from '../../src/app/commands/gateway/init-run.ts';
import { serveNode } from '../../src/app/gateway/node-server.ts';
import { openGateway } from '../../src/app/gateway/open-gateway.ts';
import { parseGatewayConfig } from '../../src/app/gateway/read-config.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { makeServer } from './whole.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'demarc-moved-')));
const remote = await makeServer('remote', (server) => {
  server.registerTool('ping', { description: 'Answers.' }, () => ({ content: [{ type: 'text', text: 'pong' }] }));
});
afterAll(() => {
  remote.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server over standard input and output whose one tool is described by what it was started with. */
const script = `
const started = { args: process.argv.slice(2), cwd: process.cwd(), env: Object.keys(process.env).sort(), token: process.env.API_TOKEN, user: process.env.WHO };
let rest = '';
process.stdin.on('data', (piece) => {
  const lines = (rest + piece).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) continue;
    const result = method === 'initialize'
      ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'local', version: '1' } }
      : method === 'tools/list' ? { tools: [{ name: 'started', description: JSON.stringify(started), inputSchema: { type: 'object' } }] } : {};
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
  }
});
`;

/** Moves the servers of a project behind a gateway. */
async function moved(name: string, servers: object) {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, 'server.mjs'), script);
  writeFileSync(join(project, '.mcp.json'), JSON.stringify({ mcpServers: servers }));
  const own = keepingContext();
  const variables = { ...own.environment.variables, XDG_STATE_HOME: join(project, 'state'), WHO_IS_IT: 'ana' };
  const context = {
    ...own,
    clock: nodeClock,
    environment: { ...own.environment, variables, workingDirectory: project },
  };
  await runInit(context, { machine: false, dryRun: false, undo: false, force: false, format: 'json' }, '.');
  expect((JSON.parse(own.out.join('')) as { left: unknown[] }).left).toEqual([]);
  const port = await freePort();
  const text = readFileSync(join(project, 'demarc.gateway.yaml'), 'utf8');
  const settings = parseGatewayConfig(
    text.replace(/^listen: .*$/m, `listen: 127.0.0.1:${port}`),
    'demarc.gateway.yaml',
  );
  const signature = readFileSync(join(project, 'demarc.gateway.yaml.servers.note'), 'utf8');
  const open = () => openGateway(context, { settings, signature, folder: project, tell: () => undefined });
  return { project, port, text, open };
}

it('servers get what their clients gave them: arguments, folder, variables, secrets, headers', async () => {
  const servers = {
    local: {
      command: 'node',
      args: ['./server.mjs', '${workspaceFolder}'],
      env: { API_TOKEN: 'kept-2', WHO: '${WHO_IS_IT}' },
    },
    remote: { url: remote.url, headers: { Authorization: 'Bearer kept-3', 'X-Region': 'eu' } },
  };
  const { project, port, text, open } = await moved('whole', servers);
  expect(text).not.toContain('kept-');
  const gateway = await open();
  const server = await serveNode({ handle: gateway.handle, host: '127.0.0.1', port });
  const clients: Client[] = [];
  const toolsOf = async (name: string) => {
    const client = new Client(
      { name: 'test', version: '1' },
      { capabilities: {}, versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp/${name}`)));
    clients.push(client);
    return (await client.listTools()).tools;
  };
  try {
    const [started] = await toolsOf('local');
    const said = JSON.parse(started?.description ?? '{}') as { env: string[] };
    expect(said).toMatchObject({ args: [project], cwd: project, token: 'kept-2', user: 'ana' });
    // Nothing else of the gateway's environment is there.
    expect(said.env.filter((name) => !['HOME', 'LANG', 'LOGNAME', 'PATH', 'TMPDIR', 'USER'].includes(name))).toEqual([
      'API_TOKEN',
      'WHO',
    ]);
    expect((await toolsOf('remote')).map(({ name }) => name)).toEqual(['ping']);
    expect(remote.seen.at(-1)?.headers).toMatchObject({ authorization: 'Bearer kept-3', 'x-region': 'eu' });
  } finally {
    await Promise.allSettled(clients.map((client) => client.close()));
    await server.close(100);
    await gateway.close();
  }
});

it('a script that changed since it was moved is not started', async () => {
  const { project, open } = await moved('changed', { local: { command: 'node', args: ['./server.mjs'] } });
  writeFileSync(join(project, 'server.mjs'), `${script}\nsteal();`);
  await expect(open()).rejects.toMatchObject({ code: 'DMC_SERVER_UNSIGNED' });
});

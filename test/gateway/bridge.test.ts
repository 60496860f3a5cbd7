/** `demarc mcp bridge` between a client that starts its servers as programs, and a gateway that runs or none. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, describe, expect, it } from 'vitest';
import { runServersSign } from '../../src/app/commands/gateway/sign-run.ts';
import { runKeyCreate } from '../../src/app/commands/gateway/key-run.ts';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { freePort } from './free-port.ts';
import { eventsOf, wholeGateway } from './whole.ts';

const main = new URL('../../src/app/main.ts', import.meta.url).pathname;
const fixture = new URL('../conformance/fixture-stdio.ts', import.meta.url).pathname;
/** Where `tsx` is found. */
const root = realpathSync(new URL('../../', import.meta.url).pathname);
const server = JSON.stringify({
  command: process.execPath,
  args: ['--import', 'tsx', fixture],
  cwd: root,
  sandbox: { none: 'it is a fixture that runs from its sources' },
});
const slowMs = 120_000;
const ownGateway = /^no gateway runs at 127\.0\.0\.1:\d+: one in this process, ledger .*state\/ledger$/m;

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Where the key that signs servers is, for every process of these tests. */
const keyFolder = mkdtempSync(join(tmpdir(), 'demarc-bridge-keys-'));
folders.push(keyFolder);
const variables = { DEMARC_GATEWAY_STATE: keyFolder };

/** A folder with a configuration whose servers are signed. @param named an address, where it is not one at which nothing listens */
async function configured(more: string, named?: string): Promise<string> {
  const listen = named ?? `127.0.0.1:${await freePort()}`;
  const folder = mkdtempSync(join(tmpdir(), 'demarc-bridge-'));
  folders.push(folder);
  writeFileSync(join(folder, 'gateway.yaml'), `version: 1\nlisten: ${listen}\nstate: state\n${more}`);
  const context = keepingContext();
  const environment = { ...context.environment, variables };
  await runServersSign({ ...context, environment }, {}, join(folder, 'gateway.yaml'));
  return folder;
}

const local = `policies: open\nservers:\n  one: ${server}\n`;
const bridge = ['--import', 'tsx', main, 'mcp', 'bridge'];
const command = (folder: string, ...more: string[]): string[] => [
  ...bridge,
  '--config',
  join(folder, 'gateway.yaml'),
  ...more,
];

interface Bridged {
  readonly client: Client;
  readonly told: () => string;
}

async function connect(args: string[], env: Record<string, string> = {}): Promise<Bridged> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    env: { ...variables, ...env },
    stderr: 'pipe',
  });
  let told = '';
  transport.stderr?.on('data', (piece: Buffer) => (told += piece.toString()));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport, { timeout: slowMs });
  return { client, told: () => told };
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** What it wrote to its error output until now. */
  readonly told: () => string;
}

function start(args: string[]): Started {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, ended, told: () => err };
}

/** A client of 2026-07-28, which knows no sessions. */
function startStateless(args: string[]): Started & { readonly call: () => Promise<unknown> } {
  const started = start(args);
  const lines = createInterface({ input: started.child.stdout })[Symbol.asyncIterator]();
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name: 'test_simple_text', arguments: {}, _meta };
  const call = async (): Promise<unknown> => {
    started.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`);
    return JSON.parse(((await lines.next()).value as string | undefined) ?? 'null') as unknown;
  };
  return { ...started, call };
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

describe('where no gateway runs', () => {
  it.each([
    ['one server', ['--server', 'one'], 'test_simple_text'],
    ['all servers together', [], 'one__test_simple_text'],
  ])(
    '%s goes through one in this process, which records',
    async (_what, flags, tool) => {
      const folder = await configured(local);
      const { client, told } = await connect(command(folder, ...flags));
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain(tool);
      expect(await client.callTool({ name: tool, arguments: {} })).toMatchObject({ content: [{ type: 'text' }] });
      await client.close();
      expect(told()).toMatch(ownGateway);
      const events = await eventsOf(folder);
      expect(events.map(({ kind, tool: of }) => [kind, of])).toEqual(
        expect.arrayContaining([
          ['tool.call', 'test_simple_text'],
          ['tool.result', 'test_simple_text'],
        ]),
      );
    },
    slowMs,
  );

  it(
    'writes nothing but messages to its output, and ends when it is told to',
    async () => {
      const { child, ended } = start(command(await configured(local), '--server', 'one'));
      child.stdin.write(`${JSON.stringify(initialize)}\nno message\n`);
      await once(child.stdout, 'data');
      child.kill('SIGTERM');
      const { code, out } = await ended;
      expect(code).toBe(0);
      const messages = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { jsonrpc: string });
      expect(messages.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    },
    slowMs,
  );

  it(
    'of several that start at once one is the gateway, the others go through it, and one of them follows it',
    async () => {
      const folder = await configured(local);
      const args = command(folder, '--server', 'one');
      const all = [startStateless(args), startStateless(args), startStateless(args)];
      const answered = { result: { content: [{ type: 'text' }] } };
      for (const answer of await Promise.all(all.map(({ call }) => call()))) expect(answer).toMatchObject(answered);
      const owners = (): Started[] => all.filter(({ told }) => ownGateway.test(told()));
      const [first] = owners();
      expect(owners()).toEqual([first]);
      const others = all.filter((one) => one !== first);
      for (const { told } of others) expect(told()).toMatch(/through the gateway at http:\S+\n$/);
      first?.child.stdin.end();
      await first?.ended;
      for (const answer of await Promise.all(others.map(({ call }) => call()))) expect(answer).toMatchObject(answered);
      expect(owners()).toHaveLength(2);
      for (const { child } of others) child.stdin.end();
      for (const { code } of await Promise.all(others.map(({ ended }) => ended))) expect(code).toBe(0);
      const calls = (await eventsOf(folder)).filter(({ kind }) => kind === 'tool.call');
      expect(calls).toHaveLength(5);
    },
    slowMs,
  );

  it(
    'a state that another gateway uses is waited for, then said',
    async () => {
      const [one, two] = [await configured(local), await configured(local)];
      const named = (folder: string, port: number): void =>
        writeFileSync(
          join(folder, 'gateway.yaml'),
          `version: 1\nlisten: 127.0.0.1:${port}\nstate: ${join(one, 'state')}\n${local}`,
        );
      named(two, await freePort());
      const { client } = await connect(command(one, '--server', 'one'));
      const { code, out, err } = await start(command(two, '--server', 'one')).ended;
      await client.close();
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^waiting: process \d+ .* writes this ledger\n/);
      expect(err).toMatch(
        /\[DMC_LEDGER_BUSY\]\nhint: another gateway uses this state: .*`state`, `ledger` and `listen`/,
      );
    },
    slowMs,
  );
});

describe('where a gateway runs', () => {
  it(
    'everything goes to it, with the token',
    async () => {
      const context = { ...keepingContext(), clock: nodeClock };
      const keys = mkdtempSync(join(tmpdir(), 'demarc-bridge-'));
      folders.push(keys);
      const flags = { agent: 'desk', format: 'terminal' as const, directory: join(keys, 'keys') };
      await runKeyCreate(context, flags);
      const key = /\bdmc\S+/.exec(context.out.join(''))?.[0] ?? context.out.join('').trim();
      const whole = await wholeGateway(
        `policies: open\nidentity: {api-keys: {directory: ${flags.directory}}}\nservers:\n  one: ${server}\n`,
      );
      folders.push(whole.folder);
      const args = [...bridge, '--config', join(whole.folder, 'demarc.gateway.yaml'), '--server', 'one'];
      const { client, told } = await connect(args, { DEMARC_GATEWAY_TOKEN: key });
      await client.callTool({ name: 'test_simple_text', arguments: {} });
      await client.close();
      expect(told()).toBe(`through the gateway at ${whole.origin}\n`);
      await expect(connect(args)).rejects.toThrow('a credential is needed');
      await whole.close();
      const calls = (await eventsOf(whole.folder)).filter(({ kind }) => kind === 'tool.call');
      expect(calls.map(({ agent, tool }) => [agent, tool])).toEqual([['desk', 'test_simple_text']]);
    },
    slowMs,
  );

  it(
    'nothing goes to one of another configuration, whose servers have the same names',
    async () => {
      const whole = await wholeGateway(local);
      folders.push(whole.folder);
      const folder = await configured(local, new URL(whole.origin).host);
      const { code, out, err } = await start(command(folder, '--server', 'one')).ended;
      await whole.close();
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^error: the gateway at \S+ is of another configuration \[DMC_UPSTREAM\]\nhint: .*`listen`/m);
    },
    slowMs,
  );

  it(
    'nor what answers to everything',
    async () => {
      const other = createServer((_request, response) => void response.end('ok'));
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const folder = await configured(local, `127.0.0.1:${(other.address() as AddressInfo).port}`);
      const { code, err } = await start(command(folder, '--server', 'one')).ended;
      other.close();
      expect(code).toBe(2);
      expect(err).toMatch(/is no gateway of this configuration \[DMC_UPSTREAM\]/);
    },
    slowMs,
  );

  it(
    'a token never goes to what is none',
    async () => {
      const seen: unknown[] = [];
      const other = createServer(({ headers }, response) => {
        seen.push(headers.authorization);
        response.end('hello');
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const folder = await configured(local, `127.0.0.1:${(other.address() as AddressInfo).port}`);
      const { code, out, err } = await start(command(folder, '--server', 'one')).ended;
      other.close();
      expect([code, out, seen]).toEqual([2, '', [undefined]]);
      expect(err).toMatch(/^error: what answers at \S+ is no gateway of this configuration \[DMC_UPSTREAM\]$/m);
    },
    slowMs,
  );
});

it.each([
  [
    'a server that is not there',
    async () => command(await configured(local), '--server', 'two'),
    /names no server `two` \[DMC_UNKNOWN_ID\]\nhint: it names one\n/,
  ],
  [
    'a configuration that is not there',
    () => [...bridge, '--config', 'nowhere.yaml'],
    /^error: `nowhere.yaml` cannot be read: .*\[DMC_CONFIG_UNREADABLE\]$/m,
  ],
])(
  '%s is an error in one line',
  async (_what, args, message) => {
    const { code, out, err } = await start(await args()).ended;
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  },
  slowMs,
);

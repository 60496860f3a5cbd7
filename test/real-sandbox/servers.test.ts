import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StartedServer } from '../../src/app/sandbox/start-server.ts';
import { SandboxWorld } from './world.ts';

/** Where `.ci/suites/sandbox.sh` installed the servers, and keeps their archives. */
const folder = process.env['DEMARC_TEST_MCP_SERVERS'] ?? '';

/** As `npm view <name>@<version> dist.integrity` states them (read 2026-11-28). */
const packages = {
  filesystem: {
    npm: '@modelcontextprotocol/server-filesystem@2026.8.31',
    integrity: 'sha512-kKaFkyAh6oipvc9+EAbJ552JafnMnOq5nzmzWkp1jJdBhTAAGpmIpWihUG1+rfNhmEFM98gUZDdCHCDD4v6a7Q==',
  },
  memory: {
    npm: '@modelcontextprotocol/server-memory@2026.8.31',
    integrity: 'sha512-ljj/3S4aGjxdNSQWw6gucKKGnTLdBPWxzapyY/MT2tOVyZwvxChvevXSLPwx59nKJAlVpUVW+cOlnVRXRwiqMQ==',
  },
};

/** A client that speaks lines of JSON-RPC, and waits for each answer. */
class Client {
  readonly #server: StartedServer;
  readonly #answers: AsyncIterator<Record<string, unknown>>;
  #id = 0;

  constructor(server: StartedServer) {
    this.#server = server;
    this.#answers = linesOf(server.output)[Symbol.asyncIterator]();
    void drain(server.errors);
  }

  async ask(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    await this.#server.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done === true) throw new Error('the server ended');
      if (value['id'] === id) return value;
      // A request of the server, such as `roots/list`: this client has none.
      if ('id' in value)
        await this.#server.write(
          `${JSON.stringify({ jsonrpc: '2.0', id: value['id'], error: { code: -32601, message: 'none' } })}\n`,
        );
    }
  }

  async call(name: string, args: object): Promise<string> {
    const { result, error } = await this.ask('tools/call', { name, arguments: args });
    return JSON.stringify(result ?? error);
  }

  async initialize(): Promise<void> {
    await this.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    await this.#server.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  }
}

async function* linesOf(output: AsyncIterable<Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  let text = '';
  for await (const chunk of output) {
    text += Buffer.from(chunk).toString('utf8');
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Record<string, unknown>;
  }
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of stream) continue;
}

describe.skipIf(folder === '')('real servers of npm, pinned to what npm states', () => {
  const world = new SandboxWorld();
  afterAll(() => world.close());
  const archive = (part: string): string =>
    join(folder, readdirSync(folder).find((name) => name.includes(part) && name.endsWith('.tgz')) ?? '');

  it('server-filesystem works on what it was given, and on nothing else', async () => {
    const writable = world.path('writable');
    writeFileSync(join(world.folder, 'secret.txt'), 'secret of the host');
    const server = await world.start({
      package: { ...packages.filesystem, folder, archive: archive('filesystem') },
      args: [writable],
      sandbox: { writable: [writable] },
    });
    const client = new Client(server);
    await client.initialize();
    const { result } = await client.ask('tools/list', {});
    expect((result as { tools: unknown[] }).tools.length).toBeGreaterThan(8);
    expect(await client.call('write_file', { path: join(writable, 'a.txt'), content: 'hello' })).not.toContain(
      '"isError":true',
    );
    expect(readFileSync(join(writable, 'a.txt'), 'utf8')).toBe('hello');
    expect(await client.call('read_text_file', { path: join(writable, 'a.txt') })).toContain('hello');
    expect(await client.call('read_text_file', { path: join(world.folder, 'secret.txt') })).not.toContain(
      'secret of the host',
    );
    await server.end(10_000);
    expect((await server.exited).ending).toBe('closed');
  });

  it('server-memory remembers, also behind the forwarder', async () => {
    const file = join(world.path('writable'), 'memory.jsonl');
    for (const egress of [[], ['api.example.com']]) {
      const server = await world.start(
        {
          package: { ...packages.memory, folder, archive: archive('memory') },
          env: { MEMORY_FILE_PATH: file },
          sandbox: { writable: [world.path('writable')], egress },
        },
        { MEMORY_FILE_PATH: file },
      );
      const client = new Client(server);
      await client.initialize();
      const entities = [{ name: `thing-${egress.length}`, entityType: 'test', observations: ['seen'] }];
      expect(await client.call('create_entities', { entities })).not.toContain('"isError":true');
      expect(await client.call('read_graph', {})).toContain(`thing-${egress.length}`);
      await server.end(10_000);
    }
    expect(readFileSync(file, 'utf8')).toContain('thing-0');
    expect(readFileSync(file, 'utf8')).toContain('thing-1');
  });

  it('are refused when one byte of them changes', async () => {
    const entry = { package: { ...packages.memory, folder, archive: archive('memory') } };
    await world.launch(entry);
    const program = join(folder, 'node_modules/@modelcontextprotocol/server-memory/dist/index.js');
    expect(existsSync(program)).toBe(true);
    const before = readFileSync(program);
    try {
      appendFileSync(program, '\n');
      await expect(world.launch(entry)).rejects.toThrow('`dist/index.js` is not the published file');
    } finally {
      writeFileSync(program, before);
    }
    await expect(
      world.launch({ package: { ...entry.package, integrity: packages.filesystem.integrity } }),
    ).rejects.toThrow('another archive');
  });
});

/** How often a server that is a program is started: a start takes time, and may do something. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { nodeChildren } from '../../src/app/gateway/node-child.ts';
import { ServerLists } from '../../src/app/gateway/server-lists.ts';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import { Directory } from '../../src/gateway/definitions/directory.ts';
import { ChannelUpstream } from '../../src/gateway/upstream/channel-upstream.ts';
import type { Reply } from '../../src/gateway/upstream/upstream.ts';
import type { JsonRpcRequest, McpRevision } from '../../src/model/mcp.ts';
import { clock, principal, random } from './gateway.ts';
import { wholeGateway } from './whole.ts';

/** What it speaks; or it is stateful, and when it is asked what it is, it says nothing, or ends. */
type Kind = 'stateless' | 'stateful' | 'both' | 'silent' | 'exits';

const folder = mkdtempSync(join(tmpdir(), 'demarc-starts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const programs: Program[] = [];
afterEach(async () => {
  for (const program of programs) await program.upstream.close();
});

class Program {
  readonly upstream: BridgedUpstream;
  readonly #file = join(folder, String(programs.length));

  constructor(kind: Kind, channelPer: 'session' | 'principal' = 'session', startMs = 0) {
    programs.push(this);
    const script = new URL('counted-server.mjs', import.meta.url).pathname;
    const args = [script, this.#file, kind, String(startMs)];
    const inner = new ChannelUpstream(
      {
        name: 'one',
        prepare: () => () => nodeChildren().start({ path: process.execPath, args, environment: {}, directory: '/' }),
        channelPer,
      },
      { clock, random },
    );
    const shorter = kind === 'silent' || startMs > 0 ? { gatewayProbeMs: 300 } : {};
    this.upstream = new BridgedUpstream(inner, { clock, random, ...shorter });
  }

  /** Asks for its lists as a gateway that starts does. @returns what the operator is told */
  async list(): Promise<readonly string[]> {
    const told: string[] = [];
    const directory = new Directory({
      manifest: () => new Map(),
      inspect: () => [],
      approved: () => undefined,
      changed: () => undefined,
    });
    const lists = new ServerLists(new Map([['one', this.upstream]]), () => true);
    await lists.fillAll(directory, (server, why) => void told.push(`${server}: ${why}`));
    return told;
  }

  /** A client of its own. @returns the process that it talks to */
  async client(agent: string, revision: McpRevision): Promise<string> {
    if (revision === '2026-07-28') return this.#call(agent, revision, undefined);
    const params = { protocolVersion: revision, capabilities: {}, clientInfo: { name: agent, version: '1' } };
    const { link } = await this.#send(agent, revision, 'initialize', params, undefined);
    return this.#call(agent, revision, link);
  }

  async #call(agent: string, revision: McpRevision, link: string | undefined): Promise<string> {
    const reply = await this.#send(agent, revision, 'tools/call', { name: 'ping', arguments: {}, ...own }, link);
    if (reply.kind !== 'message' || !('result' in reply.message)) throw new Error(JSON.stringify(reply));
    return (reply.message.result['content'] as [{ text: string }])[0].text;
  }

  #send(
    agent: string,
    revision: McpRevision,
    method: string,
    params: JsonRpcRequest['params'],
    link: string | undefined,
  ): Promise<Reply> {
    const message: JsonRpcRequest = { jsonrpc: '2.0', id: 1, method, params };
    const to = { principal: principal(agent), revision, headers: new Map(), link, signal: AbortSignal.timeout(10_000) };
    return this.upstream.send({ kind: 'message', message, text: JSON.stringify(message), ...to });
  }

  #noted(what: string): number {
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith(` ${what}`)).length;
  }

  get starts(): number {
    return this.#noted('start');
  }

  get lists(): number {
    return this.#noted('tools/list');
  }
}

const own = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};

describe('a program is started once for its lists when the gateway starts', () => {
  it.each([
    ['stateless', 1],
    ['stateful', 1],
    ['both', 1],
    ['silent', 1],
    // The process that was asked is gone; the next one is not asked.
    ['exits', 2],
  ] as const)('%s: %i', async (kind, starts) => {
    for (const channelPer of ['session', 'principal'] as const) {
      const program = new Program(kind, channelPer);
      expect(await program.list()).toEqual([]);
      expect([program.starts, program.lists]).toEqual([starts, 1]);
    }
  });

  it('one that takes longer to start than it has to say what it is: the process is kept, and asked again', async () => {
    const program = new Program('stateless', 'session', 600);
    expect(await program.list()).toEqual(['one: server `one` cannot be initialised']);
    expect(await program.list()).toEqual([]);
    expect(program.starts).toBe(1);
  });
});

describe('a program is started once for each principal, and no two share a process', () => {
  it.each<readonly [Kind, McpRevision, number]>([
    ['stateless', '2026-07-28', 3],
    ['stateless', '2025-11-25', 3],
    ['stateful', '2026-07-28', 3],
    ['stateful', '2025-11-25', 3],
    ['both', '2026-07-28', 3],
    ['both', '2025-11-25', 3],
    ['silent', '2026-07-28', 3],
    ['exits', '2026-07-28', 4],
  ])('%s, clients of %s, after the gateway itself: %i', async (kind, revision, starts) => {
    const program = new Program(kind);
    await program.list();
    const processes = [await program.client('ann', revision), await program.client('bob', revision)];
    expect(new Set(processes).size).toBe(2);
    expect(program.starts).toBe(starts);
  });

  it.each<readonly [Kind, McpRevision]>([
    ['stateless', '2026-07-28'],
    ['stateless', '2025-11-25'],
    ['stateful', '2026-07-28'],
    ['stateful', '2025-11-25'],
    ['both', '2026-07-28'],
    ['both', '2025-11-25'],
  ])('%s, a client of %s that comes first', async (kind, revision) => {
    const program = new Program(kind);
    await program.client('ann', revision);
    expect(program.starts).toBe(1);
  });

  it('sessions of one principal have processes of their own, unless they are to share one', async () => {
    for (const [channelPer, count] of [
      ['session', 3],
      ['principal', 1],
    ] as const) {
      const program = new Program('stateful', channelPer);
      const first = await program.client('ann', '2026-07-28');
      const others = await Promise.all([program.client('ann', '2025-11-25'), program.client('ann', '2025-11-25')]);
      expect(new Set([first, ...others]).size).toBe(count);
      expect(program.starts).toBe(count);
    }
  });

  it('that ended is started again for a client without sessions', async () => {
    const program = new Program('stateful');
    const first = await program.client('ann', '2026-07-28');
    process.kill(Number(first), 'SIGKILL');
    // A call that is under way when it ends fails with it.
    const again = (): Promise<string> => program.client('ann', '2026-07-28');
    await expect.poll(() => again().catch(() => first), { timeout: 5_000 }).not.toBe(first);
    expect(program.starts).toBe(2);
  });

  it('ends with a gateway that does not open', async () => {
    const file = join(folder, 'unopened');
    const args = JSON.stringify([new URL('counted-server.mjs', import.meta.url).pathname, file, 'both']);
    const config = `policies: provenence\nservers: {one: {command: "${process.execPath}", args: ${args}, sandbox: {none: "a test of starts"}}}`;
    await expect(wholeGateway(config)).rejects.toMatchObject({ code: 'DMC_POLICY' });
    const [pid] = readFileSync(file, 'utf8').split(' ');
    await expect.poll(() => isThere(Number(pid)), { timeout: 5_000 }).toBe(false);
  });

  it('a handshake that is refused to one principal is tried for another', async () => {
    const program = new Program('both');
    const across = await program.client('refused', '2025-11-25');
    expect(across).toBe(await program.client('refused', '2026-07-28'));
    const native = await program.client('bob', '2025-11-25');
    expect(native).not.toBe(await program.client('bob', '2026-07-28'));
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

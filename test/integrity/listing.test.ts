/** What `demarc mcp` asks real servers, of both eras, and what it makes of servers that misbehave. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as OldServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listServer } from '../../src/app/mcp/list-server.ts';
import type { NamedServer } from '../../src/app/mcp/named-servers.ts';
import { officialSse } from '../gateway/official-sse.ts';
import type { Listing } from '../../src/integrity/definition.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const script = new URL('./notes-server.mjs', import.meta.url).pathname;
const started = (...args: readonly string[]): NamedServer => ({
  name: 'notes',
  identity: {},
  way: { kind: 'start', path: process.execPath, args: [script, ...args], environment: {}, directory: '/' },
});
const names = (list: readonly unknown[]): unknown[] => list.map((entry) => (entry as { readonly name: unknown }).name);

async function listen(handle: RequestListener): Promise<NamedServer> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  return { name: 'web', identity: {}, way: { kind: 'ask', url, sse: false, headers: { 'x-key': 'k' } } };
}

describe('a server that works', () => {
  it('of the stateful era, over standard input and output', async () => {
    const { protocol, serverInfo, instructions, tools, prompts, resources } = await listServer(started());
    expect({ protocol, serverInfo, instructions }).toMatchObject({
      protocol: '2025-11-25',
      serverInfo: { name: 'notes', version: '1.0.0' },
      instructions: 'Notes of one person.',
    });
    expect([names(tools), names(prompts), names(resources)]).toEqual([['list_notes'], ['standup'], ['note']]);
  });

  it('page by page', async () => {
    const { tools } = await listServer(started('3'));
    expect(names(tools)).toEqual(['tool_0', 'tool_1', 'tool_2', 'tool_3']);
  });

  it('of the stateless era, over HTTP, with the fields it was given', async () => {
    const seen: unknown[] = [];
    const handler = createMcpHandler(
      () => {
        const server = new McpServer({ name: 'modern', version: '1' }, { instructions: 'be nice' });
        server.registerTool('add', { inputSchema: z.object({ a: z.number() }) }, () => ({ content: [] }));
        return server;
      },
      { legacy: 'reject' },
    );
    const handle = toNodeHandler(handler) as RequestListener;
    const server = await listen((request, response) => {
      seen.push(request.headers['x-key']);
      handle(request, response);
    });
    const listing: Listing = await listServer(server);
    expect(listing).toMatchObject({ protocol: '2026-07-28', serverInfo: { name: 'modern' }, instructions: 'be nice' });
    expect(names(listing.tools)).toEqual(['add']);
    expect(new Set(seen)).toEqual(new Set(['k']));
  });

  it('of HTTP+SSE only', async () => {
    const server = await listen(
      officialSse(() => {
        const old = new OldServer({ name: 'old', version: '1' });
        old.registerTool('add', {}, () => ({ content: [] }));
        return old;
      }),
    );
    const { way } = server;
    const listing = await listServer({ ...server, way: way.kind === 'ask' ? { ...way, sse: true } : way });
    expect(listing).toMatchObject({ protocol: '2025-11-25', serverInfo: { name: 'old' } });
    expect(names(listing.tools)).toEqual(['add']);
  });
});

describe('a server that does not', () => {
  it.each([
    [
      'is not there',
      { ...started(), way: { kind: 'start', path: '/nowhere', args: [], environment: {}, directory: '/' } },
      /cannot be started/,
    ],
    ['dies', started('dies'), /^server `notes` (?:exited with 3|cannot be reached|ended)/],
    ['lists what is no list', started('list'), /without `tools`/],
    ['G6: has no last page', started('endless'), /more than 5 pages/],
  ] as const)('%s', async (_what, server, why) => {
    await expect(listServer(server, { gatewayListPagesMax: 5 })).rejects.toThrow(why);
  });

  it('says nothing', async () => {
    const server = started('silent');
    await expect(listServer(server, { mcpListMs: 400, mcpProbeMs: 100 })).rejects.toThrow('did not answer in time');
  });

  it('is not reached: the reason is told', async () => {
    const way = { kind: 'ask', url: new URL('http://127.0.0.1:1/mcp'), sse: false, headers: {} } as const;
    await expect(listServer({ name: 'a', identity: {}, way })).rejects.toThrow(/cannot be reached: .*ECONNREFUSED/);
  });

  it('is no server', async () => {
    const server = await listen((_request, response) => void response.writeHead(200).end('<html>hello</html>'));
    await expect(listServer(server)).rejects.toMatchObject({ code: 'DMC_MCP_LIST' });
  });
});

/** What clients of the stateful era get of tools whose schemas and results only the stateless era has. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, expect, it } from 'vitest';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import type { JsonRpcRequest } from '../../src/model/mcp.ts';
import { FaultyServer, json } from './faulty-server.ts';
import { clock, httpServer, random, startGateway } from './gateway.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A client of the stateful era, connected to a stateless server of these tools through the gateway. */
async function connected(tools: readonly object[], results: Readonly<Record<string, object>>): Promise<Client> {
  const server = new FaultyServer();
  closing.push(() => server.close());
  server.behaviour = (response, { body }) => {
    const { id, method, params } = JSON.parse(body) as JsonRpcRequest;
    const result =
      method === 'server/discover'
        ? { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }
        : method === 'tools/list'
          ? { tools }
          : results[String(params?.['name'])];
    json(response, { jsonrpc: '2.0', id, result: { resultType: 'complete', ...result } });
  };
  const one = new BridgedUpstream(httpServer('one', await server.listen()), { clock, random }, new Set(['stateless']));
  const gateway = await startGateway(new Map([['one', one]]));
  closing.push(() => gateway.close());
  const client = new Client({ name: 'old', version: '1' });
  closing.push(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp/one', gateway.url)));
  return client;
}

it('lists and results that are no objects', async () => {
  const inputSchema = { type: 'object' };
  const text = { type: 'text', text: '[1]' };
  const client = await connected(
    [
      { name: 'list', inputSchema, outputSchema: { type: 'array', items: {} } },
      { name: 'one', inputSchema, outputSchema: { type: 'object' } },
    ],
    {
      list: { content: [], structuredContent: [1] },
      told: { content: [text], structuredContent: [1] },
      one: { content: [], structuredContent: { a: 1 } },
    },
  );
  expect((await client.listTools()).tools).toEqual([
    { name: 'list', inputSchema },
    { name: 'one', inputSchema, outputSchema: { type: 'object' } },
  ]);
  expect(await client.callTool({ name: 'list' })).toEqual({ content: [text] });
  expect(await client.callTool({ name: 'told' })).toEqual({ content: [text] });
  expect(await client.callTool({ name: 'one' })).toEqual({ content: [], structuredContent: { a: 1 } });
});

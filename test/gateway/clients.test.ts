/** The official clients, old and new, over HTTP and through the front over standard input and output, in front of the official servers. */
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway, stdioServer } from './gateway.ts';

const fixture = new URL('../conformance/fixture-stdio.ts', import.meta.url);
const program = new URL('front-program.ts', import.meta.url).pathname;
const front = (target: string): { command: string; args: string[] } => ({
  command: process.execPath,
  args: ['--import', 'tsx', program, target],
});

let gateway: Gateway;
let url: URL;
beforeAll(async () => {
  gateway = await startGateway(
    new Map([
      ['own', stdioServer('own', fixture, 'session')],
      ['shared', stdioServer('shared', fixture, 'principal')],
    ]),
  );
  url = new URL('/mcp/shared', gateway.url);
});
afterAll(() => gateway.close());

describe('SDK 1', () => {
  it.each([
    ['over HTTP', () => new Http1(url)],
    ['through a front, over the network', () => new Stdio1(front(url.href))],
    ['through a front, in one process', () => new Stdio1(front('local'))],
  ])('%s', async (_what, transport) => {
    const client = new Client1({ name: 'test', version: '1' }, { capabilities: { sampling: {} } });
    const prompts: string[] = [];
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
      prompts.push(JSON.stringify(params.messages));
      return { role: 'assistant', model: 'none', content: { type: 'text', text: 'hello' } };
    });
    await client.connect(transport());
    expect((await client.listTools()).tools.length).toBeGreaterThan(20);
    const progress: number[] = [];
    const reported = await client.callTool({ name: 'test_tool_with_progress', arguments: {} }, undefined, {
      onprogress: (at) => progress.push(at.progress),
    });
    expect(reported).toMatchObject({ content: [{ text: 'done' }] });
    expect(progress).toEqual([0, 50, 100]);
    const sampled = await client.callTool({ name: 'test_sampling', arguments: { prompt: 'p' } });
    expect(JSON.stringify(sampled)).toContain('hello');
    expect(prompts).toHaveLength(1);
    await client.close();
  });
});

describe('SDK 2, stateless', () => {
  it.each([
    ['over HTTP', () => new Http2(url)],
    ['through a front, over the network', () => new Stdio2(front(url.href))],
    ['through a front, in one process', () => new Stdio2(front('local'))],
  ])('%s', async (_what, transport) => {
    const client = new Client2(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } }, capabilities: { elicitation: {} } },
    );
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
    await client.connect(transport());
    await client.listTools();
    expect(await client.callTool({ name: 'test_headers', arguments: { region: 'größer' } })).toMatchObject({
      content: [{ text: 'in größer' }],
    });
    expect(await client.callTool({ name: 'test_input_required_result_elicitation', arguments: {} })).toMatchObject({
      content: [{ text: 'Ada' }],
    });
    await client.close();
  });
});

describe('G19: clients that share a process', () => {
  it('have ids and progress tokens of their own', async () => {
    const clients = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = new Client1({ name: 'test', version: '1' });
        await client.connect(new Http1(url));
        return client;
      }),
    );
    const reported = await Promise.all(
      clients.map(async (client) => {
        const progress: number[] = [];
        const options = { onprogress: (at: { progress: number }): void => void progress.push(at.progress) };
        await client.callTool({ name: 'test_tool_with_progress', arguments: {} }, undefined, options);
        return progress;
      }),
    );
    expect(reported).toEqual(Array(3).fill([0, 50, 100]));
    await Promise.all(clients.map((client) => client.close()));
  });
});

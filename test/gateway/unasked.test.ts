/** The stream on which a server of the stateful era speaks unasked, as the bridge listens to it for clients of the other era. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SessionGone } from '../../src/gateway/bridge/server-link.ts';
import { UpstreamLink } from '../../src/gateway/bridge/upstream-link.ts';
import { type Behaviour, events, FaultyServer, json } from './faulty-server.ts';
import { httpServer, principal } from './gateway.ts';

let server: FaultyServer;
let link: UpstreamLink;
const stop = new AbortController();

/** @param streams what each GET gets, the last one again and again */
async function linkTo(...streams: readonly Behaviour[]): Promise<void> {
  let opened = 0;
  server.behaviour = (response, received) => {
    if (received.method === 'GET') streams[Math.min(opened++, streams.length - 1)]?.(response, received);
    else
      json(response, { jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-11-25' } }, { 'mcp-session-id': 's' });
  };
  const upstream = httpServer('one', await server.listen());
  link = new UpstreamLink(upstream, '2025-11-25', () => ({ principal: principal(), added: undefined }));
  for await (const _ of link.request({ jsonrpc: '2.0', id: 1, method: 'initialize' }, stop.signal));
}

beforeEach(() => {
  server = new FaultyServer();
});
afterEach(() => server.close());

const saying = (name: string, id?: string): string =>
  `retry: 100\n${id === undefined ? '' : `id: ${id}\n`}data: {"jsonrpc":"2.0","method":"notifications/${name}"}\n\n`;
const gets = (): unknown[] =>
  server.received.filter(({ method }) => method === 'GET').map(({ headers }) => headers['last-event-id']);

async function heard(count: number): Promise<string[]> {
  const methods: string[] = [];
  for await (const message of link.unasked(stop.signal)) {
    methods.push('method' in message ? message.method : '');
    if (methods.length === count) break;
  }
  return methods;
}

describe('a stream that ends', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['by itself', (response) => void response.end()],
    ['by breaking off', (response) => void setTimeout(() => response.destroy(), 50)],
  ])('%s is opened again where it was left', async (_, end) => {
    await linkTo(
      (response) => end(events(response, saying('one', '7'))),
      (response) => void events(response, saying('two')),
    );
    expect(await heard(2)).toEqual(['notifications/one', 'notifications/two']);
    expect(gets()).toEqual([undefined, '7']);
  });

  it('is waited for where it does not begin', async () => {
    await linkTo(
      (response) => void response.destroy(),
      (response) => void events(response, saying('one')),
    );
    expect(await heard(1)).toEqual(['notifications/one']);
  });

  it('is opened again while the server is away, and not any more once it has forgotten the session', async () => {
    await linkTo(
      (response) => void events(response, saying('one')).end(),
      (response) => void response.destroy(),
      (response) => void response.writeHead(503).end(),
      (response) => void response.writeHead(404).end(),
    );
    const methods: unknown[] = [];
    await expect(
      (async () => {
        for await (const message of link.unasked(stop.signal)) methods.push(message);
      })(),
    ).rejects.toThrow(SessionGone);
    expect(methods).toHaveLength(1);
    expect(gets()).toHaveLength(4);
  });

  it('is not opened again when nobody listens', async () => {
    await linkTo((response) => void events(response, saying('one')).end());
    expect(await heard(1)).toHaveLength(1);
    const before = gets().length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(gets()).toHaveLength(before);
  });
});

describe('a server without such a stream', () => {
  it.each([404, 405])('says so with %s, once', async (status) => {
    await linkTo((response) => void response.writeHead(status).end());
    expect(await heard(1)).toEqual([]);
    expect(gets()).toHaveLength(1);
  });
});

/** Times that run out, given shorter: sessions, processes, restarts, and connections that say nothing. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serveNode } from '../../src/app/gateway/node-server.ts';
import { ChannelUpstream } from '../../src/gateway/upstream/channel-upstream.ts';
import type { Outgoing } from '../../src/gateway/upstream/upstream.ts';
import { answering, PlayedChildren } from './children.ts';
import { events, FaultyServer, json, type Received } from './faulty-server.ts';
import { clock, httpServer, principal, random, startGateway, stdioServer } from './gateway.ts';
import { beginSession, post, until } from './requests.ts';

const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list' } as const;
const outgoing: Outgoing = {
  kind: 'message',
  message: listTools,
  text: JSON.stringify(listTools),
  principal: principal(),
  revision: '2026-07-28',
  headers: new Map(),
  signal: new AbortController().signal,
};

const isEnd = ({ method }: Received): boolean => method === 'DELETE';

describe('sessions', () => {
  it('end when they lie unused, and their server hears of it', async () => {
    const server = new FaultyServer();
    const at = await server.listen();
    server.behaviour = (response) =>
      json(
        response,
        { jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-11-25' } },
        { 'mcp-session-id': 'theirs' },
      );
    const gateway = await startGateway(new Map([['one', httpServer('one', at)]]), {
      bounds: { gatewaySessionIdleMs: 20, gatewaySessionSweepMs: 10 },
    });
    const url = new URL('/mcp/one', gateway.url);
    const headers = await beginSession(url);
    await until(() => server.received.some(({ method }) => method === 'DELETE'));
    expect(server.received.at(-1)?.headers['mcp-session-id']).toBe('theirs');
    expect((await post(url, listTools, headers)).status).toBe(404);
    await gateway.close();
    server.close();
  });

  it('of all servers keep those of each while they are used, or listened to', async () => {
    const servers = [new FaultyServer(), new FaultyServer()];
    const urls = await Promise.all(servers.map((server) => server.listen()));
    for (const server of servers)
      server.behaviour = (response, { method, body }) => {
        const { id, method: asked } = JSON.parse(body === '' ? '{}' : body) as { id?: unknown; method?: string };
        const result = asked === 'tools/list' ? { tools: [{ name: 't' }] } : { protocolVersion: '2025-11-25' };
        if (method !== 'GET') json(response, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': 'theirs' });
        else if (server === servers[0]) events(response, ':\n\n');
        else response.writeHead(405).end();
      };
    const gateway = await startGateway(new Map(urls.map((at, index) => [`s${index}`, httpServer(`s${index}`, at)])), {
      aggregate: { name: 'all', version: '1' },
      bounds: { gatewaySessionIdleMs: 400, gatewaySessionSweepMs: 10 },
    });
    const url = new URL('/mcp', gateway.url);
    const headers = await beginSession(url);
    const ended = (): number => servers.flatMap(({ received }) => received).filter(isEnd).length;
    for (let at = 0; at < 6; at++) {
      await new Promise((resolve) => setTimeout(resolve, 80));
      await (await post(url, { jsonrpc: '2.0', id: at, method: 'ping' }, headers)).text();
    }
    expect(ended()).toBe(0);
    const stop = new AbortController();
    await fetch(url, { headers: { ...headers, accept: 'text/event-stream' }, signal: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const list = await post(url, { ...listTools, id: 'last' }, headers);
    expect(await list.json()).toMatchObject({ result: { tools: [{ name: 's0__t' }, { name: 's1__t' }] } });
    stop.abort();
    await until(() => ended() === 2);
    await gateway.close();
    for (const server of servers) server.close();
  });
});

describe('processes', () => {
  it('end when nobody uses them', async () => {
    const children = new PlayedChildren(answering);
    const upstream = new ChannelUpstream(
      { name: 'one', prepare: () => () => children.start(), channelPer: 'principal' },
      { clock, random },
      { gatewayProcessIdleMs: 20 },
    );
    expect(await upstream.send(outgoing)).toMatchObject({ kind: 'message' });
    const [first] = children.started;
    expect(await first?.ended).toBe('was ended by SIGTERM');
    expect(await upstream.send(outgoing)).toMatchObject({ kind: 'message' });
    expect(children.started).toHaveLength(2);
    await upstream.close();
  });

  it('that keep exiting are started again after longer and longer waits', async () => {
    const children = new PlayedChildren((child) => {
      child.onMessage = () => child.exit('exited with 1');
    });
    const exits: string[] = [];
    const upstream = new ChannelUpstream(
      { name: 'one', prepare: () => () => children.start(), channelPer: 'principal' },
      { clock, random, exited: (name, why) => void exits.push(`${name} ${why}`) },
      { gatewayRestartDelayMs: 150 },
    );
    const started = performance.now();
    for (let at = 0; at < 3; at++) await expect(upstream.send(outgoing)).rejects.toThrow('server `one` exited with 1');
    // 100 ms after the first exit, then at most what the limit says.
    expect(performance.now() - started).toBeGreaterThan(200);
    expect(exits).toEqual(Array(3).fill('one exited with 1'));
    await upstream.close();
  });

  it('that do not answer are given up', async () => {
    const children = new PlayedChildren(() => undefined);
    const upstream = new ChannelUpstream(
      { name: 'one', prepare: () => () => children.start(), channelPer: 'principal' },
      { clock, random },
      { gatewayCallIdleMs: 20 },
    );
    await expect(upstream.send(outgoing)).rejects.toThrow('server `one` did not answer in time');
    expect(children.started[0]?.written).toMatchObject([
      { id: 1, method: 'tools/list' },
      { method: 'notifications/cancelled', params: { requestId: 1 } },
    ]);
    await upstream.close();
  });

  it('that nobody waits for any more are not started', async () => {
    const children = new PlayedChildren(answering);
    const gone = new AbortController();
    const upstream = new ChannelUpstream(
      {
        name: 'one',
        prepare: async () => {
          gone.abort();
          return () => children.start();
        },
        channelPer: 'principal',
      },
      { clock, random },
    );
    await expect(upstream.send({ ...outgoing, signal: gone.signal })).rejects.toThrow(
      'server `one` was not waited for',
    );
    expect(children.started).toEqual([]);
    expect(await upstream.send(outgoing)).toMatchObject({ kind: 'message' });
    await upstream.close();
  });

  it('that start while the gateway ends do not outlive it', async () => {
    const children = new PlayedChildren(answering);
    let closed: Promise<void> | undefined;
    const upstream: ChannelUpstream = new ChannelUpstream(
      {
        name: 'one',
        prepare: () => async () => {
          closed = upstream.close();
          await closed;
          return children.start();
        },
        channelPer: 'principal',
      },
      { clock, random },
    );
    await expect(upstream.send(outgoing)).rejects.toThrow('server `one` is not started');
    await closed;
    expect(await Promise.all(children.started.map((child) => child.ended))).toEqual(['was ended by SIGTERM']);
  });

  it('that do not end when their input does are killed with all they started', async () => {
    const script = new URL('stubborn-server.ts', import.meta.url);
    const upstream = stdioServer('stubborn', script, 'principal', { gatewayProcessEndMs: 50 });
    const reply = await upstream.send(outgoing);
    const { pids } = (reply.kind === 'message' && 'result' in reply.message ? reply.message.result : {}) as {
      pids: number[];
    };
    expect(pids).toHaveLength(2);
    await upstream.close();
    await until(() => pids.every((pid) => !isAlive(pid)));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('connections', () => {
  const said = async (bounds: object, text: string): Promise<string> => {
    const server = await serveNode({
      handle: async (exchange) => exchange.respond(200, {}, await exchange.body(10)),
      host: '127.0.0.1',
      port: 0,
      bounds,
    });
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', () => undefined);
    socket.write(text);
    await new Promise((resolve) => socket.once('close', resolve));
    await server.close(0);
    return answer;
  };
  const short = { gatewayHeadersMs: 30, gatewayRequestMs: 30 };

  it('that do not finish their header fields are closed', async () => {
    expect(await said(short, 'GET / HTTP/1.1\r\nhost: a\r\n')).toMatch(/^HTTP\/1.1 408 /);
  });

  it('that do not finish their body are closed', async () => {
    expect(await said(short, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n12')).toMatch(/^HTTP\/1.1 408 /);
  });

  it('that lie unused are closed', async () => {
    expect(await said({ gatewayKeepAliveMs: 20 }, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('with a silent stream of events are kept alive by comments, other streams are left as they are', async () => {
    for (const type of ['text/event-stream', 'text/plain']) {
      const server = await serveNode({
        handle: async (exchange) => {
          const stream = exchange.stream(200, { 'content-type': type });
          if (type === 'text/plain') setTimeout(() => stream.end(), 200);
        },
        host: '127.0.0.1',
        port: 0,
        bounds: { gatewayStreamSilenceMs: 30, gatewayKeepAliveMs: 20 },
      });
      const { body } = await fetch(`http://127.0.0.1:${server.port}/`);
      let said = '';
      for await (const chunk of body ?? []) {
        said += Buffer.from(chunk).toString();
        if (said.length >= 6) break;
      }
      expect(said.slice(0, 6)).toBe(type === 'text/plain' ? '' : ':\n\n:\n\n');
      await server.close(0);
    }
  });
});

/** Limits of the gateway's relay. */
import { connect } from 'node:net';
import { serveNode } from '../../../src/app/gateway/node-server.ts';
import { messageOf } from '../../../src/base/errors.ts';
import { parseStrictText } from '../../../src/gateway/http/strict-json.ts';
import { Sessions } from '../../../src/gateway/mcp/sessions.ts';
import { SseReader } from '../../../src/gateway/mcp/sse.ts';
import { ServerProgram } from '../../../src/gateway/upstream/server-program.ts';
import type { Outgoing } from '../../../src/gateway/upstream/upstream.ts';
import { ChannelUpstream } from '../../../src/gateway/upstream/channel-upstream.ts';
import { limits } from '../../../src/base/limits.ts';
import { answering, PlayedChild, PlayedChildren } from '../../gateway/children.ts';
import { FaultyServer, json } from '../../gateway/faulty-server.ts';
import { clock, httpServer, passing, principal, random, startGateway } from '../../gateway/gateway.ts';
import { initialize, messagesOf, post, statelessCall } from '../../gateway/requests.ts';
import type { Principal } from '../../../src/model/principal.ts';
import type { Limit, Row } from './row.ts';

const times = <T>(count: number, one: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));

/** What a session and the ends of its filters tell. */
function sessions(bounds: Partial<Record<Limit, number>>): {
  sessions: Sessions;
  told: string[];
  begin: () => ReturnType<Sessions['begin']>;
} {
  const told: string[] = [];
  const all = new Sessions(clock, random, { ...limits, ...bounds });
  const begin = (): ReturnType<Sessions['begin']> =>
    all.begin({
      principal: 'p',
      server: 's',
      link: 'l',
      revision: '2025-11-25',
      capabilities: {},
      ended: () => void told.push('ended'),
    });
  return { sessions: all, told, begin };
}

async function answered(size: (empty: number) => unknown, max?: number): Promise<string[]> {
  const server = new FaultyServer();
  const at = await server.listen();
  const answer = { jsonrpc: '2.0', id: 1, result: { text: '' } };
  const text = size(JSON.stringify(answer).length) as string;
  server.behaviour = (response) => json(response, { ...answer, result: { text } });
  const bounds = max === undefined ? {} : { gatewayMessageBytesMax: max };
  const gateway = await startGateway(new Map([['one', httpServer('one', at, bounds)]]));
  try {
    return [JSON.stringify(await messagesOf(await post(new URL('/mcp/one', gateway.url), statelessCall())))];
  } finally {
    await gateway.close();
    server.close();
  }
}

/** A process whose server prints a line, and what becomes of a request meanwhile. */
async function withProcess(
  bounds: Partial<Record<Limit, number>>,
  act: (process: ServerProgram, child: PlayedChild) => Promise<string[]>,
): Promise<string[]> {
  const child = new PlayedChild();
  const process = new ServerProgram('one', child, { ...limits, ...bounds });
  try {
    return await act(process, child);
  } finally {
    await process.end();
  }
}

/** What becomes of so many sessions that begin at once. */
async function startedFor(
  bounds: Partial<Record<Limit, number>>,
  count: number,
  of: (at: number) => Principal,
): Promise<string[]> {
  const children = new PlayedChildren(answering);
  const settings = { name: 'one', prepare: () => () => children.start(), channelPer: 'session' } as const;
  const upstream = new ChannelUpstream(settings, { clock, random }, bounds);
  const outgoing: Omit<Outgoing, 'principal'> = {
    kind: 'message',
    message: { ...initialize, jsonrpc: '2.0' },
    text: '',
    revision: '2025-11-25',
    headers: new Map(),
    signal: new AbortController().signal,
  };
  const begun = times(count, (at) => upstream.send({ ...outgoing, principal: of(at) }));
  const told = await Promise.all(begun.map((one) => one.then(({ kind }) => kind as string, messageOf)));
  await upstream.close();
  return told;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

export const gatewayRows: readonly Row[] = [
  {
    limit: 'gatewayRequestBytesMax',
    where: 'the body of a request',
    told: async (size) => {
      const gateway = await startGateway(new Map([['one', httpServer('one', new URL('http://127.0.0.1:9/'))]]));
      const call = JSON.stringify(statelessCall());
      const answer = await post(new URL('/mcp/one', gateway.url), call + ' '.repeat(size - call.length));
      const told = [`${answer.status} ${await answer.text()}`];
      await gateway.close();
      return told;
    },
    past: /^413 .*the body is larger than/,
  },
  {
    limit: 'gatewayMessageBytesMax',
    where: 'a JSON answer',
    at: 1_000,
    told: (size, max) => answered((empty) => 'x'.repeat(size - empty), max),
    past: /sent too long an answer/,
  },
  {
    limit: 'gatewayMessageBytesMax',
    where: 'an event of a stream',
    at: 1_000,
    told: (size, max) => {
      try {
        new SseReader(max).push(Buffer.from(`data: ${'x'.repeat(size - 6)}\n\n`));
        return [];
      } catch (thrown) {
        return [messageOf(thrown)];
      }
    },
    past: /too long an event/,
  },
  {
    limit: 'gatewayMessageBytesMax',
    where: 'a line of standard output',
    at: 1_000,
    told: (size, max) =>
      withProcess({ gatewayMessageBytesMax: max }, async (process, child) => {
        const line = JSON.stringify({ jsonrpc: '2.0', method: 'a' });
        child.say(`${line}${' '.repeat(size - line.length)}\n`);
        await settle();
        return [process.errorOutput];
      }),
    past: /a line is too long/,
  },
  {
    limit: 'gatewayMessageDepthMax',
    where: 'nested arrays',
    told: (size) => {
      const read = parseStrictText('['.repeat(size) + ']'.repeat(size));
      return 'fault' in read ? [read.fault] : [];
    },
    past: /nested too deeply/,
  },
  {
    limit: 'gatewaySessionsMax',
    where: 'sessions that begin',
    at: 3,
    told: (size, max) => {
      const { told, begin } = sessions({ gatewaySessionsMax: max });
      times(size, begin);
      return told;
    },
    past: /ended/,
  },
  {
    limit: 'gatewayAskedMax',
    where: 'requests of a server',
    at: 3,
    told: (size, max) => {
      const { sessions: all, begin } = sessions({ gatewayAskedMax: max });
      const session = begin();
      return times(size, (id) => String(all.ask(session, id)));
    },
    past: /false/,
  },
  {
    limit: 'gatewayPendingMax',
    where: 'requests whose streams broke off',
    at: 3,
    told: (size, max) => {
      const { sessions: all, told, begin } = sessions({ gatewayPendingMax: max });
      const session = begin();
      const filter = { ...passing, ended: (end: string) => void told.push(end) };
      times(size, (id) => all.keep(session, { id, filter }));
      return told;
    },
    past: /timeout/,
  },
  {
    limit: 'gatewayProcessesMax',
    where: 'sessions with a process each',
    at: 3,
    told: (size, max) => startedFor({ gatewayProcessesMax: max }, size, (at) => principal(String(at))),
    past: /as many processes or connections as it may have/,
  },
  {
    limit: 'gatewayProcessesOfOneMax',
    where: 'sessions of one principal with a process each',
    at: 3,
    told: (size, max) => startedFor({ gatewayProcessesOfOneMax: max }, size, () => principal()),
    past: /as many processes or connections as it may have/,
  },
  {
    limit: 'gatewayQueuedEventsMax',
    where: 'requests of a server that nobody reads',
    at: 3,
    told: (size, max) =>
      withProcess({ gatewayQueuedEventsMax: max }, async (process, child) => {
        process.open('link');
        for (const id of times(size, (at) => at)) child.say({ jsonrpc: '2.0', id, method: 'roots/list' });
        await settle();
        return child.written.map((message) => JSON.stringify(message));
      }),
    past: /no client can be asked/,
  },
  {
    limit: 'gatewayQueuedLengthMax',
    where: 'two requests of a server that nobody reads',
    at: 200,
    told: (size, max) =>
      withProcess({ gatewayQueuedLengthMax: max }, async (process, child) => {
        process.open('link');
        for (const id of [0, 1]) {
          const request = JSON.stringify({ jsonrpc: '2.0', id, method: 'roots/list' });
          // Between the tokens it is as long as it is.
          child.say(`${request.slice(0, -1)}${' '.repeat(Math.floor(size / 2) - request.length + id * (size % 2))}}\n`);
        }
        await settle();
        return child.written.map((message) => JSON.stringify(message));
      }),
    past: /no client can be asked/,
  },
  {
    limit: 'gatewayErrorOutputLengthMax',
    where: 'standard error of a server',
    at: 10,
    told: (size, max) =>
      withProcess({ gatewayErrorOutputLengthMax: max }, async (process, child) => {
        child.complain(`!${'x'.repeat(size - 1)}`);
        await settle();
        return process.errorOutput.startsWith('!') ? [] : ['the beginning is gone'];
      }),
    past: /gone/,
  },
  {
    limit: 'gatewayHeaderBytesMax',
    where: 'header fields of a request',
    at: 2_000,
    told: (size, max) => rawRequest({ gatewayHeaderBytesMax: max }, (fields) => 'x'.repeat(size - fields), 1),
    past: /^HTTP\/1.1 431/,
  },
  {
    limit: 'gatewayConnectionsMax',
    where: 'connections that are open at once',
    at: 3,
    told: (size, max) => rawRequest({ gatewayConnectionsMax: max }, () => '', size),
    past: /^$/,
  },
];

/** What connections get that each send one request: first lines, or nothing where they are closed. */
async function rawRequest(
  bounds: Partial<Record<Limit, number>>,
  filling: (fields: number) => string,
  connections: number,
): Promise<string[]> {
  const server = await serveNode({
    handle: async (exchange) => exchange.respond(200, {}),
    host: '127.0.0.1',
    port: 0,
    bounds,
  });
  const counted = '/hostax'.length;
  const request = `GET / HTTP/1.1\r\nhost: a\r\nx: ${filling(counted)}\r\n\r\n`;
  const sockets = times(connections, () => connect(server.port, '127.0.0.1'));
  const told = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<string>((resolve) => {
          socket.on('error', () => resolve(''));
          socket.once('close', () => resolve(''));
          socket.once('data', (chunk) => resolve(String(chunk).split('\r\n', 1)[0] ?? ''));
          socket.write(request);
        }),
    ),
  );
  for (const socket of sockets) socket.destroy();
  await server.close(0);
  return told;
}

import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { resultOf } from '../../model/mcp.ts';
import type { Outgoing, Reply, ServerEvent } from '../upstream/upstream.ts';
import { lastOf } from './server-link.ts';
import { UpstreamLink } from './upstream-link.ts';

const principal = {
  agent: 'a',
  roles: [],
  scopes: [],
  clearance: 'restricted' as const,
  authentication: 'none' as const,
  training: [],
};

/** A link to a server that answers so, one reply after the other. */
function linkTo(...replies: ((outgoing: Outgoing) => Reply)[]): { link: UpstreamLink; sent: Outgoing[] } {
  const sent: Outgoing[] = [];
  const send = async (outgoing: Outgoing): Promise<Reply> => {
    sent.push(outgoing);
    return replies.shift()?.(outgoing) ?? { kind: 'status', status: 405 };
  };
  const upstream = { send, close: () => Promise.resolve() };
  return { link: new UpstreamLink(upstream, '2025-11-25', () => ({ principal })), sent };
}

const stream = (events: AsyncIterable<ServerEvent>): Reply => ({ kind: 'stream', events });
const never = new AbortController().signal;
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } } as const;
const answer = { message: resultOf(1, { content: [] }) };

describe('a stream that brought its answer', () => {
  it('is read to its end, where the server ends it', async () => {
    let isRead = false;
    const { link, sent } = linkTo(() =>
      stream(
        (async function* () {
          yield answer;
          isRead = true;
        })(),
      ),
    );
    expect(await lastOf(link.request(call, never))).toEqual(answer.message);
    expect([isRead, sent[0]?.signal.aborted]).toEqual([true, false]);
  });

  it('is cut after a moment, where the server keeps it open', async () => {
    const { link, sent } = linkTo(({ signal }) =>
      stream(
        (async function* () {
          yield answer;
          await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
        })(),
      ),
    );
    expect(await lastOf(link.request(call, never))).toEqual(answer.message);
    await expect.poll(() => sent[0]?.signal.aborted, { timeout: 3_000 }).toBe(true);
  });
});

describe('an answer to another request', () => {
  const other = resultOf(7, { content: 'stolen' });
  const notification = { jsonrpc: '2.0', method: 'notifications/progress' } as const;

  it('on the stream of a call is none to the call', async () => {
    const { link } = linkTo(() =>
      stream(
        (async function* () {
          yield { message: other };
          yield { message: notification };
          yield answer;
        })(),
      ),
    );
    const said: unknown[] = [];
    for await (const message of link.request(call, never)) said.push(message);
    expect(said).toEqual([notification, answer.message]);
  });

  it.each([other, notification])('instead of the answer is a fault of the server', async (message) => {
    const { link } = linkTo(() => ({ kind: 'message', status: 200, text: '', message }));
    await expect(lastOf(link.request(call, never))).rejects.toThrow('the server answered another request');
  });

  it('is no error of a server that could not read the request', async () => {
    const message = { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } } as const;
    for (const reply of [
      { kind: 'message', status: 400, text: '', message } as const,
      { kind: 'message', status: 400, text: '', message: { ...message, id: 'server-error' } } as const,
      stream(
        (async function* () {
          yield { message };
        })(),
      ),
    ])
      expect(await lastOf(linkTo(() => reply).link.request(call, never))).toEqual({ ...message, id: 1 });
  });
});

describe('a stream that ends before its answer', () => {
  const events = (...list: readonly ServerEvent[]): Reply =>
    stream(
      (async function* () {
        yield* list;
      })(),
    );
  const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } } as const;

  it('is taken up again where it was left, as often as the server ends it', async () => {
    const { link, sent } = linkTo(
      () => events({ id: 'e1', retry: 1 }),
      () => events({ id: 'e2', message: progress }),
      () =>
        stream(
          (async function* () {
            yield { id: 'e3' };
            throw new Error('broken off');
          })(),
        ),
      () => events({ id: 'e4', ...answer }),
    );
    const messages: unknown[] = [];
    for await (const message of link.request(call, never)) messages.push(message);
    expect(messages).toEqual([progress, answer.message]);
    expect(sent.map(({ kind, headers }) => [kind, headers.get('last-event-id')])).toEqual([
      ['message', undefined],
      ['listen', 'e1'],
      ['listen', 'e2'],
      ['listen', 'e3'],
    ]);
  });

  it('is given up where the server does not take it up', async () => {
    const { link, sent } = linkTo(() => events({ id: 'e1', retry: 1 }));
    await expect(lastOf(link.request(call, never))).rejects.toThrow('without an answer');
    expect(sent).toHaveLength(2);
  });

  it('is over where nothing says where it was left', async () => {
    const { link, sent } = linkTo(() => events({ message: progress }));
    expect(await lastOf(link.request(call, never))).toBeUndefined();
    expect(sent).toHaveLength(1);
  });
});

it('nothing listens to the signal of a call that ended', async () => {
  const { signal } = new AbortController();
  const { link } = linkTo(() => ({ kind: 'message', status: 200, text: '', ...answer }));
  expect(await lastOf(link.request(call, signal))).toEqual(answer.message);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('a server that does not take the other stream again is asked for it later', async () => {
  const events = (...list: ServerEvent[]): Reply =>
    stream(
      (async function* () {
        yield* list;
      })(),
    );
  const message = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } as const;
  const { link, sent } = linkTo(
    () => events({ id: 'e', retry: 1 }),
    () => ({ kind: 'status', status: 409 }),
    () => events({ message }),
  );
  const stop = new AbortController();
  const heard: unknown[] = [];
  for await (const one of link.unasked(stop.signal)) {
    heard.push(one);
    stop.abort();
  }
  expect(heard).toEqual([message]);
  expect(sent.map(({ headers }) => headers.get('last-event-id'))).toEqual([undefined, 'e', 'e']);
});

it.each([
  ['said', { id: 'e', retry: 1 }, 0],
  ['did not say', { retry: 1 }, 1],
])(
  'a server that %s where its other stream was left: what it said meanwhile is not lost, or told of',
  async (_, first, gaps) => {
    const message = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } as const;
    const events = (...list: ServerEvent[]): Reply =>
      stream(
        (async function* () {
          yield* list;
        })(),
      );
    const { link } = linkTo(
      () => events(first),
      () => events({ message }),
    );
    const stop = new AbortController();
    let told = 0;
    for await (const one of link.unasked(stop.signal, () => told++)) {
      expect([one, told]).toEqual([message, gaps]);
      stop.abort();
    }
    expect(told).toBe(gaps);
  },
);

it('a server that ends its other stream at once, over and over, has nobody ask for everything each time', async () => {
  const ends = (): Reply =>
    stream(
      (async function* () {
        yield { retry: 100 };
      })(),
    );
  const { link, sent } = linkTo(...Array.from({ length: 50 }, () => ends));
  let told = 0;
  for await (const _ of link.unasked(AbortSignal.timeout(1_800), () => told++)) throw new Error('nothing was said');
  // After 200 ms, 400 and 800.
  expect([told, sent.length]).toEqual([3, 4]);
});

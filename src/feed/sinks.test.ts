/** Each sink against a server that behaves as its vendor documents: success, refusals, partial failures, duplicates. */
import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { calls, oneOfEach } from './fixtures/events.ts';
import {
  elasticServer,
  linesServer,
  otlpServer,
  sentinelServer,
  type SinkServer,
  splunkServer,
} from './fixtures/sink-server.ts';
import { settingsOf, variables, World } from './fixtures/world.ts';
import { retryAfterMs } from './sink.ts';

const open: SinkServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
async function start<T extends SinkServer>(server: T): Promise<T> {
  open.push(server);
  await server.listen();
  return server;
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const make = {
  splunk: () => splunkServer(variables.TOKEN),
  elastic: () => elasticServer(`ApiKey ${variables.API_KEY}`),
  sentinel: () => sentinelServer(variables.SECRET),
  otlp: otlpServer,
  ocsf: linesServer,
} as const;
const names = Object.keys(make) as (keyof typeof make)[];

describe.each(names)('%s', (name) => {
  it('takes every kind of event, in order, once', async () => {
    const server = await start<SinkServer>(make[name]());
    const world = new World();
    world.log.append(oneOfEach);
    expect(await world.once(await world.feeds([settingsOf[name](server.url)]))).toMatchObject([
      { delivered: oneOfEach.length, rejected: 0, pending: 0, state: 'caught-up' },
    ]);
    expect(server.taken).toEqual(upTo(oneOfEach.length));
    expect(world.deadLetters(name)).toEqual([]);
  });

  it('loses nothing when overloaded, cut off, silent or gone for a while', async () => {
    const server = await start<SinkServer>(make[name]());
    const world = new World();
    world.log.append(calls(50));
    server.faults = [{ status: 503 }, 'close', 'cut', { status: 429, headers: { 'retry-after': '7' } }];
    const feeds = await world.feeds([{ ...settingsOf[name](server.url), 'timeout-ms': 300, batch: { events: 10 } }]);
    expect(await world.once(feeds)).toMatchObject([{ pending: 0, state: 'caught-up' }]);
    expect([...new Set(server.taken)].sort((a, b) => a - b)).toEqual(upTo(50));
    expect(world.waits).toContain(7000);
    expect(world.deadLetters(name)).toEqual([]);
  });

  it('puts an event the sink will not take into the dead-letter file, and delivers all others', async () => {
    const server = await start<SinkServer>(make[name]());
    const world = new World();
    world.log.append(calls(64));
    server.poison = new Set([17, 40]);
    expect(await world.once(await world.feeds([settingsOf[name](server.url)]))).toMatchObject([
      { delivered: 62, rejected: 2, pending: 0, state: 'caught-up' },
    ]);
    expect([...new Set(server.taken)].sort((a, b) => a - b)).toEqual(
      upTo(64).filter((index) => !server.poison.has(index)),
    );
    const letters = world.deadLetters(name);
    if (name === 'otlp') expect(letters).toMatchObject([{ first: 0, last: 63, unnamed: 2 }]);
    else expect(letters.map(({ index }) => index)).toEqual([17, 40]);
    expect(JSON.stringify(letters)).not.toContain('preview');
  });

  it('gives nothing up when the settings are at fault', async () => {
    const server = await start<SinkServer>(make[name]());
    const world = new World();
    world.log.append(calls(5));
    server.faults = Array.from({ length: 50 }, () => ({ status: 403 }));
    expect(await world.once(await world.feeds([settingsOf[name](server.url)]))).toMatchObject([
      { delivered: 0, rejected: 0, pending: 5, state: 'unreachable' },
    ]);
    server.faults = Array.from({ length: 500 }, () => ({ status: 400, body: { code: 6 } }));
    expect(await world.once(await world.feeds([settingsOf[name](server.url)]))).toMatchObject([
      { delivered: 0, rejected: 0, pending: 5, state: 'unreachable' },
    ]);
    server.faults = [];
    expect(await world.once(await world.feeds([settingsOf[name](server.url)]))).toMatchObject([
      { delivered: 5, pending: 0 },
    ]);
  });
});

describe.each(names)('%s that took events before', (name) => {
  it.each([301, 400, 401, 403, 404, 407, 408, 429, 500, 502, 503])('and answers %i', async (status) => {
    const server = await start<SinkServer>(make[name]());
    const world = new World();
    const feeds = await world.feeds([settingsOf[name](server.url)]);
    world.log.append(calls(2));
    expect(await world.once(feeds)).toMatchObject([{ delivered: 2 }]);
    world.log.append(calls(1, 2));
    server.faults = Array.from({ length: 20 }, () => ({
      status,
      headers: { location: '/elsewhere' },
      body: { code: 6 },
    }));
    const [report] = await world.once(feeds);
    // Only what is said of the content is held against an event: by 400, and over OTLP by 500.
    const refused = status === 400 || (name === 'otlp' && status === 500);
    expect(report).toMatchObject(
      refused ? { rejected: 1, state: 'caught-up' } : { rejected: 0, pending: 1, state: 'unreachable' },
    );
  });
});

describe('Splunk HEC', () => {
  it('with acknowledgement asks until what was taken is indexed', async () => {
    const channel = '9d7b2f56-1c1f-4a4c-8f0e-0a5b1c2d3e4f';
    const server = await start(splunkServer(variables.TOKEN, channel));
    const world = new World();
    world.log.append(calls(3));
    expect(await world.once(await world.feeds([{ ...settingsOf.splunk(server.url), channel }]))).toMatchObject([
      { delivered: 3 },
    ]);
    expect(server.received.map(({ url }) => url.split('?')[0])).toEqual([
      '/services/collector/event',
      '/services/collector/ack',
      '/services/collector/ack',
    ]);
  });

  it('that takes and never indexes is not believed', async () => {
    const channel = '9d7b2f56-1c1f-4a4c-8f0e-0a5b1c2d3e4f';
    const server = await start(splunkServer(variables.TOKEN, channel));
    const world = new World();
    world.log.append(calls(3));
    const never = { status: 200, body: { acks: {} } };
    const attempt = [
      { status: 200, body: { code: 0, ackId: 1 } },
      ...Array.from({ length: limits.feedAsksMax }, () => never),
    ];
    server.faults = Array.from({ length: limits.feedAttemptsMax }, () => attempt).flat();
    expect(await world.once(await world.feeds([{ ...settingsOf.splunk(server.url), channel }]))).toMatchObject([
      { delivered: 0, pending: 3, state: 'unreachable', reason: expect.stringContaining('not indexed') as string },
    ]);
    expect(server.faults).toHaveLength(0);
  });

  it('blames its own settings, not the events, though it took others before', async () => {
    const server = await start(splunkServer(variables.TOKEN));
    const world = new World();
    const feeds = await world.feeds([settingsOf.splunk(server.url)]);
    world.log.append(calls(2));
    expect(await world.once(feeds)).toMatchObject([{ delivered: 2 }]);
    world.log.append(calls(1, 2));
    server.faults = Array.from({ length: 10 }, () => ({ status: 400, body: { text: 'Incorrect index', code: 7 } }));
    expect(await world.once(feeds)).toMatchObject([{ rejected: 0, pending: 1, reason: 'HEC code 7' }]);
  });

  it('answers of something else that says 200 are not believed', async () => {
    const server = await start(splunkServer(variables.TOKEN));
    const world = new World();
    world.log.append(calls(1));
    server.faults = Array.from({ length: 10 }, () => ({ status: 200, body: '<html>Sign in</html>' }));
    expect(await world.once(await world.feeds([settingsOf.splunk(server.url)]))).toMatchObject([
      { pending: 1, state: 'unreachable' },
    ]);
  });
});

describe('Elastic', () => {
  it('holds an event once, though it was sent twice', async () => {
    const server = await start(make.elastic());
    const world = new World();
    world.log.append(calls(20));
    server.faults = ['lost', 'lost'];
    expect(await world.once(await world.feeds([settingsOf.elastic(server.url)]))).toMatchObject([
      { delivered: 20, rejected: 0 },
    ]);
    expect(server.received).toHaveLength(3);
    expect(server.documents.size).toBe(20);
    expect(server.taken).toEqual(upTo(20));
  });

  it('is sent again only what it was too busy for', async () => {
    const server = await start(elasticServer(`ApiKey ${variables.API_KEY}`, new Set([3, 9])));
    const world = new World();
    world.log.append(calls(20));
    expect(await world.once(await world.feeds([settingsOf.elastic(server.url)]))).toMatchObject([
      { delivered: 20, rejected: 0 },
    ]);
    expect(server.received.map(({ body }) => body.split('\n').length >> 1)).toEqual([20, 2]);
  });
});

describe('Sentinel', () => {
  it('keeps its token, and fetches another when that one is refused or about to end', async () => {
    const server = await start(sentinelServer(variables.SECRET, 2));
    const world = new World();
    const feeds = await world.feeds([{ ...settingsOf.sentinel(server.url), batch: { events: 10 } }]);
    world.log.append(calls(50));
    expect(await world.once(feeds)).toMatchObject([{ delivered: 50 }]);
    expect(server.tokens).toBe(3);
    expect(world.waits).toEqual([]);
    world.nowMs += 3_599_000 - 5 * 60_000;
    world.log.append(calls(1, 50));
    expect(await world.once(feeds)).toMatchObject([{ delivered: 1 }]);
    expect(server.tokens).toBe(4);
    expect(server.taken).toEqual(upTo(51));
  });

  it('without a token waits, and says neither the secret nor the answer', async () => {
    const server = await start(sentinelServer('another secret'));
    const world = new World();
    world.log.append(calls(2));
    const [report] = await world.once(await world.feeds([settingsOf.sentinel(server.url)]));
    expect(report).toMatchObject({
      pending: 2,
      state: 'unreachable',
      reason: expect.stringContaining('status 401') as string,
    });
    expect(JSON.stringify([report, world.notices])).not.toMatch(/entra-secret|invalid_client/);
  });
});

describe('a batch too large for the sink', () => {
  it.each(names)('is halved until it fits: %s', async (name) => {
    const server = await start<SinkServer>(make[name]());
    const world = new World();
    world.log.append(calls(8));
    const feeds = await world.feeds([settingsOf[name](server.url)]);
    if (name === 'sentinel')
      await world.ports.http.send({
        method: 'POST',
        url: `${server.url}/tenant-1/oauth2/v2.0/token`,
        headers: {},
        body: Buffer.from(
          `grant_type=client_credentials&client_secret=${variables.SECRET}&scope=https://monitor.azure.com/.default`,
        ),
        timeoutMs: 1000,
        responseBytesMax: 9999,
      }); // prettier-ignore
    server.faults =
      name === 'sentinel'
        ? [{ status: 200, body: { access_token: 'token-1', expires_in: 3600 } }, { status: 413 }, { status: 413 }]
        : [{ status: 413 }, { status: 413 }];
    expect(await world.once(feeds)).toMatchObject([{ delivered: 8, rejected: 0, state: 'caught-up' }]);
    expect(server.taken).toEqual(upTo(8));
  });
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Fri, 20 Nov 2026 10:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['1e9', undefined],
    [undefined, undefined],
  ])('%s', (header, expected) => {
    expect(retryAfterMs(header, Date.parse('2026-11-20T10:00:00Z'))).toBe(expected);
  });
});

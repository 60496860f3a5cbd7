/**
 * Feeds under faults. Each row: what is promised, and what was observed. For all of them: nothing published is lost, the
 * ledger and the other feeds are not held up, an event may arrive twice.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { FeedReport } from '../../src/feed/deliver.ts';
import { calls, envelope, sealed } from '../../src/feed/fixtures/events.ts';
import { diskFull } from '../../src/feed/fixtures/memory-files.ts';
import {
  elasticServer,
  linesServer,
  sentinelServer,
  type SinkServer,
  splunkServer,
} from '../../src/feed/fixtures/sink-server.ts';
import { settingsOf, stateFolder, variables, World } from '../../src/feed/fixtures/world.ts';
import { limits } from '../../src/base/limits.ts';

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
const distinct = (taken: readonly number[]): number[] => [...new Set(taken)].sort((a, b) => a - b);
const cursorPath = `${stateFolder}/ocsf/cursor.json`;
const spoolOf = (world: World, feed = 'ocsf'): string[] =>
  [...world.files.contents.keys()].filter((path) => path.startsWith(`${stateFolder}/${feed}/spool/`));

interface World1 {
  readonly world: World;
  readonly server: SinkServer;
  readonly run: () => Promise<FeedReport>;
}

/** One OCSF feed in small batches to a collector, and `count` events. */
async function oneFeed(count: number, more: object = {}): Promise<World1> {
  const server = await start(linesServer());
  const world = new World();
  world.log.append(calls(count));
  const settings = { ...settingsOf.ocsf(server.url), 'timeout-ms': 200, batch: { events: 10 }, ...more };
  return { world, server, run: async () => (await world.once(await world.feeds([settings])))[0]! };
}

describe('a sink that is dead', () => {
  it('promised: the run ends and says so, the next one goes on where it stood', async () => {
    const { world, server, run } = await oneFeed(35);
    server.faults = Array.from({ length: 2 }, () => ({ status: 200 }));
    await server.close();
    open.pop();
    expect(await run()).toMatchObject({
      delivered: 0,
      pending: 35,
      state: 'unreachable',
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
    expect(world.waits).toHaveLength(limits.feedAttemptsMax - 1);
    const again = await start(linesServer());
    const [report] = await world.once(await world.feeds([settingsOf.ocsf(again.url)]));
    expect(report).toMatchObject({ delivered: 35, pending: 0 });
    expect(again.taken).toEqual(upTo(35));
  });

  it('promised: another feed is not held up, and the ledger grows on', async () => {
    const alive = await start(splunkServer(variables.TOKEN));
    const world = new World();
    const dead = await start(linesServer());
    dead.faults = Array.from({ length: 10_000 }, () => 'close' as const);
    let delivered = 0;
    world.meanwhile = (waits) => {
      if (waits <= 20) world.log.append(calls(10, world.log.entries.length));
      delivered = alive.taken.length;
      if (waits > 20 && delivered === 200) world.stop.abort();
    };
    const reports = await world.follow(await world.feeds([settingsOf.ocsf(dead.url), settingsOf.splunk(alive.url)]));
    expect(world.log.entries).toHaveLength(200);
    expect(alive.taken).toEqual(upTo(200));
    expect(reports).toMatchObject([
      { feed: 'ocsf', delivered: 0, pending: 200, state: 'stopped' },
      { feed: 'splunk', delivered: 200, pending: 0, state: 'stopped' },
    ]);
  });

  it('promised: waits grow to the limit and no further, with jitter', async () => {
    const { world, server } = await oneFeed(1);
    server.faults = Array.from({ length: 20 }, () => 'close' as const);
    world.meanwhile = (waits) => void (waits === 20 && world.stop.abort());
    await world.follow(await world.feeds([{ ...settingsOf.ocsf(server.url), batch: { 'age-ms': 0 } }]));
    expect(world.waits.slice(0, 4)).toEqual([751, 1253, 2257, 4265]);
    expect(Math.max(...world.waits)).toBeLessThanOrEqual(limits.feedRetryDelayMsMax);
    expect(world.notices).toEqual([expect.stringContaining('waits:')]);
  });
});

describe('a sink that is slow or does not answer', () => {
  it('promised: each request ends after its time-out; late answers cost duplicates, never events', async () => {
    const { server, run } = await oneFeed(30);
    server.faults = ['silent', 'lost', 'silent'];
    expect(await run()).toMatchObject({ delivered: 30, pending: 0, state: 'caught-up' });
    expect(distinct(server.taken)).toEqual(upTo(30));
    expect(server.taken).toHaveLength(40);
  });
});

describe('a storm of 429', () => {
  it('promised: no request before the time asked for; all delivered at the end', async () => {
    const { world, server, run } = await oneFeed(40);
    const asked = [3, 11, limits.feedRetryDelayMsMax / 1000, 1];
    server.faults = asked.map((seconds) => ({ status: 429, headers: { 'retry-after': String(seconds) } }));
    expect(await run()).toMatchObject({ delivered: 40, state: 'caught-up' });
    expect(world.waits).toEqual(asked.map((seconds) => seconds * 1000));
    expect(server.taken).toEqual(upTo(40));
  });

  it('promised: a run that is to end does not wait an hour; a following one does, not longer', async () => {
    const { world, server, run } = await oneFeed(5);
    // Seconds are all a sink may ask for: the first that is past the limit.
    const past = Math.ceil((limits.feedRetryDelayMsMax + 1) / 1000);
    for (const seconds of [past, 3600]) {
      server.faults = [{ status: 429, headers: { 'retry-after': String(seconds) } }];
      expect(await run()).toMatchObject({ delivered: 0, pending: 5, state: 'unreachable', reason: 'status 429' });
    }
    expect(world.waits).toEqual([]);
    server.faults = [{ status: 429, headers: { 'retry-after': '99999999' } }];
    world.meanwhile = () => void (server.taken.length === 5 && world.stop.abort());
    await world.follow(await world.feeds([{ ...settingsOf.ocsf(server.url), batch: { 'age-ms': 0 } }]));
    expect(world.waits[0]).toBe(limits.feedRetryAfterMsMax);
    expect(server.taken).toEqual(upTo(5));
  });
});

describe('a crash', () => {
  it('promised: at every operation on the disk, a restart delivers what is left; duplicates, no loss', async () => {
    let crashed = 0;
    for (let at = 1; ; at++) {
      const { world, server, run } = await oneFeed(35);
      let operations = 0;
      world.files.fault = () => {
        operations++;
        if (operations < at) return undefined;
        world.stop.abort();
        return new Error('crashed');
      };
      await run();
      if (operations < at) break;
      crashed++;
      // A new process on the same disk: nothing of the old one but its files.
      const next = new World();
      next.log.append(calls(35));
      for (const [path, data] of world.files.contents) next.files.contents.set(path, data);
      const [report] = await next.once(await next.feeds([{ ...settingsOf.ocsf(server.url), batch: { events: 10 } }]));
      expect(report, `crash at operation ${at}`).toMatchObject({ pending: 0, state: 'caught-up' });
      expect(distinct(server.taken), `crash at operation ${at}`).toEqual(upTo(35));
      expect(spoolOf(next)).toEqual([]);
    }
    expect(crashed).toBeGreaterThan(12);
  });

  it('promised: between the answer and the cursor costs one batch twice', async () => {
    const { world, server, run } = await oneFeed(30);
    let cursors = 0;
    world.files.fault = (operation, path) => {
      if (operation !== 'replace' || path !== cursorPath || ++cursors < 2) return undefined;
      world.stop.abort();
      return new Error('crashed');
    };
    await run();
    expect(server.taken).toEqual(upTo(20));
    const next = new World();
    next.log.append(calls(30));
    for (const [path, data] of world.files.contents) next.files.contents.set(path, data);
    await next.once(await next.feeds([{ ...settingsOf.ocsf(server.url), batch: { events: 10 } }]));
    expect(server.taken).toEqual([...upTo(20), ...upTo(30).slice(10)]);
  });
});

describe('a full spool', () => {
  it('promised: reading stops at the limit, the ledger keeps the rest, nothing is lost', async () => {
    const count = limits.feedSpoolBatchesMax + 40;
    const { world, server } = await oneFeed(count);
    server.faults = Array.from({ length: limits.feedAttemptsMax }, () => ({ status: 503 }));
    const feeds = await world.feeds([{ ...settingsOf.ocsf(server.url), batch: { events: 1 } }]);
    expect(await world.once(feeds)).toMatchObject([{ delivered: 0, pending: count, state: 'unreachable' }]);
    expect(spoolOf(world)).toHaveLength(limits.feedSpoolBatchesMax);
    expect(await world.once(feeds)).toMatchObject([{ delivered: count, pending: 0 }]);
    expect(server.taken).toEqual(upTo(count));
    expect(spoolOf(world)).toEqual([]);
  });

  it('promised: what lies in it is as sealed as in the ledger', async () => {
    const { world, server } = await oneFeed(0);
    world.opened = { state: 'open', value: 'the diagnosis of Erika Mustermann' };
    world.log.append([envelope('tool.call', { payload: sealed(33) })]);
    server.faults = Array.from({ length: 5 }, () => ({ status: 503 }));
    await world.once(await world.feeds([{ ...settingsOf.ocsf(server.url), payload: 'include' }]));
    expect(server.received[0]?.body).toContain('Mustermann');
    expect(spoolOf(world)).toHaveLength(1);
    for (const data of world.files.contents.values()) expect(Buffer.from(data).toString()).not.toContain('Mustermann');
  });
});

describe('an erasure while a sink is away', () => {
  it('promised: the payload does not leave afterwards', async () => {
    const { world, server } = await oneFeed(0);
    world.opened = { state: 'open', value: 'the diagnosis of Erika Mustermann' };
    world.log.append([envelope('tool.call', { payload: sealed(33) })]);
    server.faults = ['close', 'close'];
    world.meanwhile = (waits) => void (waits === 1 && (world.opened = { state: 'erased' }));
    expect(await world.once(await world.feeds([{ ...settingsOf.ocsf(server.url), payload: 'include' }]))).toMatchObject(
      [{ delivered: 1 }],
    );
    expect(server.received.map(({ body }) => body.includes('Mustermann'))).toEqual([true, false, false]);
    expect(server.received.at(-1)?.body).toContain('"payload":{"state":"erased","bytes":33}');
  });
});

describe('a full disk', () => {
  it('promised: the feed waits and says why; with room again it delivers all', async () => {
    const { world, server } = await oneFeed(35);
    let full = true;
    world.files.fault = (operation) => (full && operation === 'replace' ? diskFull() : undefined);
    world.meanwhile = (waits) => void (waits === 3 && (full = false));
    const [report] = await world.once(await world.feeds([{ ...settingsOf.ocsf(server.url), batch: { events: 10 } }]));
    expect(report).toMatchObject({ delivered: 35, pending: 0, state: 'caught-up' });
    expect(world.notices).toEqual(['ocsf: waits: ENOSPC: no space left on device', 'ocsf: delivers again']);
    expect(server.taken).toEqual(upTo(35));
  });

  it('promised: under the cursor only, nothing is sent again in the same run', async () => {
    const { world, server, run } = await oneFeed(20);
    let failures = 3;
    world.files.fault = (operation, path) =>
      operation === 'replace' && path === cursorPath && failures-- > 0 ? diskFull() : undefined;
    expect(await run()).toMatchObject({ delivered: 20, pending: 0, state: 'caught-up' });
    expect(server.taken).toEqual(upTo(20));
  });

  it('promised: under the dead letters, the rejected events stay undelivered rather than unrecorded', async () => {
    const { world, server, run } = await oneFeed(20);
    server.poison = new Set([4]);
    world.files.fault = (operation, path) =>
      operation === 'append' && path.endsWith('dead-letters.jsonl') ? diskFull() : undefined;
    expect(await run()).toMatchObject({ pending: expect.any(Number) as number, rejected: 0, state: 'unreachable' });
    expect(world.files.contents.has(cursorPath)).toBe(false);
    world.files.fault = () => undefined;
    expect(await run()).toMatchObject({ rejected: 1, pending: 0, state: 'caught-up' });
    expect(world.deadLetters('ocsf').map(({ index }) => index)).toEqual([4]);
    expect(distinct(server.taken)).toEqual(upTo(20).filter((index) => index !== 4));
  });
});

describe('a corrupt state', () => {
  it.each([
    ['empty', ''],
    ['not JSON', '{"v":1,"next":'],
    ['of another version', '{"v":2,"origin":"ledger.example/acme","next":5,"accepted":true}'],
    ['negative', '{"v":1,"origin":"ledger.example/acme","next":-5,"accepted":true}'],
  ])('promised: a cursor that is %s starts at the first event, with a notice', async (_what, content) => {
    const { world, server, run } = await oneFeed(25);
    await run();
    world.files.contents.set(cursorPath, Buffer.from(content));
    expect(await run()).toMatchObject({ delivered: 25, pending: 0, state: 'caught-up' });
    expect(server.taken).toEqual([...upTo(25), ...upTo(25)]);
    expect(world.notices).toEqual([expect.stringContaining('the cursor is not readable: starting at the first event')]);
  });

  it('promised: a broken or missing batch of the spool is read from the ledger again', async () => {
    const { world, server, run } = await oneFeed(30);
    server.faults = Array.from({ length: 5 }, () => ({ status: 503 }));
    await run();
    const [first, second] = spoolOf(world);
    world.files.contents.set(first!, Buffer.from([0, 200, 1]));
    world.files.contents.delete(second!);
    world.notices.length = 0;
    expect(await run()).toMatchObject({ delivered: 30, pending: 0 });
    expect(server.taken).toEqual(upTo(30));
    expect(world.notices).toEqual([expect.stringContaining('read from the ledger again')]);
  });

  it('promised: what else lies in the folder harms nothing', async () => {
    const { world, server, run } = await oneFeed(12);
    for (const name of ['0000000000000099-5-10.batch', '0000000000000000-0-0.batch', 'x.tmp', '1-2-3.batch'])
      world.files.contents.set(`${stateFolder}/ocsf/spool/${name}`, Buffer.from('x'));
    expect(await run()).toMatchObject({ delivered: 12, pending: 0 });
    expect(server.taken).toEqual(upTo(12));
  });
});

describe('two processes on one state', () => {
  it('promised: events may arrive twice, none is lost', async () => {
    const { world, server, run } = await oneFeed(100);
    server.faults = ['close', 'lost', 'close'];
    expect(await Promise.all([run(), run()])).toMatchObject([{ state: 'caught-up' }, { state: 'caught-up' }]);
    expect(distinct(server.taken)).toEqual(upTo(100));
    expect(await run()).toMatchObject({ pending: 0, state: 'caught-up' });
    expect(spoolOf(world)).toEqual([]);
  });
});

describe('a ledger that is not the one before', () => {
  it('promised: one that is rolled back under a running feed is noticed', async () => {
    const { world, server } = await oneFeed(25);
    world.meanwhile = (waits) => {
      if (waits === 1) {
        world.log.entries.length = 20;
        world.log.publish();
      }
      if (waits === 3) world.stop.abort();
    };
    await world.follow(await world.feeds([{ ...settingsOf.ocsf(server.url), batch: { 'age-ms': 0 } }]));
    expect(world.notices).toEqual(['ocsf: waits: the log has 20 entries, of 25 that were read: it was rolled back']);
  });

  it('promised: rolled back, rewritten or another: the feed stops and says so, and sends nothing', async () => {
    const { world, server, run } = await oneFeed(25);
    await run();
    const entries = [...world.log.entries];
    world.log.entries.length = 20;
    world.log.publish();
    expect(await run()).toMatchObject({
      delivered: 0,
      state: 'failed',
      reason: expect.stringContaining('rolled back') as string,
    });
    world.log.entries.splice(0, 20, ...entries.slice(0, 24));
    world.log.append([envelope('tool.call', { call: 'another' })]);
    expect(await run()).toMatchObject({
      delivered: 0,
      state: 'failed',
      reason: expect.stringContaining('rewritten') as string,
    });
    world.files.contents.set(cursorPath, Buffer.from('{"v":1,"origin":"other","next":1,"accepted":true}'));
    expect(await run()).toMatchObject({
      delivered: 0,
      state: 'failed',
      reason: expect.stringContaining('of the log `other`') as string,
    });
    expect(server.taken).toEqual(upTo(25));
  });

  it('promised: a checkpoint that the log did not sign moves no feed', async () => {
    const { world, server, run } = await oneFeed(5);
    const signed = await world.log.files.read('checkpoint');
    const forged = Buffer.from(
      Buffer.from(signed ?? '')
        .toString()
        .replace(/\n5\n/, '\n6\n'),
    );
    Object.assign(world.log.files, { read: async () => forged });
    expect(await run()).toMatchObject({
      delivered: 0,
      state: 'failed',
      reason: expect.stringContaining('not signed') as string,
    });
    expect(server.received).toEqual([]);
  });

  it('promised: a ledger that cannot be read for a while is waited for', async () => {
    const { world, server } = await oneFeed(5);
    world.meanwhile = (waits) => {
      if (waits === 1) {
        world.log.append(calls(5, 5));
        world.log.broken = new Error('EIO: i/o error');
      }
      if (waits === 3) world.log.broken = undefined;
      if (server.taken.length === 10) world.stop.abort();
    };
    await world.follow(await world.feeds([{ ...settingsOf.ocsf(server.url), batch: { 'age-ms': 0 } }]));
    expect(server.taken).toEqual(upTo(10));
    expect(world.notices).toEqual(['ocsf: waits: EIO: i/o error', 'ocsf: delivers again']);
  });
});

describe('a token that ends in the middle', () => {
  it('promised: another is fetched and the same request sent again, at once', async () => {
    const server = await start(sentinelServer(variables.SECRET, 3));
    const world = new World();
    world.log.append(calls(100));
    const [report] = await world.once(
      await world.feeds([{ ...settingsOf.sentinel(server.url), batch: { events: 10 } }]),
    );
    expect(report).toMatchObject({ delivered: 100, state: 'caught-up' });
    expect(server.tokens).toBe(4);
    expect(world.waits).toEqual([]);
    expect(server.taken).toEqual(upTo(100));
  });
});

describe('events a sink rejects', () => {
  it('promised: each is in the dead-letter file with its reason and counted; nothing of its content is', async () => {
    const server = await start(elasticServer(`ApiKey ${variables.API_KEY}`));
    const world = new World();
    world.opened = { state: 'open', value: 'the diagnosis of Erika Mustermann' };
    world.log.append(Array.from({ length: 10 }, (_, at) => envelope('tool.call', { payload: sealed(33) }, at)));
    server.poison = new Set([2, 7]);
    const [report] = await world.once(await world.feeds([{ ...settingsOf.elastic(server.url), payload: 'include' }]));
    expect(report).toMatchObject({ delivered: 8, rejected: 2, pending: 0, state: 'caught-up' });
    expect(world.deadLetters('elastic')).toMatchObject([
      { index: 2, reason: 'document_parsing_exception (status 400)' },
      { index: 7, reason: 'document_parsing_exception (status 400)' },
    ]);
    expect(world.files.text(`${stateFolder}/elastic/dead-letters.jsonl`)).not.toContain('Mustermann');
  });

  it('promised: an entry that is no event is one of them', async () => {
    const { world, server, run } = await oneFeed(3);
    world.log.append([Buffer.from('not an event'), ...calls(2, 4)]);
    expect(await run()).toMatchObject({ delivered: 5, rejected: 1, pending: 0 });
    expect(world.deadLetters('ocsf')).toMatchObject([{ index: 3, reason: 'an entry is no JSON' }]);
    expect(server.taken).toEqual([0, 1, 2, 4, 5]);
  });

  it('promised: too many at once are looked for in several attempts', async () => {
    const { world, server } = await oneFeed(200);
    server.poison = new Set(upTo(200).filter((index) => index % 5 === 0));
    const [report] = await world.once(await world.feeds([settingsOf.ocsf(server.url)]));
    expect(report).toMatchObject({ delivered: 160, rejected: 40, pending: 0, state: 'caught-up' });
    expect(world.waits.length).toBeGreaterThan(1);
    expect(world.deadLetters('ocsf').map(({ index }) => index)).toEqual([...server.poison]);
  });

  it('promised: a full dead-letter file holds the feed, at the limit and not before', async () => {
    const { world, server, run } = await oneFeed(10);
    server.poison = new Set([4]);
    const path = `${stateFolder}/ocsf/dead-letters.jsonl`;
    await run();
    const line = world.files.contents.get(path)!.length;
    for (const [filled, state] of [
      [limits.feedDeadLetterBytesMax, 'caught-up'],
      [limits.feedDeadLetterBytesMax + 1, 'unreachable'],
    ] as const) {
      world.files.contents.delete(cursorPath);
      world.files.contents.set(path, new Uint8Array(filled - line));
      expect(await run()).toMatchObject({ state });
    }
  });
});

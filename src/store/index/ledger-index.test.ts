import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { Sql } from '../../base/ports.ts';
import type { Checkpoint } from '../../ledger/checkpoint.ts';
import { bundlePath, encodeBundle } from '../../ledger/tile.ts';
import type { Envelope } from '../../model/event.ts';
import { envelope, foreignEntry, sealed, someEvent, subjectOf } from './fixtures/events.ts';
import { MemoryLog } from './fixtures/memory-log.ts';
import { testSql } from './fixtures/test-sql.ts';
import { type CatchUpOptions, LedgerIndex } from './ledger-index.ts';
import { schemaOf } from './schema.ts';

let sql: Sql;
beforeAll(async () => {
  sql = await testSql();
}, 120_000);

let origins = 0;
const freshOrigin = (): string => `example.org/ledger-index-test-${process.pid}-${++origins}`;

/** Everything the index holds, in an order of its own. */
async function contents(index: LedgerIndex): Promise<unknown> {
  const tables = ['cursor', 'events', 'runs', 'reasons', 'subjects', 'texts'];
  return Promise.all(
    tables.map(async (table) => (await index.sql.query(`select * from ix.${table} as t order by t::text`)).map(plain)),
  );
}

function plain(row: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    ]),
  );
}

const countOf = async (index: LedgerIndex, table: string): Promise<number> =>
  Number((await index.sql.query(`select count(*) as n from ix.${table}`))[0]?.['n']);

/** A database that breaks at the n-th statement from now on. */
function breakingAt(database: Sql, countdown: { left: number }): Sql {
  const guard = (inner: Sql): Sql => ({
    query: (text, parameters) => {
      if (countdown.left-- === 0) return Promise.reject(new Error('connection lost'));
      return inner.query(text, parameters);
    },
    transaction: (work) => inner.transaction((one) => work(guard(one))),
    close: () => inner.close(),
  });
  return guard(database);
}

/** The text behind a payload: its subjects. Those of subject 3 cannot be opened. */
const textOf: CatchUpOptions['textOf'] = async ({ payload }) => {
  const subjects = (payload?.keys ?? []).map((key) => key.split('/')[0] ?? '');
  return subjects.includes(subjectOf(3)) ? undefined : `words about ${subjects.join(' ')}`;
};

describe('a projection', () => {
  it('is the same however the entries are cut into batches, published and interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 5, arbitrary: someEvent }, foreignEntry), { minLength: 1, maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(40), { maxLength: 3 }),
        async (entries, cuts, crashes) => {
          const origin = freshOrigin();
          const whole = new MemoryLog(origin);
          const reference = await LedgerIndex.open(sql, origin);
          await reference.drop(true);
          expect(await reference.catchUp(whole, whole.publish(entries), { textOf })).toEqual({
            projected: entries.length,
            rebuilt: undefined,
            agrees: true,
          });
          const wanted = await contents(reference);
          await reference.drop(true);
          const grown = new MemoryLog(origin);
          let checkpoint: Checkpoint | undefined;
          let at = 0;
          for (let turn = 0; at < entries.length; turn++) {
            const cut = cuts[turn % cuts.length] ?? 1;
            checkpoint = grown.publish(entries.slice(at, at + cut));
            at += cut;
            const left = crashes[turn];
            const breaking = await LedgerIndex.open(sql, origin);
            if (left !== undefined)
              await Object.assign(breaking, { sql: breakingAt(breaking.sql, { left }) })
                .catchUp(grown, checkpoint, { textOf, batchEntries: cut })
                .catch((thrown: unknown) => expect(String(thrown)).toContain('connection lost'));
            if (turn % 2 === 0)
              await (await LedgerIndex.open(sql, origin)).catchUp(grown, checkpoint, { textOf, batchEntries: 3 });
          }
          const index = await LedgerIndex.open(sql, origin);
          if (checkpoint !== undefined) await index.catchUp(grown, checkpoint, { textOf, batchEntries: 7 });
          expect(await contents(index)).toEqual(wanted);
          await sql.query(`drop schema ${schemaOf(origin)} cascade`);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('holds entries of another format as opaque rows', async () => {
    const origin = freshOrigin();
    const log = new MemoryLog(origin);
    const index = await LedgerIndex.open(sql, origin);
    const checkpoint = log.publish([Buffer.from('what is this?'), envelope({ agent: 'a' }), new Uint8Array()]);
    expect(await index.catchUp(log, checkpoint)).toMatchObject({ projected: 3, agrees: true });
    const rows = await index.sql.query('select index, kind, facts is null as opaque from ix.events order by index');
    expect(rows).toEqual([
      { index: 0, kind: null, opaque: true },
      { index: 1, kind: 'custom', opaque: false },
      { index: 2, kind: null, opaque: true },
    ]);
  });

  it.each([
    ['entries', limits.indexBatchEntriesMax, 0, [limits.indexBatchEntriesMax]],
    ['entries', limits.indexBatchEntriesMax + 1, 0, [limits.indexBatchEntriesMax, limits.indexBatchEntriesMax + 1]],
    ['length', 2, limits.indexBatchLengthMax / 128, [2]],
    // The entry that reaches the limit is the last of its batch.
    ['length', 129, limits.indexBatchLengthMax / 128, [128, 129]],
    ['length', 128, Math.ceil((limits.indexBatchLengthMax + 1) / 128), [128]],
  ])('cuts batches at the limit on %s (%i entries)', async (_limit, count, bytes, ends) => {
    const origin = freshOrigin();
    const log = new MemoryLog(origin);
    const index = await LedgerIndex.open(sql, origin);
    const progress: number[] = [];
    const checkpoint = log.publish(Array.from({ length: count }, () => new Uint8Array(bytes)));
    await index.catchUp(log, checkpoint, { onProgress: (done) => void progress.push(done) });
    expect(progress).toEqual(ends);
  });

  it('tells which texts it covers in part', async () => {
    const origin = freshOrigin();
    const log = new MemoryLog(origin);
    const index = await LedgerIndex.open(sql, origin);
    await index.drop(true);
    const lengths = [limits.searchableTextLengthMax, limits.searchableTextLengthMax + 1];
    const checkpoint = log.publish(lengths.map(() => envelope({ payload: sealed([subjectOf(1)]) })));
    const cut: number[] = [];
    let at = 0;
    await index.catchUp(log, checkpoint, {
      textOf: async () => 'x '.repeat(limits.searchableTextLengthMax).slice(0, lengths[at++]),
      onCut: () => void cut.push(at),
    });
    expect(cut).toEqual([2]);
  });

  it('goes on from where another process is', async () => {
    const origin = freshOrigin();
    const log = new MemoryLog(origin);
    const checkpoint = log.publish(Array.from({ length: 40 }, () => envelope({ run: 'r' })));
    const [one, two] = [await LedgerIndex.open(sql, origin), await LedgerIndex.open(sql, origin)];
    await Promise.all([one, two].map((index) => index.catchUp(log, checkpoint, { batchEntries: 4 })));
    expect(await countOf(one, 'events')).toBe(40);
    expect((await one.sql.query('select events from ix.runs'))[0]).toEqual({ events: 40 });
  });
});

it('an index that another process brought further than a checkpoint that was read before is not made again', async () => {
  const origin = freshOrigin();
  const log = new MemoryLog(origin);
  const before = log.publish([envelope(), envelope()]);
  const now = log.publish([envelope()]);
  const index = await LedgerIndex.open(sql, origin);
  await index.catchUp(log, now);
  const caughtUp = await index.catchUp(log, before, { latest: async () => now });
  expect(caughtUp).toEqual({ projected: 0, rebuilt: undefined, agrees: true });
  // A log that is that short now was rolled back.
  expect((await index.catchUp(log, before, { latest: async () => before })).rebuilt).toMatch(/the log has 2 entries/);
});

describe('an index that does not follow from the log', () => {
  const logOf = (origin: string, count: number, agent: string): { log: MemoryLog; checkpoint: Checkpoint } => {
    const log = new MemoryLog(origin);
    const entries = Array.from({ length: count }, (_, at) =>
      envelope({
        agent,
        id: `019a0000-0000-7000-8000-${String(at).padStart(12, '0')}`,
        time: '2026-11-20T10:00:00.000Z',
      }),
    );
    return { log, checkpoint: log.publish(entries) };
  };

  it.each([
    ['is longer', 9, 'a', 'the log has 9 entries, the index had 10'],
    ['has another last entry', 12, 'b', 'entry 9 is not the one that was indexed'],
    ['is of another log of the same size', 10, 'b', 'entry 9 is not the one that was indexed'],
  ])('is made again when it %s', async (_what, size, agent, reason) => {
    const origin = freshOrigin();
    const index = await LedgerIndex.open(sql, origin);
    const first = logOf(origin, 10, 'a');
    await index.catchUp(first.log, first.checkpoint);
    const second = logOf(origin, size, agent);
    expect(await index.catchUp(second.log, second.checkpoint)).toEqual({
      projected: size,
      rebuilt: reason,
      agrees: true,
    });
    expect(await index.sql.query('select distinct agent from ix.events')).toEqual([{ agent }]);
  });

  it('is made again when an entry before the last differs, at any size', async () => {
    for (const grown of [0, 1, 300]) {
      const origin = freshOrigin();
      const index = await LedgerIndex.open(sql, origin);
      const same = envelope();
      const honest = new MemoryLog(origin);
      await index.catchUp(honest, honest.publish([envelope({ agent: 'a' }), same]));
      const forged = new MemoryLog(origin);
      const checkpoint = forged.publish([
        envelope({ agent: 'b' }),
        same,
        ...Array.from({ length: grown }, () => envelope()),
      ]);
      expect(await index.catchUp(forged, checkpoint)).toMatchObject({
        projected: 2 + grown,
        rebuilt: 'the first 2 entries are not those that were indexed',
      });
    }
  });

  it('goes on without a rebuild when the log only grew, over tile borders', async () => {
    const origin = freshOrigin();
    const index = await LedgerIndex.open(sql, origin);
    const log = new MemoryLog(origin);
    for (const more of [1, 254, 1, 1, 255, 700])
      expect(await index.catchUp(log, log.publish(Array.from({ length: more }, () => envelope())))).toEqual({
        projected: more,
        rebuilt: undefined,
        agrees: true,
      });
  });

  it('goes on when the partial tiles of the size before are gone', async () => {
    const origin = freshOrigin();
    const index = await LedgerIndex.open(sql, origin);
    const log = new MemoryLog(origin);
    await index.catchUp(log, log.publish(Array.from({ length: 100 }, () => envelope())));
    const checkpoint = log.publish(Array.from({ length: 200 }, () => envelope()));
    for (const path of log.files.keys()) if (path.includes('.p/100')) log.files.delete(path);
    expect(await index.catchUp(log, checkpoint)).toEqual({ projected: 200, rebuilt: undefined, agrees: true });
  });

  it('says when entries do not lead to the signed root, keeps that in mind, and looks again when the log grows', async () => {
    const origin = freshOrigin();
    const index = await LedgerIndex.open(sql, origin);
    const log = new MemoryLog(origin);
    const checkpoint = log.publish([envelope({ decision: 'deny' }), envelope()]);
    const [, second = new Uint8Array()] = log.entries;
    const honest = log.files.get(bundlePath(0, 2)) ?? new Uint8Array();
    log.files.set(
      bundlePath(0, 2),
      encodeBundle([Buffer.from(JSON.stringify(envelope({ decision: 'allow' }))), second]),
    );
    expect(await index.catchUp(log, checkpoint)).toMatchObject({ projected: 2, agrees: false });
    expect(await index.catchUp(log, checkpoint)).toEqual({ projected: 0, rebuilt: undefined, agrees: false });
    log.files.set(bundlePath(0, 2), honest);
    expect(await index.catchUp(log, log.publish([envelope()]))).toEqual({
      projected: 3,
      rebuilt: 'its entries did not lead to the root that was signed',
      agrees: true,
    });
  });

  it('fails with the path when a bundle is missing', async () => {
    const origin = freshOrigin();
    const index = await LedgerIndex.open(sql, origin);
    const log = new MemoryLog(origin);
    const checkpoint = log.publish([envelope()]);
    log.files.delete(bundlePath(0, 1));
    await expect(index.catchUp(log, checkpoint)).rejects.toMatchObject({ code: 'DMC_LEDGER_INVALID' });
  });
});

describe('words of payloads', () => {
  const withWords = async (texts: boolean, events: readonly Envelope[]): Promise<LedgerIndex> => {
    const origin = freshOrigin();
    const index = await LedgerIndex.open(sql, origin);
    await index.drop(texts);
    const log = new MemoryLog(origin);
    await index.catchUp(log, log.publish(events), { textOf: async () => 'the secret recipe' });
    return index;
  };

  it('are kept only where the operator permits it', async () => {
    const events = [envelope({ payload: sealed([subjectOf(1)]) }), envelope()];
    expect(await countOf(await withWords(false, events), 'texts')).toBe(0);
    expect(await countOf(await withWords(true, events), 'texts')).toBe(1);
  });

  it('go with the erasure of any of their subjects, and only those before it', async () => {
    const about = (...subjects: number[]): Envelope => envelope({ payload: sealed(subjects.map(subjectOf)) });
    const index = await withWords(true, [
      about(1),
      about(2),
      about(1, 2),
      envelope({ kind: 'erasure', subject: subjectOf(1) }),
      about(1),
    ]);
    expect(await index.sql.query('select index from ix.texts order by index')).toEqual([{ index: 1 }, { index: 4 }]);
  });
});

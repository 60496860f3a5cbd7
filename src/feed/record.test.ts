import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { formatEntry } from '../ledger/entry.ts';
import { backoffMs } from './backoff.ts';
import { envelope, sealed } from './fixtures/events.ts';
import { MemoryFiles } from './fixtures/memory-files.ts';
import { type Payloads, toRecord, withoutSecrets } from './record.ts';
import { Spool } from './spool.ts';
import { parseTraceparent } from './traceparent.ts';

const open: Payloads = { open: async () => ({ state: 'open', value: 'text' }) };

describe('payloads', () => {
  it('leave up to the limit, and not one byte over it', async () => {
    const of = async (bytes: number): Promise<unknown> =>
      toRecord(
        'log',
        { index: 0, entry: formatEntry(envelope('custom', { payload: sealed(bytes) })) },
        'include',
        open,
      );
    expect(await of(limits.feedPayloadBytesMax)).toMatchObject({ payload: { state: 'included', value: 'text' } });
    expect(await of(limits.feedPayloadBytesMax + 1)).toMatchObject({ payload: { state: 'too-large' } });
  });

  it('are not opened where they are withheld', async () => {
    const never: Payloads = { open: () => Promise.reject(new TypeError('opened')) };
    const entry = { index: 0, entry: formatEntry(envelope('custom', { payload: sealed(5) })) };
    expect(await toRecord('log', entry, 'withhold', never)).toMatchObject({ payload: { state: 'withheld', bytes: 5 } });
    await expect(toRecord('log', entry, 'include', never)).rejects.toThrow('opened');
  });

  it('lose credentials by name and by shape, and nothing else', () => {
    expect(
      withoutSecrets({ a: [1, null, true, 'text'], apiKey: 'x-y-z', b: { password: ['p1', 'p2'], maxTokens: 5 } }),
    ).toEqual({
      a: [1, null, true, 'text'],
      apiKey: '[secret]',
      b: { password: ['[secret]', '[secret]'], maxTokens: 5 },
    });
  });
});

describe('the spool', () => {
  const entries = (first: number, bytes: number): { index: number; entry: Uint8Array }[] => [
    { index: first, entry: new Uint8Array(bytes) },
  ];

  it('has room for so many batches and bytes, and always for one', async () => {
    const spool = await Spool.open(new MemoryFiles(), '/spool', 0);
    expect(spool.hasRoom(limits.feedSpoolBytesMax * 2)).toBe(true);
    await spool.add(entries(0, 1000));
    const roomFor = (total: number): boolean => spool.hasRoom(total - 1000);
    expect([roomFor(limits.feedSpoolBytesMax), roomFor(limits.feedSpoolBytesMax + 1)]).toEqual([true, false]);
    for (let batches = 2; batches <= limits.feedSpoolBatchesMax + 1; batches++) {
      expect(spool.hasRoom(1)).toBe(batches <= limits.feedSpoolBatchesMax);
      if (spool.hasRoom(1)) await spool.add(entries(batches - 1, 1));
    }
  });

  it('goes on where it was left, and drops what does not follow', async () => {
    const files = new MemoryFiles();
    const first = await Spool.open(files, '/spool', 10);
    for (const at of [10, 11, 13]) await first.add(entries(at, 5));
    const second = await Spool.open(files, '/spool', 10);
    expect([second.oldest, second.end]).toEqual([{ first: 10, count: 1, bytes: 5 }, 12]);
    expect(await files.list('/spool')).toHaveLength(2);
    expect(await second.load({ first: 10, count: 1, bytes: 5 })).toEqual(entries(10, 5));
  });
});

describe('waits between attempts', () => {
  const random = (byte: number) => ({ bytes: (count: number) => Buffer.alloc(count, byte) });
  it('lie between half a second and a ceiling that doubles', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, undefined, random(0xff)))).toEqual([
      1000, 2000, 4000, 8000,
    ]);
    expect([1, 5, 100].map((failures) => backoffMs(failures, undefined, random(0)))).toEqual([500, 500, 500]);
    expect(backoffMs(1000, undefined, random(0xff))).toBe(limits.feedRetryDelayMsMax);
    // The ceiling is one of what is computed, not of what a sink asks for.
    expect(backoffMs(1000, limits.feedRetryDelayMsMax + 1, random(0xff))).toBe(limits.feedRetryDelayMsMax + 1);
  });
  it('are what the sink asks for, within the limit', () => {
    expect(
      [0, 7000, limits.feedRetryAfterMsMax, limits.feedRetryAfterMsMax + 1].map((asked) =>
        backoffMs(3, asked, random(0)),
      ),
    ).toEqual([500, 7000, limits.feedRetryAfterMsMax, limits.feedRetryAfterMsMax]);
  });
});

describe('traceparent', () => {
  it.each([
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', true],
    ['cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings', true],
    ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', false],
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', false],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', false],
    ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', false],
    ['', false],
    [undefined, false],
  ])('%s', (text, valid) => {
    expect(parseTraceparent(text) !== undefined).toBe(valid);
  });
});

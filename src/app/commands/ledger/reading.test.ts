import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../../ledger/checkpoint.ts';
import { leafHash } from '../../../ledger/hash.ts';
import { parseSignerKey, parseVerifierKey } from '../../../ledger/note.ts';
import { policyOfLog } from '../../../ledger/policy.ts';
import { parseReceipt, verifyReceipt } from '../../../ledger/tlog-proof.ts';
import { testSql } from '../../../store/index/fixtures/test-sql.ts';
import { keepingContext, type RealLedger, realLedger } from './fixtures/real-ledger.ts';
import { runLedgerCheck } from './check-run.ts';
import { parseInstant } from './instant.ts';
import type { IndexOptions } from './open-index.ts';
import { runRebuild } from './rebuild-run.ts';
import { runSearch } from './search-run.ts';
import type { SearchFlags } from './search.ts';
import { runShow } from './show-run.ts';
import { runStats } from './stats-run.ts';
import { runTail } from './tail-run.ts';

let ledger: RealLedger;
const shared: IndexOptions = {
  openSql: async () => {
    const sql = await testSql();
    return { ...sql, close: async () => {} };
  },
};

beforeAll(async () => {
  await testSql();
  ledger = await realLedger();
  await ledger.record(
    { kind: 'run.start', run: 'r1', agent: 'bot', subject: 'Ada Byron', payload: { task: 'find\nthe invoice' } },
    {
      kind: 'tool.call',
      run: 'r1',
      agent: 'bot',
      call: '1',
      server: 'files',
      tool: 'read',
      payload: { path: '/invoices/7' },
    },
    { kind: 'decision', run: 'r1', call: '1', tool: 'read', decision: 'deny', reasons: ['path.outside'] },
    { kind: 'run.start', run: 'r2', parentRun: 'r1', agent: 'helper', subject: 'Grace Hopper', payload: 'the harbour' },
    { kind: 'run.end', run: 'r1', agent: 'bot', outcome: 'denied' },
  );
}, 120_000);
afterAll(() => ledger.close());

const search = async (flags: Partial<SearchFlags>): Promise<{ indexes: number[]; next: unknown; code: number }> => {
  const context = keepingContext();
  const code = await runSearch(
    context,
    { format: 'json', oldest: true, limit: 50, ...flags },
    ledger.directory,
    shared,
  );
  const page = JSON.parse(context.out.join('')) as { entries: { index: number }[]; next?: number };
  return { indexes: page.entries.map(({ index }) => index), next: page.next, code };
};

describe('demarc ledger search', () => {
  it('finds by agent, by the name of a person, by pseudonym, and says so with its exit code', async () => {
    expect(await search({ principal: 'helper' })).toEqual({ indexes: [3], next: undefined, code: 0 });
    expect((await search({ principal: 'Ada Byron' })).indexes).toEqual([0]);
    expect(await search({ principal: 'Nobody' })).toEqual({ indexes: [], next: undefined, code: 1 });
    expect((await search({ decision: ['deny'], reason: 'path.outside' })).indexes).toEqual([2]);
    expect((await search({ since: '1h' })).indexes).toEqual([0, 1, 2, 3, 4]);
    expect((await search({ until: '2020-01-01' })).indexes).toEqual([]);
    expect(await search({ limit: 2, after: 0 })).toEqual({ indexes: [1, 2], next: 2, code: 0 });
  });

  it('prints a line an event', async () => {
    const context = keepingContext();
    await runSearch(context, { format: 'terminal', oldest: false, limit: 1, tool: 'read' }, ledger.directory, shared);
    expect(context.out.join('')).toMatch(
      /^#2 {6} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} policy decides read ✕ deny \(path\.outside\) · run r1\nMore: --after 2\n$/,
    );
  });
});

describe('demarc ledger show', () => {
  it('reconstructs the run with its child and names people where the keys do', async () => {
    const context = keepingContext();
    expect(await runShow(context, { format: 'terminal' }, ledger.directory, 'r1', shared)).toBe(0);
    const text = context.out.join('');
    expect(text).toContain('Run r1\nbot for Ada Byron (s_');
    expect(text).toContain('5 events, 1 call, 1 denied; child runs: r2');
    expect(text).toContain('{"path":"/invoices/7"}');
    expect(text).toContain('✕ deny: path.outside');
  });

  it('says plainly that payloads are sealed without keys, and needs none', async () => {
    const context = keepingContext();
    const copy = `${ledger.directory}-copy`;
    cpSync(ledger.directory, copy, { recursive: true });
    copyFileSync(`${ledger.directory}.keys/log.vkey`, `${copy}/log.vkey`);
    await runShow(context, { format: 'terminal' }, copy, 'r1', shared);
    expect(context.out.join('')).toContain('payload sealed: the keys given do not open it');
    expect(context.out.join('')).not.toMatch(/Ada|invoices/);
  });

  it('writes one HTML file whose proofs verify with nothing but the log’s key', async () => {
    const context = keepingContext();
    const html = `${ledger.directory}.html`;
    await runShow(context, { format: 'json', html }, ledger.directory, 'r1', shared);
    const shown = JSON.parse(context.out.join('')) as {
      entries: { index: number; proof: string; payload: { state: string } }[];
    };
    expect(shown.entries.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    const page = readFileSync(html, 'utf8');
    const policy = policyOfLog(parseVerifierKey(readFileSync(`${ledger.directory}.keys/log.vkey`, 'utf8')));
    for (const { proof } of shown.entries) {
      const receipt = parseReceipt(proof);
      expect(verifyReceipt(receipt, receipt.extra ?? new Uint8Array(), policy).checkpoint.size).toBe(5);
      expect(() => verifyReceipt(receipt, Buffer.from('another entry'), policy)).toThrow();
      expect(page).toContain(proof.split('\n').at(-3));
    }
    const receipt = `${ledger.directory}.tlog-proof`;
    writeFileSync(receipt, shown.entries[2]?.proof ?? '');
    const checked = keepingContext();
    const vkey = `${ledger.directory}.keys/log.vkey`;
    expect(await runLedgerCheck(checked, { format: 'json', vkey }, receipt)).toBe(0);
    expect(JSON.parse(checked.out.join(''))).toMatchObject({ valid: true, index: 2, entry: { decision: 'deny' } });
  });

  it('names runs there are when there is no such run', async () => {
    await expect(
      runShow(keepingContext(), { format: 'terminal' }, ledger.directory, 'r9', shared),
    ).rejects.toMatchObject({
      code: 'DMC_UNKNOWN_ID',
      hint: 'the latest runs are r1, r2',
    });
  });
});

describe('demarc ledger rebuild', () => {
  it('covers the words of payloads only when asked to, and an erasure takes them out again', async () => {
    await expect(search({ text: 'invoice' })).rejects.toMatchObject({ code: 'DMC_USAGE' });
    const context = keepingContext();
    expect(await runRebuild(context, { format: 'json', indexText: true }, ledger.directory, shared)).toBe(0);
    expect(JSON.parse(context.out.join(''))).toEqual({ entries: 5, agrees: true, texts: true });
    expect((await search({ text: 'the invoice' })).indexes).toEqual([0]);
    expect((await search({ text: 'harbour' })).indexes).toEqual([3]);
    await ledger.recorder.erase({ subject: 'Grace Hopper', reason: 'asked for it', by: 'dpo' });
    await ledger.record();
    expect((await search({ text: 'harbour' })).indexes).toEqual([]);
    expect((await search({ text: 'invoice' })).indexes).toEqual([0]);
    const shown = keepingContext();
    await runShow(shown, { format: 'terminal' }, ledger.directory, 'r2', shared);
    expect(shown.out.join('')).toContain('payload erased: its keys were destroyed');
    expect(shown.out.join('')).not.toContain('Grace');
    await runRebuild(keepingContext(), { format: 'json', indexText: true }, ledger.directory, shared);
    expect((await search({ text: 'harbour' })).indexes).toEqual([]);
  });
});

describe('demarc ledger stats', () => {
  it('counts', async () => {
    await ledger.recorder.beat();
    await ledger.record();
    const context = keepingContext();
    await runStats(context, { format: 'terminal', limit: 3 }, ledger.directory, shared);
    const text = context.out.join('');
    expect(text).toMatch(/7 entries published; counted here: 7 in 2 runs/);
    expect(text).toMatch(/Last heartbeat 1: /);
    expect(text).toContain('Denied most\n  1  path.outside, read');
  });
});

describe('demarc ledger tail', () => {
  it('prints the latest events and follows what is published until it is stopped', async () => {
    const context = keepingContext();
    const stop = new AbortController();
    const tail = runTail(context, { format: 'json', follow: true, limit: 1 }, ledger.directory, stop.signal);
    await expect.poll(() => context.out.length).toBe(1);
    await ledger.record({ kind: 'custom', agent: 'late' });
    await expect.poll(() => context.out.length, { timeout: 10_000 }).toBe(2);
    stop.abort();
    expect(await tail).toBe(0);
    expect(JSON.parse(context.out[1] ?? '')).toMatchObject({ index: 7, event: { kind: 'custom', agent: 'late' } });
  });

  it('stops with an error when the ledger is not the one it was', async () => {
    const other = await realLedger();
    await other.record({ kind: 'custom' }, { kind: 'custom' });
    const context = keepingContext();
    const tail = runTail(context, { format: 'json', follow: true, limit: 1 }, other.directory);
    tail.catch(() => undefined);
    await expect.poll(() => context.out.length).toBe(1);
    // The same log, signed by its key, with fewer entries.
    const signer = parseSignerKey(readFileSync(`${other.directory}.keys/signer.key`, 'utf8'));
    await other.close();
    const forged = { origin: signer.verifier.name, size: 1, root: leafHash(Buffer.from('x')) };
    writeFileSync(`${other.directory}/checkpoint`, signCheckpoint(forged, signer));
    await expect(tail).rejects.toMatchObject({
      code: 'DMC_LEDGER_INVALID',
      message: 'the ledger had 2 entries and now has 1',
    });
  });
});

describe('times of the command line', () => {
  const now = Date.UTC(2026, 10, 20, 12);
  it.each([
    ['30m', now - 1_800_000],
    ['7d', now - 604_800_000],
    ['2026-11-20', Date.UTC(2026, 10, 20)],
    ['2026-11-20T10:00:00+02:00', Date.UTC(2026, 10, 20, 8)],
  ])('%s', (text, at) => expect(parseInstant(text, now)).toBe(at));

  it.each(['', 'soon', '2026-13-01', '5', '5w', '2026-11-20T10:00:00', 'Nov 20 2026'])('refuses `%s`', (text) =>
    expect(() => parseInstant(text, now)).toThrowError(expect.objectContaining({ code: 'DMC_USAGE' }) as Error),
  );
});

describe('a folder that is no ledger', () => {
  it('is said to be none', async () => {
    await expect(
      runStats(keepingContext(), { format: 'json', limit: 1 }, `${ledger.directory}-none`, shared),
    ).rejects.toMatchObject({
      code: 'DMC_LEDGER_NOT_FOUND',
    });
  });
});

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepingContext, type RealLedger, realLedger } from './fixtures/real-ledger.ts';
import type { VerifyFlags } from './verify.ts';
import { runLedgerVerify } from './verify-run.ts';

let ledger: RealLedger;
beforeAll(async () => {
  ledger = await realLedger();
  await ledger.record(
    { kind: 'custom', subject: 'Ada', payload: 'one' },
    { kind: 'custom', subject: 'Ada', payload: 'two' },
    { kind: 'custom', subject: 'Bob', payload: 'three' },
    { kind: 'custom', payload: 'four' },
  );
});
afterAll(() => ledger.close());

async function verified(flags: Partial<VerifyFlags> = {}): Promise<{ code: number; notices: string[] }> {
  const context = keepingContext();
  const code = await runLedgerVerify(context, { format: 'json', payloads: true, ...flags }, ledger.directory);
  return { code, notices: (JSON.parse(context.out.join('')) as { notices: string[] }).notices };
}

const owners = (): string => `${ledger.directory}.keys/owners`;
const ownerOf = (name: string): string => {
  const mark = Buffer.from(name).toString('base64url');
  return readdirSync(owners()).find((file) => readFileSync(`${owners()}/${file}`, 'utf8').includes(mark)) ?? '';
};

it('keys that are missing or damaged are told', async () => {
  expect(await verified()).toEqual({ code: 0, notices: [] });
  const path = `${owners()}/${ownerOf('Bob')}`;
  const kept = readFileSync(path);
  writeFileSync(path, 'nonsense\n');
  expect((await verified()).notices).toEqual([expect.stringMatching(/^the keys of 1 payloads are missing or damaged/)]);
  rmSync(path);
  expect((await verified()).notices).toHaveLength(1);
  writeFileSync(path, kept, { mode: 0o600 });
});

it('an erasure that no entry states is told; one that is recorded is not', async () => {
  const pseudonym = ownerOf('Bob');
  const marker = `${ledger.directory}.keys/erased/${pseudonym}`;
  writeFileSync(marker, '{}', { mode: 0o600 });
  expect(await verified()).toEqual({
    code: 0,
    notices: [expect.stringMatching(/^1 payloads count as erased, and no entry/)],
  });
  expect((await verified({ from: 0, to: 1 })).notices).toEqual([]);
  rmSync(marker);
  await ledger.recorder.erase({ subject: 'Ada', reason: 'asked', by: 'dpo' });
  await ledger.record();
  expect(await verified()).toEqual({ code: 0, notices: [] });
});

it('a kept checkpoint that is none names its file', async () => {
  const path = `${ledger.directory}.other`;
  writeFileSync(path, readFileSync(`${ledger.directory}/checkpoint`, 'utf8').replace('\n', '\n1'));
  await expect(verified({ since: path })).rejects.toThrow(`\`${path}\`: the checkpoint is not signed by`);
});

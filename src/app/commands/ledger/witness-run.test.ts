import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ed25519CosignatureType, ed25519Signer, formatVerifierKey } from '../../../ledger/note.ts';
import { keepingContext, type RealLedger, realLedger } from './fixtures/real-ledger.ts';
import { runLedgerWitness } from './witness-run.ts';

let ledger: RealLedger;
beforeAll(async () => {
  ledger = await realLedger();
  await ledger.record({ kind: 'run.start', run: 'r1' });
});
afterAll(() => ledger.close());

it('demarc ledger witness says what each witness did, for people and for programs', async () => {
  const log = readFileSync(`${ledger.directory}.keys/log.vkey`, 'utf8').trim();
  const witness = formatVerifierKey(
    ed25519Signer('witness.example', Buffer.alloc(32, 3), ed25519CosignatureType).verifier,
  );
  const policy = `${ledger.directory}.policy`;
  writeFileSync(policy, `log ${log}\nwitness one ${witness} http://127.0.0.1:1/\nquorum one\n`);
  const ask = async (format: 'terminal' | 'json'): Promise<string> => {
    const context = keepingContext();
    expect(await runLedgerWitness(context, { policy, timeout: 5, format }, ledger.directory)).toBe(1);
    return context.out.join('');
  };
  expect(await ask('terminal')).toMatch(/^one {2}unreachable: .*\nthe policy is NOT fulfilled\n$/);
  expect(JSON.parse(await ask('json'))).toEqual({
    fulfilled: false,
    witnesses: [{ name: 'one', state: 'unreachable', reason: expect.any(String) as unknown }],
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { key, logOf } from '../../test/vectors/ledger/memory-log.ts';
import { limits } from '../base/limits.ts';
import { policyOfLog } from './policy.ts';
import { inclusionProof } from './proof.ts';
import { TileReader } from './tile-reader.ts';
import { formatReceipt, parseReceipt, type Receipt, verifyReceipt } from './tlog-proof.ts';

const size = 1000;
const log = logOf(size);
const checkpoint = Buffer.from(log.files.get('checkpoint')!).toString();
const policy = policyOfLog(key);
const tiles = new TileReader(log, size);
const receiptOf = async (index: number): Promise<Receipt> => ({
  index,
  hashes: await inclusionProof(tiles, index),
  checkpoint,
});

describe('a receipt', () => {
  it('comes back as it was written, with and without extra data', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.array(hash, { maxLength: limits.proofHashesMax }),
        fc.option(fc.uint8Array()),
        (index, hashes, extra) => {
          const receipt = { index, hashes, checkpoint, ...(extra === null ? {} : { extra }) };
          const text = formatReceipt(receipt);
          const parsed = parseReceipt(Buffer.from(text));
          expect(formatReceipt(parsed)).toBe(text);
          expect(parsed.index).toBe(index);
          expect(parsed.hashes.map((one) => Buffer.from(one))).toEqual(hashes.map((one) => Buffer.from(one)));
        },
      ),
    );
  });

  it('verifies for its entry, and with any bit of the text changed for no entry', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), fc.nat(), fc.nat(7), async (index, at, bit) => {
        const receipt = await receiptOf(index);
        const entry = log.entries[index]!;
        expect(verifyReceipt(receipt, entry, policy).checkpoint.size).toBe(size);
        expect(() => verifyReceipt(receipt, log.entries[(index + 1) % size]!, policy)).toThrow(/not the one at index/);
        const changed = Buffer.from(formatReceipt(receipt));
        changed[at % changed.length]! ^= 1 << bit;
        expect(() => verifyReceipt(parseReceipt(changed), entry, policy)).toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('says nothing about its extra data', async () => {
    const receipt = { ...(await receiptOf(3)), extra: Buffer.from('a name') };
    const parsed = parseReceipt(formatReceipt(receipt));
    expect(parsed.extra).toEqual(Buffer.from('a name'));
    expect(verifyReceipt(parsed, log.entries[3]!, policy).fulfilled).toBe(true);
  });

  const hash = Buffer.alloc(32).toString('base64');
  it.each<[string, string]>([
    ['nothing', ''],
    ['another version', `c2sp.org/tlog-proof@v2\nindex 0\n\n${checkpoint}`],
    ['no index', `c2sp.org/tlog-proof@v1\n\n${checkpoint}`],
    ['an index with a leading zero', `c2sp.org/tlog-proof@v1\nindex 00\n\n${checkpoint}`],
    ['a hash of another length', `c2sp.org/tlog-proof@v1\nindex 0\n${hash.slice(4)}\n\n${checkpoint}`],
    ['extra data after the index', `c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n${checkpoint}`],
    ['extra data that is no base64', `c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n${checkpoint}`],
    ['carriage returns', `c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\n${checkpoint}`],
    ['no end of the proof', 'c2sp.org/tlog-proof@v1\nindex 0\n'],
    [
      'too many hashes',
      `c2sp.org/tlog-proof@v1\nindex 0\n${`${hash}\n`.repeat(limits.proofHashesMax + 1)}\n${checkpoint}`,
    ],
    ['too many bytes', `c2sp.org/tlog-proof@v1\nindex 0\n\n${'x'.repeat(limits.noteBytesMax)}`],
  ])('with %s is none', (_what, text) => {
    expect(() => parseReceipt(text)).toThrow();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSegmentHeader,
  encodeFrameHeader,
  encodeSegmentHeader,
  frameHeaderBytes,
  segmentHeaderBytes,
  type WalPart,
  walParts,
} from './wal-format.ts';

const salt = Buffer.from('saltsalt');
const origin = 'ledger.example/test';

/** A segment that holds these bodies, one entry each. */
function segment(bodies: readonly Uint8Array[]): Buffer {
  const frames = bodies.flatMap((body, first) => [encodeFrameHeader(salt, { first, timeMs: 5, count: 1, body }), body]);
  return Buffer.concat([encodeSegmentHeader({ salt, first: 0, timeMs: 5 }, origin), ...frames]);
}

const partsOf = (data: Buffer): WalPart[] => [...walParts(data, salt)];
const bodiesOf = (parts: readonly WalPart[]): string[] =>
  parts.flatMap((part) => (part.kind === 'frame' ? [part.body.toString('hex')] : []));
const hex = (bodies: readonly Uint8Array[]): string[] => bodies.map((body) => Buffer.from(body).toString('hex'));

const bodies = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 6 });

describe('the write-ahead log', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(bodies, (written) => {
        const data = segment(written);
        expect(decodeSegmentHeader(data, origin)).toEqual({ salt, first: 0, timeMs: 5 });
        expect(bodiesOf(partsOf(data))).toEqual(hex(written));
      }),
    );
  });

  it('cut anywhere, gives the whole frames before the cut and calls the rest damage that nothing follows', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (written, at) => {
        const data = segment(written);
        const cut = segmentHeaderBytes + (at % (data.length - segmentHeaderBytes));
        const parts = partsOf(data.subarray(0, cut));
        const read = bodiesOf(parts);
        expect(read).toEqual(hex(written).slice(0, read.length));
        const whole = parts.reduce(
          (sum, part) => sum + (part.kind === 'frame' ? frameHeaderBytes + part.body.length : part.bytes),
          0,
        );
        expect(whole).toBe(cut - segmentHeaderBytes);
        for (const part of parts) if (part.kind === 'damage') expect(part.followed).toBeUndefined();
      }),
    );
  });

  it('with any bit flipped, gives no changed frame, and says what follows the damaged one', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.nat(7), (written, at, bit) => {
        const data = segment(written);
        const flipped = segmentHeaderBytes + (at % (data.length - segmentHeaderBytes));
        data.writeUInt8((data[flipped] ?? 0) ^ (1 << bit), flipped);
        const parts = partsOf(data);
        const damage = parts.flatMap((part) => (part.kind === 'damage' ? [part] : []));
        expect(damage).toHaveLength(1);
        const read = bodiesOf(parts);
        expect(read).toHaveLength(written.length - 1);
        const lost = damage[0]?.followed === undefined ? written.length - 1 : damage[0].followed - 1;
        expect(read).toEqual(hex(written).toSpliced(lost, 1));
      }),
    );
  });

  it.each([
    ['a flipped bit', (data: Buffer) => void data.writeUInt8(1, 40)],
    ['another salt', (data: Buffer) => void data.write('x', 8)],
  ])('does not take a segment header with %s', (_what, change) => {
    const data = segment([Buffer.from('x')]);
    change(data);
    expect(decodeSegmentHeader(data, origin)).toBeUndefined();
  });

  it('does not take the segment of another log', () => {
    expect(decodeSegmentHeader(segment([]), 'ledger.example/other')).toBeUndefined();
  });
});

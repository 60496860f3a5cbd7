import { crc32 } from 'node:zlib';
import { sha256 } from '../../ledger/hash.ts';

/**
 * Bytes of the write-ahead log. A segment is a header and frames, one after the other; a frame is one group commit, or a
 * mark without entries. All numbers are big-endian.
 *
 * segment header  magic 8 · salt 8 · first index 8 · time 8 · SHA-256(origin)[0..16) 16 · reserved 12 · CRC-32 4 = 64
 * frame header    salt 8 · first index 8 · time 8 · entries 4 · body bytes 4 · CRC-32 of body 4 · CRC-32 4        = 40
 *
 * The salt is random and differs in each segment: neither old bytes of a disk block nor a crafted entry pass for a frame.
 * A frame is appended only after the one before it was synced. So a frame that follows a damaged one proves that the
 * damaged one was acknowledged; damage that nothing follows is the torn end of a write that never was.
 */
const magic = Buffer.from('DMCWAL01');
export const saltBytes = 8;
export const segmentHeaderBytes = 64;
export const frameHeaderBytes = 40;

export interface SegmentHeader {
  readonly salt: Uint8Array;
  /** Index of the first entry. */
  readonly first: number;
  /** Milliseconds since the epoch; never less than in an earlier segment. */
  readonly timeMs: number;
}

export interface FrameHeader {
  readonly first: number;
  readonly timeMs: number;
  readonly count: number;
  readonly bodyBytes: number;
  readonly bodyCrc: number;
}

export function encodeSegmentHeader({ salt, first, timeMs }: SegmentHeader, origin: string): Uint8Array {
  const header = Buffer.alloc(segmentHeaderBytes);
  header.set(magic, 0);
  header.set(salt, 8);
  header.writeBigUInt64BE(BigInt(first), 16);
  header.writeBigUInt64BE(BigInt(timeMs), 24);
  header.set(sha256(Buffer.from(origin)).subarray(0, 16), 32);
  header.writeUInt32BE(crc32(header.subarray(0, 60)), 60);
  return header;
}

/** The header of a segment, or undefined when it is damaged or of another log. */
export function decodeSegmentHeader(data: Buffer, origin: string): SegmentHeader | undefined {
  if (data.length < segmentHeaderBytes || data.readUInt32BE(60) !== crc32(data.subarray(0, 60))) return undefined;
  if (!data.subarray(0, 8).equals(magic)) return undefined;
  if (!data.subarray(32, 48).equals(sha256(Buffer.from(origin)).subarray(0, 16))) return undefined;
  return {
    salt: data.subarray(8, 16),
    first: Number(data.readBigUInt64BE(16)),
    timeMs: Number(data.readBigUInt64BE(24)),
  };
}

export function encodeFrameHeader(
  salt: Uint8Array,
  frame: { readonly first: number; readonly timeMs: number; readonly count: number; readonly body: Uint8Array },
): Uint8Array {
  const header = Buffer.allocUnsafe(frameHeaderBytes);
  header.set(salt, 0);
  header.writeBigUInt64BE(BigInt(frame.first), 8);
  header.writeBigUInt64BE(BigInt(frame.timeMs), 16);
  header.writeUInt32BE(frame.count, 24);
  header.writeUInt32BE(frame.body.length, 28);
  header.writeUInt32BE(crc32(frame.body), 32);
  header.writeUInt32BE(crc32(header.subarray(0, 36)), 36);
  return header;
}

function decodeFrameHeader(data: Buffer, at: number, salt: Uint8Array): FrameHeader | undefined {
  const header = data.subarray(at, at + frameHeaderBytes);
  if (header.length < frameHeaderBytes || !header.subarray(0, saltBytes).equals(salt)) return undefined;
  if (header.readUInt32BE(36) !== crc32(header.subarray(0, 36))) return undefined;
  return {
    first: Number(header.readBigUInt64BE(8)),
    timeMs: Number(header.readBigUInt64BE(16)),
    count: header.readUInt32BE(24),
    bodyBytes: header.readUInt32BE(28),
    bodyCrc: header.readUInt32BE(32),
  };
}

/** What a segment holds from a position on. */
export type WalPart =
  | { readonly kind: 'frame'; readonly header: FrameHeader; readonly body: Buffer }
  /** Bytes that are no frame; `followed` is the first entry of the next intact frame, if there is one. */
  | { readonly kind: 'damage'; readonly at: number; readonly bytes: number; readonly followed: number | undefined };

/** Frames of a segment in order, with what is damaged between them. */
export function* walParts(data: Buffer, salt: Uint8Array): Generator<WalPart> {
  let at = segmentHeaderBytes;
  while (at < data.length) {
    const header = decodeFrameHeader(data, at, salt);
    const bodyAt = at + frameHeaderBytes;
    const body = header === undefined ? undefined : data.subarray(bodyAt, bodyAt + header.bodyBytes);
    if (header !== undefined && body?.length === header.bodyBytes && crc32(body) === header.bodyCrc) {
      yield { kind: 'frame', header, body };
      at = bodyAt + header.bodyBytes;
      continue;
    }
    const next = nextFrame(data, at + 1, salt);
    yield { kind: 'damage', at, bytes: (next?.at ?? data.length) - at, followed: next?.first };
    at = next?.at ?? data.length;
  }
}

function nextFrame(data: Buffer, from: number, salt: Uint8Array): { at: number; first: number } | undefined {
  for (let at = data.indexOf(salt, from); at >= 0; at = data.indexOf(salt, at + 1)) {
    const header = decodeFrameHeader(data, at, salt);
    if (header !== undefined) return { at, first: header.first };
  }
  return undefined;
}

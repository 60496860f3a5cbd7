import { TextDecoder } from 'node:util';
import { constants, createGunzip } from 'node:zlib';
import { messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { GapKind } from '../../model/gap.ts';

/** Why a file was not read to its end. */
export interface Stopped {
  readonly kind: GapKind;
  readonly reason: string;
}

/** How far a compressed file is unpacked. */
export interface UnpackLimits {
  readonly logUnpackedBytesMax: number;
  readonly logUnpackedRatioMax: number;
  readonly logUnpackedRatioFreeBytes: number;
}

/**
 * The bytes of a log file as UTF-8: gzip is unpacked (RFC 1952, by its first two bytes), UTF-16 with a byte order mark, as
 * PowerShell redirects, is recoded, a UTF-8 mark dropped. Yields what could be read and then, where that was not all,
 * why; throws nothing.
 */
export async function* unpack(
  chunks: AsyncIterable<Uint8Array>,
  bounds: UnpackLimits = limits,
): AsyncGenerator<Uint8Array | Stopped> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const head = await headOf(iterator);
    const rest = restOf(head, iterator);
    if (head[0] === 0x1f && head[1] === 0x8b) yield* recode(gunzip(rest, bounds));
    else yield* recode(rest);
  } catch (thrown) {
    yield { kind: 'unreadable', reason: `cannot be read to its end: ${messageOf(thrown)}` };
  } finally {
    await iterator.return?.();
  }
}

/** The first bytes, at least three unless there are fewer. */
async function headOf(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < 3) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* restOf(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

/** Unpacks; stops at the limits, since a few kilobytes unpack to gigabytes. */
async function* gunzip(chunks: AsyncIterable<Uint8Array>, bounds: UnpackLimits): AsyncGenerator<Uint8Array | Stopped> {
  const stream = createGunzip({ flush: constants.Z_SYNC_FLUSH });
  let packed = 0;
  let unpacked = 0;
  const ready: Uint8Array[] = [];
  let failure: Error | undefined;
  let wake: () => void = () => undefined;
  stream.on('data', (chunk: Uint8Array) => ready.push(chunk));
  stream.on('error', (error) => {
    failure = error;
    wake();
  });
  /** Resolves when the bytes were unpacked, or cannot be. */
  const write = (chunk: Uint8Array | undefined): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (failure !== undefined || stream.destroyed) resolve();
      else if (chunk === undefined) stream.end(() => undefined).once('end', resolve);
      else stream.write(chunk, () => resolve());
    });
  const excess = (): boolean =>
    unpacked > bounds.logUnpackedBytesMax ||
    (unpacked > bounds.logUnpackedRatioFreeBytes && unpacked > packed * bounds.logUnpackedRatioMax);
  try {
    for await (const piece of inPieces(chunks)) {
      packed += piece?.length ?? 0;
      await write(piece);
      for (const chunk of ready.splice(0)) {
        unpacked += chunk.length;
        if (excess()) {
          yield { kind: 'too-large', reason: 'unpacks to more than the limit for compressed logs' };
          return;
        }
        yield chunk;
      }
      if (failure !== undefined) {
        yield { kind: 'syntax', reason: `is not whole as gzip: ${messageOf(failure)}` };
        return;
      }
    }
  } finally {
    stream.destroy();
  }
}

/** Bytes of packed input taken at once: bounds what is unpacked before the limits are looked at. */
const packedPieceBytes = 4_096;

/** The chunks in small pieces, and undefined for their end. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | undefined> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += packedPieceBytes) yield chunk.subarray(at, at + packedPieceBytes);
  yield undefined;
}

async function* recode(chunks: AsyncIterable<Uint8Array | Stopped>): AsyncGenerator<Uint8Array | Stopped> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) {
      yield chunk;
      continue;
    }
    if (first) {
      first = false;
      if (chunk[0] === 0xff && chunk[1] === 0xfe) decoder = new TextDecoder('utf-16le');
      else if (chunk[0] === 0xfe && chunk[1] === 0xff) decoder = new TextDecoder('utf-16be');
      else if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) {
        yield chunk.subarray(3);
        continue;
      }
    }
    yield decoder === undefined ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
  }
}

import type { AppendFile, DurableFiles, Random } from '../../base/ports.ts';
import { Batch } from './batch.ts';
import { stopped } from './stopped.ts';
import {
  decodeSegmentHeader,
  encodeFrameHeader,
  encodeSegmentHeader,
  saltBytes,
  segmentHeaderBytes,
  walParts,
} from './wal-format.ts';

/** The write-ahead log's folder, on a local disk whatever the log itself lies on. */
export interface WalPlace {
  readonly files: DurableFiles;
  /** Absolute path of a folder of its own. */
  readonly directory: string;
  /** For what tells a segment's frames from any other bytes. */
  readonly random: Random;
}

interface Segment {
  readonly path: string;
  /** Index after its last entry. */
  end: number;
  bytes: number;
}

/**
 * The write-ahead log: segments of checksummed group commits (wal-format.ts). What `commit` resolved for outlives a crash.
 * Calls are not concurrent, but for `drop`.
 */
export class Wal {
  readonly #place: WalPlace;
  readonly #origin: string;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  #number: number;
  #file: AppendFile;
  #salt: Uint8Array;

  private constructor(
    place: WalPlace,
    origin: string,
    segmentBytes: number,
    made: { number: number; file: AppendFile; salt: Uint8Array; segment: Segment },
  ) {
    this.#place = place;
    this.#origin = origin;
    this.#segmentBytes = segmentBytes;
    this.#segments = [made.segment];
    this.#number = made.number;
    this.#file = made.file;
    this.#salt = made.salt;
  }

  /**
   * Begins a new segment behind all that are in the folder.
   *
   * @param start index of the first entry, and the time
   * @param segmentBytes a segment that holds this much is followed by a new one
   */
  static async begin(
    place: WalPlace,
    origin: string,
    start: { readonly first: number; readonly timeMs: number },
    segmentBytes: number,
  ): Promise<Wal> {
    const number = 1 + Math.max(0, ...(await segmentNumbers(place)));
    return new Wal(place, origin, segmentBytes, await makeSegment(place, origin, number, start));
  }

  /** Bytes of all segments that were not dropped. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Appends a batch and syncs it. After a rejection nothing about these bytes is known; the log must not be used further,
   * for a second fsync may succeed without having written what the first one lost.
   */
  async commit(batch: Batch, timeMs: number): Promise<void> {
    if (this.#file.size >= this.#segmentBytes) await this.#rotate(batch.first, timeMs);
    const { first, count, body } = batch;
    await this.#file.append([encodeFrameHeader(this.#salt, { first, timeMs, count, body }), body]);
    await this.#file.sync();
    this.#grown(batch.end);
  }

  /** Notes, unsynced, that all before was acknowledged: a later start can then tell damage from a torn end. */
  async mark(first: number, timeMs: number): Promise<void> {
    await this.#file.append([encodeFrameHeader(this.#salt, { first, timeMs, count: 0, body: new Uint8Array() })]);
    this.#grown(first);
  }

  #grown(end: number): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined) return;
    segment.end = end;
    segment.bytes = this.#file.size;
  }

  async #rotate(first: number, timeMs: number): Promise<void> {
    const made = await makeSegment(this.#place, this.#origin, this.#number + 1, { first, timeMs });
    await this.#file.close();
    this.#segments.push(made.segment);
    this.#number = made.number;
    this.#file = made.file;
    this.#salt = made.salt;
  }

  /** Removes segments whose entries a durable checkpoint covers; the newest one always stays. */
  async drop(size: number): Promise<void> {
    while (this.#segments.length > 1 && (this.#segments[0]?.end ?? Infinity) <= size) {
      const oldest = this.#segments.shift();
      if (oldest !== undefined) await this.#place.files.remove(oldest.path);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** What a start finds in the write-ahead log. */
export interface WalContents {
  /** Paths of all segments. */
  readonly paths: readonly string[];
  /** The latest time in it; 0 when there is none. */
  readonly timeMs: number;
  /** Bytes at its end that belong to no complete frame: writes that were cut short before they were acknowledged. */
  readonly tornBytes: number;
  /** Index after the last entry, or undefined without any readable segment. */
  readonly end: number | undefined;
}

/**
 * Reads all segments and hands on their batches in order. Damage and gaps in what the log's checkpoint covers already do
 * not matter: those entries are in its tiles.
 *
 * @param size entries of the log's checkpoint
 * @param take receives each batch; batches below `size` too, to compare with the log
 * @throws DemarcError `DMC_LEDGER_STOPPED` where acknowledged entries are damaged or missing, with segment and offset
 */
export async function readWal(
  place: WalPlace,
  origin: string,
  size: number,
  take: (batch: Batch) => Promise<void>,
): Promise<WalContents> {
  const paths: string[] = [];
  let timeMs = 0;
  let tornBytes = 0;
  let end: number | undefined;
  for (const number of await segmentNumbers(place)) {
    const path = segmentPath(place, number);
    const data = asBuffer((await place.files.read(path)) ?? new Uint8Array());
    paths.push(path);
    const header = decodeSegmentHeader(data, origin);
    if (header === undefined) {
      // The header is durable before anything follows it: without it nothing was acknowledged here.
      if (data.length > segmentHeaderBytes) throw damaged(path, 0, 'the segment is of another log, or its head is');
      tornBytes += data.length;
      continue;
    }
    end = continued(path, 0, end, header.first, size);
    timeMs = Math.max(timeMs, header.timeMs);
    for (const part of walParts(data, header.salt)) {
      if (part.kind === 'damage') {
        if (part.followed === undefined) tornBytes += part.bytes;
        else end = continued(path, part.at, end, part.followed, size);
        continue;
      }
      end = continued(path, part.body.byteOffset - data.byteOffset, end, part.header.first, size);
      timeMs = Math.max(timeMs, part.header.timeMs);
      if (part.header.count > 0) await take(Batch.decode(part.header.first, part.header.count, part.body));
      end = part.header.first + part.header.count;
    }
  }
  return { paths, timeMs, tornBytes, end };
}

/** The index to go on at, when entries that follow leave out none that matter. */
function continued(path: string, at: number, end: number | undefined, first: number, size: number): number {
  const from = end ?? size;
  if (first > Math.max(from, size)) throw damaged(path, at, `entries ${Math.max(from, size)} to ${first - 1} are`);
  return Math.max(from, first);
}

function damaged(path: string, at: number, what: string): Error {
  return stopped(`${what} damaged or missing in the write-ahead log: \`${path}\` at byte ${at}`, {
    hint: 'these entries were acknowledged; restore the write-ahead log before anything is written',
  });
}

async function makeSegment(
  { files, directory, random }: WalPlace,
  origin: string,
  number: number,
  start: { readonly first: number; readonly timeMs: number },
): Promise<{ number: number; file: AppendFile; salt: Uint8Array; segment: Segment }> {
  const path = segmentPath({ directory }, number);
  const salt = random.bytes(saltBytes);
  if (!(await files.create(path, encodeSegmentHeader({ ...start, salt }, origin))))
    throw stopped(`somebody else made \`${path}\``);
  const file = await files.openAppend(path);
  return { number, file, salt, segment: { path, end: start.first, bytes: file.size } };
}

function segmentPath({ directory }: Pick<WalPlace, 'directory'>, number: number): string {
  return `${directory}/${String(number).padStart(10, '0')}.wal`;
}

async function segmentNumbers({ files, directory }: WalPlace): Promise<number[]> {
  const names = await files.list(directory);
  return names.flatMap((name) => (/^\d{10}\.wal$/.test(name) ? [Number(name.slice(0, 10))] : [])).sort((a, b) => a - b);
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

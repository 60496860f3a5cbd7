import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import { once } from '../../base/once.ts';
import type { EventInput } from '../../model/event.ts';
import type { Gap, GapKind } from '../../model/gap.ts';
import type { Location } from '../../model/location.ts';
import { FormatDetector } from './detect-format.ts';
import { asObject, type Json, parseJson } from './fields.ts';
import { type LogFormat, type MappedEvent, type Note, sourceOf } from './log-format.ts';
import { salvage } from './salvage.ts';
import { type Piece, RecordSplitter } from './split-records.ts';
import { unpack, type UnpackLimits } from './unpack.ts';

/** A log file as it is read: a name for locations, and its bytes, packed or not. */
export interface LogFile {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface ReadLogOptions {
  /** The formats it may be; with one, that is taken without looking. */
  readonly formats: readonly LogFormat[];
  /** Whether payloads keep the record or the SHA-256 of its bytes. */
  readonly raw: 'keep' | 'hash';
  readonly bounds?: UnpackLimits & { readonly logRecordBytesMax: number; readonly gapsPerLogMax: number };
}

/** What is read from a log, in the order of the file. */
export type LogItem =
  | { readonly type: 'event'; readonly event: EventInput; readonly location: Location }
  | { readonly type: 'gap'; readonly gap: Gap }
  /** A record that is not about AI. */
  | { readonly type: 'ignored'; readonly location: Location };

/**
 * Reads one log: unpacks it, tells its format, cuts it into records and maps each. Streams: memory is bounded by the
 * largest record. Never throws for what a file holds; what cannot be read is a gap with its line.
 */
export async function* readLog(file: LogFile, options: ReadLogOptions): AsyncGenerator<LogItem> {
  const bounds = options.bounds ?? limits;
  const gaps = new GapList(file.name, bounds.gapsPerLogMax);
  const source = unpack(file.chunks, bounds)[Symbol.asyncIterator]();
  const only = options.formats.length === 1 ? options.formats[0] : undefined;
  const detector = new FormatDetector(options.formats, bounds.logRecordBytesMax);
  let reader: RecordReader | undefined;
  const begin = (): RecordReader | undefined => {
    const detected = detector.format();
    const format = only ?? detected.format;
    return format === undefined
      ? undefined
      : new RecordReader(file.name, format, detected.isOtherSyntax, options.raw, gaps, bounds);
  };
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    const chunk = next.value;
    if (!(chunk instanceof Uint8Array)) yield* gaps.add(chunk.kind, chunk.reason, reader?.line ?? 1);
    else if (reader !== undefined) yield* reader.push(chunk);
    else if (detector.push(chunk)) {
      reader = begin();
      if (reader === undefined) break;
      for (const seen of detector.head()) yield* reader.push(seen);
    }
  }
  await source.return?.(undefined);
  if (reader === undefined) {
    reader = begin();
    if (reader !== undefined) for (const seen of detector.head()) yield* reader.push(seen);
  }
  if (reader !== undefined) yield* reader.end();
  else if (detector.head().length > 0)
    yield* gaps.add('unsupported', 'no known audit log, or more than one kind: name it with --source', 1);
  yield* gaps.end();
}

/** Gaps of one file: one a line and reason, a limited number listed. */
class GapList {
  readonly #file: string;
  readonly #max: number;
  #count = 0;
  #last = '';
  /** The line of the last gap. */
  line = 0;

  constructor(file: string, max: number) {
    this.#file = file;
    this.#max = max;
  }

  *add(kind: GapKind, reason: string, line: number): Generator<LogItem> {
    const key = `${line} ${reason}`;
    if (key === this.#last) return;
    this.#last = key;
    this.line = line;
    this.#count++;
    if (this.#count <= this.#max)
      yield { type: 'gap', gap: { kind, reason, location: { file: this.#file, line, column: 1 } } };
  }

  *end(): Generator<LogItem> {
    const more = this.#count - this.#max;
    if (more <= 0) return;
    const location = { file: this.#file, line: 1, column: 1 };
    yield { type: 'gap', gap: { kind: 'too-large', reason: `${more} more gaps in this log`, location } };
  }
}

/** A prefix that log shippers write before a record: a time, alone on its line up to the brace. */
const shipperPrefix = /^\s*\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?\s*$/;

/** Whether a text holds an integer that a double cannot. */
function hasLongInteger(text: string): boolean {
  for (const [, digits] of text.matchAll(/[:[,\s](-?\d{16,})/g)) if (!Number.isSafeInteger(Number(digits))) return true;
  return false;
}

/**
 * An id of the source as it may stand in clear. What is long or no identifier (model/event-facts.ts) may be prose or a
 * person, and a long number may be an account's: those are hashed, so that they still join.
 */
function idOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (
    text.length <= limits.identifierLengthMax &&
    /^[A-Za-z0-9._:/+#=,~*()[\]$-]*$/.test(text) &&
    !/(?:^|[^\w-])[\d-]{13,19}(?![\w-])/.test(text)
  )
    return text;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

class RecordReader {
  readonly #file: string;
  readonly #format: LogFormat;
  readonly #raw: 'keep' | 'hash';
  readonly #gaps: GapList;
  readonly #splitter: RecordSplitter;
  readonly #parse: (text: string) => unknown;
  /** Said by the last document: only that one tells whether the whole is complete. */
  #unfinished: { readonly note: Note; readonly line: number } | undefined;
  line = 1;

  constructor(
    file: string,
    format: LogFormat,
    isOtherSyntax: boolean,
    raw: 'keep' | 'hash',
    gaps: GapList,
    bounds: { readonly logRecordBytesMax: number },
  ) {
    this.#file = file;
    this.#format = format;
    this.#raw = raw;
    this.#gaps = gaps;
    const syntax = isOtherSyntax ? format.syntax : undefined;
    this.#parse = syntax?.parse ?? parseJson;
    this.#splitter = new RecordSplitter(format.containers, bounds.logRecordBytesMax, syntax?.quotes);
  }

  *push(chunk: Uint8Array): Generator<LogItem> {
    for (const piece of this.#splitter.push(chunk)) yield* this.#piece(piece);
  }

  *end(): Generator<LogItem> {
    for (const piece of this.#splitter.end()) yield* this.#piece(piece);
    if (this.#unfinished !== undefined) {
      const { note, line } = this.#unfinished;
      yield* this.#gaps.add(note.kind, note.reason, line);
    }
  }

  *#piece(piece: Piece): Generator<LogItem> {
    this.line = piece.line;
    const text = piece.bytes.toString('utf8');
    if (piece.kind === 'shell') {
      const shell = asObject(parseJson(text));
      const note = shell === undefined ? undefined : this.#format.unfinished?.(shell);
      this.#unfinished = note === undefined ? undefined : { note, line: piece.line };
      return;
    }
    const record = piece.kind === 'record' ? asObject(this.#parse(text)) : undefined;
    if (record === undefined) yield* this.#broken(piece, text);
    else if (this.#format.recognises(record)) {
      if (!isUtf8(piece.bytes)) yield* this.#gaps.add('syntax', 'bytes that are not UTF-8 were replaced', piece.line);
      yield* this.#record(record, text, piece.line);
    } else if (this.#gaps.line !== piece.line)
      yield* this.#gaps.add('unsupported', `not a record of ${this.#format.id}`, piece.line);
  }

  *#broken(piece: Piece, text: string): Generator<LogItem> {
    if (shipperPrefix.test(text)) return;
    if (piece.kind === 'too-large')
      yield* this.#gaps.add('too-large', 'a record is larger than the limit for one record', piece.line);
    else yield* this.#gaps.add('syntax', 'a record is cut off or is not JSON', piece.line);
    for (const found of salvage(text, (candidate) => this.#format.recognises(candidate)))
      yield* this.#record(found.record, found.text, piece.line + found.line);
  }

  *#record(record: Json, text: string, line: number): Generator<LogItem> {
    const location: Location = { file: this.#file, line, column: 1 };
    const { events, notes } = this.#format.map(record);
    for (const note of notes) yield* this.#gaps.add(note.kind, note.reason, line);
    if (events.length === 0 && notes.length === 0) yield { type: 'ignored', location };
    const digest = once(() => createHash('sha256').update(text.trim()).digest('hex'));
    for (const [at, mapped] of events.entries()) {
      const event = this.#event(mapped, at, record, text, digest, location);
      if (event.time === undefined) yield* this.#gaps.add('unresolved', 'a record has no time', line);
      yield { type: 'event', event, location };
    }
  }

  #event(
    { kind, facts, part }: MappedEvent,
    at: number,
    record: Json,
    text: string,
    digest: () => string,
    { file, line }: Location,
  ): EventInput {
    const from = { file, line };
    const raw = part ?? (at === 0 ? record : undefined);
    // A parsed number of 16 digits is another one: the text is kept beside it.
    const rawText = at === 0 && hasLongInteger(text) ? text.trim() : undefined;
    const payload = this.#raw === 'hash' ? { from, sha256: digest() } : defined({ from, raw, rawText });
    const ids = {
      run: idOf(facts.run),
      parentRun: idOf(facts.parentRun),
      call: idOf(facts.call),
      reference: idOf(facts.reference) ?? `sha256:${digest()}${at === 0 ? '' : `#${at}`}`,
    };
    return { ...defined({ ...facts, ...ids }), kind, source: sourceOf(this.#format), payload };
  }
}

/** The object without what is undefined. */
function defined<Value extends object>(value: Value): { [Name in keyof Value]?: Exclude<Value[Name], undefined> } {
  const result: { [Name in keyof Value]?: Exclude<Value[Name], undefined> } = {};
  for (const name in value) {
    const inner = value[name];
    if (inner !== undefined) result[name] = inner as Exclude<Value[typeof name], undefined>;
  }
  return result;
}

import type { Http, HttpRequest, HttpResponse } from '../base/ports.ts';
import type { FeedRecord } from './record.ts';

/** A record the sink will not take, and why: a stable code or a status, never text that could echo a payload. */
export interface Rejection<T = FeedRecord> {
  readonly item: T;
  readonly reason: string;
}

/** One request and the records it carries. */
export interface SinkRequest {
  readonly request: SinkHttpRequest;
  readonly records: readonly FeedRecord[];
}

/** A request without what the engine sets: time-out and limit of the answer. */
export type SinkHttpRequest = Omit<HttpRequest, 'timeoutMs' | 'responseBytesMax'>;

/** What a sink's answer to one request means. */
export type Verdict =
  | {
      readonly state: 'taken';
      /** Of the request's records: those the sink will never take. */
      readonly rejected?: readonly Rejection[];
      /** Of the request's records: those to send again. */
      readonly again?: readonly FeedRecord[];
      /** Records rejected of which the sink does not say which they are. */
      readonly unnamed?: number;
    }
  /** The request was taken for now; another one asks what became of it. */
  | {
      readonly state: 'ask';
      readonly afterMs: number;
      readonly request: SinkHttpRequest;
      readonly judge: (answer: HttpResponse) => Verdict;
    }
  /** Not now: overloaded, unreachable, or not configured for us. */
  | { readonly state: 'later'; readonly reason: string; readonly afterMs?: number | undefined }
  /** The credential is not, or no longer, accepted. */
  | { readonly state: 'unauthorised'; readonly reason: string }
  /** The content was refused as a whole: smaller requests tell which record is at fault. */
  | { readonly state: 'refused'; readonly reason: string };

/** Headers with a credential, or why there are none now. @param fresh whether the last one was refused */
export type Authorise = (
  http: Http,
  fresh: boolean,
) => Promise<
  | { readonly state: 'authorised'; readonly headers: Readonly<Record<string, string>> }
  | Extract<Verdict, { state: 'later' }>
>;

/** A sink that takes events in HTTP requests. Mapping and judging are pure; `deliver.ts` does the rest. */
export interface HttpSink {
  readonly transport: 'http';
  /** Records as requests within the sink's limits; a record that fits none is rejected here. */
  toRequests(records: readonly FeedRecord[]): {
    readonly requests: readonly SinkRequest[];
    readonly rejected: readonly Rejection[];
  };
  judge(answer: HttpResponse, records: readonly FeedRecord[], nowMs: number): Verdict;
  /** For sinks whose credential is fetched, not known. */
  readonly authorise?: Authorise;
}

/** A sink that takes lines. */
export interface LineSink {
  readonly transport: 'lines';
  /** One line, without its newline. */
  line(record: FeedRecord): string;
}

export type Sink = HttpSink | LineSink;

/**
 * Groups pieces into bodies within a size.
 *
 * @param overhead bytes around the pieces, and between two of them
 * @returns groups, and the items that fit none
 */
export function packBySize<T>(
  items: readonly { readonly item: T; readonly piece: string }[],
  bytesMax: number,
  overhead: { readonly around: number; readonly between: number },
): {
  readonly groups: readonly { readonly items: readonly T[]; readonly pieces: readonly string[] }[];
  readonly tooLarge: readonly T[];
} {
  const groups: { items: T[]; pieces: string[] }[] = [];
  const tooLarge: T[] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const { item, piece } of items) {
    const bytes = Buffer.byteLength(piece) + overhead.between;
    if (overhead.around + bytes > bytesMax) {
      tooLarge.push(item);
      continue;
    }
    if (size + bytes > bytesMax) {
      groups.push({ items: [], pieces: [] });
      size = overhead.around;
    }
    const group = groups.at(-1);
    group?.items.push(item);
    group?.pieces.push(piece);
    size += bytes;
  }
  return { groups, tooLarge };
}

/**
 * Requests for records that are written piece by piece, each body within a size; a record that fits none is rejected.
 *
 * @param body the pieces of one request put together, with whom they are of
 */
export function packedRequests(
  records: readonly FeedRecord[],
  pieceOf: (record: FeedRecord) => string,
  request: Omit<SinkHttpRequest, 'method' | 'body'>,
  body: (pieces: readonly string[], records: readonly FeedRecord[]) => string,
  size: { readonly bytesMax: number; readonly around: number; readonly between: number },
): ReturnType<HttpSink['toRequests']> {
  const { groups, tooLarge } = packBySize(
    records.map((item) => ({ item, piece: pieceOf(item) })),
    size.bytesMax,
    size,
  );
  return {
    requests: groups.map(({ items, pieces }) => ({
      request: { method: 'POST', ...request, body: Buffer.from(body(pieces, items)) },
      records: items,
    })),
    rejected: tooLarge.map((item) => ({ item, reason: 'larger than a request may be' })),
  };
}

/** What a status alone says, for answers a sink has nothing more to say about. */
export function judgeStatus({ status, headers }: HttpResponse, nowMs: number): Verdict {
  if (status >= 200 && status < 300) return { state: 'taken' };
  const reason = `status ${status}`;
  if (status === 401) return { state: 'unauthorised', reason };
  // A redirect, a wrong path, a missing right: the settings or the sink are wrong, not the events.
  if (status < 400 || status === 403 || status === 404 || status === 405 || status === 407)
    return { state: 'later', reason };
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return { state: 'later', reason, afterMs: retryAfterMs(headers['retry-after'], nowMs) };
  return { state: 'refused', reason };
}

/** The wait a `Retry-After` header asks for (RFC 9110, 10.2.3): seconds or a date. Undefined when there is none. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** The answer's body as an object of JSON; empty when it is none. */
export function jsonBody(answer: HttpResponse): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A code a sink gave, where it is one: free text could echo what was sent. */
export function codeOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) ? value : otherwise;
}

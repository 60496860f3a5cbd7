import type { HttpResponse } from '../../base/ports.ts';
import { factsOf, type FeedRecord } from '../record.ts';
import { type HttpSink, jsonBody, judgeStatus, packedRequests, type SinkHttpRequest, type Verdict } from '../sink.ts';

/** Bytes of one request: what Splunk Cloud takes (HEC, "max_content_length"; Splunk Enterprise takes more). */
const requestBytesMax = 1_000_000;
const askAfterMs = 2_000;

export interface SplunkSettings {
  /** Scheme, host and port of the collector. */
  readonly url: string;
  readonly token: string;
  readonly index?: string | undefined;
  readonly host?: string | undefined;
  readonly sourcetype: string;
  /** UUID of the channel, where the token asks for indexer acknowledgement. */
  readonly channel?: string | undefined;
}

/**
 * Splunk HTTP Event Collector, event endpoint: one JSON object an event, concatenated ("Format events for HTTP Event
 * Collector", "About HTTP Event Collector Indexer Acknowledgment", docs.splunk.com 9.x, read 2026-11-20).
 */
export function splunkHec(settings: SplunkSettings): HttpSink {
  const headers = {
    authorization: `Splunk ${settings.token}`,
    'content-type': 'application/json',
    ...(settings.channel === undefined ? {} : { 'x-splunk-request-channel': settings.channel }),
  };
  return {
    transport: 'http',
    toRequests: (records) =>
      packedRequests(
        records,
        (record) => JSON.stringify(toSplunk(record, settings)),
        { url: `${settings.url}/services/collector/event`, headers },
        (pieces) => pieces.join('\n'),
        { bytesMax: requestBytesMax, around: 0, between: 1 },
      ),
    judge: (answer, records, nowMs) =>
      judgeSplunk(
        answer,
        records,
        nowMs,
        settings.channel === undefined
          ? undefined
          : (ackId) => ({
              method: 'POST',
              url: `${settings.url}/services/collector/ack?channel=${settings.channel}`,
              headers,
              body: Buffer.from(JSON.stringify({ acks: [ackId] })),
            }),
      ),
  };
}

/** An event with its metadata. `fields` are indexed, so that a row is found by its place in the ledger. */
function toSplunk({ log, event, payload }: FeedRecord, settings: SplunkSettings): object {
  return {
    time: (Date.parse(event.time) / 1000).toFixed(3),
    host: settings.host ?? log.origin,
    source: `demarc:${event.source}`,
    sourcetype: settings.sourcetype,
    ...(settings.index === undefined ? {} : { index: settings.index }),
    event: { id: event.id, ...factsOf(event), log, payload },
    fields: { ledger_index: String(log.index), ledger_leaf: log.leaf, kind: event.kind },
  };
}

/** Codes of HEC that say the content of one event is at fault; others with status 400 are the token's or ours. */
const contentCodes: ReadonlySet<unknown> = new Set([6, 12, 13, 15]);

function judgeSplunk(
  answer: HttpResponse,
  records: readonly FeedRecord[],
  nowMs: number,
  askAbout: ((ackId: number) => SinkHttpRequest) | undefined,
): Verdict {
  const body = jsonBody(answer);
  const code = body['code'];
  if (answer.status >= 200 && answer.status < 300) {
    if (code !== 0) return { state: 'later', reason: `an answer that is not HEC's` };
    const ackId = body['ackId'];
    if (askAbout === undefined) return { state: 'taken' };
    if (typeof ackId !== 'number')
      return { state: 'later', reason: 'no acknowledgement id: the token does not acknowledge' };
    return ask(ackId, askAbout, nowMs);
  }
  if (answer.status !== 400) return judgeStatus(answer, nowMs);
  const reason = typeof code === 'number' ? `HEC code ${code}` : 'status 400';
  if (typeof code === 'number' && !contentCodes.has(code)) return { state: 'later', reason };
  const at = body['invalid-event-number'];
  const bad = typeof at === 'number' ? records[at] : undefined;
  // Whether the events before it were indexed is not said: they are sent again.
  if (bad === undefined || records.length === 1) return { state: 'refused', reason };
  return { state: 'taken', rejected: [{ item: bad, reason }], again: records.filter((record) => record !== bad) };
}

function ask(ackId: number, askAbout: (ackId: number) => SinkHttpRequest, nowMs: number): Verdict {
  return {
    state: 'ask',
    afterMs: askAfterMs,
    request: askAbout(ackId),
    judge(answer) {
      if (answer.status !== 200) return judgeStatus(answer, nowMs);
      const acks = jsonBody(answer)['acks'];
      const indexed = typeof acks === 'object' && acks !== null && (acks as Record<string, unknown>)[ackId] === true;
      return indexed ? { state: 'taken' } : ask(ackId, askAbout, nowMs);
    },
  };
}

import { factsOf, type FeedRecord } from '../record.ts';
import { type HttpSink, judgeStatus, packedRequests } from '../sink.ts';
import { type ClientCredentials, tokenSource } from './token-source.ts';

/** "Maximum size of API call: 1 MB, both compressed and uncompressed data" (Azure Monitor service limits, read 2026-11-20). */
const requestBytesMax = 1_000_000;
/** "Fields longer than 64 KB are truncated" (ibid.): a payload that would be cut is left out and said to be. */
const fieldBytesMax = 64_000;

export interface SentinelSettings {
  /** Logs ingestion endpoint of the rule or of the data collection endpoint. */
  readonly url: string;
  /** Immutable id of the data collection rule, `dcr-…`. */
  readonly rule: string;
  /** Name of the stream, `Custom-…`. */
  readonly stream: string;
  readonly credentials: ClientCredentials;
}

/**
 * Azure Monitor Logs Ingestion API, which Microsoft Sentinel reads (learn.microsoft.com, "Logs Ingestion API in Azure Monitor",
 * API version 2023-01-01, page of 2026-08-13, read 2026-11-20).
 *
 * @param now milliseconds since the epoch
 */
export function sentinel(settings: SentinelSettings, now: () => number): HttpSink {
  const url = `${settings.url}/dataCollectionRules/${encodeURIComponent(settings.rule)}/streams/${encodeURIComponent(settings.stream)}?api-version=2023-01-01`;
  return {
    transport: 'http',
    authorise: tokenSource(settings.credentials, now),
    toRequests: (records) =>
      packedRequests(
        records,
        (record) => JSON.stringify(toRow(record)),
        { url, headers: { 'content-type': 'application/json' } },
        (pieces) => `[${pieces.join(',')}]`,
        { bytesMax: requestBytesMax, around: 2, between: 1 },
      ),
    judge: (answer, _records, nowMs) => judgeStatus(answer, nowMs),
  };
}

/**
 * A row with the columns of the table `LLMActivity` (learn.microsoft.com, Azure Monitor table reference, read 2026-11-20) as far
 * as an event has them, and the place in the ledger. That table takes no data from the ingestion API, so rows go to a custom
 * table of the same columns; docs/guide/feeds.md has its declaration.
 */
export function toRow({ log, event, payload }: FeedRecord): object {
  const full = { ...factsOf(event), payload };
  const data =
    payload.state === 'included' && Buffer.byteLength(JSON.stringify(full)) > fieldBytesMax
      ? { ...full, payload: { state: 'too-large', bytes: payload.bytes } }
      : full;
  return {
    TimeGenerated: event.time,
    RecordId: event.id,
    RecordType: event.kind,
    Workload: 'Demarc',
    Version: '1',
    ...(event.subject === undefined ? {} : { ActorUserId: event.subject, ActorUserType: 'Pseudonym' }),
    ...(event.agent === undefined ? {} : { AgentId: event.agent, AgentName: event.agent }),
    ...(event.model === undefined ? {} : { AIModelName: event.model }),
    AppIdentity: event.source,
    ...(event.server === undefined ? {} : { AppHost: event.server }),
    LLMEventData: data,
    LedgerOrigin: log.origin,
    LedgerIndex: log.index,
    LedgerLeaf: log.leaf,
  };
}

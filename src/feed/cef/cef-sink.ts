import type { FeedEvent, FeedRecord } from '../record.ts';
import type { LineSink } from '../sink.ts';

/**
 * Common Event Format, version 0 (ArcSight "Implementing ArcSight Common Event Format", version 26: header, escaping and the
 * names of the extension dictionary; read 2026-11-20). CEF has six text and three number fields of free use: it is a summary.
 * Payloads never go into it.
 */
export function cefLines(productVersion: string): LineSink {
  return { transport: 'lines', line: (record) => cefLine(record, productVersion) };
}

/** 0 to 10 (version 26, "Severity"). */
const severities = { info: 1, low: 3, medium: 5, high: 8, critical: 10 } as const;

function cefLine({ log, event }: FeedRecord, productVersion: string): string {
  const header = ['CEF:0', 'Demarc', 'Demarc', productVersion, event.kind, nameOf(event)].map((part, at) =>
    at === 0 ? part : escapeHeader(part),
  );
  const extension = extensionOf(log, event)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeExtension(String(value))}`);
  return `${header.join('|')}|${severityOf(event)}|${extension.join(' ')}`;
}

function extensionOf(
  log: FeedRecord['log'],
  event: FeedEvent,
): readonly (readonly [string, string | number | undefined])[] {
  const labelled = (key: string, label: string, value: string | number | undefined) =>
    value === undefined ? [] : ([[`${key}Label`, label] as const, [key, value] as const] as const);
  return [
    ['rt', Date.parse(event.time)],
    ['externalId', event.id],
    ['cat', event.kind],
    ['act', event.decision ?? event.operation],
    ['outcome', event.outcome],
    ['reason', reasonOf(event)],
    ['suid', event.subject],
    ['sourceServiceName', event.agent],
    ['destinationServiceName', event.server ?? event.provider],
    // `dhost` takes a host name; what an event names as its destination may be any address.
    ['dhost', event.destination],
    ['deviceProcessName', event.source],
    ['dproc', event.tool],
    ['out', event.bytes],
    ...labelled('cs1', 'ledgerOrigin', log.origin),
    ...labelled('cs2', 'ledgerLeaf', log.leaf),
    ...labelled('cs3', 'run', event.run),
    ...labelled('cs4', 'call', event.call),
    ...labelled('cs5', 'model', event.model),
    ...labelled('cs6', 'policyOrRule', event.rule ?? event.policy),
    ...labelled('cn1', 'ledgerIndex', log.index),
    ...labelled('cn2', 'inputTokens', event.inputTokens),
    ...labelled('cn3', 'outputTokens', event.outputTokens),
  ];
}

function reasonOf({ reasons, error }: FeedEvent): string | undefined {
  return reasons === undefined || reasons.length === 0 ? error : reasons.join(', ');
}

function nameOf(event: FeedEvent): string {
  return [event.kind, event.tool ?? event.model ?? event.dataSource ?? event.rule].filter(Boolean).join(' ');
}

function severityOf(event: FeedEvent): number {
  if (event.severity !== undefined) return severities[event.severity];
  return event.decision === 'deny' || event.outcome === 'denied' ? 5 : 1;
}

/** In the header a backslash and a pipe are escaped, and there is no line break. */
export function escapeHeader(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/[\r\n\u2028\u2029\u0085]+/g, ' ');
}

/** In the extension a backslash and an equal sign are escaped, and line breaks are written as `\n` or `\r`. */
export function escapeExtension(text: string): string {
  return text
    .replace(/[\\=]/g, '\\$&')
    .replace(/\r/g, '\\r')
    .replace(/[\n\u2028\u2029\u0085]/g, '\\n');
}

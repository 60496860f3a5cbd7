import { type HttpSink, judgeStatus, type LineSink, packedRequests } from '../sink.ts';
import { type OcsfVersion, toOcsf } from './ocsf-event.ts';

/** Bytes of one request: what collectors with an HTTP source take without being told to. */
const requestBytesMax = 1024 * 1024;

export interface OcsfSettings {
  readonly ocsfVersion: OcsfVersion;
  readonly productVersion: string;
}

/** OCSF events in a file, one a line. */
export function ocsfLines({ ocsfVersion, productVersion }: OcsfSettings): LineSink {
  return {
    transport: 'lines',
    line: (record) => JSON.stringify(toOcsf(record, { version: productVersion }, ocsfVersion)),
  };
}

/** OCSF events in POST requests, newline-delimited: for collectors with an HTTP source (Vector, Fluent Bit, Cribl, Tenzir). */
export function ocsfHttp(
  settings: OcsfSettings & { readonly url: string; readonly headers: Readonly<Record<string, string>> },
): HttpSink {
  const lines = ocsfLines(settings);
  return {
    transport: 'http',
    toRequests: (records) =>
      packedRequests(
        records,
        (record) => lines.line(record),
        { url: settings.url, headers: { 'content-type': 'application/x-ndjson', ...settings.headers } },
        (pieces) => `${pieces.join('\n')}\n`,
        { bytesMax: requestBytesMax, around: 0, between: 1 },
      ),
    judge: (answer, _records, nowMs) => judgeStatus(answer, nowMs),
  };
}

import { contentCode } from '../content-codes.ts';
import { countAt, type Json, nameOf, parsedAt, textAt, timeOf, valueAt } from '../fields.ts';
import type { Facts, LogFormat, Mapped } from '../log-format.ts';
import { toolUses } from '../tool-uses.ts';

/**
 * Request-response logs of Vertex AI: rows of the BigQuery table, as JSON lines (`bq extract`) or a list (`bq query
 * --format=json`), where JSON columns may stand as text.
 *
 * Columns: https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/request-response-logging, read 2026-11-28
 * (excerpt); `endpoint`, `deployed_model_id`, `logging_time`, `request_id`, `request_payload`, `response_payload`, `model`,
 * `model_version`, `api_method`, `full_request`, `full_response`, `metadata`, `otel_log` from general knowledge of that
 * page, to be confirmed. The table is a sample at the rate set for it, has no caller, and leaves out what exceeds a row.
 */
export const vertexRequestResponse: LogFormat = {
  id: 'vertex-request-response',
  name: 'Vertex AI request-response logs',
  side: 'provider',
  containers: [],
  recognises: (record) =>
    'logging_time' in record && 'request_id' in record && ('api_method' in record || 'request_payload' in record),
  map,
};

function map(row: Json): Mapped {
  const { full_response: fullResponse, response_payload: responsePayload, ...request } = row;
  const answer = parsedAt(row, 'full_response') ?? payload(responsePayload);
  const question = parsedAt(row, 'full_request') ?? payload(row['request_payload']);
  const id = textAt(row, 'request_id');
  const model = textAt(row, 'model');
  const common: Facts = {
    time: timeOf(row['logging_time']),
    reference: id,
    call: id,
    provider: 'gcp.vertex_ai',
    model: nameOf(model?.split('/').at(-1)),
    operation: nameOf(textAt(row, 'api_method')),
    server: nameOf(textAt(row, 'endpoint')),
  };
  return {
    events: [
      {
        kind: 'model.request',
        part: request,
        facts: {
          ...common,
          inputTokens: countAt(answer, 'usageMetadata', 'promptTokenCount') ?? countAt(answer, 'usage', 'input_tokens'),
          reasons: [contentCode('prompt', question !== undefined)],
        },
      },
      {
        kind: 'model.response',
        part: { full_response: fullResponse, response_payload: responsePayload },
        facts: {
          ...common,
          outputTokens:
            countAt(answer, 'usageMetadata', 'candidatesTokenCount') ?? countAt(answer, 'usage', 'output_tokens'),
          outcome: valueAt(answer, 'error') === undefined ? undefined : 'error',
          reasons: [contentCode('response', answer !== undefined)],
        },
      },
      ...toolUses(answer, common, id ?? ''),
    ],
    notes: [],
  };
}

/** The repeated text column of partner models: its JSON, or nothing. */
function payload(column: unknown): unknown {
  return Array.isArray(column) && column.length > 0 ? column.map((_, at) => parsedAt(column, at)) : undefined;
}

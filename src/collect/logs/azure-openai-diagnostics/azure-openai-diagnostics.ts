import { contentCode } from '../content-codes.ts';
import { codeOf, countAt, type Json, nameOf, parsedAt, textAt, timeOf } from '../fields.ts';
import type { Facts, LogFormat, Mapped, MappedEvent } from '../log-format.ts';
import type { Outcome } from '../../../model/event.ts';

/**
 * Resource logs of Azure OpenAI (diagnostic settings), categories Audit, RequestResponse, Trace and later ones: JSON lines
 * of a storage account (`PT1H.json`), `{records: […]}` of an event hub, or rows of Log Analytics.
 *
 * Fields: sample events of the Elastic integration `azure_openai` (github.com/elastic/integrations) and
 * https://learn.microsoft.com/en-us/azure/ai-services/openai/how-to/monitor-openai, read 2026-11-28. No prompt and no
 * answer; the caller's address is masked; `properties` may be text; durations below zero occur and are left out.
 */
export const azureOpenaiDiagnostics: LogFormat = {
  id: 'azure-openai-diagnostics',
  name: 'Azure OpenAI diagnostic logs',
  side: 'provider',
  containers: ['records'],
  recognises: (record) =>
    textAt(record, 'category') !== undefined || textAt(record, 'Category') !== undefined
      ? /microsoft\.cognitiveservices\/accounts/i.test(resourceOf(record) ?? '')
      : false,
  map,
};

function resourceOf(record: Json): string | undefined {
  return textAt(record, 'resourceId') ?? textAt(record, '_ResourceId') ?? textAt(record, 'ResourceId');
}

/** Operations that call a model: `ChatCompletions_Create`, `Responses_Create`, `Embeddings_Create`. */
const modelCall = /completion|response|embedding|image|audio|transcri|translat|speech|realtime/i;

function map(record: Json): Mapped {
  const properties = parsedAt(record, 'properties') ?? parsedAt(record, 'properties_s');
  const read = (name: string): string | undefined =>
    textAt(record, name) ?? textAt(record, `${name[0]?.toUpperCase()}${name.slice(1)}`);
  const category = read('category');
  const operation = read('operationName');
  const status = read('resultSignature');
  const correlation = read('correlationId');
  const stamp = textAt(record, 'time') ?? textAt(record, 'TimeGenerated');
  const facts: Facts = {
    time: timeOf(stamp),
    reference: correlation === undefined ? undefined : `${correlation}/${operation ?? ''}/${stamp ?? ''}`,
    call: correlation,
    provider: 'azure.ai.openai',
    server: nameOf(resourceOf(record)?.toLowerCase()),
    operation: nameOf(operation),
    model: nameOf(textAt(properties, 'modelName') ?? textAt(properties, 'modelDeploymentName')),
    subject: textAt(properties, 'objectId'),
    durationMs: countAt(record, 'durationMs') ?? countAt(record, 'DurationMs'),
    bytes: countAt(properties, 'responseLength'),
    outcome: outcomeOf(status),
    error: outcomeOf(status) === 'ok' ? undefined : codeOf(status === undefined ? undefined : `http-${status}`),
  };
  return { events: [eventOf(category, operation, facts)], notes: [] };
}

function eventOf(category: string | undefined, operation: string | undefined, facts: Facts): MappedEvent {
  if (category === 'RequestResponse' && (facts.model !== undefined || modelCall.test(operation ?? ''))) {
    return {
      kind: 'model.response',
      facts: { ...facts, reasons: [contentCode('prompt', false), contentCode('response', false)] },
    };
  }
  if (category === 'Audit' && /key/i.test(operation ?? '')) return { kind: 'credential.issued', facts };
  return { kind: 'custom', facts };
}

function outcomeOf(status: string | undefined): Outcome | undefined {
  if (status === undefined || !/^\d{3}$/.test(status)) return undefined;
  if (status === '401' || status === '403') return 'denied';
  return status === '408' || status === '504' ? 'timeout' : Number(status) >= 400 ? 'error' : 'ok';
}

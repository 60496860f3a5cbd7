import { contentCode } from '../content-codes.ts';
import {
  asObject,
  codeOf,
  countAt,
  type Json,
  listAt,
  nameOf,
  objectAt,
  parsedAt,
  textAt,
  timeOf,
  valueAt,
} from '../fields.ts';
import type { Facts, LogFormat, Mapped, MappedEvent } from '../log-format.ts';

/**
 * Microsoft 365 Copilot in the unified audit log: `CopilotInteraction`, RecordType 261. Records of the Management Activity
 * API, of Graph's audit query (`{value: [{auditData}]}`), or of a search that keeps them as text in `AuditData`.
 *
 * Fields: https://learn.microsoft.com/en-us/office/office-365-management-api/copilot-schema, read 2026-11-28 through public
 * samples of it. No text of prompt or answer: ids and sizes only. Times are UTC without saying so.
 */
export const m365Copilot: LogFormat = {
  id: 'm365-copilot',
  name: 'Microsoft 365 Copilot interactions',
  side: 'service',
  containers: ['value'],
  recognises: (record) => asObject(dataOf(record)?.['CopilotEventData']) !== undefined,
  map(record) {
    return mapInteraction(dataOf(record) ?? record, record);
  },
};

/** The audit data itself, or the one inside a record of a search. */
function dataOf(record: Json): Json | undefined {
  return asObject(parsedAt(record, 'auditData')) ?? asObject(parsedAt(record, 'AuditData')) ?? record;
}

function mapInteraction(data: Json, record: Json): Mapped {
  const event = objectAt(data, 'CopilotEventData') ?? {};
  const id = textAt(data, 'Id') ?? textAt(record, 'id') ?? '';
  const common: Facts = {
    time: timeOf(data['CreationTime'] ?? record['createdDateTime']),
    reference: id,
    run: textAt(event, 'ThreadId'),
    provider: 'microsoft.copilot',
    agent: nameOf(textAt(data, 'AgentId') ?? textAt(event, 'AgentId') ?? textAt(data, 'AppIdentity')),
    server: codeOf(textAt(event, 'AppHost')),
    subject: textAt(data, 'UserId') ?? textAt(record, 'userPrincipalName'),
  };
  const model = nameOf(textAt(event, 'ModelTransparencyDetails', 0, 'ModelName'));
  const events = [
    ...listAt(event, 'Messages').map((message, at) => messageEvent(message, { ...common, model }, `${id}#m${at}`)),
    ...listAt(event, 'AccessedResources').map((resource, at) => accessEvent(resource, common, `${id}#r${at}`)),
    ...listAt(event, 'AISystemPlugin').map((plugin, at) => pluginEvent(plugin, common, `${id}#p${at}`)),
  ];
  const [first, ...others] = events;
  // The record goes with its first event: context, client and identity belong to the whole interaction.
  if (first === undefined)
    return { events: [{ kind: 'custom', facts: { ...common, operation: 'interaction' } }], notes: [] };
  return { events: [{ kind: first.kind, facts: first.facts }, ...others], notes: [] };
}

function messageEvent(message: unknown, common: Facts, reference: string): MappedEvent {
  const isPrompt = valueAt(message, 'isPrompt') === true || valueAt(message, 'isPrompt') === 'true';
  const marks = [
    ...(valueAt(message, 'JailbreakDetected') === true ? ['jailbreak-detected'] : []),
    ...(valueAt(message, 'XPIADetected') === true ? ['cross-prompt-injection-detected'] : []),
  ];
  const facts: Facts = { ...common, reference, call: textAt(message, 'Id'), bytes: countAt(message, 'Size') };
  return isPrompt
    ? {
        kind: 'custom',
        part: message,
        facts: {
          ...facts,
          operation: 'user-prompt',
          origin: 'user',
          reasons: [contentCode('prompt', false), ...marks],
        },
      }
    : {
        kind: 'model.response',
        part: message,
        facts: { ...facts, reasons: [contentCode('response', false), ...marks] },
      };
}

/** A file, message or page that was read for an answer. Its name and address may say anything: they are sealed. */
function accessEvent(resource: unknown, common: Facts, reference: string): MappedEvent {
  const denied =
    /fail|block|denied/i.test(textAt(resource, 'Status') ?? '') || listAt(resource, 'PolicyDetails').length > 0;
  return {
    kind: 'data.query',
    part: resource,
    facts: {
      ...common,
      reference,
      provider: undefined,
      dataSource: codeOf(textAt(resource, 'Type')) ?? 'unnamed',
      operation: codeOf(textAt(resource, 'Action')),
      outcome: denied ? 'denied' : undefined,
      reasons: valueAt(resource, 'XPIADetected') === true ? ['cross-prompt-injection-detected'] : undefined,
    },
  };
}

function pluginEvent(plugin: unknown, common: Facts, reference: string): MappedEvent {
  const reasons = [contentCode('arguments', false), contentCode('result', false)];
  const tool = nameOf(textAt(plugin, 'Id') ?? textAt(plugin, 'Name')) ?? 'unnamed';
  return { kind: 'tool.call', part: plugin, facts: { ...common, reference, tool, reasons } };
}

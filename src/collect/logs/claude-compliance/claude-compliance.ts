import { contentCode } from '../content-codes.ts';
import { codeOf, type Json, nameOf, textAt, timeOf } from '../fields.ts';
import type { Facts, LogFormat, Mapped, MappedEvent } from '../log-format.ts';

/**
 * Activity feed of the Claude Compliance API: pages `{data: […], has_more, first_id, last_id}` of `GET
 * /v1/compliance/activities`, or the activities as JSON lines.
 *
 * Fields: https://platform.claude.com/docs/en/manage-claude/compliance-activity-feed and
 * https://platform.claude.com/docs/en/api/compliance.md, read 2026-11-28: `id`, `created_at`, `organization_id`,
 * `organization_uuid`, `actor{type, email_address, user_id, ip_address, user_agent}`, `type` (over 300 values) and ids of
 * what was acted on. The feed holds no text of chats; nothing is recorded before the API is enabled.
 */
export const claudeCompliance: LogFormat = {
  id: 'claude-compliance',
  name: 'Claude Compliance API activities',
  side: 'service',
  containers: ['data'],
  recognises: (record) =>
    (textAt(record, 'id') ?? '').startsWith('activity_') &&
    typeof record['type'] === 'string' &&
    'created_at' in record,
  map,
  unfinished: (shell) =>
    shell['has_more'] === true
      ? { kind: 'unresolved', reason: 'the feed has further pages than were given (has_more)' }
      : undefined,
};

function map(record: Json): Mapped {
  const type = textAt(record, 'type') ?? '';
  const actorType = textAt(record, 'actor', 'type') ?? '';
  const isPerson = actorType.endsWith('user_actor');
  const facts: Facts = {
    time: timeOf(record['created_at']),
    reference: textAt(record, 'id'),
    provider: 'anthropic',
    run: textAt(record, 'claude_chat_id') ?? textAt(record, 'session_id'),
    operation: nameOf(type),
    agent: isPerson ? undefined : nameOf(textAt(record, 'actor', 'api_key_id') ?? codeOf(actorType)),
    subject:
      textAt(record, 'actor', 'email_address') ??
      textAt(record, 'actor', 'unauthenticated_email_address') ??
      textAt(record, 'actor', 'user_id'),
    server: nameOf(textAt(record, 'mcp_server_id')),
    outcome: type.endsWith('_failed') ? 'error' : type.endsWith('_denied') ? 'denied' : undefined,
  };
  return { events: [eventOf(type, facts)], notes: [] };
}

function eventOf(type: string, facts: Facts): MappedEvent {
  if (/(?:api_key|access_key|token|service_key)_created$/.test(type)) return { kind: 'credential.issued', facts };
  if (/(?:api_key|access_key|token|service_key)_(?:deleted|revoked)$/.test(type))
    return { kind: 'credential.revoked', facts };
  if (/^claude_(?:chat|artifact|file|project)/.test(type)) {
    const reasons = type.startsWith('claude_chat')
      ? [contentCode('prompt', false), contentCode('response', false)]
      : undefined;
    return { kind: 'custom', facts: { ...facts, reasons } };
  }
  const changes =
    /_(?:created|updated|deleted|toggled|enabled|disabled|added|removed|connected|disconnected|installed)$/;
  return { kind: changes.test(type) ? 'config.change' : 'custom', facts };
}

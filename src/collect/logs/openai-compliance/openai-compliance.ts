import { contentCode } from '../content-codes.ts';
import { codeOf, countAt, type Json, nameOf, textAt, timeOf, valueAt } from '../fields.ts';
import type { Facts, LogFormat, Mapped, MappedEvent } from '../log-format.ts';
import type { EventKind } from '../../../model/event.ts';

/**
 * OpenAI: JSON lines of the Compliance Logs Platform (CONVERSATION_MESSAGE_LOG, CODEX_LOG, AUTH_LOG, AUDIT_LOG, APP_LOG and
 * others), and the audit log of the API platform (`organization.audit_log`).
 *
 * Listing and files: https://cookbook.openai.com/examples/chatgpt/compliance_api/logs_platform; audit log:
 * https://platform.openai.com/docs/api-reference/audit-logs and a sample of the Elastic integration `openai`; read
 * 2026-11-28. The record shapes of the logs platform are published to its customers only: the fields are looked for under
 * the names such records use, and what is not found stays in the sealed record. Files exist for 30 days.
 */
export const openaiCompliance: LogFormat = {
  id: 'openai-compliance',
  name: 'OpenAI compliance and audit logs',
  side: 'service',
  containers: ['data'],
  recognises: (record) => typeOf(record) !== undefined || isAudit(record),
  map: (record) => (isAudit(record) ? { events: [auditEvent(record)], notes: [] } : mapLog(record)),
  unfinished: (shell) =>
    shell['has_more'] === true
      ? { kind: 'unresolved', reason: 'the log has further pages than were given (has_more)' }
      : undefined,
};

function isAudit(record: Json): boolean {
  const named = record['object'] === 'organization.audit_log' || (textAt(record, 'id') ?? '').startsWith('audit_log-');
  return named && typeof record['type'] === 'string' && 'effective_at' in record;
}

/** `CODEX_LOG`: the type of a record of the logs platform. */
function typeOf(record: Json): string | undefined {
  const type = first(record, ['event_type'], ['log_type'], ['type']);
  return type !== undefined && /^[A-Z][A-Z_]{2,60}_LOG$/.test(type) ? type : undefined;
}

function auditEvent(record: Json): MappedEvent {
  const type = textAt(record, 'type') ?? '';
  const facts: Facts = {
    time: timeOf(record['effective_at']),
    reference: textAt(record, 'id'),
    provider: 'openai',
    operation: nameOf(type),
    agent: nameOf(first(record, ['actor', 'api_key', 'service_account', 'id'], ['actor', 'api_key', 'id'])),
    subject: first(
      record,
      ['actor', 'session', 'user', 'email'],
      ['actor', 'session', 'user', 'id'],
      ['actor', 'api_key', 'user', 'email'],
      ['actor', 'api_key', 'user', 'id'],
    ),
    outcome: type.endsWith('.failed') ? 'error' : undefined,
  };
  if (type === 'api_key.created') return { kind: 'credential.issued', facts };
  if (type === 'api_key.deleted') return { kind: 'credential.revoked', facts };
  return { kind: /^log(?:in|out)\./.test(type) ? 'custom' : 'config.change', facts };
}

/** The text at the first of several paths that has one. */
function first(record: Json, ...paths: readonly (readonly string[])[]): string | undefined {
  for (const path of paths) {
    const found = textAt(record, ...path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same below the record and below what wraps it: `payload`, `data`, `details`, `message`, `event`. */
function anywhere(record: Json, ...names: readonly string[]): string | undefined {
  const wrappers = [[], ['payload'], ['data'], ['details'], ['message'], ['event']];
  return first(record, ...names.flatMap((name) => wrappers.map((wrapper) => [...wrapper, ...name.split('.')])));
}

function mapLog(record: Json): Mapped {
  const type = typeOf(record) ?? '';
  const facts: Facts = {
    time: timeOf(anywhere(record, 'timestamp', 'event_time', 'created_at', 'effective_at', 'create_time')),
    reference: anywhere(record, 'event_id', 'id', 'log_id', 'message_id'),
    provider: type === 'CODEX_LOG' ? 'openai.codex' : 'openai.chatgpt',
    run: anywhere(record, 'conversation_id', 'session_id', 'thread_id', 'task_id'),
    call: anywhere(record, 'call_id', 'tool_call_id', 'request_id', 'response_id'),
    model: nameOf(anywhere(record, 'model', 'model_slug', 'model_id')),
    tool: nameOf(anywhere(record, 'tool_name', 'app_name', 'connector_name', 'function_name')),
    operation: nameOf(anywhere(record, 'action', 'event_name', 'operation') ?? codeOf(type)),
    agent: type === 'CODEX_LOG' ? 'codex' : nameOf(anywhere(record, 'agent_id', 'gpt_id')),
    subject: anywhere(
      record,
      'actor.email',
      'user.email',
      'user_email',
      'email',
      'actor.id',
      'actor.user_id',
      'user.id',
      'user_id',
      'principal.id',
    ),
    inputTokens: countAt(record, 'usage', 'input_tokens'),
    outputTokens: countAt(record, 'usage', 'output_tokens'),
    error: codeOf(anywhere(record, 'error_code', 'error.code')),
  };
  const { kind, reasons } = kindOf(record, type, facts);
  const tool = facts.tool ?? (kind.startsWith('tool.') ? 'unnamed' : undefined);
  return { events: [{ kind, facts: { ...facts, tool, reasons } }], notes: [] };
}

function kindOf(record: Json, type: string, facts: Facts): { kind: EventKind; reasons: string[] | undefined } {
  const role = anywhere(record, 'author.role', 'role', 'author_role', 'author');
  const hasText = hasContent(record);
  if (role === 'user') return { kind: 'custom', reasons: [contentCode('prompt', hasText)] };
  if (role === 'assistant') return { kind: 'model.response', reasons: [contentCode('response', hasText)] };
  if (role === 'tool') return { kind: 'tool.result', reasons: [contentCode('result', hasText)] };
  if (type === 'APP_LOG' || facts.tool !== undefined) {
    const given = ['arguments', 'input', 'parameters', 'params'].some(
      (name) => anywhereValue(record, name) !== undefined,
    );
    return { kind: 'tool.call', reasons: [contentCode('arguments', given)] };
  }
  return { kind: type === 'AUDIT_LOG' ? 'config.change' : 'custom', reasons: undefined };
}

function anywhereValue(record: Json, name: string): unknown {
  return (
    record[name] ??
    valueAt(record, 'payload', name) ??
    valueAt(record, 'data', name) ??
    valueAt(record, 'message', name)
  );
}

function hasContent(record: Json): boolean {
  return ['content', 'text', 'body', 'prompt', 'output'].some((name) => anywhereValue(record, name) !== undefined);
}

import { contentCode, truncated } from '../content-codes.ts';
import { countAt, type Json, nameOf, parsedAt, textAt, timeOf } from '../fields.ts';
import type { Facts, LogFormat, Mapped } from '../log-format.ts';
import { toolUses } from '../tool-uses.ts';

/**
 * GitHub audit log (a list from the API or the export, or streamed JSON lines), of which the events of Copilot and of
 * agents are kept and others counted; and the streamed or fetched Copilot usage records.
 *
 * Fields: https://docs.github.com/en/enterprise-cloud@latest/copilot/reference/agentic-audit-log-events, read 2026-11-28:
 * `action`, `actor_is_agent`, `agent_session_id`, `user`; usage records `type`, `user_id`, `enterprise_id`, `endpoint`,
 * `body`, `@timestamp` (ms), `truncated`, `event_id`, `github_request_id`. Usage records are a public preview for
 * enterprises with managed users or data residency; a body over 1 MB is cut.
 */
export const githubCopilotAudit: LogFormat = {
  id: 'github-copilot-audit',
  name: 'GitHub Copilot audit log and usage records',
  side: 'service',
  containers: ['usage_records'],
  recognises: (record) => isUsage(record) || isAudit(record),
  map: (record) => (isUsage(record) ? usage(record) : audit(record)),
};

function isUsage(record: Json): boolean {
  return (
    (record['type'] === 'request' || record['type'] === 'response') &&
    textAt(record, 'event_id') !== undefined &&
    'github_request_id' in record
  );
}

function isAudit(record: Json): boolean {
  return (
    /^[a-z_\d]+\.[\w.]+$/.test(textAt(record, 'action') ?? '') &&
    ('_document_id' in record || 'actor' in record || 'actor_is_agent' in record) &&
    ('@timestamp' in record || 'created_at' in record)
  );
}

function usage(record: Json): Mapped {
  const body = parsedAt(record, 'body');
  const id = textAt(record, 'event_id') ?? '';
  const isRequest = record['type'] === 'request';
  const isCut = record['truncated'] === true;
  const common: Facts = {
    time: timeOf(record['@timestamp']),
    reference: id,
    call: textAt(record, 'github_request_id'),
    provider: 'github.copilot',
    agent: 'github-copilot',
    model: nameOf(textAt(body, 'model')),
    operation: nameOf(textAt(record, 'endpoint')),
    subject: textAt(record, 'user_id'),
  };
  const reasons = [contentCode(isRequest ? 'prompt' : 'response', body !== undefined), ...(isCut ? [truncated] : [])];
  return {
    events: [
      {
        kind: isRequest ? 'model.request' : 'model.response',
        facts: {
          ...common,
          reasons,
          inputTokens: countAt(body, 'usage', 'prompt_tokens') ?? countAt(body, 'usage', 'input_tokens'),
          outputTokens: countAt(body, 'usage', 'completion_tokens') ?? countAt(body, 'usage', 'output_tokens'),
        },
      },
      ...(isRequest ? [] : toolUses(body, common, id)),
    ],
    notes: isCut ? [{ kind: 'unresolved', reason: 'truncated by the source: the body is over 1 MB' }] : [],
  };
}

function audit(record: Json): Mapped {
  const action = textAt(record, 'action') ?? '';
  const session = textAt(record, 'agent_session_id');
  const isAgent = record['actor_is_agent'] === true || session !== undefined;
  if (!isAgent && !action.startsWith('copilot')) return { events: [], notes: [] };
  const facts: Facts = {
    time: timeOf(record['@timestamp'] ?? record['created_at']),
    reference: textAt(record, '_document_id') ?? textAt(record, 'request_id'),
    provider: 'github',
    run: session,
    operation: nameOf(action),
    subject: textAt(record, 'user') ?? (isAgent ? undefined : textAt(record, 'actor')),
  };
  if (!isAgent) return { events: [{ kind: 'config.change', facts }], notes: [] };
  // What the agent did on GitHub, by the name of the action: there are no arguments and no result.
  const reasons = [contentCode('arguments', false), contentCode('result', false)];
  const agent = nameOf(textAt(record, 'actor')) ?? 'github-copilot';
  return {
    events: [{ kind: 'tool.call', facts: { ...facts, agent, tool: nameOf(action), server: 'github', reasons } }],
    notes: [],
  };
}

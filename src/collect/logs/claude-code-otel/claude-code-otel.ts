import { contentCode, truncated } from '../content-codes.ts';
import { codeOf, countAt, type Json, nameOf, parsedAt, textAt, timeOf, traceOf } from '../fields.ts';
import type { Facts, LogFormat, Mapped, MappedEvent, Note } from '../log-format.ts';
import type { Decision, Outcome } from '../../../model/event.ts';
import { leftOut, parseInspected } from './inspect-text.ts';
import { isLogRecord, type OtelRecord, otelRecords } from './otlp.ts';

/**
 * Claude Code's OpenTelemetry log events (scope `com.anthropic.claude_code.events`): OTLP/JSON requests and export files,
 * single log records, and what the console exporter prints.
 *
 * Events and attributes: https://code.claude.com/docs/en/monitoring-usage and the Elastic integration `claude_code`
 * (github.com/elastic/integrations: pipeline, field list, generator), read 2026-11-28. Off until
 * `CLAUDE_CODE_ENABLE_TELEMETRY=1`; content is off behind gates of its own (`OTEL_LOG_USER_PROMPTS`,
 * `OTEL_LOG_TOOL_DETAILS`, `OTEL_LOG_TOOL_CONTENT`, `OTEL_LOG_RAW_API_BODIES`) and cut at 60 KB. `event.sequence` counts in a
 * process from 0; results of tools are in no event, only their size.
 */
export const claudeCodeOtel: LogFormat = {
  id: 'claude-code-otel',
  name: 'Claude Code OpenTelemetry events',
  side: 'agent',
  containers: ['resourceLogs'],
  recognises: (record) => {
    if (Array.isArray(record['resourceLogs']) || Array.isArray(record['scopeLogs'])) return true;
    return isLogRecord(record) && otelRecords(record).some((item) => nameOfEvent(item) !== undefined);
  },
  map,
  syntax: {
    quotes: '\'"`',
    isWritten: (head) => /^\s*\{\s*\n\s+(?:resource|instrumentationScope|timestamp|hrTime): /m.test(head),
    parse: parseInspected,
  },
};

const scopeName = 'com.anthropic.claude_code.events';

function map(record: Json): Mapped {
  const events: MappedEvent[] = [];
  const notes: Note[] = [];
  for (const item of otelRecords(record)) {
    const name = nameOfEvent(item);
    if (name === undefined)
      notes.push({ kind: 'unsupported', reason: 'a log record of another program than Claude Code' });
    else {
      events.push(eventOf(name, item));
      notes.push(...notesOf(item.attributes));
    }
  }
  return { events, notes };
}

/** `tool_result`: from the attribute, the event name or the body, of which only records of Claude Code have the prefix. */
function nameOfEvent(item: OtelRecord): string | undefined {
  const prefixed = [item.eventName, item.body].find((text) => text?.startsWith('claude_code.'));
  const name = textAt(item.attributes, 'event.name') ?? prefixed;
  if (name === undefined || (item.scope !== scopeName && prefixed === undefined && !name.startsWith('claude_code.')))
    return undefined;
  return name.replace(/^claude_code\./, '');
}

function notesOf(attributes: Json): Note[] {
  const notes: Note[] = [];
  if (isCut(attributes))
    notes.push({ kind: 'unresolved', reason: 'truncated by the source: content over its limit of 60 KB' });
  if (textAt(attributes, 'body_ref') !== undefined)
    notes.push({ kind: 'unresolved', reason: 'the body of a model call is in a file of its own (body_ref)' });
  return notes;
}

/** `body_truncated`, `<attribute>_truncated`, or a mark at the end of a text. */
function isCut(attributes: Json): boolean {
  return Object.entries(attributes).some(
    ([name, value]) =>
      (name.endsWith('_truncated') && (value === true || value === 'true')) ||
      (typeof value === 'string' &&
        (/\[TRUNCATED\b[^\]]{0,80}\]\s*$/.test(value.slice(-120)) || value.endsWith(leftOut))),
  );
}

function eventOf(name: string, item: OtelRecord): MappedEvent {
  const { attributes } = item;
  const common = commonFacts(name, item);
  const mapped = kinds[name]?.(attributes, common) ?? { kind: 'custom', facts: {} };
  const reasons = [...(mapped.facts.reasons ?? []), ...(isCut(attributes) ? [truncated] : [])];
  return {
    kind: mapped.kind,
    facts: { ...common, ...mapped.facts, ...(reasons.length > 0 ? { reasons } : {}) },
    part: item.raw,
  };
}

function commonFacts(name: string, { attributes, time, traceId, spanId }: OtelRecord): Facts {
  const session = textAt(attributes, 'session.id');
  const subagent = textAt(attributes, 'agent_id');
  const parent = textAt(attributes, 'parent_agent_id');
  const stamp = textAt(attributes, 'event.timestamp');
  const at = timeOf(Array.isArray(time) ? time[0] : time) ?? timeOf(stamp);
  const sequence = countAt(attributes, 'event.sequence');
  const agentName = nameOf(textAt(attributes, 'agent.name') ?? textAt(attributes, 'agent_type'));
  return {
    time: timeOf(stamp) ?? at,
    // A counter of the process: the time keeps a resumed session apart.
    reference: sequence === undefined ? undefined : `${session ?? ''}/${stamp ?? at ?? ''}#${sequence}`,
    run: subagent === undefined || session === undefined ? session : `${session}/${subagent}`,
    parentRun: subagent === undefined ? undefined : parent === undefined ? session : `${session ?? ''}/${parent}`,
    trace: traceOf(traceId, spanId),
    agent: agentName === undefined ? 'claude-code' : `claude-code/${agentName}`,
    operation: codeOf(name),
    subject:
      textAt(attributes, 'user.email') ?? textAt(attributes, 'user.account_uuid') ?? textAt(attributes, 'user.id'),
    durationMs: countAt(attributes, 'duration_ms') ?? countAt(attributes, 'total_duration_ms'),
  };
}

type Mapper = (attributes: Json, common: Facts) => MappedEvent;

const modelFacts = (attributes: Json): Facts => {
  const call = textAt(attributes, 'request_id') ?? textAt(attributes, 'client_request_id');
  return {
    call,
    model: nameOf(textAt(attributes, 'model')),
    // The API's own request ids; other forms come from a cloud or a gateway in between.
    provider: call?.startsWith('req_') === true ? 'anthropic' : undefined,
    inputTokens: countAt(attributes, 'input_tokens'),
    outputTokens: countAt(attributes, 'output_tokens'),
  };
};

const toolFacts = (attributes: Json, unnamed?: string): Facts => {
  const parameters = parsedAt(attributes, 'tool_parameters');
  return {
    call: textAt(attributes, 'tool_use_id'),
    tool:
      nameOf(
        textAt(parameters, 'mcp_tool_name') ?? textAt(attributes, 'mcp_tool.name') ?? textAt(attributes, 'tool_name'),
      ) ?? unnamed,
    server: nameOf(textAt(parameters, 'mcp_server_name') ?? textAt(attributes, 'mcp_server.name')),
  };
};

const has = (attributes: Json, name: string): boolean => {
  const text = textAt(attributes, name);
  return text !== undefined && text !== '<REDACTED>';
};

const failure = (attributes: Json, outcome: Outcome, fallback: string): Facts => {
  const status = textAt(attributes, 'status_code');
  return { outcome, error: status === undefined ? fallback : codeOf(`http-${status}`) };
};

/** What each event is. An event not named here is `custom`, its name the operation. */
const kinds: Readonly<Record<string, Mapper>> = {
  user_prompt: (attributes) => ({
    kind: 'custom',
    facts: {
      origin: 'user',
      reasons: [contentCode('prompt', has(attributes, 'prompt') || has(attributes, 'prompt_text'))],
    },
  }),
  assistant_response: (attributes) => ({
    kind: 'custom',
    facts: { ...modelFacts(attributes), reasons: [contentCode('response', has(attributes, 'response'))] },
  }),
  api_request: (attributes) => ({ kind: 'model.response', facts: { ...modelFacts(attributes), outcome: 'ok' } }),
  api_error: (attributes) => ({
    kind: 'model.response',
    facts: { ...modelFacts(attributes), ...failure(attributes, 'error', 'connection') },
  }),
  api_refusal: (attributes) => ({
    kind: 'model.response',
    facts: { ...modelFacts(attributes), outcome: 'denied', error: 'refusal' },
  }),
  api_retries_exhausted: (attributes) => ({
    kind: 'model.response',
    facts: { ...modelFacts(attributes), ...failure(attributes, 'error', 'retries-exhausted') },
  }),
  api_request_body: (attributes) => ({
    kind: 'model.request',
    facts: {
      ...modelFacts(attributes),
      bytes: countAt(attributes, 'body_length'),
      reasons: [contentCode('prompt', has(attributes, 'body'))],
    },
  }),
  api_response_body: (attributes) => ({
    kind: 'model.response',
    facts: {
      ...modelFacts(attributes),
      bytes: countAt(attributes, 'body_length'),
      reasons: [contentCode('response', has(attributes, 'body'))],
    },
  }),
  tool_decision: (attributes) => {
    const source = codeOf(textAt(attributes, 'source'));
    const decision = decisionOf(textAt(attributes, 'decision'));
    return {
      kind: decision === undefined ? 'custom' : 'decision',
      facts: {
        ...toolFacts(attributes),
        decision,
        reasons: [
          ...(source === undefined ? [] : [`by-${source}`]),
          contentCode('arguments', has(attributes, 'tool_parameters')),
        ],
      },
    };
  },
  tool_result: (attributes) => {
    const success = textAt(attributes, 'success') ?? attributes['success'];
    const given = has(attributes, 'tool_input') || has(attributes, 'tool_parameters');
    return {
      kind: 'tool.result',
      facts: {
        ...toolFacts(attributes, 'unnamed'),
        outcome: success === 'true' || success === true ? 'ok' : success === undefined ? undefined : 'error',
        error: codeOf(textAt(attributes, 'error_type')),
        bytes: countAt(attributes, 'tool_result_size_bytes'),
        reasons: [contentCode('arguments', given), contentCode('result', has(attributes, 'tool_output'))],
      },
    };
  },
  subagent_completed: (attributes, { run, parentRun }) => {
    const facts: Facts = { model: nameOf(textAt(attributes, 'model')), outcome: 'ok' };
    if (parentRun !== undefined) return { kind: 'run.end', facts: { ...facts, operation: undefined } };
    // Without an id of its own the sub-agent is only known to belong to the session.
    return { kind: 'custom', facts: { ...facts, run: undefined, parentRun: run } };
  },
  permission_mode_changed: (attributes) => ({ kind: 'config.change', facts: { reasons: modes(attributes) } }),
  managed_settings_resolved: (attributes) => ({
    kind: 'config.change',
    facts: {
      after: codeOf(textAt(attributes, 'managed_settings.resolved_sha256')),
      error: codeOf(textAt(attributes, 'error.type')),
    },
  }),
  plugin_installed: (attributes) => ({
    kind: 'config.change',
    facts: { tool: nameOf(textAt(attributes, 'plugin.name')) },
  }),
  mcp_server_connection: (attributes) => ({
    kind: 'custom',
    facts: {
      server: nameOf(textAt(attributes, 'server_name')),
      outcome: textAt(attributes, 'status') === 'failed' ? 'error' : 'ok',
      error: codeOf(textAt(attributes, 'error_code')),
    },
  }),
};

function modes(attributes: Json): string[] | undefined {
  const from = codeOf(textAt(attributes, 'from_mode'));
  const to = codeOf(textAt(attributes, 'to_mode'));
  return from === undefined || to === undefined ? undefined : [`from-${from}`, `to-${to}`];
}

function decisionOf(decision: string | undefined): Decision | undefined {
  return decision === 'accept' ? 'allow' : decision === 'reject' ? 'deny' : undefined;
}

import type { FeedEvent, FeedRecord } from '../record.ts';
import { factsOf } from '../record.ts';
import { parseTraceparent } from '../traceparent.ts';
import { activityOf, classes, classOf, type ClassName } from './ocsf-class.ts';
import { withAttestation } from './attestation.ts';

/**
 * Version of the schema events are written in. 1.9.0 is not released: its fields (`ai_agent`, the `record_integrity` profile)
 * stand where its development branch has them (github.com/ocsf/ocsf-schema, read 2026-11-20) and may move.
 */
export const ocsfVersions = ['1.8.0', '1.9.0-dev'] as const;
export type OcsfVersion = (typeof ocsfVersions)[number];

type Json = Readonly<Record<string, unknown>>;

const severities = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
} as const;

/** `action_id` and `disposition_id` of the profile `security_control`. */
const controls = {
  allow: [1, 'Allowed', 1, 'Allowed'],
  deny: [2, 'Denied', 2, 'Blocked'],
  redact: [4, 'Modified', 11, 'Corrected'],
  ask: [99, 'Ask', 23, 'Challenge'],
} as const;

/**
 * An event as OCSF. What the schema has no place for stands under `unmapped.demarc`: the position in the ledger, all facts,
 * the payload where it is to leave.
 */
export function toOcsf(record: FeedRecord, product: { readonly version: string }, version: OcsfVersion): Json {
  const { event, log, payload } = record;
  const name = classOf(event.kind);
  const { uid, name: className, category, profiles } = classes[name];
  const [activityId, activityName] = activityOf(name, event);
  const [severityId, severity] = severities[event.severity ?? 'info'];
  const next = version !== '1.8.0';
  const agent = agentOf(event);
  const mapped: Json = {
    activity_id: activityId,
    activity_name: activityName,
    category_uid: category[0],
    category_name: category[1],
    class_uid: uid,
    class_name: className,
    type_uid: uid * 100 + activityId,
    type_name: `${className}: ${activityName}`,
    time: Date.parse(event.time),
    severity_id: severityId,
    severity,
    message: messageOf(event),
    ...optional({ duration: whole(event.durationMs) }),
    metadata: {
      version,
      product: { name: 'Demarc', vendor_name: 'Demarc', version: product.version },
      profiles: [...profiles, ...(next ? ['record_integrity'] : [])],
      uid: event.id,
      original_time: event.time,
      log_name: log.origin,
      log_provider: event.source,
      sequence: log.index,
      event_code: event.kind,
      ...optional({ correlation_uid: event.run }),
    },
    ...statusOf(name, event),
    ...controlOf(event),
    ...specifics[name](event),
    ...(hasAi(name) ? aiOf(event, next ? agent : undefined) : {}),
    unmapped: {
      demarc: {
        log,
        event: factsOf(event),
        payload,
      },
      ...(!next && agent !== undefined ? { ai_agent: agent } : {}),
    },
  };
  return next ? withAttestation(mapped, log) : mapped;
}

const hasAi = (name: ClassName): boolean => (classes[name].profiles as readonly string[]).includes('ai_operation');

/** What each class has of its own. */
const specifics: Readonly<Record<ClassName, (event: FeedEvent) => Json>> = {
  base: () => ({}),
  api: (event) => ({
    actor: actorOf(event),
    api: {
      operation: event.operation ?? event.tool ?? event.kind,
      ...(event.server === undefined ? {} : { service: { name: event.server } }),
      ...optional({ request: event.call === undefined ? undefined : { uid: event.call } }),
    },
    src_endpoint: { svc_name: event.agent ?? event.source },
    ...optional({
      dst_endpoint: event.destination === undefined ? undefined : { name: event.destination },
      trace: traceOf(event),
      resources: resourcesOf(event),
    }),
  }),
  datastore: (event) => ({
    actor: actorOf(event),
    src_endpoint: { svc_name: event.agent ?? event.source },
    database: { name: event.dataSource ?? event.tool ?? 'unknown', type_id: 0, type: 'Unknown' },
    type_id: 1,
    type: 'Database',
    ...optional({ dst_endpoint: event.destination === undefined ? undefined : { name: event.destination } }),
  }),
  process: (event) => ({
    actor: actorOf(event),
    device: { uid: event.reference ?? event.id, type_id: 99, type: 'Sandbox' },
    process: {
      uid: event.call ?? event.reference ?? event.id,
      ...optional({ name: event.tool, sandbox: event.reference }),
    },
    ...optional({ exit_code: event.exitCode }),
  }),
  session: (event) => ({
    actor: actorOf(event),
    user: { uid: event.agent ?? event.source, type_id: 4, type: 'Service' },
    privileges: [event.operation ?? event.tool ?? event.dataSource ?? event.destination ?? 'unspecified'],
    session: {
      ...optional({
        uid: event.run,
        credential_uid: event.reference,
        expiration_time: event.expires === undefined ? undefined : whole(Date.parse(event.expires)),
      }),
      issuer: event.source,
    },
  }),
  entity: (event) => ({
    actor: actorOf(event),
    entity: {
      uid: event.reference ?? event.subject ?? event.id,
      type_id: 99,
      type:
        event.kind === 'credential.revoked'
          ? 'Credential'
          : event.kind === 'erasure'
            ? "Subject's keys"
            : 'Configuration',
      ...optional({ version: event.before }),
    },
    ...(event.after === undefined
      ? {}
      : {
          entity_result: { uid: event.reference ?? event.id, type_id: 99, type: 'Configuration', version: event.after },
        }),
  }),
  lifecycle: (event) => ({ app: { name: event.agent ?? event.source, ...optional({ uid: event.run }) } }),
  compliance: (event) => ({
    finding_info: findingOf(event),
    compliance: { status_id: 3, status: 'Fail', ...optional({ control: event.rule }) },
    ...optional({ resources: resourcesOf(event) }),
  }),
  detection: (event) => ({
    finding_info: findingOf(event),
    is_alert: true,
    ...optional({ resources: resourcesOf(event) }),
  }),
};

function actorOf(event: FeedEvent): Json {
  return {
    app_name: event.agent ?? event.source,
    ...optional({
      app_uid: event.agent,
      user: event.subject === undefined ? undefined : { uid: event.subject, type_id: 99, type: 'Pseudonym' },
      session: event.run === undefined ? undefined : { uid: event.run },
    }),
  };
}

/** `ai_model` and `message_context` of the profile `ai_operation`; `ai_agent` from 1.9 on. */
function aiOf(event: FeedEvent, agent: Json | undefined): Json {
  const role = roles[event.kind as keyof typeof roles];
  const { inputTokens, outputTokens } = event;
  const service = event.server ?? event.provider ?? event.source;
  return optional({
    ai_agent: agent,
    ai_model: modelOf(event),
    message_context: {
      service: { name: service },
      ...(role === undefined ? {} : { ai_role_id: role[0], ai_role: role[1] }),
      ...optional({
        uid: event.call,
        prompt_tokens: whole(inputTokens),
        completion_tokens: whole(outputTokens),
        total_tokens:
          inputTokens === undefined || outputTokens === undefined ? undefined : whole(inputTokens + outputTokens),
      }),
    },
  });
}

const roles = {
  'model.request': [1, 'User'],
  'model.response': [2, 'Assistant'],
  'tool.call': [4, 'Agent'],
  'tool.result': [3, 'Tool'],
} as const;

function modelOf({ model, provider }: FeedEvent): Json | undefined {
  return model === undefined ? undefined : { name: model, ai_provider: provider ?? 'unknown' };
}

function agentOf(event: FeedEvent): Json | undefined {
  if (event.agent === undefined) return undefined;
  return { uid: event.agent, type_id: 0, ...optional({ instance_uid: event.run, ai_model: modelOf(event) }) };
}

function controlOf(event: FeedEvent): Json {
  if (event.decision === undefined) return {};
  const [actionId, action, dispositionId, disposition] = controls[event.decision];
  return {
    action_id: actionId,
    action,
    disposition_id: dispositionId,
    disposition,
    ...(event.policy === undefined ? {} : { policy: { uid: event.policy } }),
  };
}

/** Findings have states of their own (New); other classes say whether it worked. */
function statusOf(name: ClassName, event: FeedEvent): Json {
  const detail = optional({
    status_code: event.error,
    status_detail: event.reasons === undefined || event.reasons.length === 0 ? undefined : event.reasons.join(', '),
  });
  if (name === 'compliance' || name === 'detection') return { status_id: 1, status: 'New', ...detail };
  if (event.outcome === undefined) return detail;
  const [id, status] = event.outcome === 'ok' ? [1, 'Success'] : [2, 'Failure'];
  return { status_id: id, status, ...detail };
}

function findingOf(event: FeedEvent): Json {
  const title = event.rule ?? event.kind;
  return {
    uid: event.reference ?? event.id,
    title,
    created_time: Date.parse(event.time),
    analytic: { uid: title, name: title, type_id: 1, type: 'Rule' },
  };
}

function resourcesOf(event: FeedEvent): readonly Json[] | undefined {
  const found = [
    event.tool === undefined ? undefined : { uid: event.tool, name: event.tool, type: 'Tool' },
    event.dataSource === undefined ? undefined : { uid: event.dataSource, name: event.dataSource, type: 'Data source' },
  ].filter((resource) => resource !== undefined);
  return found.length === 0 ? undefined : found;
}

function traceOf(event: FeedEvent): Json | undefined {
  const trace = parseTraceparent(event.trace);
  return trace === undefined ? undefined : { uid: trace.traceId };
}

function messageOf(event: FeedEvent): string {
  const what = event.tool ?? event.model ?? event.dataSource ?? event.rule ?? event.reference;
  return [event.kind, what, event.decision ?? event.outcome].filter((part) => part !== undefined).join(' ');
}

/** OCSF counts in whole numbers. */
function whole(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.round(value);
}

/** The properties that have a value. */
function optional(properties: Json): Json {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

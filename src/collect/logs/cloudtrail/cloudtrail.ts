import { agentOfArn } from '../aws-identity.ts';
import { redacted } from '../content-codes.ts';
import { codeOf, countAt, type Json, nameOf, textAt, timeOf, valueAt } from '../fields.ts';
import type { Facts, LogFormat, MappedEvent } from '../log-format.ts';
import type { EventKind, Outcome } from '../../../model/event.ts';

/**
 * AWS CloudTrail: `{Records: […]}` (gzip in S3), what `lookup-events` prints (`CloudTrailEvent` as text), or JSON lines.
 * Kept are events of Bedrock and Bedrock AgentCore, and changes to trails themselves, which explain silence; others are
 * counted.
 *
 * Fields: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html and
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/understanding-gateway-cloudtrail-log-entries.html, read
 * 2026-11-28. Arguments and results of AgentCore data events are the word `REDACTED`.
 */
export const cloudtrail: LogFormat = {
  id: 'cloudtrail',
  name: 'AWS CloudTrail',
  side: 'provider',
  containers: ['Records', 'Events'],
  recognises: (record) => isEvent(eventOf(record)),
  map(record) {
    const event = eventOf(record);
    const service = serviceOf(event);
    if (service === undefined) return { events: [], notes: [] };
    return { events: [service === 'aws.cloudtrail' ? change(event, service) : call(event, service)], notes: [] };
  },
};

function isEvent(event: Json): boolean {
  const text = (key: string): boolean => typeof event[key] === 'string';
  return text('eventSource') && text('eventName') && text('eventID') && text('eventTime');
}

/** The event itself, or the one in an entry of `lookup-events`. */
function eventOf(record: Json): Json {
  const inner = record['CloudTrailEvent'];
  if (typeof inner !== 'string') return record;
  try {
    return JSON.parse(inner) as Json;
  } catch {
    return record;
  }
}

/** Actions on trails after which CloudTrail sees less. */
const trailChanges =
  /^(?:StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors|DeleteEventDataStore|UpdateEventDataStore)$/;
/** Actions after which less of what agents do is recorded. */
const blinding = /^(?:StopLogging|DeleteTrail|DeleteEventDataStore|DeleteModelInvocationLoggingConfiguration)$/;

function serviceOf(event: Json): 'aws.bedrock' | 'aws.bedrock-agentcore' | 'aws.cloudtrail' | undefined {
  const source = textAt(event, 'eventSource') ?? '';
  if (/^bedrock(?:-runtime|-agent|-agent-runtime|-mantle)?\./.test(source)) return 'aws.bedrock';
  if (/^bedrock-agentcore(?:-control)?\./.test(source)) return 'aws.bedrock-agentcore';
  return source.startsWith('cloudtrail.') && trailChanges.test(textAt(event, 'eventName') ?? '')
    ? 'aws.cloudtrail'
    : undefined;
}

function common(event: Json, service: string): Facts {
  const identity = event['userIdentity'];
  const arn = textAt(identity, 'arn');
  const error = textAt(event, 'errorCode');
  return {
    time: timeOf(event['eventTime']),
    reference: textAt(event, 'eventID'),
    call: textAt(event, 'requestID'),
    provider: service,
    operation: nameOf(textAt(event, 'eventName')),
    agent: nameOf(textAt(identity, 'sessionContext', 'sessionIssuer', 'arn')) ?? agentOfArn(arn),
    subject: textAt(event, 'requestParameters', 'runtimeUserId') ?? claim(event, 'sub') ?? arn,
    run: textAt(event, 'requestParameters', 'runtimeSessionId') ?? textAt(event, 'requestParameters', 'sessionId'),
    outcome: outcomeOf(error, countAt(event, 'responseElements', 'statusCode')),
    error: codeOf(error),
  };
}

function claim(event: Json, name: string): string | undefined {
  return textAt(event, 'additionalEventData', 'jwt', 'claims', name);
}

function outcomeOf(error: string | undefined, status: number | undefined): Outcome {
  if (/denied|unauthori[sz]ed|forbidden/i.test(error ?? '') || status === 401 || status === 403) return 'denied';
  return error !== undefined || (status ?? 0) >= 400 ? 'error' : 'ok';
}

const modelCall = /^(?:InvokeModel|Converse|CreateResponse|ChatCompletion)/;
const retrieval = /^(?:Retrieve|QueryMemory|RetrieveMemoryRecords|GetMemoryRecord|ListMemoryRecords|ListEvents)/;
const tokenIssue = /^Get(?:WorkloadAccessToken|ResourceOauth2Token|ResourceApiKey)/;

function call(event: Json, service: string): MappedEvent {
  const facts = common(event, service);
  const name = textAt(event, 'eventName') ?? '';
  if (name === 'InvokeGateway' || name === 'InvokeMcp') return gatewayCall(event, facts);
  if (event['managementEvent'] === true && !modelCall.test(name)) {
    return event['readOnly'] === true ? { kind: 'custom', facts } : change(event, service);
  }
  const parameters = event['requestParameters'];
  if (modelCall.test(name))
    return { kind: 'model.request', facts: { ...facts, model: nameOf(textAt(parameters, 'modelId')) } };
  if (retrieval.test(name)) {
    const source = textAt(parameters, 'knowledgeBaseId') ?? textAt(parameters, 'memoryId');
    return {
      kind: 'data.query',
      facts: { ...facts, provider: undefined, model: undefined, dataSource: nameOf(source) ?? 'unnamed' },
    };
  }
  if (tokenIssue.test(name)) return { kind: 'credential.issued', facts };
  return { kind: 'custom', facts: { ...facts, agent: nameOf(textAt(parameters, 'agentId')) ?? facts.agent } };
}

/** One MCP message through an AgentCore gateway. Its JSON-RPC id is unique in a connection only, so the call is the request. */
function gatewayCall(event: Json, facts: Facts): MappedEvent {
  const method = textAt(event, 'requestParameters', 'body', 'method');
  const body = valueAt(event, 'responseElements', 'body');
  const failed = valueAt(body, 'result', 'isError') === true || valueAt(body, 'error') !== undefined;
  const kind: EventKind = method === 'tools/call' ? 'tool.call' : 'custom';
  return {
    kind,
    facts: {
      ...facts,
      operation: nameOf(method) ?? facts.operation,
      server: nameOf(textAt(event, 'resources', 0, 'ARN')),
      tool:
        kind === 'tool.call'
          ? (nameOf(textAt(event, 'requestParameters', 'body', 'params', 'name')) ?? 'unnamed')
          : undefined,
      outcome: failed && facts.outcome === 'ok' ? 'error' : facts.outcome,
      reasons: kind === 'tool.call' ? ['no-arguments', 'no-result', redacted] : undefined,
    },
  };
}

function change(event: Json, service: string): MappedEvent {
  const facts = common(event, service);
  const severity = blinding.test(textAt(event, 'eventName') ?? '') ? 'high' : undefined;
  return { kind: 'config.change', facts: { ...facts, severity } };
}

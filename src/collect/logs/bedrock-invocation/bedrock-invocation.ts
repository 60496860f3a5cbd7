import { contentCode, truncated } from '../content-codes.ts';
import { asObject, codeOf, countAt, type Json, nameOf, parsedAt, textAt, timeOf, valueAt } from '../fields.ts';
import type { Facts, LogFormat, Mapped, MappedEvent, Note } from '../log-format.ts';
import { toolUses } from '../tool-uses.ts';
import { agentOfArn } from '../aws-identity.ts';

/**
 * Amazon Bedrock model invocation logs, `ModelInvocationLog` 1.0: JSON lines (gzip in S3), or the `message` of what
 * `aws logs get-log-events` and `filter-log-events` print.
 *
 * Fields: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html and the field list of the
 * Elastic integration `aws_bedrock` (github.com/elastic/integrations), read 2026-11-28. Bodies over 100 KB, and binary
 * ones, are objects of their own (`inputBodyS3Path`, `outputBodyS3Path`). There is no trace id and no tool execution.
 */
export const bedrockInvocation: LogFormat = {
  id: 'bedrock-invocation',
  name: 'Amazon Bedrock model invocation logs',
  side: 'provider',
  containers: ['events'],
  recognises: (record) => entryOf(record)?.['schemaType'] === 'ModelInvocationLog',
  map(record) {
    const entry = entryOf(record) ?? record;
    return mapEntry(entry);
  },
};

/** The entry itself, or the one in a CloudWatch Logs event. */
function entryOf(record: Json): Json | undefined {
  return typeof record['message'] === 'string' ? asObject(parsedAt(record, 'message')) : record;
}

function mapEntry(entry: Json): Mapped {
  const { output, ...request } = entry;
  const requestId = textAt(entry, 'requestId');
  const arn = textAt(entry, 'identity', 'arn');
  const common: Facts = {
    time: timeOf(valueAt(entry, 'timestamp')),
    reference: requestId,
    call: requestId,
    provider: 'aws.bedrock',
    model: nameOf(textAt(entry, 'modelId')),
    operation: nameOf(textAt(entry, 'operation')),
    agent: agentOfArn(arn),
    subject: arn,
  };
  const error = codeOf(textAt(entry, 'errorCode'));
  const answer = parsedAt(output, 'outputBodyJson');
  const events: MappedEvent[] = [
    {
      kind: 'model.request',
      part: request,
      facts: {
        ...common,
        inputTokens: countAt(entry, 'input', 'inputTokenCount'),
        reasons: [contentCode('prompt', hasBody(entry['input'], 'input'))],
      },
    },
    {
      kind: 'model.response',
      part: output ?? {},
      facts: {
        ...common,
        outputTokens: countAt(output, 'outputTokenCount'),
        outcome: error === undefined ? 'ok' : 'error',
        error,
        reasons: [contentCode('response', hasBody(output, 'output'))],
      },
    },
    ...toolUses(answer, common, requestId ?? ''),
  ];
  return { events, notes: [...elsewhere(entry['input'], 'input'), ...elsewhere(output, 'output')] };
}

function hasBody(side: unknown, name: 'input' | 'output'): boolean {
  return valueAt(side, `${name}BodyJson`) !== undefined;
}

function elsewhere(side: unknown, name: 'input' | 'output'): Note[] {
  if (textAt(side, `${name}BodyS3Path`) === undefined || hasBody(side, name)) return [];
  return [{ kind: 'unresolved', reason: `${truncated} by the source: the ${name} is an object of its own in S3` }];
}

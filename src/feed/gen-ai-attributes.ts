import type { EventKind } from '../model/event.ts';
import type { FeedEvent } from './record.ts';

/** `gen_ai.operation.name` of the kinds that are such an operation. */
const operations: Partial<Record<EventKind, string>> = {
  'run.start': 'invoke_agent',
  'run.end': 'invoke_agent',
  'model.request': 'chat',
  'model.response': 'chat',
  'tool.call': 'execute_tool',
  'tool.result': 'execute_tool',
};

/**
 * Attributes of the OpenTelemetry GenAI and MCP conventions (github.com/open-telemetry/semantic-conventions-genai, v0.1.0,
 * registry `gen-ai.md` and `gen-ai/mcp.md`, read 2026-11-20; all in development). `mcp.method.name` is given for calls of
 * tools that belong to a server.
 */
export function genAiAttributes(event: FeedEvent): Readonly<Record<string, string | number>> {
  const isTool = event.kind === 'tool.call' || event.kind === 'tool.result';
  const attributes: Readonly<Record<string, string | number | undefined>> = {
    'gen_ai.operation.name': operations[event.kind],
    'gen_ai.provider.name': event.provider,
    'gen_ai.request.model': event.model,
    'gen_ai.response.model': event.kind === 'model.response' ? event.model : undefined,
    'gen_ai.agent.id': event.agent,
    'gen_ai.conversation.id': event.run,
    'gen_ai.tool.name': event.tool,
    'gen_ai.tool.call.id': event.tool === undefined ? undefined : event.call,
    'gen_ai.data_source.id': event.dataSource,
    'gen_ai.usage.input_tokens': event.inputTokens,
    'gen_ai.usage.output_tokens': event.outputTokens,
    'mcp.method.name': isTool && event.server !== undefined ? 'tools/call' : undefined,
  };
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

import { asObject, nameOf, textAt } from './fields.ts';
import { requestedByModel } from './content-codes.ts';
import type { MappedEvent } from './log-format.ts';

/** Values looked at in one answer, and calls taken from it: an answer is the text of somebody else. */
const valuesMax = 20_000;
const callsMax = 200;
const depthMax = 32;

/**
 * The tool calls a model's answer asks for, as `tool.call` events with the code `requested-by-model`: Anthropic Messages
 * (`{type: "tool_use", id, name}`), Bedrock Converse (`{toolUse: {toolUseId, name}}`), Gemini (`{functionCall: {name, id?}}`)
 * and OpenAI (`{type: "function", id, function: {name}}`, `{type: "function_call", call_id, name}`). Their ids join what the
 * agent logs of them.
 *
 * @param common facts the calls share: time, run, trace, who
 * @param reference of the record; each call adds its own
 */
export function toolUses(answer: unknown, common: MappedEvent['facts'], reference: string): MappedEvent[] {
  const events: MappedEvent[] = [];
  let left = valuesMax;
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > depthMax || events.length >= callsMax || left-- <= 0)
      return;
    const call = toolUse(value);
    if (call !== undefined) {
      const suffix = call.id ?? String(events.length);
      events.push({
        kind: 'tool.call',
        facts: {
          ...common,
          reference: `${reference}#${suffix}`,
          call: call.id,
          tool: nameOf(call.name) ?? 'unnamed',
          reasons: [requestedByModel],
        },
        part: value,
      });
      return;
    }
    for (const inner of Array.isArray(value) ? value : Object.values(value)) visit(inner, depth + 1);
  };
  visit(answer, 0);
  return events;
}

function toolUse(value: object): { readonly id: string | undefined; readonly name: string } | undefined {
  const record = asObject(value);
  if (record === undefined) return undefined;
  const type = record['type'];
  if (type === 'tool_use' || type === 'server_tool_use') return named(textAt(record, 'name'), textAt(record, 'id'));
  if (type === 'function_call') return named(textAt(record, 'name'), textAt(record, 'call_id') ?? textAt(record, 'id'));
  if (type === 'function') return named(textAt(record, 'function', 'name'), textAt(record, 'id'));
  const converse = named(textAt(record, 'toolUse', 'name'), textAt(record, 'toolUse', 'toolUseId'));
  return converse ?? named(textAt(record, 'functionCall', 'name'), textAt(record, 'functionCall', 'id'));
}

function named(name: string | undefined, id: string | undefined): ReturnType<typeof toolUse> {
  return name === undefined ? undefined : { name, id };
}

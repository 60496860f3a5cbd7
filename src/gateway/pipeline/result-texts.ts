import { asJsonObject } from '../../base/json-object.ts';

/**
 * The texts of a result of `tools/call`, `resources/read`, `prompts/get` or `completion/complete`: what may tell the model something. Structured
 * content comes as JSON. What has no text is not here ({@link holdsMore}).
 */
export function textsOf(result: Readonly<Record<string, unknown>>): string[] {
  const texts: string[] = [];
  for (const block of blocksOf(result)) addBlock(block, texts);
  const { values } = asJsonObject(result['completion']);
  if (Array.isArray(values)) texts.push(values.join('\n'));
  // Of a task that the call became (2025-11-25, CreateTaskResult; SEP-2663).
  for (const status of [result['statusMessage'], asJsonObject(result['task'])['statusMessage']])
    if (typeof status === 'string') texts.push(status);
  const structured = result['structuredContent'];
  if (structured !== undefined) {
    const text = JSON.stringify(structured);
    // Servers repeat structured content as text, for clients that do not read it.
    if (!texts.some((known) => known === text)) texts.push(text);
  }
  return texts;
}

/** Whether a result holds what is no text: an image, sound, a file in base64, or a block of a kind that is not known. */
export function holdsMore(result: Readonly<Record<string, unknown>>): boolean {
  return blocksOf(result).some(isMore);
}

function blocksOf(result: Readonly<Record<string, unknown>>): unknown[] {
  const blocks: unknown[] = [];
  for (const member of [result['content'], result['contents'], result['messages']])
    if (Array.isArray(member)) for (const block of member) blocks.push(block);
  return blocks;
}

/** Types of content of which the texts are taken (2025-11-25, ContentBlock; SamplingMessageContentBlock). */
const textual = new Set(['text', 'resource', 'resource_link', 'tool_use', 'tool_result']);

function isMore(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  const { type, data, blob, resource, content } = item as Record<string, unknown>;
  if (data !== undefined || blob !== undefined || (typeof type === 'string' && !textual.has(type))) return true;
  return [resource, ...(Array.isArray(content) ? content : [content])].some(isMore);
}

function addBlock(item: unknown, texts: string[]): void {
  if (typeof item === 'string') texts.push(item);
  if (typeof item !== 'object' || item === null) return;
  const { text, content, resource, uri, name, title, description } = item as Record<string, unknown>;
  if (typeof text === 'string') texts.push(text);
  if (resource !== undefined) addBlock(resource, texts);
  if (Array.isArray(content)) for (const inner of content) addBlock(inner, texts);
  else if (content !== undefined) addBlock(content, texts);
  for (const part of [uri, name, title, description])
    if (typeof part === 'string' && text === undefined) texts.push(part);
}

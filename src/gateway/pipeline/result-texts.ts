import { asJsonObject } from '../../base/json-object.ts';

/**
 * The texts of a result of `tools/call`, `resources/read` or `prompts/get`: what may tell the model something. Structured
 * content comes as JSON. What has no text (images, sound) is not here.
 */
export function textsOf(result: Readonly<Record<string, unknown>>): string[] {
  const texts: string[] = [];
  for (const member of [result['content'], result['contents'], result['messages']]) {
    if (Array.isArray(member)) for (const item of member) addBlock(item, texts);
  }
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

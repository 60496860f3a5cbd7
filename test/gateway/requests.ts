/** What a client of either era sends, and reads, without an SDK. */
import { SseReader } from '../../src/gateway/mcp/sse.ts';

export const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

export const statefulHeaders: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

export const statelessHeaders: Readonly<Record<string, string>> = {
  ...statefulHeaders,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'echo',
};

export function statelessCall(args: object = {}, id: number | string = 1): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: args, _meta: meta } };
}

export const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

export function post(
  url: URL,
  body: unknown,
  headers: Readonly<Record<string, string>> = statelessHeaders,
  signal?: AbortSignal,
): Promise<Response> {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', headers, body: text, signal: signal ?? null });
}

/** The messages of an answer, JSON or a stream. @param count of a stream without an end: that many are enough */
export async function messagesOf(answer: Response, count = Infinity): Promise<Record<string, unknown>[]> {
  if (answer.headers.get('content-type') === 'application/json')
    return [(await answer.json()) as Record<string, unknown>];
  const reader = new SseReader();
  const messages: Record<string, unknown>[] = [];
  for await (const chunk of answer.body ?? []) {
    for (const event of reader.push(chunk as Uint8Array))
      if (event.data !== undefined && event.data !== '')
        messages.push(JSON.parse(event.data) as Record<string, unknown>);
    if (messages.length >= count) break;
  }
  return messages;
}

/** Begins a session. */
export async function beginSession(
  url: URL,
  more: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const answer = await post(url, initialize, { ...statefulHeaders, ...more });
  await answer.text();
  return { ...statefulHeaders, ...more, 'mcp-session-id': answer.headers.get('mcp-session-id') ?? '' };
}

/** Waits until something holds; a test that waits for ever fails by its own time-out. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

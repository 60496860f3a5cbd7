import { limits } from '../../base/limits.ts';
import type { JsonRpcId, JsonRpcResponse } from '../../model/mcp.ts';
import { parseStrictJson, parseStrictText } from '../http/strict-json.ts';
import { mediaTypeOf } from '../http/request-headers.ts';
import { classify, isResponse } from '../mcp/message.ts';
import { SseReader } from '../mcp/sse.ts';
import type { HttpAnswer } from '../upstream/http-port.ts';

/** The response to a request of that id in an answer of the gateway, JSON or a stream; undefined where there is none. */
export async function responseIn(answer: HttpAnswer, id: JsonRpcId): Promise<JsonRpcResponse | undefined> {
  const type = mediaTypeOf(answer.headers['content-type']);
  if (type !== 'text/event-stream') {
    const read = parseStrictJson(await answer.bytes(limits.gatewayMessageBytesMax));
    return 'fault' in read ? undefined : responseOf(read.value, id);
  }
  const reader = new SseReader();
  for await (const chunk of answer.chunks())
    for (const { data } of reader.push(chunk)) {
      const read = data === undefined || data === '' ? undefined : parseStrictText(data);
      const response = read === undefined || 'fault' in read ? undefined : responseOf(read.value, id);
      if (response !== undefined) return response;
    }
  return undefined;
}

function responseOf(value: unknown, id: JsonRpcId): JsonRpcResponse | undefined {
  const classified = classify(value);
  if ('fault' in classified || !isResponse(classified.message) || classified.message.id !== id) return undefined;
  return classified.message;
}

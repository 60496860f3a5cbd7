import { isJsonObject } from '../../base/json-object.ts';
import type { JsonRpcMessage, JsonRpcRequest } from '../../model/mcp.ts';
import type { CallEnd, ClientContext, MessageFilter } from '../interceptor.ts';
import { nameOf } from '../definitions/directory.ts';
import type { MethodClass } from './methods.ts';
import type { PipelineParts } from './parts.ts';

/** A list as the principal may see it: what it could never use, what integrity blocks and what is no definition are left out. */
export class ListFilter implements MessageFilter {
  readonly #parts: PipelineParts;
  readonly #context: ClientContext;
  readonly #request: JsonRpcRequest;
  readonly #list: Extract<MethodClass, { kind: 'list' }>;
  readonly #others: MessageFilter;

  constructor(
    parts: PipelineParts,
    context: ClientContext,
    request: JsonRpcRequest,
    list: Extract<MethodClass, { kind: 'list' }>,
    others: MessageFilter,
  ) {
    this.#parts = parts;
    this.#context = context;
    this.#request = request;
    this.#list = list;
    this.#others = others;
  }

  message(message: JsonRpcMessage): JsonRpcMessage | undefined | Promise<JsonRpcMessage | undefined> {
    if (!('result' in message) || message.id !== this.#request.id) return this.#others.message(message);
    const { feature, member } = this.#list;
    const listed = message.result[member];
    if (listed === undefined || (this.#parts.mode() === 'shadow' && !Array.isArray(listed))) return message;
    const definitions: readonly unknown[] = Array.isArray(listed) ? listed : [];
    const { server, principal } = this.#context;
    const judged = this.#parts.integrity.list(server, principal, feature, definitions);
    const decider = this.#parts.decider();
    const shown = definitions.filter((definition: unknown, index) => {
      if (this.#parts.mode() === 'shadow') return true;
      if ((judged[index]?.blocked.length ?? 0) > 0) return false;
      const name = isJsonObject(definition) ? nameOf(definition, feature) : undefined;
      return name !== undefined && decider.visible(principal, server, feature, name);
    });
    return definitions === listed && shown.length === definitions.length
      ? message
      : { ...message, result: { ...message.result, [member]: shown } };
  }

  ended(end: CallEnd): void {
    this.#others.ended(end);
  }
}

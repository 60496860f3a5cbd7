import type { JsonRpcMessage, JsonRpcRequest } from '../../model/mcp.ts';
import type { CallEnd, ClientContext, MessageFilter } from '../interceptor.ts';
import { aboutOf } from './events.ts';
import type { PipelineParts } from './parts.ts';

/** The answer to `initialize` or `server/discover`: instructions that were tampered with are not passed on. */
export class InstructionsFilter implements MessageFilter {
  readonly #parts: PipelineParts;
  readonly #context: ClientContext;
  readonly #request: JsonRpcRequest;
  readonly #others: MessageFilter;

  constructor(parts: PipelineParts, context: ClientContext, request: JsonRpcRequest, others: MessageFilter) {
    this.#parts = parts;
    this.#context = context;
    this.#request = request;
    this.#others = others;
  }

  async message(message: JsonRpcMessage): Promise<JsonRpcMessage | undefined> {
    if (!('result' in message) || message.id !== this.#request.id) return this.#others.message(message);
    const { instructions, ...rest } = message.result;
    if (instructions === undefined || instructions === null || instructions === '') return message;
    const { server, principal } = this.#context;
    const text = typeof instructions === 'string' ? instructions : JSON.stringify(instructions);
    const blocked = this.#parts.integrity.instructions(server, text);
    if (blocked.length === 0) return message;
    await this.#parts.record(
      {
        kind: 'decision',
        agent: principal.agent,
        server,
        operation: this.#request.method,
        decision: 'redact',
        reasons: blocked,
        ...aboutOf(principal),
        payload: { instructions },
      },
      'async',
    );
    return this.#parts.mode() === 'shadow' ? message : { ...message, result: rest };
  }

  ended(end: CallEnd): void {
    this.#others.ended(end);
  }
}

import { failureOf, type JsonRpcMessage, type JsonRpcNotification, type JsonRpcRequest } from '../../model/mcp.ts';
import { holdsBrought } from '../tasks.ts';
import type { CallEnd, ClientContext, MessageFilter } from '../interceptor.ts';
import { type PipelineParts, type ServerTerms, termsOf } from './parts.ts';
import { redactSecrets } from '../../base/json-secrets.ts';
import { asksForSecrets } from './asks-for-secrets.ts';
import { aboutOf } from './events.ts';

/**
 * What a server says besides the answer that was asked for: notifications pass; its own requests (sampling, elicitation,
 * roots) only where the terms of the server allow them, and without credentials in them. An elicitation that asks for a
 * password never passes: forms are not for secrets (specification 2025-11-25, elicitation).
 */
export class ServerMessages implements MessageFilter {
  readonly #parts: PipelineParts;
  readonly #context: ClientContext;
  readonly #run: string | undefined;
  readonly #leave: (() => void) | undefined;

  /** @param leave told that what these messages are about is over */
  constructor(parts: PipelineParts, context: ClientContext, run: string | undefined, leave?: () => void) {
    this.#parts = parts;
    this.#context = context;
    this.#run = run;
    this.#leave = leave;
  }

  async message(message: JsonRpcMessage): Promise<JsonRpcMessage | undefined> {
    if ('method' in message && 'id' in message) return this.#request(message);
    // What a task brought belongs to a run: the client asks for it, and it is labelled (SEP-2663, notifications are optional).
    if ('method' in message && bringsTaskResult(message)) return undefined;
    return redactSecretsIn(message, termsOf(this.#parts, this.#context.server).secretsInResults !== 'allow');
  }

  ended(_end: CallEnd): void {
    this.#leave?.();
  }

  async #request(request: JsonRpcRequest): Promise<JsonRpcMessage | undefined> {
    const { principal, server } = this.#context;
    const terms = termsOf(this.#parts, server);
    const { value: params, kinds } = redactSecrets(request.params);
    const reason =
      refused(request, terms) ??
      (kinds.length > 0 && terms.secretsInResults === 'deny' ? 'server.secret-in-request' : undefined);
    if (reason === undefined)
      return kinds.length === 0 || terms.secretsInResults === 'allow' ? request : { ...request, params };
    await this.#parts.record(
      {
        kind: 'decision',
        ...(this.#run === undefined ? {} : { run: this.#run }),
        agent: principal.agent,
        server,
        operation: request.method,
        decision: 'deny',
        reasons: [reason],
        outcome: 'denied',
        ...aboutOf(principal),
        payload: { params },
      },
      'async',
    );
    return failureOf(request.id, -1, 'Refused by the gateway');
  }
}

/** Why a request of a server is not for a client, whatever else it holds. */
function refused({ method, params = {} }: JsonRpcRequest, terms: ServerTerms): string | undefined {
  if (method === 'sampling/createMessage' && !terms.sampling) return 'server.sampling';
  if (method !== 'elicitation/create') return undefined;
  if (!terms.elicitation) return 'server.elicitation';
  return asksForSecrets(params) ? 'server.elicitation-of-secrets' : undefined;
}

function bringsTaskResult({ method, params = {} }: JsonRpcNotification): boolean {
  return method.startsWith('notifications/tasks') && holdsBrought(params);
}

function redactSecretsIn(message: JsonRpcMessage, wanted: boolean): JsonRpcMessage {
  if (!wanted) return message;
  if ('result' in message) {
    const { value } = redactSecrets(message.result);
    return value === message.result ? message : { ...message, result: value };
  }
  if ('error' in message) {
    const { value } = redactSecrets(message.error);
    return value === message.error ? message : { ...message, error: value };
  }
  const { value } = redactSecrets(message.params);
  return value === message.params ? message : { ...message, params: value };
}

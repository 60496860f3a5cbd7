import { asJsonObject } from '../../base/json-object.ts';
import { redactSecrets } from '../../base/json-secrets.ts';
import { failureOf, type JsonRpcMessage, type JsonRpcRequest, rpcErrors } from '../../model/mcp.ts';
import type { CallEnd, ClientContext, MessageFilter } from '../interceptor.ts';
import { resultEvent } from './events.ts';
import { type PipelineParts, termsOf } from './parts.ts';
import { holdsMore, textsOf } from './result-texts.ts';
import { keepLabel, type Run } from './runs.ts';
import { Unrecorded, unrecordedAnswer } from './unrecorded.ts';
import { actingLabels, asksThroughResult, bytesOf } from './use.ts';

/**
 * What a task brings later than the call that made it (2025-11-25, tasks; SEP-2663): guarded, labelled and recorded as the answer of
 * its tool is. The call itself was decided when it was made; where its tool is not known, it is the most doubtful one.
 */
export class TaskAnswers implements MessageFilter {
  readonly #parts: PipelineParts;
  readonly #run: Run;
  readonly #request: JsonRpcRequest;
  readonly #context: ClientContext;
  readonly #others: MessageFilter;
  readonly #leave: () => void;
  readonly #release: () => void;
  readonly #startedMs: number;

  constructor(
    parts: PipelineParts,
    run: Run,
    request: JsonRpcRequest,
    context: ClientContext,
    more: { readonly others: MessageFilter; readonly leave: () => void },
  ) {
    this.#parts = parts;
    this.#run = run;
    this.#request = request;
    this.#context = context;
    this.#others = more.others;
    this.#leave = more.leave;
    this.#release = run.hold().release;
    this.#startedMs = parts.clock.monotonic();
  }

  async message(message: JsonRpcMessage): Promise<JsonRpcMessage | undefined> {
    if (!('id' in message) || 'method' in message || message.id !== this.#request.id)
      return this.#others.message(message);
    try {
      return await this.#answer(message);
    } catch (thrown) {
      if (thrown instanceof Unrecorded) return unrecordedAnswer(message.id, thrown, true);
      throw thrown;
    }
  }

  ended(end: CallEnd): void {
    this.#others.ended(end);
    this.#leave();
    this.#release();
  }

  async #answer(message: Exclude<JsonRpcMessage, { method: string }>): Promise<JsonRpcMessage> {
    const terms = termsOf(this.#parts, this.#context.server);
    const said = 'result' in message ? message.result : { error: message.error };
    const { value: clean, kinds } = redactSecrets(said);
    const asks = asksThroughResult({ ...clean, resultType: 'input_required' }, terms);
    await this.#label(clean, kinds, asks || 'error' in message ? 'error' : 'ok');
    if (asks) return failureOf(this.#request.id, rpcErrors.internal, 'Refused by the gateway');
    if (kinds.length === 0 || terms.secretsInResults === 'allow') return message;
    if (terms.secretsInResults === 'deny')
      return failureOf(this.#request.id, rpcErrors.internal, `Refused: the answer holds ${kinds.join(', ')}`);
    return { ...message, ...('result' in message ? { result: clean } : clean) } as JsonRpcMessage;
  }

  async #label(
    said: Readonly<Record<string, unknown>>,
    secrets: readonly string[],
    outcome: 'ok' | 'error',
  ): Promise<void> {
    const { principal, server, task, trace } = this.#context;
    const run = this.#run;
    const name = task?.tool ?? this.#request.method;
    const definition = task === undefined ? undefined : this.#parts.integrity.get(server, principal, 'tool', name);
    const acting = actingLabels('tool', definition);
    const before = run.label;
    const { error, inputRequests } = said;
    const results = [said, asJsonObject(said['result'])];
    const texts = results.flatMap(textsOf);
    for (const other of [error, inputRequests, said['tasks']])
      if (other !== undefined) texts.push(JSON.stringify(other));
    for (const text of texts) run.tracer.result(acting, text, { tool: name });
    if (results.some(holdsMore)) run.tracer.opaque(acting);
    const args = { taskId: this.#request.params?.['taskId'] };
    const access = {
      principal,
      run: run.id,
      server,
      feature: 'tool' as const,
      name,
      args,
      call: run.tracer.call(name, acting, args),
      label: run.label,
      timeMs: this.#parts.clock.now(),
    };
    const more = {
      durationMs: this.#parts.clock.monotonic() - this.#startedMs,
      bytes: bytesOf(said),
      result: said,
      secrets,
      trace,
    };
    const call = Buffer.from(this.#parts.random.bytes(12)).toString('base64url');
    await this.#parts.record(resultEvent(access, call, outcome, more), 'async');
    // The label is kept before the client can act on what it now knows.
    await keepLabel(this.#parts.labels, run, before);
  }
}

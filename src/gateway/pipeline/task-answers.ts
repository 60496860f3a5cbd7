import { DemarcError } from '../../base/errors.ts';
import { asJsonObject } from '../../base/json-object.ts';
import { redactSecrets } from '../../base/json-secrets.ts';
import type { AccessRequest } from '../../model/access.ts';
import { failureOf, type JsonRpcMessage, type JsonRpcRequest, rpcErrors } from '../../model/mcp.ts';
import { principalKey } from '../../model/principal.ts';
import type { ActingLabels } from '../../provenance/run-tracer.ts';
import type { Budgets, Reservation } from '../../store/budgets/budget.ts';
import type { CallEnd, ClientContext, MessageFilter } from '../interceptor.ts';
import { isAnswerTo } from '../mcp/message.ts';
import { holdsBrought } from '../tasks.ts';
import { resultEvent } from './events.ts';
import { newCall, type PipelineParts, termsOf } from './parts.ts';
import { holdsMore, textsOf } from './result-texts.ts';
import { keepLabel, type Run } from './runs.ts';
import { Unrecorded, unrecordedAnswer } from './unrecorded.ts';
import { actingLabels, asksThroughResult, bytesOf } from './use.ts';

/** What is answered with what a task brought; `tasks/get` since SEP-2663. */
const bringing: ReadonlySet<string> = new Set(['tasks/result', 'tasks/get']);

/** Budget for what a task brings, of the run and the tool that made it; undefined where nothing of it is asked for. */
export function laterBytes(
  parts: PipelineParts,
  run: Run,
  { method }: JsonRpcRequest,
  { principal, server, task }: ClientContext,
): ReturnType<Budgets['reserve']> | undefined {
  if (task === undefined || !bringing.has(method)) return undefined;
  const of = { principal: principalKey(principal), agent: principal.agent, run: task.run ?? run.id };
  const isListed = parts.integrity.get(server, principal, 'tool', task.tool) !== undefined;
  return parts.budgets.reserve({ ...of, server, name: task.tool, isListed, isLater: true }, {});
}

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
  readonly #reservation: Reservation | undefined;
  /** Bytes of what the task brought. */
  #received = 0;
  /** The budget that it passed. */
  #spent: string | undefined;

  constructor(
    parts: PipelineParts,
    run: Run,
    request: JsonRpcRequest,
    context: ClientContext,
    more: {
      readonly others: MessageFilter;
      readonly leave: () => void;
      readonly reservation: Reservation | undefined;
    },
  ) {
    this.#parts = parts;
    this.#run = run;
    this.#request = request;
    this.#context = context;
    this.#others = more.others;
    this.#leave = more.leave;
    this.#reservation = more.reservation;
    this.#release = run.hold().release;
    this.#startedMs = parts.clock.monotonic();
  }

  async message(message: JsonRpcMessage): Promise<JsonRpcMessage | undefined> {
    if (!isAnswerTo(this.#request.id, message)) {
      this.#receive(bytesOf(message));
      return this.#others.message(message);
    }
    try {
      return await this.#answer(message);
    } catch (thrown) {
      if (thrown instanceof Unrecorded) return unrecordedAnswer(this.#request.id, thrown, true);
      throw thrown;
    }
  }

  /** As of a call: one that goes on past its budget ends. @throws DemarcError `DMC_UPSTREAM`, for the client to read */
  #receive(bytes: number): void {
    this.#received += bytes;
    this.#spent = this.#reservation?.passed({ bytes: this.#received });
    if (this.#spent === undefined) return;
    this.#context.task?.stop?.('budget.exceeded');
    throw new DemarcError('DMC_UPSTREAM', `the task was cut off: its budget \`${this.#spent}\` is used up`);
  }

  ended(end: CallEnd): void {
    void this.#reservation?.settle({ bytes: this.#received });
    if (this.#spent !== undefined) {
      const { trace } = this.#context;
      const more = { durationMs: this.#duration(), bytes: this.#received, trace };
      const cut = { ...more, reasons: ['budget.exceeded'], budget: this.#spent };
      void this.#parts
        .record(resultEvent(this.#access(), newCall(this.#parts), 'error', cut), 'async')
        .catch(() => undefined);
    }
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
    const run = this.#run;
    const { acting, name } = this.#tool();
    const before = run.label;
    const { error, inputRequests } = said;
    const results = [said, asJsonObject(said['result'])];
    const texts = results.flatMap(textsOf);
    for (const other of [error, inputRequests, said['tasks']])
      if (other !== undefined) texts.push(JSON.stringify(other));
    for (const text of texts) run.tracer.result(acting, text, { tool: name });
    if (results.some(holdsMore)) run.tracer.opaque(acting);
    const bytes = bytesOf(said);
    if (this.#request.method === 'tasks/result' || holdsBrought(said)) this.#received += bytes;
    const more = { durationMs: this.#duration(), bytes, result: said, secrets, trace: this.#context.trace };
    await this.#parts.record(resultEvent(this.#access(), newCall(this.#parts), outcome, more), 'async');
    // The label is kept before the client can act on what it now knows.
    await keepLabel(this.#parts.labels, run, before);
  }

  #tool(): { readonly name: string; readonly acting: ActingLabels } {
    const { principal, server, task } = this.#context;
    const name = task?.tool ?? this.#request.method;
    const definition = task === undefined ? undefined : this.#parts.integrity.get(server, principal, 'tool', name);
    return { name, acting: actingLabels('tool', definition) };
  }

  #access(): AccessRequest {
    const { principal, server } = this.#context;
    const { name, acting } = this.#tool();
    const args = { taskId: this.#request.params?.['taskId'] };
    return {
      principal,
      run: this.#run.id,
      server,
      feature: 'tool',
      name,
      args,
      call: this.#run.tracer.call(name, acting, args),
      label: this.#run.label,
      timeMs: this.#parts.clock.now(),
    };
  }

  #duration(): number {
    return this.#parts.clock.monotonic() - this.#startedMs;
  }
}

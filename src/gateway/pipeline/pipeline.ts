import {
  failureOf,
  rpcErrors,
  type JsonRpcFailure,
  type JsonRpcId,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
} from '../../model/mcp.ts';
import type { EventInput } from '../../model/event.ts';
import type { ClientContext, Interception, Interceptor } from '../interceptor.ts';
import { redactSecrets } from '../../base/json-secrets.ts';
import { besideArguments, onlyOwn, withBeside } from './beside.ts';
import { aboutOf, refusedEvent, toldEvent, userWordsEvent } from './events.ts';
import { InstructionsFilter } from './instructions-filter.ts';
import { ListFilter } from './list-filter.ts';
import { onlyMembers, withoutOthers } from './members.ts';
import { classOf, ownOfNotification, usedBy } from './methods.ts';
import { type PipelineParts, runningOf, termsOf } from './parts.ts';
import { privateAnswers } from './private-answers.ts';
import { type Run, Runs } from './runs.ts';
import { ServerMessages } from './server-messages.ts';
import { subscribed } from './subscribed.ts';
import { laterBytes, TaskAnswers } from './task-answers.ts';
import { keepingLabels, recording, Unrecorded, unrecordedAnswer } from './unrecorded.ts';
import { useOf } from './use.ts';

/**
 * Decides and records: identify the run, label and trace, decide, reserve, record, and only then forward; guard and label the
 * answer, record it. Knows nothing of transports (ADR 7).
 */
export class Pipeline implements Interceptor {
  readonly #parts: PipelineParts;
  readonly #runs: Runs;

  constructor(parts: PipelineParts) {
    this.#parts = { ...parts, record: recording(parts.record), labels: keepingLabels(parts.labels) };
    this.#runs = new Runs(this.#parts.labels);
  }

  async begin(request: JsonRpcRequest, context: ClientContext): Promise<Interception> {
    try {
      const interception = await this.#decide(withoutOthers(request), context);
      if (interception.kind === 'answer') return interception;
      const filter = onlyMembers(interception.filter);
      return { ...interception, filter: this.#parts.mode() === 'shadow' ? filter : privateAnswers(filter) };
    } catch (thrown) {
      if (thrown instanceof Unrecorded)
        return { kind: 'answer', response: unrecordedAnswer(request.id, thrown, false) };
      throw thrown;
    }
  }

  async #decide(asked: JsonRpcRequest, context: ClientContext): Promise<Interception> {
    const method = classOf(asked.method);
    // The same answer as a server's that does not know the method either.
    if (method === undefined)
      return { kind: 'answer', response: failureOf(asked.id, rpcErrors.methodNotFound, 'Method not found') };
    const runId = this.#parts.runOf(context);
    const stopped = this.#stopped(runId, context);
    if (stopped !== undefined) {
      // Nothing is done, whether this can be recorded or not.
      if (method.kind === 'use' || method.kind === 'completion')
        await this.#parts.record(refusedEvent(asked, context, runId, stopped), 'async').catch(() => undefined);
      return { kind: 'answer', response: stoppedAnswer(asked.id, stopped) };
    }
    const request = 'own' in method ? await this.#told(asked, method.own, context, runId) : asked;
    const messages = new ServerMessages(this.#parts, context, runId);
    switch (method.kind) {
      case 'protocol': {
        if (request.method === 'subscriptions/listen')
          return {
            kind: 'forward',
            request: await subscribed(
              this.#parts,
              (work) => this.#withRun(runId, context, work),
              request,
              context,
              messages,
            ),
            ...(await this.#headers(context)),
            ...this.#listening(context, runId, runId),
          };
        const tells = request.method === 'initialize' || request.method === 'server/discover';
        const filter = tells ? new InstructionsFilter(this.#parts, context, request, messages) : messages;
        return { kind: 'forward', request, filter, ...(await this.#headers(context)) };
      }
      case 'list':
        return {
          kind: 'forward',
          request,
          filter: new ListFilter(this.#parts, context, request, method, messages),
          ...(await this.#headers(context)),
        };
      case 'task': {
        // A task can be older than the process, in which nobody was shown its tool.
        if (context.task !== undefined) await this.#parts.integrity.listed(context, 'tool', context.task.tool);
        const headers = await this.#headers(context);
        return this.#withRun(runId, context, async (run) => {
          const reserved = await laterBytes(this.#parts, run, request, context);
          if (reserved?.kind === 'exceeded') {
            const { reason, budget } = reserved;
            await this.#parts.record(refusedEvent(request, context, run.id, reason, budget), 'async');
            return { kind: 'answer', response: failureOf(request.id, rpcErrors.internal, `Refused: ${reason}`) };
          }
          const { leave, signal } = this.#parts.kill.enter(runningOf(run.id, context));
          const more = { others: messages, leave, reservation: reserved };
          const filter = new TaskAnswers(this.#parts, run, request, context, more);
          return { kind: 'forward', request, filter, signal, ...headers };
        });
      }
      case 'use':
      case 'completion': {
        const used = usedBy(method, request.params);
        if (typeof used.name === 'string') await this.#parts.integrity.listed(context, used.feature, used.name);
        return this.#withRun(runId, context, async (run) => {
          await this.#hear(run, context);
          return useOf(this.#parts, run, used, request, context, messages);
        });
      }
    }
  }

  async notification(told: JsonRpcNotification, context: ClientContext): Promise<JsonRpcNotification | undefined> {
    const own = ownOfNotification(told);
    const run = this.#parts.runOf(context);
    if (own === undefined || this.#stopped(run, context) !== undefined) return undefined;
    const notification = withoutOthers(told);
    try {
      return await this.#told(notification, own, context, run);
    } catch (thrown) {
      if (!(thrown instanceof Unrecorded)) throw thrown;
      // Nobody hears that it failed, and its server may wait for what the protocol says by it.
      return { ...notification, params: onlyOwn(told.params ?? {}, own) };
    }
  }

  /** What a client answers to a server leaves like arguments: recorded first, and without credentials. */
  async answer(response: JsonRpcResponse, context: ClientContext): Promise<JsonRpcResponse> {
    const run = this.#parts.runOf(context);
    const stopped = this.#stopped(run, context);
    if (stopped !== undefined) return stoppedAnswer(response.id, stopped);
    const leaving = <T>(told: T): Promise<T> =>
      this.#leaving(told, context, (answer, secretsFound) =>
        toldEvent('client-answer', context, run, { answer, secretsFound }),
      );
    const answer = withoutOthers(response);
    try {
      return 'result' in answer
        ? { ...answer, result: await leaving(answer.result) }
        : { ...answer, error: await leaving(answer.error) };
    } catch (thrown) {
      if (!(thrown instanceof Unrecorded)) throw thrown;
      return failureOf(response.id, rpcErrors.internal, thrown.message, { reason: thrown.reason });
    }
  }

  /** What leaves like arguments: recorded first, and without credentials. @returns it as it may leave */
  async #leaving<T>(
    told: T,
    { server }: ClientContext,
    event: (clean: T, secretsFound: readonly string[] | undefined) => EventInput,
  ): Promise<T> {
    const { value: clean, kinds } = redactSecrets(told);
    await this.#parts.record(event(clean, kinds.length === 0 ? undefined : kinds), 'durable');
    return kinds.length === 0 || termsOf(this.#parts, server).secretsInArguments === 'allow' ? told : clean;
  }

  /** What a client tells with a message that uses nothing leaves as what it tells with a use. @returns the message as it may leave */
  async #told<M extends JsonRpcRequest | JsonRpcNotification>(
    message: M,
    own: ReadonlySet<string>,
    context: ClientContext,
    run: string,
  ): Promise<M> {
    const { method, params = {} } = message;
    const told = besideArguments(params, own);
    if (told === undefined) return message;
    const left = await this.#leaving(told, context, (clean, secretsFound) =>
      toldEvent('client-told', context, run, { method, told: clean, secretsFound }),
    );
    return left === told ? message : { ...message, params: withBeside(params, left) };
  }

  /** Why the operator stopped its run, where that is so. */
  #stopped(run: string, context: ClientContext): string | undefined {
    return this.#parts.kill.check(runningOf(run, context));
  }

  stopped(context: ClientContext): string | undefined {
    const reason = this.#stopped(this.#parts.runOf(context), context);
    return reason === undefined ? undefined : stoppedText(reason);
  }

  stream(context: ClientContext): ReturnType<Interceptor['stream']> {
    const { filter, signal } = this.#listening(context, this.#parts.runOf(context));
    return { filter: onlyMembers(filter), signal };
  }

  /**
   * A stream without an end: the kill switch knows of it until it is over.
   *
   * @param asked the run that asked for it, which what comes through it is recorded in; a GET is of no run
   */
  #listening(context: ClientContext, run: string, asked?: string): ReturnType<Interceptor['stream']> {
    const { signal, leave } = this.#parts.kill.enter(runningOf(run, context));
    return { filter: new ServerMessages(this.#parts, context, asked, leave), signal };
  }

  /** Takes in what its user wrote, where clients say it. Words that cannot be recorded make nothing plausible. */
  async #hear(run: Run, { userWords, principal }: ClientContext): Promise<void> {
    if (this.#parts.userWords === 'ignore' || userWords === undefined) return;
    try {
      await run.hear(userWords, () => this.#parts.record(userWordsEvent(run.id, principal, userWords), 'async'));
    } catch (thrown) {
      if (!(thrown instanceof Unrecorded) || this.#parts.readsWithoutRecord() === 'deny') throw thrown;
    }
  }

  /** Works on a run whose beginning is recorded, and which is not dropped meanwhile. */
  async #withRun<Result>(id: string, context: ClientContext, work: (run: Run) => Promise<Result>): Promise<Result> {
    const run = this.#runs.get(id, this.#parts.clock.now());
    const { release } = run.hold();
    try {
      if (run.isNew) await this.#recordBeginning(run, context);
      return await work(run);
    } finally {
      release();
    }
  }

  async #recordBeginning(run: Run, context: ClientContext): Promise<void> {
    run.begun ??= this.#begin(run, context);
    try {
      await run.begun;
    } catch (thrown) {
      // Whatever the run does next tries again.
      run.begun = undefined;
      // Reads that go on without a record do so without this one; anything else fails at its own. No label is no such record.
      const mayGoOn = thrown instanceof Unrecorded && thrown.reason !== 'run-labels.unavailable';
      if (!mayGoOn || this.#parts.readsWithoutRecord() === 'deny') throw thrown;
    }
  }

  async #begin(run: Run, { principal, server }: ClientContext): Promise<void> {
    await this.#parts.labels.write(run.id, run.label);
    await this.#parts.record(
      { kind: 'run.start', run: run.id, agent: principal.agent, server, ...aboutOf(principal) },
      'async',
    );
  }

  async #headers(context: ClientContext): Promise<{ headers?: Readonly<Record<string, string>> }> {
    const credential = await this.#parts.credentials.headersFor(context.server, context.principal, context.signal);
    return credential.kind === 'headers' ? { headers: credential.headers } : {};
  }
}

function stoppedAnswer(id: JsonRpcId | null, reason: string): JsonRpcFailure {
  return failureOf(id, rpcErrors.internal, stoppedText(reason));
}

const stoppedText = (reason: string): string => `Stopped by the operator (${reason})`;

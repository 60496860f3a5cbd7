import { DemarcError } from '../base/errors.ts';
import { Stop, type StopSignal } from '../base/stop.ts';
import { endOfTurn } from '../base/turn.ts';
import { type JsonRpcMessage, type JsonRpcRequest, failureOf, rpcErrors } from '../model/mcp.ts';
import { eraOf, mcpRevisions } from '../model/mcp.ts';
import type { AnswerStream, Exchange } from './exchange.ts';
import { refuse, respondJson, streamHeaders } from './http/answers.ts';
import type { CallEnd, MessageFilter } from './interceptor.ts';
import { cancelledId, idKey, isAnswerTo, isRequest, isResponse } from './mcp/message.ts';
import type { Session, Sessions } from './mcp/sessions.ts';
import { writeSse } from './mcp/sse.ts';
import {
  type Outgoing,
  type Reply,
  type ServerEvent,
  ServerTimeout,
  type Upstream,
  withSignal,
} from './upstream/upstream.ts';

/** Milliseconds a server gets to end a stream after its answer, so that the connection can be used again. */
const drainMs = 1_000;

/** What a client gets that opens a stream which is cut at once: it need not try again. */
export const cutStatus = 403;
/** Why a stream is cut whose principal has to prove again who it is. */
export const principalExpired = 'identity.expired';
/** Why a call ends whose client does not wait for it any more, and said so. */
export const takenBack = 'client.cancelled';

/** What is carried: a request of a client, or its wish to listen, on its way to a server, and the answer on its way back. */
export interface Carried {
  readonly exchange: Exchange;
  readonly upstream: Upstream;
  readonly outgoing: Outgoing;
  readonly filter: MessageFilter;
  readonly sessions: Sessions;
  readonly session: Session | undefined;
  /** Told of what went wrong, with causes that the client does not see. */
  readonly failed: (thrown: unknown) => void;
  /** Begins a session for the server's own name of it. */
  begin(link: string): Session;
}

/** Carries one request and everything that its server says about it. Never rejects. */
export class RequestCarrier {
  readonly #carried: Carried;
  readonly #request: JsonRpcRequest;
  readonly #stop = new Stop();
  #session: Session | undefined;
  #stream: AnswerStream | undefined;
  #timedOut = false;
  #stopped: StopSignal | undefined;
  #isAnswered = false;
  /** The server can take this stream up again on another connection. */
  #isResumable = false;
  /** Its filter is the session's to end. */
  #wasKept = false;
  /** Keys of the questions that the server asked about it. */
  readonly #asked: string[] = [];

  /** @param request as the server gets it */
  constructor(carried: Carried, request: JsonRpcRequest) {
    this.#carried = carried;
    this.#request = request;
    this.#session = carried.session;
  }

  /**
   * @param callMs milliseconds until the request fails, whatever its server says; undefined for streams without an end
   * @param stopped aborted when the operator stops the call, with a reason code
   */
  async carry(callMs: number | undefined, stopped?: StopSignal): Promise<void> {
    const { exchange, filter } = this.#carried;
    this.#stopped = stopped;
    const unfollow = this.#stop.follow(exchange.signal, stopped);
    const timer =
      callMs === undefined
        ? undefined
        : setTimeout(() => {
            this.#timedOut = true;
            this.#stop.abort();
          }, callMs);
    let end: CallEnd | undefined;
    try {
      await this.#exchange();
      end = this.#isAnswered ? 'answered' : this.#isKept() ? undefined : 'failed';
    } catch (thrown) {
      end = this.#fail(thrown);
    } finally {
      clearTimeout(timer);
      unfollow();
      // Of a call that failed, or that nobody waits for, nobody answers a question.
      if (end !== undefined && end !== 'answered') for (const key of this.#asked) this.#session?.asked.delete(key);
      if (end !== undefined) filter.ended(end);
      this.#endIfUnknown();
    }
  }

  async #exchange(): Promise<void> {
    const { exchange, upstream, outgoing } = this.#carried;
    const reply = await upstream.send(withSignal(outgoing, this.#stop));
    if (reply.link !== undefined && this.#request.method === 'initialize')
      this.#session = this.#carried.begin(reply.link);
    this.#endIfGone(reply);
    if (reply.kind === 'stream') return this.#events(reply.events);
    if (reply.kind === 'status') {
      const status = reply.status >= 400 ? reply.status : 502;
      this.#isAnswered = true;
      return refuse(exchange, status, `the server answered with HTTP ${reply.status}`, {
        id: this.#request.id,
        code: rpcErrors.internal,
      });
    }
    const text = await this.#answerText(reply.message, reply.text);
    if (text === undefined) throw new Misbehaved('answered another request');
    respondJson(exchange, reply.status, text, this.#sessionHeader());
  }

  /** What the client gets for a message that must be the answer; undefined when it is not. */
  async #answerText(message: JsonRpcMessage, text: string): Promise<string | undefined> {
    const { id } = this.#request;
    if (!isAnswerTo(id, message)) return undefined;
    this.#noteRevision(message);
    await endOfTurn();
    const passed = await this.#carried.filter.message(message);
    this.#isAnswered = true;
    if (passed === message) return text;
    return JSON.stringify(passed ?? failureOf(id, rpcErrors.internal, 'the answer was withheld'));
  }

  async #events(events: AsyncIterable<ServerEvent>): Promise<void> {
    const { exchange } = this.#carried;
    const stream = exchange.stream(200, { ...streamHeaders, ...this.#sessionHeader() });
    this.#stream = stream;
    const iterator = events[Symbol.asyncIterator]();
    try {
      await this.#pass(iterator, stream);
    } catch (thrown) {
      // Nobody reads on: what the stream holds is let go.
      iterator.return?.().catch(() => undefined);
      throw thrown;
    }
  }

  async #pass(iterator: AsyncIterator<ServerEvent>, stream: AnswerStream): Promise<void> {
    const { filter } = this.#carried;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const { message, text = '', ...around } = next.value;
      this.#isResumable ||= around.id !== undefined;
      if (message === undefined) {
        await stream.write(writeSse(around.comment === undefined ? { data: '', ...around } : around));
      } else if (isResponse(message)) {
        const data = await this.#answerText(message, text);
        // An answer to something else on this stream is a lie; nobody waits for it.
        if (data === undefined) continue;
        await stream.write(writeSse({ data, ...around }));
        stream.end();
        void drain(iterator, this.#stop);
        return;
      } else {
        const data = await passUnasked(message, text, filter, { ...this.#carried, session: this.#session });
        if (data === undefined) continue;
        if (isRequest(message)) this.#asked.push(idKey(message.id));
        await stream.write(writeSse({ data, ...around }));
      }
    }
    if (!this.#isKept()) throw new Misbehaved('ended its stream without an answer');
    stream.end();
  }

  /** Whether the answer can still come on another stream; then the filter waits for it in the session. */
  #isKept(): boolean {
    const session = this.#session;
    if (!this.#isResumable || session === undefined) return false;
    this.#wasKept ||= this.#carried.sessions.keep(session, { id: this.#request.id, filter: this.#carried.filter });
    return this.#wasKept;
  }

  /** @returns how the call ended; undefined when it goes on elsewhere */
  #fail(thrown: unknown): CallEnd | undefined {
    const { exchange } = this.#carried;
    this.#stop.abort();
    if (exchange.signal.aborted) {
      if (this.#isAnswered) return 'answered';
      if (this.#isKept()) return undefined;
      this.#cancelUpstream('the client went away');
      return 'cancelled';
    }
    const isStopped = this.#stopped?.aborted === true;
    if (!isStopped) this.#carried.failed(this.#timedOut ? new Misbehaved('took too long') : thrown);
    // A client that takes its call back told the server itself.
    if (this.#stopped?.reason !== takenBack) this.#cancelUpstream('the gateway gave up');
    const isTimeout = this.#timedOut || thrown instanceof ServerTimeout;
    const body = JSON.stringify(failureOf(this.#request.id, rpcErrors.internal, this.#reasonOf(thrown)));
    if (this.#stream === undefined) respondJson(exchange, 200, body, this.#sessionHeader());
    else {
      // Whoever has gone meanwhile does not miss it.
      this.#stream.write(writeSse({ data: body })).catch(() => undefined);
      this.#stream.end();
    }
    return isStopped ? 'cancelled' : isTimeout ? 'timeout' : 'failed';
  }

  #reasonOf(thrown: unknown): string {
    if (this.#stopped?.aborted === true) return whyStopped(this.#stopped);
    return this.#timedOut ? 'the server took too long' : reasonOf(thrown);
  }

  /** In the stateless era the closed connection says it; before, a notification must (Cancellation). */
  #cancelUpstream(reason: string): void {
    const { outgoing, upstream } = this.#carried;
    if (eraOf(outgoing.revision) === 'stateless' || this.#request.method === 'initialize') return;
    const message = {
      jsonrpc: '2.0' as const,
      method: 'notifications/cancelled',
      params: { requestId: this.#request.id, reason },
    };
    // Nobody waits for it: a server that is gone needs no cancellation.
    upstream
      .send({ ...outgoing, message, text: JSON.stringify(message), signal: AbortSignal.timeout(drainMs) })
      .catch(() => undefined);
  }

  #noteRevision(message: JsonRpcMessage): void {
    if (this.#request.method !== 'initialize' || this.#session === undefined || !('result' in message)) return;
    const agreed = mcpRevisions.find((revision) => revision === message.result['protocolVersion']);
    if (agreed !== undefined && eraOf(agreed) === 'stateful') this.#session.revision = agreed;
  }

  #endIfGone(reply: Reply): void {
    const { outgoing, sessions } = this.#carried;
    const isGone = reply.kind !== 'stream' && reply.status === 404 && outgoing.link !== undefined;
    if (isGone && this.#session !== undefined) sessions.end(this.#session);
  }

  /** A client that went away before it was told the name of its session cannot end it. */
  #endIfUnknown(): void {
    const { exchange, session, sessions } = this.#carried;
    const isUnknown = exchange.signal.aborted && this.#stream === undefined;
    if (isUnknown && this.#session !== undefined && this.#session !== session) sessions.end(this.#session);
  }

  #sessionHeader(): Readonly<Record<string, string>> {
    const begun = this.#request.method === 'initialize' ? this.#session : undefined;
    return begun === undefined ? {} : { 'mcp-session-id': begun.id };
  }
}

/** What a client is told whose call or stream the gateway ended. */
export function whyStopped({ reason }: StopSignal): string {
  if (reason === takenBack) return 'taken back by the client';
  if (reason === principalExpired) return 'whoever asked has to prove again who they are';
  return `stopped by the operator (${String(reason)})`;
}

/** What a server did wrong, for the client's error. */
class Misbehaved extends DemarcError {
  constructor(what: string) {
    super('DMC_UPSTREAM', `the server ${what}`);
  }
}

/** What the client is told: of a defect, or of what an interceptor threw, nothing. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof DemarcError ? thrown.message : 'the gateway failed';
}

/**
 * Carries the stream on which a server speaks unasked, and answers to requests whose own streams broke off. Never rejects.
 *
 * @param stopped aborted when the stream has to end: the client may try to open it again
 */
export async function carryListening(carried: Carried, stopped: StopSignal): Promise<void> {
  const { exchange, upstream, outgoing, filter, session } = carried;
  const stop = new Stop();
  const unfollow = stop.follow(exchange.signal, stopped);
  let end: CallEnd = 'answered';
  let stream: AnswerStream | undefined;
  try {
    const reply = await upstream.send(withSignal(outgoing, stop));
    if (reply.kind !== 'stream') {
      const status = reply.status >= 400 ? reply.status : 502;
      end = 'failed';
      return refuse(exchange, status, `the server answered with HTTP ${reply.status}`);
    }
    stream = exchange.stream(200, streamHeaders);
    for await (const { message, text = '', ...around } of reply.events) {
      if (message === undefined) {
        await stream.write(writeSse(around.comment === undefined ? { data: '', ...around } : around));
        continue;
      }
      const data = isResponse(message)
        ? await passLate(message, text, session)
        : await passUnasked(message, text, filter, carried);
      if (data !== undefined) await stream.write(writeSse({ data, ...around }));
    }
    stream.end();
  } catch (thrown) {
    end = stop.aborted ? 'cancelled' : 'failed';
    if (exchange.signal.aborted) return;
    if (!stop.aborted) carried.failed(thrown);
    // The client opens a broken stream again by itself; a clean end would say that nothing is missing.
    if (stream === undefined)
      refuse(exchange, stop.aborted ? cutStatus : 502, stop.aborted ? 'the stream was cut' : reasonOf(thrown), {
        code: rpcErrors.internal,
      });
    else stream.abort();
  } finally {
    unfollow();
    filter.ended(end);
  }
}

/** An answer to a request that was asked on another stream, seen by the filter of that request. */
async function passLate(
  message: JsonRpcMessage,
  text: string,
  session: Session | undefined,
): Promise<string | undefined> {
  if (!isResponse(message) || message.id === null || session === undefined) return undefined;
  const key = idKey(message.id);
  const pending = session.pending.get(key);
  if (pending === undefined) return undefined;
  session.pending.delete(key);
  let end: CallEnd = 'failed';
  try {
    const passed = await pending.filter.message(message);
    end = 'answered';
    if (passed === message) return text;
    return JSON.stringify(passed ?? failureOf(message.id, rpcErrors.internal, 'the answer was withheld'));
  } finally {
    pending.filter.ended(end);
  }
}

/** What the client gets of a notification or request of the server; undefined where it gets nothing. */
async function passUnasked(
  message: JsonRpcMessage,
  text: string,
  filter: MessageFilter,
  { outgoing, upstream, session, sessions }: Carried,
): Promise<string | undefined> {
  if (!isRequest(message)) {
    const cancelled = cancelledId(message);
    // What the server does not wait for any more is no question.
    if (cancelled !== undefined) session?.asked.delete(idKey(cancelled));
    return textOf(await filter.message(message), message, text);
  }
  // Servers of the stateless era ask in their results only (Multi Round-Trip Requests).
  if (eraOf(outgoing.revision) === 'stateless') return undefined;
  const passed = session === undefined ? undefined : await filter.message(message);
  const isRefused = passed === undefined || isResponse(passed);
  if (!isRefused && session !== undefined && sessions.ask(session, message.id)) return textOf(passed, message, text);
  const refusal =
    passed !== undefined && isResponse(passed)
      ? passed
      : failureOf(message.id, rpcErrors.internal, 'the client does not answer this request');
  await upstream.send({ ...outgoing, kind: 'message', message: refusal, text: JSON.stringify(refusal) });
  return undefined;
}

function textOf(passed: JsonRpcMessage | undefined, message: JsonRpcMessage, text: string): string | undefined {
  return passed === message ? text : passed === undefined ? undefined : JSON.stringify(passed);
}

/** Reads what a server sends after its answer, for a moment: a stream that it ends itself leaves its connection for the next request. Never rejects. */
export async function drain(iterator: AsyncIterator<ServerEvent>, stop: Stop): Promise<void> {
  const timer = setTimeout(() => stop.abort(), drainMs);
  try {
    while ((await iterator.next()).done !== true);
  } catch {
    // What comes after the answer is nobody's.
  } finally {
    clearTimeout(timer);
  }
}

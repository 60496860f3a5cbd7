import { DemarcError } from '../../base/errors.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import {
  eraOf,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type McpRevision,
  rpcErrors,
} from '../../model/mcp.ts';
import { drain } from '../carry.ts';
import { isResponse } from '../mcp/message.ts';
import { backedOffMs, reopenMs, statedReopenMs } from '../mcp/reopen.ts';
import { ParamHeaders, relearnt } from '../mcp/param-headers.ts';
import { wait } from '../wait.ts';
import type { Outgoing, Reply, Upstream } from '../upstream/upstream.ts';
import { type Fields, lastOf, objectIn, type ServerLink, SessionGone } from './server-link.ts';

/** Who sends, and with what, where a message is no request of the client. */
export type Sender = Pick<Outgoing, 'principal'> & Partial<Fields>;

/** How deep in schemas arguments are looked for that have to be repeated in fields. */
const mirrorDepthMax = 16;

/** How often a stream is taken up again in a row that brings nothing. */
const resumesMax = 5;

/** Milliseconds after which a stream that said nothing was one to listen to. */
const heldMs = 10_000;

const accepted = { accept: 'application/json, text/event-stream' };

/** A server of one era as a link; it speaks the newest revision of that era. */
export class UpstreamLink implements ServerLink {
  readonly #upstream: Upstream;
  readonly #revision: McpRevision;
  readonly #sender: () => Sender;
  #session: string | undefined;
  /** Lists asked for on its own account. */
  #asked = 0;
  readonly #paramHeaders = new ParamHeaders(mirrorDepthMax);

  /** @param sender asked for each message: credentials change */
  constructor(upstream: Upstream, revision: McpRevision, sender: () => Sender) {
    this.#upstream = upstream;
    this.#revision = revision;
    this.#sender = sender;
  }

  async *request(request: JsonRpcRequest, signal: StopSignal, fields?: Fields): AsyncGenerator<JsonRpcMessage> {
    const stop = new Stop();
    const unfollow = stop.follow(signal);
    try {
      yield* this.#request(request, signal, stop, fields, false);
    } finally {
      unfollow();
    }
  }

  async *#request(
    request: JsonRpcRequest,
    signal: StopSignal,
    stop: Stop,
    fields: Fields | undefined,
    isAgain: boolean,
  ): AsyncGenerator<JsonRpcMessage> {
    const { added, ...outgoing } = this.#outgoing('message', stop, {}, fields);
    const sent = {
      message: request,
      text: JSON.stringify(request),
      added: { ...added, ...this.#paramHeaders.fieldsFor('', request, new Map()) },
      ...outgoing,
    };
    const reply = await this.#upstream.send(sent);
    if (request.method === 'initialize' && reply.link !== undefined) this.#session = reply.link;
    if (reply.kind !== 'stream' && reply.status === 404 && sent.link !== undefined) throw new SessionGone();
    for await (const message of this.#followed(reply, request, stop, fields)) {
      if (!isAgain && 'error' in message && (await this.#learns(request, message, signal, fields))) {
        yield* this.#request(request, signal, stop, fields, true);
        return;
      }
      if (request.method === 'tools/list') this.#paramHeaders.learn('', message);
      yield message;
    }
  }

  /** A stream that the server ends before its answer is taken up again where it was left (2025-11-25, Sending Messages). */
  async *#followed(
    reply: Reply,
    request: JsonRpcRequest,
    stop: Stop,
    fields: Fields | undefined,
  ): AsyncGenerator<JsonRpcMessage> {
    const isResumable = eraOf(this.#revision) === 'stateful';
    const at: Place = { isResumable, id: undefined, retryMs: reopenMs, isAnswered: false };
    for (let next = reply, failures = 0; ; ) {
      const before = at.id;
      try {
        yield* messagesOf(next, request, stop, at);
      } catch (thrown) {
        if (at.id === undefined || stop.aborted) throw thrown;
      }
      if (at.isAnswered || at.id === undefined || stop.aborted) return;
      failures = at.id === before ? failures + 1 : 0;
      await wait(backedOffMs(at.retryMs, failures), stop);
      next = await this.#upstream.send(this.#outgoing('listen', stop, { 'last-event-id': at.id }, fields));
      if (next.kind !== 'stream' || failures > resumesMax)
        throw new DemarcError('DMC_UPSTREAM', 'the server ended its stream without an answer');
    }
  }

  async notify(notification: JsonRpcNotification): Promise<void> {
    await this.#pass(notification);
  }

  async answer(response: JsonRpcResponse): Promise<void> {
    await this.#pass(response);
  }

  /**
   * A stream that ends, or breaks off, is opened again where it was left (2025-11-25, Streamable HTTP, Resumability and Redelivery).
   * Where its server did not say where that is, what it said meanwhile is lost.
   * @throws SessionGone
   */
  async *unasked(signal: StopSignal, gap?: () => void): AsyncGenerator<JsonRpcMessage> {
    let hasListened = false;
    let last: string | undefined;
    let retryMs = reopenMs;
    /** In a row. */
    let failures = 0;
    /** Streams in a row that were over at once: each is a gap, after which everybody asks for everything. */
    let fleeting = 0;
    for (; !signal.aborted; await wait(backedOffMs(retryMs, Math.max(failures, fleeting)), signal)) {
      const resumed = last === undefined ? {} : { 'last-event-id': last };
      try {
        const reply = await this.#upstream.send(this.#outgoing('listen', signal, resumed));
        if (reply.kind !== 'stream') {
          // Without ever a stream, it is the server's way to say that it has none.
          if (!hasListened) return;
          if (reply.status === 404) throw new SessionGone();
          // It may take a moment to see that the stream before is gone (HTTP 409, say).
          failures++;
          continue;
        }
        if (hasListened && last === undefined) gap?.();
        hasListened = true;
        failures = 0;
        fleeting++;
        const held = AbortSignal.timeout(heldMs);
        try {
          for await (const { message, id, retry } of reply.events) {
            last = id ?? last;
            if (retry !== undefined) retryMs = statedReopenMs(retry);
            if (message === undefined) continue;
            fleeting = 0;
            yield message;
          }
        } finally {
          if (held.aborted || last !== undefined) fleeting = 0;
        }
      } catch (thrown) {
        if (thrown instanceof SessionGone) throw thrown;
        failures++;
      }
    }
  }

  async close(): Promise<void> {
    if (this.#session === undefined) return;
    await this.#upstream.send(this.#outgoing('end', AbortSignal.timeout(1_000))).catch(() => undefined);
  }

  async #pass(message: JsonRpcMessage): Promise<void> {
    const signal = AbortSignal.timeout(30_000);
    await this.#upstream.send({ ...this.#outgoing('message', signal), message, text: JSON.stringify(message) });
  }

  #outgoing(
    kind: Outgoing['kind'],
    signal: StopSignal,
    more: Readonly<Record<string, string>> = {},
    fields?: Fields,
  ): Outgoing {
    const sender = this.#sender();
    const { headers: before, added } = fields ?? sender;
    const headers = new Map(before);
    headers.delete('last-event-id');
    const own = { ...accepted, 'mcp-protocol-version': this.#revision, ...more };
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    return { kind, revision: this.#revision, link: this.#session, signal, principal: sender.principal, headers, added };
  }

  #learns(
    request: JsonRpcRequest,
    answer: JsonRpcMessage,
    signal: StopSignal,
    fields: Fields | undefined,
  ): Promise<boolean> {
    return relearnt(request, answer, (page) => {
      const params = { _meta: objectIn(request.params, '_meta'), ...page };
      const asked = { jsonrpc: '2.0', id: `l-${++this.#asked}`, method: 'tools/list', params } as const;
      return lastOf(this.request(asked, signal, fields));
    });
  }
}

/** Where a stream was left. */
interface Place {
  readonly isResumable: boolean;
  id: string | undefined;
  retryMs: number;
  isAnswered: boolean;
}

/** @param stop cuts the stream where the server does not end it after its answer @throws DemarcError `DMC_UPSTREAM` */
async function* messagesOf(
  reply: Reply,
  request: JsonRpcRequest,
  stop: Stop,
  at: Place,
): AsyncGenerator<JsonRpcMessage> {
  if (reply.kind === 'message') {
    const { message } = reply;
    // Servers that could not read the request name their errors as they like: the SDK for Python says `server-error`.
    const answer = answerTo(request, 'error' in message ? { ...message, id: null } : message);
    if (answer === undefined) throw new DemarcError('DMC_UPSTREAM', 'the server answered another request');
    yield answer;
  } else if (reply.kind === 'stream') {
    const events = reply.events[Symbol.asyncIterator]();
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      const { message, id, retry } = next.value;
      if (at.isResumable) at.id = id ?? at.id;
      if (retry !== undefined) at.retryMs = statedReopenMs(retry);
      if (message === undefined) continue;
      if ('method' in message) {
        yield message;
        continue;
      }
      const answer = answerTo(request, message);
      // An answer to something else on this stream is a lie; nobody waits for it.
      if (answer === undefined) continue;
      at.isAnswered = true;
      void drain(events, stop);
      yield answer;
      return;
    }
  } else
    yield {
      jsonrpc: '2.0',
      id: request.id,
      error: { code: rpcErrors.internal, message: `the server answered with HTTP ${reply.status}` },
    };
}

/** Undefined for what is no answer to the request. An error of a server that could not read its id has none. */
function answerTo({ id }: JsonRpcRequest, message: JsonRpcMessage): JsonRpcResponse | undefined {
  if (!isResponse(message)) return undefined;
  if (message.id === id) return message;
  return 'error' in message && (message.id ?? null) === null ? { ...message, id } : undefined;
}

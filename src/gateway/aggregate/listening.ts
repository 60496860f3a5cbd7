import { asJsonObject, type JsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../../model/mcp.ts';
import { missed, ofSubscription } from '../bridge/told.ts';
import { wait } from '../wait.ts';
import { BoundedQueue } from '../bounded-queue.ts';
import type { AnswerStream, Exchange } from '../exchange.ts';
import { cutStatus } from '../carry.ts';
import { refuse, streamHeaders } from '../http/answers.ts';
import { classify } from '../mcp/message.ts';
import { backedOffMs, reopenMs } from '../mcp/reopen.ts';
import { metaKey } from '../mcp/revision.ts';
import { SseReader, writeSse } from '../mcp/sse.ts';
import type { Member } from './aggregate.ts';

export type Answering = Pick<Exchange, 'respond' | 'stream'>;

/** Milliseconds that servers have to acknowledge a subscription before those that did are acknowledged without them. */
const acknowledgeMs = 2_000;

/**
 * Joins the streams on which servers speak unasked. Where none has one, the client hears that there is none.
 * @param reopens whether one that ends is opened again while the client listens: it does not know of how many its own is made
 */
export async function listenToAll(
  exchange: Exchange,
  members: readonly Member[],
  listen: (member: Member, answering: Answering) => Promise<void>,
  reopens: boolean,
): Promise<void> {
  let stream: AnswerStream | undefined;
  const follow = (member: Member): Promise<void> =>
    keepOpen(
      exchange,
      (answering) => listen(member, answering),
      (status, headers) => {
        stream ??= exchange.stream(status, headers);
        return { write: stream.write.bind(stream), end: () => undefined, abort: () => undefined };
      },
      reopens,
    );
  await Promise.all(members.map(follow));
  if (stream === undefined) refuse(exchange, 405, 'no server speaks unasked', { headers: { allow: 'POST' } });
  else stream.end();
}

/**
 * Opens a stream of one server, and opens it again when it ended, for as long as the client listens. One that never began is none; one
 * that did may be away for a while, and is over where the server no longer knows what it is of.
 */
async function keepOpen(
  { signal }: Exchange,
  open: (answering: Answering) => Promise<void>,
  stream: Exchange['stream'],
  reopens = true,
): Promise<void> {
  let hasBegun = false;
  /** In a row. */
  let failures = 0;
  for (;;) {
    let isGone = false;
    failures++;
    await open({
      respond: (status) => {
        isGone = status === 404 || status === cutStatus;
      },
      stream: (status, headers) => {
        hasBegun = true;
        failures = 0;
        return stream(status, headers);
      },
    });
    if (!hasBegun || isGone || !reopens) return;
    await wait(backedOffMs(reopenMs, failures), signal);
    if (signal.aborted) return;
  }
}

/** Sends a subscription to one server. @param cut see `Identified` */
export type SendSubscription = (
  own: JsonRpcRequest,
  member: Member,
  answering: Answering,
  cut: NonNullable<Member['identified']['cut']>,
) => Promise<void>;

/**
 * Joins subscriptions (2026-07-28, Subscriptions): one acknowledgement for all, and then whatever any server tells.
 * @param serverOf whose a resource is
 */
export async function subscribeToAll(
  exchange: Exchange,
  request: JsonRpcRequest,
  members: readonly Member[],
  serverOf: (uri: string) => Promise<string | undefined>,
  send: SendSubscription,
): Promise<void> {
  const stream = exchange.stream(200, streamHeaders);
  const wanted = asJsonObject(request.params?.['notifications']);
  const uris = Array.isArray(wanted['resourceSubscriptions']) ? wanted['resourceSubscriptions'] : [];
  const known = uris.filter((uri) => typeof uri === 'string').slice(0, limits.bridgeSubscriptionsMax);
  const owned = await Promise.all(known.map(async (uri) => [uri, await serverOf(uri)] as const));
  const joined = new JoinedSubscription(request, stream, members.length);
  await Promise.all(
    members.map(async (member) => {
      const own = owned.flatMap(([uri, server]) => (server === member.server ? [uri] : []));
      const notifications = { ...wanted, resourceSubscriptions: own };
      const message = { ...request, params: { ...request.params, notifications } };
      const writer = joined.writer();
      await keepOpen(
        exchange,
        async (answering) => {
          let isCut = false;
          await send(message, member, answering, (failure) => {
            isCut = true;
            joined.cut(failure);
          });
          if (isCut) answering.respond(cutStatus, {});
          else await writer.left();
        },
        () => writer.stream,
      );
    }),
  );
  await joined.end();
}

class JoinedSubscription {
  readonly #request: JsonRpcRequest;
  readonly #stream: AnswerStream;
  readonly #timer: ReturnType<typeof setTimeout>;
  #acknowledged: Record<string, unknown> | undefined = {};
  #missing: number;
  /** Why the gateway ended it. */
  #failure: JsonRpcResponse | undefined;
  readonly #waiting = new BoundedQueue<string>(limits.gatewayQueuedEventsMax, limits.gatewayQueuedLengthMax);

  constructor(request: JsonRpcRequest, stream: AnswerStream, servers: number) {
    this.#request = request;
    this.#stream = stream;
    this.#missing = servers;
    this.#timer = setTimeout(() => void this.#open(), acknowledgeMs);
  }

  /** Where one server writes, and says that it has nothing more to acknowledge. */
  writer(): { readonly stream: AnswerStream; left(): Promise<void> } {
    const reader = new SseReader(Infinity);
    let hasAnswered = false;
    let hasAgreed = false;
    const left = async (): Promise<void> => {
      if (hasAnswered) return;
      hasAnswered = true;
      if (--this.#missing === 0) await this.#open();
    };
    const write = async (chunk: string | Uint8Array): Promise<void> => {
      for (const { data } of reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) {
        if (data === undefined || data === '') continue;
        const classified = classify(JSON.parse(data));
        if (!('kind' in classified) || classified.kind !== 'notification') continue;
        const { method, params } = classified.message;
        if (method === 'notifications/subscriptions/acknowledged') {
          const agreed = asJsonObject(params?.['notifications']);
          if (this.#acknowledged !== undefined) join(this.#acknowledged, agreed);
          await left();
          // Between two of its streams nobody listened to the server.
          if (hasAgreed)
            for (const one of missed(agreed)) await this.#tell(JSON.stringify(ofSubscription(this.#request.id, one)));
          hasAgreed = true;
        } else await this.#tell(data);
      }
    };
    return { stream: { write, end: () => undefined, abort: () => undefined }, left };
  }

  /** The gateway ends it at a server. */
  cut(failure: JsonRpcResponse): void {
    this.#failure = failure;
  }

  /** All servers have ended it. */
  async end(): Promise<void> {
    if (this.#failure === undefined) await this.#open();
    clearTimeout(this.#timer);
    const { id } = this.#request;
    const result = { resultType: 'complete', _meta: { [metaKey.subscriptionId]: id } };
    await this.#stream.write(writeSse({ data: JSON.stringify(this.#failure ?? { jsonrpc: '2.0', id, result }) }));
    this.#stream.end();
  }

  async #tell(data: string): Promise<void> {
    if (this.#acknowledged === undefined) await this.#stream.write(writeSse({ data }));
    else this.#waiting.push(data, data.length);
  }

  /** Acknowledges, and tells what came before. */
  async #open(): Promise<void> {
    const notifications = this.#acknowledged;
    if (notifications === undefined) return;
    this.#acknowledged = undefined;
    clearTimeout(this.#timer);
    const method = 'notifications/subscriptions/acknowledged';
    const acknowledgement = ofSubscription(this.#request.id, { jsonrpc: '2.0', method, params: { notifications } });
    for (
      let data: string | undefined = JSON.stringify(acknowledgement);
      data !== undefined;
      data = this.#waiting.shift()
    )
      await this.#stream.write(writeSse({ data }));
  }
}

/** What any server agreed to tell. */
function join(all: Record<string, unknown>, own: JsonObject): void {
  for (const [name, value] of Object.entries(own)) {
    const before = all[name];
    if (Array.isArray(value)) all[name] = [...(Array.isArray(before) ? before : []), ...value];
    else if (value === true) all[name] = true;
  }
}

import type { Clock, Random } from '../../base/ports.ts';
import { limits } from '../../base/limits.ts';
import type { StopSignal } from '../../base/stop.ts';
import { eraOf, type JsonRpcMessage, type JsonRpcRequest, type McpEra, type McpRevision } from '../../model/mcp.ts';
import { principalKey } from '../../model/principal.ts';
import { statusOf } from '../http/answers.ts';
import { isRequest, isResponse } from '../mcp/message.ts';
import { isParamField } from '../mcp/param-headers.ts';
import { ownMeta } from '../mcp/revision.ts';
import type { Outgoing, Reply, ServerEvent, Upstream } from '../upstream/upstream.ts';
import { ForStatefulClient } from './for-stateful-client.ts';
import { ForStatelessClient } from './for-stateless-client.ts';
import { type Fields, lastOf, type ServerLink } from './server-link.ts';
import { type Sender, UpstreamLink } from './upstream-link.ts';

const newest: Readonly<Record<McpEra, McpRevision>> = { stateful: '2025-11-25', stateless: '2026-07-28' };
/** A verdict on a server is asked for again after this time: servers are updated. */
const verdictMs = 10 * 60_000;

export interface BridgeParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** Milliseconds for which a verdict on a server holds, where it is another time than ten minutes. */
  readonly verdictMs?: number | undefined;
  /** Given shorter by tests. */
  readonly gatewayProbeMs?: number | undefined;
  readonly gatewayProcessIdleMs?: number | undefined;
}

/** What a server speaks. */
interface Verdict {
  /** It says that it is of the stateless era. Never rejects. */
  readonly isStateless: Promise<boolean>;
  /** Principals whose handshakes of the other era it refused: what one of them sends decides nothing for others. */
  readonly refused: Set<string>;
  readonly atMs: number;
}

/** A client's side of a bridge, and with what it is sent. */
interface Bridged<Link extends ServerLink = ServerLink> {
  readonly link: Link;
  sender: Sender;
}

/**
 * A server for clients of both eras. Where it speaks the client's own, messages pass untouched; where it speaks only the
 * other, they cross a bridge. What it speaks is found out by what has to be sent anyway, since to ask a program may be to start it:
 * a server that does not say what it is counts as stateful until it refuses the handshake, and a client's own handshake shows
 * whether it is taken. A verdict is remembered for a while.
 */
export class BridgedUpstream implements Upstream {
  readonly #inner: Upstream;
  readonly #parts: BridgeParts;
  readonly #stated: ReadonlySet<McpEra> | undefined;
  #verdict: Verdict | undefined;
  /** For clients of the stateful era, by the name of their session. */
  readonly #forStateful = new Map<string, Bridged>();
  /** For clients of the stateless era, by principal. */
  readonly #forStateless = new Map<string, Bridged<ForStatelessClient>>();
  readonly #sweep: ReturnType<typeof setInterval>;

  /** @param stated what the configuration says the server speaks; found out where absent */
  constructor(inner: Upstream, parts: BridgeParts, stated?: ReadonlySet<McpEra>) {
    this.#inner = inner;
    this.#parts = parts;
    this.#stated = stated;
    const idleMs = parts.gatewayProcessIdleMs ?? limits.gatewayProcessIdleMs;
    this.#sweep = setInterval(() => this.#endIdle(idleMs), Math.min(60_000, idleMs)).unref();
  }

  async send(outgoing: Outgoing): Promise<Reply> {
    const era = eraOf(outgoing.revision);
    const known = outgoing.link === undefined ? undefined : this.#forStateful.get(outgoing.link);
    if (known !== undefined) return this.#cross(known, outgoing);
    // A session that crossed no bridge began with the server itself.
    if (outgoing.link !== undefined) return this.#inner.send(outgoing);
    if (era === 'stateful') return isHandshake(outgoing) ? this.#begin(outgoing) : this.#inner.send(outgoing);
    return (await this.#isStateless(outgoing)) ? this.#inner.send(outgoing) : this.#sendForStateless(outgoing);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    const bridges = [...this.#forStateful.values(), ...this.#forStateless.values()];
    await Promise.allSettled(bridges.map(({ link }) => link.close()));
    this.#forStateful.clear();
    this.#forStateless.clear();
    await this.#inner.close();
  }

  /** A client's handshake: for the server itself, or across a bridge where it refuses it and is of the other era. */
  async #begin(outgoing: Outgoing): Promise<Reply> {
    if (this.#stated?.has('stateful') === true) return this.#inner.send(outgoing);
    const key = principalKey(outgoing.principal);
    if (this.#stated !== undefined || this.#current()?.refused.has(key) === true)
      return this.#beginForStateful(outgoing);
    const reply = await this.#sendStateful(outgoing).catch((thrown: unknown) => ({ thrown }));
    if (!('thrown' in reply) && !isRefusal(reply)) return reply;
    if (!outgoing.signal.aborted && (await this.#isStateless(outgoing))) {
      const refused = this.#verdict?.refused;
      if (refused !== undefined && refused.size < limits.gatewaySessionsMax) refused.add(key);
      return this.#beginForStateful(outgoing);
    }
    if ('thrown' in reply) throw reply.thrown;
    return reply;
  }

  async #beginForStateful(outgoing: Outgoing): Promise<Reply> {
    const session = Buffer.from(this.#parts.random.bytes(16)).toString('base64url');
    const make = (sender: () => Sender): ServerLink =>
      new ForStatefulClient(new UpstreamLink(this.#inner, newest.stateless, sender), this.#parts.random);
    const bridged = bridge(this.#forStateful, session, outgoing, make);
    try {
      return { ...(await this.#cross(bridged, outgoing)), link: session };
    } catch (thrown) {
      // Nobody knows it by its name.
      this.#forStateful.delete(session);
      throw thrown;
    }
  }

  #sendForStateless(outgoing: Outgoing): Promise<Reply> {
    const key = principalKey(outgoing.principal);
    const { clock, random } = this.#parts;
    const stateful: Upstream = { send: (sent) => this.#sendStateful(sent), close: () => Promise.resolve() };
    const make = (sender: () => Sender): ForStatelessClient =>
      new ForStatelessClient({ connect: () => new UpstreamLink(stateful, newest.stateful, sender), clock, random });
    const bridged = this.#forStateless.get(key) ?? bridge(this.#forStateless, key, outgoing, make);
    return this.#cross(bridged, outgoing);
  }

  /** Clients of the stateless era do not say that they have gone. */
  #endIdle(idleMs: number): void {
    const before = this.#parts.clock.now() - idleMs;
    for (const [key, { link }] of this.#forStateless) if (link.endIdle(before)) this.#forStateless.delete(key);
  }

  async #cross(bridged: Bridged, outgoing: Outgoing): Promise<Reply> {
    // An answer of the client, or a notification, has none that are added.
    bridged.sender = { ...bridged.sender, ...senderOf(outgoing) };
    const { link } = bridged;
    const { kind, message, revision, signal } = outgoing;
    if (kind === 'end') {
      if (outgoing.link !== undefined) this.#forStateful.delete(outgoing.link);
      await link.close();
      return { kind: 'status', status: 200 };
    }
    if (kind === 'listen') return { kind: 'stream', events: eventsOf(link.unasked(signal)) };
    if (message === undefined) return { kind: 'status', status: 400 };
    if (isResponse(message)) await link.answer(message);
    else if (isRequest(message))
      return replyOf(link.request(message, signal, fieldsOf(outgoing)), message, revision, signal);
    else await link.notify(message);
    return { kind: 'status', status: 202 };
  }

  /** Sends to the server as to one of the stateful era. It was taken for one: where it refuses the handshake, it is asked anew. */
  async #sendStateful(outgoing: Outgoing): Promise<Reply> {
    const verdict = this.#verdict;
    let reply: Reply | undefined;
    try {
      return (reply = await this.#inner.send(outgoing));
    } finally {
      const isRefused = isHandshake(outgoing) && (reply === undefined ? !outgoing.signal.aborted : isRefusal(reply));
      if (isRefused && !(await verdict?.isStateless) && this.#verdict === verdict) this.#verdict = undefined;
    }
  }

  #isStateless(outgoing: Outgoing): Promise<boolean> {
    if (this.#stated !== undefined) return Promise.resolve(this.#stated.has('stateless'));
    const current = this.#current() ?? {
      isStateless: this.#findOut(outgoing),
      refused: new Set<string>(),
      atMs: this.#parts.clock.now(),
    };
    this.#verdict = current;
    return current.isStateless;
  }

  #current(): Verdict | undefined {
    const verdict = this.#verdict;
    const isOld =
      verdict !== undefined && this.#parts.clock.now() - verdict.atMs > (this.#parts.verdictMs ?? verdictMs);
    return isOld ? undefined : verdict;
  }

  /** Asks the server what it is. Whoever asks may go away: others wait for the verdict too. */
  async #findOut(outgoing: Outgoing): Promise<boolean> {
    const params = { _meta: ownMeta() };
    const request = { jsonrpc: '2.0', id: 'demarc-probe', method: 'server/discover', params } as const;
    const link = new UpstreamLink(this.#inner, newest.stateless, () => senderOf(outgoing));
    const signal = AbortSignal.timeout(this.#parts.gatewayProbeMs ?? limits.gatewayProbeMs);
    const answer = await lastOf(link.request(request, signal)).catch(() => undefined);
    const versions = answer !== undefined && 'result' in answer ? answer.result['supportedVersions'] : undefined;
    return Array.isArray(versions) && versions.includes(newest.stateless);
  }
}

function isHandshake({ message }: Outgoing): boolean {
  return message !== undefined && isRequest(message) && message.method === 'initialize';
}

function isRefusal(reply: Reply): boolean {
  return reply.kind === 'status' || (reply.kind === 'message' && 'error' in reply.message);
}

function senderOf(outgoing: Outgoing): Sender {
  return { principal: outgoing.principal, ...fieldsOf(outgoing) };
}

/** Fields that repeat arguments are made anew for what is sent. */
function fieldsOf({ headers, added }: Outgoing): Fields {
  if (added === undefined) return { headers };
  return { headers, added: Object.fromEntries(Object.entries(added).filter(([name]) => !isParamField(name))) };
}

function bridge<Link extends ServerLink>(
  bridges: Map<string, Bridged<Link>>,
  key: string,
  outgoing: Outgoing,
  make: (sender: () => Sender) => Link,
): Bridged<Link> {
  const bridged: Bridged<Link> = { link: make(() => bridged.sender), sender: senderOf(outgoing) };
  const [oldest] = bridges;
  if (oldest !== undefined && bridges.size >= limits.gatewaySessionsMax) {
    bridges.delete(oldest[0]);
    void oldest[1].link.close();
  }
  bridges.set(key, bridged);
  return bridged;
}

/**
 * The messages as a reply: one message where there is only the answer, else a stream. With the answer, or when nobody waits any more,
 * they are left, so that whoever makes them cleans up.
 */
async function replyOf(
  messages: AsyncIterable<JsonRpcMessage>,
  request: JsonRpcRequest,
  revision: McpRevision,
  signal: StopSignal,
): Promise<Reply> {
  const iterator = messages[Symbol.asyncIterator]();
  const leave = (): void => void iterator.return?.().catch(() => undefined);
  const first = await iterator.next();
  if (first.done === true) return { kind: 'status', status: 502 };
  const message = first.value;
  if (isResponse(message) && message.id === request.id) {
    leave();
    return { kind: 'message', status: statusOf(message, revision), message, text: JSON.stringify(message) };
  }
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  return { kind: 'stream', events: eventsOf(withFirst(message, iterator)) };
}

async function* withFirst(first: JsonRpcMessage, rest: AsyncIterator<JsonRpcMessage>): AsyncGenerator<JsonRpcMessage> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* eventsOf(messages: AsyncIterable<JsonRpcMessage>): AsyncGenerator<ServerEvent> {
  for await (const message of messages) yield { message, text: JSON.stringify(message) };
}

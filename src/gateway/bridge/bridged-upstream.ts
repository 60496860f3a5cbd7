import type { Clock, Random } from '../../base/ports.ts';
import { limits } from '../../base/limits.ts';
import { eraOf, type JsonRpcMessage, type JsonRpcRequest, type McpEra, type McpRevision } from '../../model/mcp.ts';
import { principalKey } from '../../model/principal.ts';
import { statusOf } from '../http/answers.ts';
import { isRequest, isResponse } from '../mcp/message.ts';
import type { Outgoing, Reply, ServerEvent, Upstream } from '../upstream/upstream.ts';
import { ForStatefulClient } from './for-stateful-client.ts';
import { ForStatelessClient } from './for-stateless-client.ts';
import { lastOf, meta, type ServerLink } from './server-link.ts';
import { type Sender, UpstreamLink } from './upstream-link.ts';

const newest: Readonly<Record<McpEra, McpRevision>> = { stateful: '2025-11-25', stateless: '2026-07-28' };
/** A verdict on a server is asked for again after this time: servers are updated. */
const verdictMs = 10 * 60_000;

export interface BridgeParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}

/** A client's side of a bridge, and with what it is sent. */
interface Bridged {
  readonly link: ServerLink;
  sender: Sender;
}

/**
 * A server for clients of both eras. Where it speaks the client's own, messages pass untouched; where it speaks only the
 * other, they cross a bridge. What a server speaks is found out once and remembered for a while.
 */
export class BridgedUpstream implements Upstream {
  readonly #inner: Upstream;
  readonly #parts: BridgeParts;
  readonly #stated: ReadonlySet<McpEra> | undefined;
  #verdict: { readonly eras: Promise<ReadonlySet<McpEra>>; readonly atMs: number } | undefined;
  /** For clients of the stateful era, by the name of their session; for others, by principal. */
  readonly #bridges = new Map<string, Bridged>();

  /** @param stated what the configuration says the server speaks; found out where absent */
  constructor(inner: Upstream, parts: BridgeParts, stated?: ReadonlySet<McpEra>) {
    this.#inner = inner;
    this.#parts = parts;
    this.#stated = stated;
  }

  async send(outgoing: Outgoing): Promise<Reply> {
    const era = eraOf(outgoing.revision);
    const known = outgoing.link === undefined ? undefined : this.#bridges.get(outgoing.link);
    if (known !== undefined) return this.#cross(known, outgoing);
    // A session that crossed no bridge began with the server itself.
    if (outgoing.link !== undefined) return this.#inner.send(outgoing);
    const eras = await this.#eras(outgoing);
    if (eras.has(era) || eras.size === 0) return this.#inner.send(outgoing);
    return era === 'stateful' ? this.#forStateful(outgoing) : this.#forStateless(outgoing);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#bridges.values()].map(({ link }) => link.close()));
    this.#bridges.clear();
    await this.#inner.close();
  }

  async #forStateful(outgoing: Outgoing): Promise<Reply> {
    const { message } = outgoing;
    if (message === undefined || !('method' in message) || message.method !== 'initialize')
      return { kind: 'status', status: 400 };
    const session = Buffer.from(this.#parts.random.bytes(16)).toString('base64url');
    const bridged = this.#bridge(
      session,
      outgoing,
      (sender) => new ForStatefulClient(new UpstreamLink(this.#inner, newest.stateless, sender)),
    );
    return { ...(await this.#cross(bridged, outgoing)), link: session };
  }

  #forStateless(outgoing: Outgoing): Promise<Reply> {
    const key = principalKey(outgoing.principal);
    const known = this.#bridges.get(key);
    const { clock, random } = this.#parts;
    const bridged =
      known ??
      this.#bridge(
        key,
        outgoing,
        (sender) =>
          new ForStatelessClient({
            connect: () => new UpstreamLink(this.#inner, newest.stateful, sender),
            clock,
            random,
          }),
      );
    return this.#cross(bridged, outgoing);
  }

  #bridge(key: string, outgoing: Outgoing, make: (sender: () => Sender) => ServerLink): Bridged {
    const bridged: Bridged = { link: make(() => bridged.sender), sender: senderOf(outgoing) };
    if (this.#bridges.size >= limits.gatewaySessionsMax) {
      const [oldest] = this.#bridges;
      if (oldest !== undefined) this.#bridges.delete(oldest[0]);
      void oldest?.[1].link.close();
    }
    this.#bridges.set(key, bridged);
    return bridged;
  }

  async #cross(bridged: Bridged, outgoing: Outgoing): Promise<Reply> {
    bridged.sender = senderOf(outgoing);
    const { link } = bridged;
    const { kind, message, signal, revision } = outgoing;
    if (kind === 'end') {
      if (outgoing.link !== undefined) this.#bridges.delete(outgoing.link);
      await link.close();
      return { kind: 'status', status: 200 };
    }
    if (kind === 'listen') return { kind: 'stream', events: eventsOf(link.unasked(signal)) };
    if (message === undefined) return { kind: 'status', status: 400 };
    if (isResponse(message)) await link.answer(message);
    else if (isRequest(message)) return replyOf(link.request(message, signal), message, revision);
    else await link.notify(message);
    return { kind: 'status', status: 202 };
  }

  #eras(outgoing: Outgoing): Promise<ReadonlySet<McpEra>> {
    if (this.#stated !== undefined) return Promise.resolve(this.#stated);
    const now = this.#parts.clock.now();
    if (this.#verdict === undefined || now - this.#verdict.atMs > verdictMs) {
      const eras = this.#findOut(outgoing);
      this.#verdict = { eras, atMs: now };
      // One that could not be reached is no verdict.
      eras.then(
        (found) => found.size === 0 && this.#forget(eras),
        () => this.#forget(eras),
      );
    }
    return this.#verdict.eras;
  }

  #forget(eras: Promise<ReadonlySet<McpEra>>): void {
    if (this.#verdict?.eras === eras) this.#verdict = undefined;
  }

  /** Asks the server what it is, and if it does not say, tries the handshake of the older era. */
  async #findOut(outgoing: Outgoing): Promise<ReadonlySet<McpEra>> {
    const eras = new Set<McpEra>();
    const sender = (): Sender => senderOf(outgoing);
    const own = { [meta.version]: newest.stateless, [meta.clientInfo]: probe, [meta.capabilities]: {} };
    const stateless = new UpstreamLink(this.#inner, newest.stateless, sender);
    const discovered = await lastOf(
      stateless.request(requestOf('server/discover', { _meta: own }), outgoing.signal),
    ).catch(() => undefined);
    const versions =
      discovered !== undefined && 'result' in discovered ? discovered.result['supportedVersions'] : undefined;
    if (Array.isArray(versions) && versions.includes(newest.stateless)) eras.add('stateless');
    const stateful = new UpstreamLink(this.#inner, newest.stateful, sender);
    const params = { protocolVersion: newest.stateful, capabilities: {}, clientInfo: probe };
    const initialized = await lastOf(stateful.request(requestOf('initialize', params), outgoing.signal)).catch(
      () => undefined,
    );
    if (initialized !== undefined && 'result' in initialized) eras.add('stateful');
    await stateful.close();
    return eras;
  }
}

const probe = { name: 'demarc', version: '1' };

function requestOf(method: string, params: JsonRpcRequest['params']): JsonRpcRequest {
  return { jsonrpc: '2.0', id: 'demarc-probe', method, params };
}

const senderOf = ({ principal, added }: Outgoing): Sender => ({ principal, added });

/** The messages as a reply: one message where there is only the answer, else a stream. */
async function replyOf(
  messages: AsyncIterable<JsonRpcMessage>,
  request: JsonRpcRequest,
  revision: McpRevision,
): Promise<Reply> {
  const iterator = messages[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return { kind: 'status', status: 502 };
  const message = first.value;
  if (isResponse(message) && message.id === request.id)
    return { kind: 'message', status: statusOf(message, revision), message, text: JSON.stringify(message) };
  return { kind: 'stream', events: eventsOf(withFirst(message, iterator)) };
}

async function* withFirst(first: JsonRpcMessage, rest: AsyncIterator<JsonRpcMessage>): AsyncGenerator<JsonRpcMessage> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* eventsOf(messages: AsyncIterable<JsonRpcMessage>): AsyncGenerator<ServerEvent> {
  for await (const message of messages) yield { message, text: JSON.stringify(message) };
}

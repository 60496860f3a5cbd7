import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { eraOf, type JsonRpcId, type McpRevision } from '../../model/mcp.ts';
import { connectionListed, mediaTypeOf } from '../http/request-headers.ts';
import { parseStrictJson, parseStrictText, type StrictJson } from '../http/strict-json.ts';
import { cancelledId, classify, idKey, isRequest, isResponse } from '../mcp/message.ts';
import { encodeHeaderValue, nameOf } from '../mcp/revision.ts';
import { SseReader } from '../mcp/sse.ts';
import type { HttpAnswer, HttpPort, TimedAnswer } from './http-port.ts';
import { credentialRefusal, type RequestedServer, ServerRequests } from './server-requests.ts';
import type { Outgoing, Reply, ServerEvent, Upstream } from './upstream.ts';

export interface HttpServerSettings extends RequestedServer {
  /** Further fields of a client's request that go to this server, in lower case. */
  readonly forwardHeaders?: readonly string[] | undefined;
}

/** Fields of a client's request that a server gets. Everything else, above all `Authorization` and `Cookie`, stays here. */
const forwarded = ['accept', 'last-event-id', 'traceparent', 'tracestate', 'baggage', 'mcp-protocol-version'];
/** Never forwarded, whatever the configuration says: they are about this connection or prove who the client is. */
const neverForwarded =
  /^(?:authorization|cookie|connection|content-length|content-type|expect|host|keep-alive|mcp-session-id|origin|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

export type HttpBounds = Readonly<Record<'gatewayCallIdleMs' | 'gatewayMessageBytesMax', number>>;

/** A server behind Streamable HTTP. */
export class HttpUpstream implements Upstream {
  readonly #settings: HttpServerSettings;
  readonly #requests: ServerRequests;
  readonly #names: readonly string[];
  readonly #path: string;
  readonly #bounds: HttpBounds;
  /** What is to be done when the client has answered a question, by the session and the question. */
  readonly #answered = new Map<string, () => void>();

  constructor(settings: HttpServerSettings, http: HttpPort, bounds: Partial<HttpBounds> = {}) {
    this.#bounds = { ...limits, ...bounds };
    this.#settings = settings;
    this.#requests = new ServerRequests(settings, http);
    this.#names = [...forwarded, ...(settings.forwardHeaders ?? [])].filter((name) => !neverForwarded.test(name));
    this.#path = settings.url.pathname + settings.url.search;
  }

  async send(outgoing: Outgoing): Promise<Reply> {
    const { message } = outgoing;
    if (message !== undefined && isResponse(message) && message.id !== null)
      this.#answered.get(questionKey(outgoing, message.id))?.();
    const answer = await this.#request(outgoing);
    const link = eraOf(outgoing.revision) === 'stateful' ? answer.headers['mcp-session-id'] : undefined;
    const { status } = answer;
    const refusal = credentialRefusal(status);
    if (refusal !== undefined) {
      answer.discard();
      throw this.#requests.failed(refusal);
    }
    if (status >= 300 && status < 400) {
      answer.discard();
      throw this.#requests.failed(`answered with a redirect (HTTP ${status}), which is not followed`);
    }
    if (answer.headers['content-encoding'] !== undefined && answer.headers['content-encoding'] !== 'identity') {
      answer.discard();
      throw this.#requests.failed('answered in an encoding it was not asked for');
    }
    const type = mediaTypeOf(answer.headers['content-type']);
    if (type === 'text/event-stream' && status === 200) {
      if (hasAnswer(outgoing)) return { kind: 'stream', events: this.#events(answer, outgoing), link };
      // Nobody would read it.
      answer.discard();
      return { kind: 'status', status: 202, link };
    }
    if (type === 'application/json') return this.#message(answer, link);
    answer.discard();
    if (status === 405 && outgoing.kind === 'message')
      throw this.#requests.failed(
        'takes no POST (HTTP 405): if it speaks HTTP+SSE of 2024-11-05, its configuration needs `transport: sse`',
      );
    if (status >= 500) throw this.#requests.failed(`failed (HTTP ${status})`);
    if (status === 200 && outgoing.kind === 'message')
      throw this.#requests.failed('answered what is neither JSON nor a stream');
    return { kind: 'status', status, link };
  }

  /** Nothing of it is its own: requests end with those they are made for, connections with the port. */
  async close(): Promise<void> {}

  #request(outgoing: Outgoing): Promise<TimedAnswer> {
    return this.#requests.send({
      principal: outgoing.principal,
      method: outgoing.kind === 'message' ? 'POST' : outgoing.kind === 'listen' ? 'GET' : 'DELETE',
      path: this.#path,
      headers: this.#headers(outgoing),
      body: outgoing.text,
      signal: outgoing.signal,
      idleMs: this.#idleMs(outgoing),
    });
  }

  /** The stream on which a server speaks unasked may be silent for as long as it likes. */
  #idleMs(outgoing: Outgoing): number {
    return outgoing.kind === 'listen' || isListening(outgoing) ? 0 : this.#bounds.gatewayCallIdleMs;
  }

  #headers({ kind, headers, message, revision, link, added }: Outgoing): Record<string, string> {
    const sent: Record<string, string> = { 'accept-encoding': 'identity' };
    if (message !== undefined) sent['content-type'] = 'application/json';
    const listed = connectionListed(headers);
    for (const name of this.#names) {
      const value = headers.get(name);
      if (value !== undefined && !listed.has(name)) sent[name] = value;
    }
    // Servers want to be told what is taken, also of a client that takes anything (Sending Messages).
    const { accept } = sent;
    if (accept === undefined || accept === '' || accept === '*/*')
      sent['accept'] = kind === 'listen' ? 'text/event-stream' : 'application/json, text/event-stream';
    if (link !== undefined) sent['mcp-session-id'] = link;
    if (message !== undefined && isStateless(revision) && 'method' in message) {
      // Made anew from what is sent: it may differ from what the client sent.
      sent['mcp-method'] = message.method;
      const name = isRequest(message) ? nameOf(message) : undefined;
      if (name !== undefined) sent['mcp-name'] = encodeHeaderValue(name);
    }
    return Object.assign(sent, this.#settings.headers, added);
  }

  async #message(answer: HttpAnswer, link: string | undefined): Promise<Reply> {
    let bytes: Uint8Array;
    try {
      bytes = await answer.bytes(this.#bounds.gatewayMessageBytesMax);
    } catch (thrown) {
      throw this.#requests.failed(
        thrown instanceof DemarcError ? 'sent too long an answer' : 'broke off its answer',
        thrown,
      );
    }
    const { status } = answer;
    // An acceptance may come with the type and no body.
    if (bytes.length === 0) return { kind: 'status', status, link };
    const read = parseStrictJson(bytes);
    const message = 'fault' in read ? undefined : classify(read.value);
    if (message !== undefined && 'kind' in message && !('fault' in read))
      return { kind: 'message', status, message: message.message, text: read.text, link };
    if (status >= 400 && status < 500) return { kind: 'status', status, link };
    throw this.#requests.failed(`answered what is no MCP message (HTTP ${status})`);
  }

  /** While a question of it waits for an answer, a server has nothing to say: people take their time. */
  async *#events(answer: TimedAnswer, outgoing: Outgoing): AsyncIterable<ServerEvent> {
    const open = new Set<string>();
    const settle = (key: string): void => {
      this.#answered.delete(key);
      if (open.delete(key) && open.size === 0) answer.wait(this.#idleMs(outgoing));
    };
    try {
      for await (const event of this.#read(answer)) {
        const { message } = event;
        const cancelled = message === undefined ? undefined : cancelledId(message);
        if (cancelled !== undefined) settle(questionKey(outgoing, cancelled));
        if (message !== undefined && isRequest(message) && !isStateless(outgoing.revision)) {
          const key = questionKey(outgoing, message.id);
          open.add(key);
          this.#answered.set(key, () => settle(key));
          answer.wait(0);
        }
        yield event;
      }
    } finally {
      for (const key of open) this.#answered.delete(key);
    }
  }

  async *#read(answer: HttpAnswer): AsyncIterable<ServerEvent> {
    const reader = new SseReader(this.#bounds.gatewayMessageBytesMax);
    try {
      for await (const chunk of answer.chunks())
        for (const event of reader.push(chunk)) {
          if (event.comment !== undefined) yield { comment: event.comment };
          // Other types of events are no part of MCP; nobody would look at what they hold.
          else if (event.event === undefined || event.event === 'message') yield this.#event(event);
        }
    } catch (thrown) {
      throw this.#requests.failed(thrown instanceof DemarcError ? thrown.message : 'broke off its stream', thrown);
    }
  }

  #event({ data, id, retry }: { data?: string; id?: string; retry?: number }): ServerEvent {
    const around = { ...(id === undefined ? {} : { id }), ...(retry === undefined ? {} : { retry }) };
    if (data === undefined || data === '') return around;
    const read: StrictJson = parseStrictText(data);
    const message = 'fault' in read ? read : classify(read.value);
    if ('fault' in message) throw new DemarcError('DMC_UPSTREAM', `sent what is no MCP message`);
    return { message: message.message, text: data, ...around };
  }
}

/** Whether something is to come back: for a notification, a response or the end of a session there is nothing. */
function hasAnswer({ kind, message }: Outgoing): boolean {
  return kind === 'listen' || (message !== undefined && isRequest(message));
}

function questionKey({ link = '' }: Outgoing, id: JsonRpcId): string {
  return `${link} ${idKey(id)}`;
}

function isListening({ message }: Outgoing): boolean {
  return message !== undefined && 'method' in message && message.method === 'subscriptions/listen';
}

function isStateless(revision: McpRevision): boolean {
  return eraOf(revision) === 'stateless';
}

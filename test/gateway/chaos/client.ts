/** Clients of both eras, over HTTP and as `demarc mcp bridge` has them, that keep a record of what they asked and what came. */
import { PassThrough } from 'node:stream';
import { StdioFront } from '../../../src/gateway/front/stdio-front.ts';
import { SseReader } from '../../../src/gateway/mcp/sse.ts';
import type { HttpPort } from '../../../src/gateway/upstream/http-port.ts';
import { meta, statefulHeaders } from '../requests.ts';

type Message = Readonly<Record<string, unknown>>;

/** What became of one request. */
export interface Outcome {
  readonly end: 'answered' | 'refused' | 'broken' | 'left' | 'unanswered' | 'answered twice';
  readonly answer?: Message | undefined;
  readonly status?: number | undefined;
}

export interface ClientPlan {
  readonly era: 'new' | 'old';
  readonly way: 'http' | 'bridge';
  readonly path: string;
  readonly elicits: boolean;
}

export interface ClientWorld {
  readonly http: HttpPort;
  /** Where the gateway is now. */
  readonly origin: () => string;
  readonly key: () => string;
  /** Told of everything that came, as text. */
  readonly heard: (text: string) => void;
}

interface Front {
  readonly input: PassThrough;
  readonly ended: Promise<void>;
  /** Answers that came, by the ids of requests that go on. */
  readonly waiting: Map<unknown, Message[]>;
}

export class ChaosClient {
  readonly #plan: ClientPlan;
  readonly #world: ClientWorld;
  readonly #capabilities: object;
  #id = 0;
  #session: Promise<string | undefined> | undefined;
  #listening: AbortController | undefined;
  #front: Front | undefined;

  constructor(plan: ClientPlan, world: ClientWorld) {
    this.#plan = plan;
    this.#world = world;
    this.#capabilities = plan.elicits ? { elicitation: { form: {}, url: {} } } : {};
  }

  /** @param leave aborted when the client does not wait any more */
  async ask(method: string, params: Message, leave: AbortSignal): Promise<Outcome> {
    const isNew = this.#plan.era === 'new';
    const own = isNew ? { ...meta, 'io.modelcontextprotocol/clientCapabilities': this.#capabilities } : {};
    const request = {
      jsonrpc: '2.0',
      id: ++this.#id,
      method,
      params: { ...params, _meta: { ...own, ...(params['_meta'] as object | undefined) } },
    };
    return this.#plan.way === 'bridge' ? this.#askFront(request, leave) : this.#post(request, leave);
  }

  /** Ends its session. */
  async end(): Promise<void> {
    this.#listening?.abort();
    if (this.#front !== undefined) {
      this.#front.input.end();
      await this.#front.ended;
      this.#front = undefined;
    }
    const session = await this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    await this.#send('DELETE', { 'mcp-session-id': session }).then(
      (answer) => answer.text(),
      () => undefined,
    );
  }

  #send(
    method: string,
    headers: Readonly<Record<string, string>>,
    body?: Message,
    signal: AbortSignal | null = null,
  ): Promise<Response> {
    return fetch(new URL(this.#plan.path, this.#world.origin()), {
      method,
      headers: { ...statefulHeaders, authorization: `Bearer ${this.#world.key()}`, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    });
  }

  async #post(
    request: Message & { readonly id: number; readonly method: string; readonly params: Message },
    leave: AbortSignal,
  ): Promise<Outcome> {
    try {
      const answer = await this.#send('POST', await this.#headers(request), request, leave);
      if (answer.status === 404) this.#session = undefined;
      if (answer.headers.get('content-type') !== 'text/event-stream') {
        const text = await answer.text();
        this.#world.heard(text);
        if (answer.status >= 400) return { end: 'refused', status: answer.status };
        return { end: 'answered', answer: JSON.parse(text) as Message };
      }
      const answers: Message[] = [];
      await this.#read(answer, (message) => {
        if (message['id'] === request.id && message['method'] === undefined) answers.push(message);
      });
      return outcomeOf(answers);
    } catch {
      if (!leave.aborted) return { end: 'broken' };
      if (this.#plan.era === 'old') await this.#takeBack(request.id);
      return { end: 'left' };
    }
  }

  async #takeBack(requestId: number): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    const notification = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
    if (session === undefined) return;
    await this.#send('POST', { 'mcp-session-id': session }, notification).then(
      (answer) => answer.text(),
      () => undefined,
    );
  }

  async #read(answer: Response, take: (message: Message) => void): Promise<void> {
    const reader = new SseReader();
    for await (const chunk of answer.body ?? [])
      for (const { data } of reader.push(chunk as Uint8Array)) {
        if (data === undefined || data === '') continue;
        this.#world.heard(data);
        const message = JSON.parse(data) as Message;
        if (message['method'] !== undefined && message['id'] !== undefined) void this.#reply(message);
        take(message);
      }
  }

  /** Answers what a server asks; every third question is left. */
  async #reply({ id }: Message): Promise<void> {
    if (this.#id % 3 === 0) return;
    const response = { jsonrpc: '2.0', id, result: { action: 'accept', content: { colour: 'red' } } };
    if (this.#front !== undefined) return void this.#front.input.write(`${JSON.stringify(response)}\n`);
    const session = await this.#session?.catch(() => undefined);
    await this.#send('POST', { 'mcp-session-id': session ?? '' }, response).then(
      (answer) => answer.text(),
      () => undefined,
    );
  }

  async #headers(request: Message & { readonly params: Message }): Promise<Record<string, string>> {
    if (this.#plan.era === 'new')
      return {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': String(request['method']),
        'mcp-name': (request.params['name'] ?? request.params['taskId'] ?? '') as string,
      };
    const begun = (this.#session ??= this.#begin());
    const session = await begun.catch((thrown: unknown) => {
      if (this.#session === begun) this.#session = undefined;
      throw thrown;
    });
    return session === undefined ? {} : { 'mcp-session-id': session };
  }

  async #begin(): Promise<string | undefined> {
    const answer = await this.#send(
      'POST',
      {},
      { jsonrpc: '2.0', id: 0, method: 'initialize', params: this.#initialize() },
    );
    const session = answer.headers.get('mcp-session-id') ?? undefined;
    this.#world.heard(await answer.text());
    if (session === undefined) throw new Error('no session');
    this.#listening?.abort();
    const listening = new AbortController();
    this.#listening = listening;
    void this.#send('GET', { accept: 'text/event-stream', 'mcp-session-id': session }, undefined, listening.signal)
      .then(async (stream) => void (stream.ok ? await this.#read(stream, () => undefined) : await stream.text()))
      .catch(() => undefined);
    return session;
  }

  #initialize(): Message {
    const clientInfo = { name: 'chaos', version: '1' };
    return { protocolVersion: '2025-11-25', capabilities: this.#capabilities, clientInfo };
  }

  async #askFront(request: Message & { readonly id: number }, leave: AbortSignal): Promise<Outcome> {
    const { input, waiting } = (this.#front ??= this.#startFront());
    const answers: Message[] = [];
    waiting.set(request.id, answers);
    input.write(`${JSON.stringify(request)}\n`);
    while (answers.length === 0 && !leave.aborted && this.#front?.input === input)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: request.id } };
    if (answers.length === 0 && this.#front?.input === input) input.write(`${JSON.stringify(cancelled)}\n`);
    // Whether another one comes.
    else await new Promise((resolve) => setTimeout(resolve, 30));
    waiting.delete(request.id);
    if (answers.length > 0) return outcomeOf(answers);
    return { end: leave.aborted ? 'left' : 'broken' };
  }

  #startFront(): Front {
    const input = new PassThrough();
    const waiting = new Map<unknown, Message[]>();
    const front = new StdioFront({
      send: (call) =>
        this.#world.http.send({ ...call, origin: this.#world.origin(), path: this.#plan.path, idleMs: 0 }),
      headers: async () => ({ authorization: `Bearer ${this.#world.key()}` }),
      input,
      write: async (line) => {
        this.#world.heard(line);
        const message = JSON.parse(line) as Message;
        // A client that could not begin, or lost what it began, begins again.
        if (
          'error' in message &&
          (message['id'] === 'begin' || line.includes('no session')) &&
          this.#front?.input === input
        ) {
          input.end();
          this.#front = undefined;
        }
        if (message['method'] === undefined) waiting.get(message['id'])?.push(message);
        else if (message['id'] !== undefined) void this.#reply(message);
      },
    });
    if (this.#plan.era === 'old') {
      const begin = { jsonrpc: '2.0', id: 'begin', method: 'initialize', params: this.#initialize() };
      input.write(
        `${JSON.stringify(begin)}\n${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`,
      );
    }
    return { input, waiting, ended: front.run() };
  }
}

function outcomeOf(answers: readonly Message[]): Outcome {
  const [answer] = answers;
  return { end: answers.length === 0 ? 'unanswered' : answers.length > 1 ? 'answered twice' : 'answered', answer };
}

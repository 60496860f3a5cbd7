/** The ways in to a gateway: clients of both eras, over HTTP and through a bridge, to one server and to all, of each kind. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { BridgeWay } from '../../src/app/gateway/bridge-way.ts';
import { type FrontCall, StdioFront } from '../../src/gateway/front/stdio-front.ts';
import { listening, type WholeGateway } from './whole.ts';

/** What a server speaks, and over what. */
export const serverKinds = ['stateless', 'stateful', 'program'] as const;
export type ServerKind = (typeof serverKinds)[number];

export interface Way {
  /** SDK of the client: the second speaks 2026-07-28, the first has sessions. */
  readonly sdk: 1 | 2;
  readonly over: 'http' | 'bridge';
  readonly path: 'one' | 'all';
  readonly to: ServerKind;
}

/** Roles of the servers of one kind, of which a client uses both. */
export const roles = ['desk', 'mail'] as const;
export type Role = (typeof roles)[number];
export const serverName = (role: Role, kind: ServerKind): string => `${role}-${kind}`;

export const features = ['tool', 'resource', 'prompt'] as const;
export type Feature = (typeof features)[number];

export interface NotingServer {
  /** What stands in the configuration for it. */
  readonly settings: object;
  /** What it was sent, as it came, and what it says became of it. */
  seen(): string;
  close(): void;
}

const program = new URL('every-way-server.mjs', import.meta.url);
const { makeServer } = (await import(program.href)) as {
  makeServer: (this: void, name: string, note: (text: string) => void) => McpServer;
};

/** @param folder where a program notes what it sees */
export async function startServer(name: string, kind: ServerKind, folder: string): Promise<NotingServer> {
  if (kind === 'program') {
    const file = join(folder, `${name}.seen`);
    const sandbox = { none: 'it is a fixture that runs from its sources' };
    const settings = {
      command: process.execPath,
      args: [program.pathname, name, file],
      'process-per': 'principal',
      sandbox,
    };
    return { settings, seen: () => readFileSync(file, 'utf8'), close: () => undefined };
  }
  const seen: string[] = [];
  const note = (text: string): void => void seen.push(text);
  const handle = kind === 'stateless' ? statelessServer(name, note) : statefulServer(name, note);
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    note(`${JSON.stringify(request.headers)}\n${body}`);
    await handle(request, response, body === '' ? undefined : JSON.parse(body));
  });
  const { url, close } = await listening(server);
  return { settings: { url, eras: [kind] }, seen: () => seen.join('\n'), close };
}

type Handle = (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void>;

function statelessServer(name: string, note: (text: string) => void): Handle {
  const handler = createMcpHandler(() => makeServer(name, note), { legacy: 'reject' });
  return toNodeHandler(handler) as Handle;
}

function statefulServer(name: string, note: (text: string) => void): Handle {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  const begin = async (): Promise<NodeStreamableHTTPServerTransport> => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await makeServer(name, note).connect(transport);
    return transport;
  };
  return async (request, response, body) => {
    const transport = sessions.get(String(request.headers['mcp-session-id'])) ?? (await begin());
    await transport.handleRequest(request, response, body);
  };
}

type Meta = Record<string, unknown>;

/** What both SDKs' clients have. */
interface AnyClient {
  callTool(params: { name: string; arguments: Record<string, unknown>; _meta: Meta }): Promise<unknown>;
  readResource(params: { uri: string; _meta: Meta }): Promise<unknown>;
  getPrompt(params: { name: string; arguments: Record<string, string>; _meta: Meta }): Promise<unknown>;
  listTools(): Promise<{ tools: { name: string }[] }>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  close(): Promise<void>;
}

export interface HandOptions {
  /** What the client calls its run; undefined for one that does not name it. */
  readonly run?: string | undefined;
  /** A credential of the gateway. */
  readonly key: string;
  /** Where it can be led to a page: visits it. */
  readonly visit?: (page: string) => Promise<void>;
}

/** A client that came in one way, and uses servers by their own names. */
export class Hand {
  readonly #whole: WholeGateway;
  readonly #way: Way;
  readonly #options: HandOptions;
  readonly #clients = new Map<string, Promise<AnyClient>>();
  /** Streams without an end that are open. */
  streams = 0;

  constructor(whole: WholeGateway, way: Way, options: HandOptions) {
    this.#whole = whole;
    this.#way = way;
    this.#options = options;
  }

  /** The same client at another gateway. */
  at(whole: WholeGateway): Hand {
    return new Hand(whole, this.#way, this.#options);
  }

  /** Uses one thing. @returns what came, as text, be it an answer or an error */
  async use(
    role: Role,
    feature: Feature,
    name: string,
    args: Record<string, string>,
    more: Meta = {},
  ): Promise<string> {
    const _meta = { ...this.#meta(), ...more };
    try {
      const client = await this.#client(role);
      if (feature === 'resource') return JSON.stringify(await client.readResource({ uri: name, _meta }));
      const named = { name: this.#named(role, name), arguments: args, _meta };
      return JSON.stringify(await (feature === 'tool' ? client.callTool(named) : client.getPrompt(named)));
    } catch (thrown) {
      const cause = thrown instanceof Error ? thrown.cause : undefined;
      return `${String(thrown)} ${JSON.stringify(thrown)} ${String(cause)}`;
    }
  }

  /** Names of what one server is listed to have. */
  async list(role: Role, feature: Feature): Promise<string[]> {
    const client = await this.#client(role);
    const names =
      feature === 'tool'
        ? (await client.listTools()).tools.map(({ name }) => name)
        : feature === 'prompt'
          ? (await client.listPrompts()).prompts.map(({ name }) => name)
          : (await client.listResources()).resources.map(({ uri }) => uri);
    const start = this.#named(role, '');
    return feature === 'resource'
      ? names
      : names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  }

  /** Subscribes to changes of a resource. */
  async subscribe(role: Role, uri: string): Promise<void> {
    const client = await this.#client(role);
    if (client instanceof Client2) await client.listen({ resourceSubscriptions: [uri] });
    else if (client instanceof Client1)
      await client.subscribeResource({ uri, _meta: this.#meta() }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#clients.values()].map(async (client) => (await client).close()));
  }

  #named(role: Role, name: string): string {
    return this.#way.path === 'all' ? `${serverName(role, this.#way.to)}__${name}` : name;
  }

  /** Programs have no header fields. */
  #meta(): Meta {
    const { run } = this.#options;
    return this.#way.over === 'bridge' && run !== undefined ? { 'dev.demarc/run': run } : {};
  }

  #client(role: Role): Promise<AnyClient> {
    const path = this.#way.path === 'all' ? '/mcp' : `/mcp/${serverName(role, this.#way.to)}`;
    const client = this.#clients.get(path) ?? this.#connect(path);
    this.#clients.set(path, client);
    return client;
  }

  async #connect(path: string): Promise<AnyClient> {
    const { sdk, over } = this.#way;
    const { visit } = this.#options;
    const capabilities = visit === undefined ? {} : { elicitation: { url: {}, form: {} } };
    const info = { name: 'test', version: '1' };
    const url = new URL(path, this.#whole.origin);
    if (sdk === 1) {
      const client = new Client1(info, { capabilities });
      await client.connect(over === 'bridge' ? this.#bridge(path) : new Http1(url, this.#http()));
      return client;
    }
    const client = new Client2(info, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } });
    if (visit !== undefined)
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        await visit((params as { url: string }).url);
        return { action: 'accept' };
      });
    await client.connect(over === 'bridge' ? this.#bridge(path) : new Http2(url, this.#http()));
    const { closed } = await client.listen({ toolsListChanged: true });
    this.streams++;
    void closed.then(() => this.streams--);
    return client;
  }

  #http(): { requestInit: { headers: Record<string, string> }; fetch: typeof fetch } {
    const { run, key } = this.#options;
    const headers = { authorization: `Bearer ${key}`, cookie: `s=${key}`, 'x-custom': key };
    return {
      requestInit: { headers: run === undefined ? headers : { ...headers, 'demarc-run': run } },
      fetch: async (to, init) => {
        const response = await fetch(to, init);
        if (init?.method !== 'GET' || response.body === null || !response.ok) return response;
        const body = ReadableStream.from(this.#counted(response.body)) as ReadableStream<Uint8Array>;
        return new Response(body, { status: response.status, headers: response.headers });
      },
    };
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.streams++;
    try {
      yield* chunks;
    } finally {
      this.streams--;
    }
  }

  /** What `demarc mcp bridge` does, in this process. */
  #bridge(path: string): BridgeTransport {
    const way = new BridgeWay(keepingContext(), join(this.#whole.folder, 'demarc.gateway.yaml'), path, () => undefined);
    const send = async (call: FrontCall): ReturnType<BridgeWay['send']> => {
      const answer = await way.send(call);
      if (call.method !== 'GET' || answer.status !== 200) return answer;
      return { ...answer, chunks: () => this.#counted(answer.chunks()) };
    };
    return new BridgeTransport(send, { authorization: `Bearer ${this.#options.key}` }, () => way.close());
  }
}

/** A client's end of the pipes to a bridge. */
class BridgeTransport {
  onmessage?: (message: unknown) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #input = new PassThrough();
  readonly #front: StdioFront;
  readonly #close: () => Promise<void>;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    send: (call: FrontCall) => ReturnType<BridgeWay['send']>,
    headers: Record<string, string>,
    close: () => Promise<void>,
  ) {
    this.#close = close;
    this.#front = new StdioFront({
      send,
      headers: async () => headers,
      input: this.#input,
      write: async (line) => this.onmessage?.(JSON.parse(line)),
    });
  }

  async start(): Promise<void> {
    this.#ended = this.#front.run();
  }

  async send(message: unknown): Promise<void> {
    this.#input.write(`${JSON.stringify(message)}\n`);
  }

  async close(): Promise<void> {
    this.#input.end();
    await this.#ended;
    await this.#close();
    this.onclose?.();
  }
}

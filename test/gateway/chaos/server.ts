/** A server of both eras that does what the arguments of a call say, over HTTP or, where this file is started, over standard input and output. */
import { appendFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';

/** What a server does with a call. */
export const ways = [
  'plain',
  'late',
  'twice',
  'lies first',
  'only lies',
  'progress',
  'asks',
  'dies',
  'garbage',
  'endless',
  'silent',
  'changed',
  'big',
  'error',
  'task',
] as const;
export type Way = (typeof ways)[number];

export interface CallArguments {
  /** Of the client; whatever is answered to a call holds it. */
  readonly marker: string;
  /** Of the call. */
  readonly trace: string;
  readonly way: Way;
  readonly ms: number;
}

/** In answers that are for nobody. */
export const lie = 'LIE';
export const tools = ['look', 'change', 'pay', 'never'] as const;

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}

/** The way back to whoever sent a message. */
interface Line {
  say(message: object | string): void;
  /** Nothing more is said. */
  end(): void;
  /** As it is where a server falls over. */
  die(): void;
  readonly isGone: () => boolean;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const shared = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };

export class ChaosServer {
  readonly #note: (trace: string) => void;
  /** What waits for an answer of the client, by the id of the question. */
  readonly #asked = new Map<string, () => void>();
  readonly #cancelled = new Set<unknown>();
  #extra = 0;
  #questions = 0;

  /** @param note is told of each call, before anything is done */
  constructor(note: (trace: string) => void) {
    this.#note = note;
  }

  /** From now on it lists another tool. */
  change(): void {
    this.#extra++;
  }

  async take({ id, method, params = {}, ...rest }: Message, line: Line): Promise<void> {
    if (method === undefined) {
      this.#asked.get(String(id))?.();
      if ('result' in rest) this.#asked.delete(String(id));
      return line.end();
    }
    if (method === 'notifications/cancelled') this.#cancelled.add(params['requestId']);
    if (id === undefined) return line.end();
    const isStateless = JSON.stringify(params['_meta'] ?? {}).includes('2026-07-28');
    if (method === 'tools/call') {
      const { arguments: args } = params as { arguments: CallArguments };
      this.#note(args.trace);
      return this.#call(args, { id, params }, isStateless, line);
    }
    const result = this.#plainly(method, params, isStateless);
    const said = result === undefined ? { error: { code: -32601, message: 'Method not found' } } : { result };
    line.say({ jsonrpc: '2.0', id, ...said });
    line.end();
  }

  #plainly(method: string, params: Message['params'], isStateless: boolean): object | undefined {
    const capabilities = { tools: { listChanged: true }, tasks: { list: {}, requests: { tools: { call: {} } } } };
    const inputSchema = {
      type: 'object',
      properties: {
        marker: { type: 'string' },
        trace: { type: 'string' },
        way: { type: 'string' },
        ms: { type: 'integer' },
      },
    };
    const listed = [...tools, ...Array.from({ length: this.#extra }, (_, at) => `extra_${at}`)];
    switch (method) {
      case 'initialize':
        return { protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 'chaos', version: '1' } };
      case 'server/discover':
        return { ...shared, supportedVersions: ['2026-07-28'], capabilities };
      case 'tools/list':
        return {
          ...shared,
          tools: listed.map((name) =>
            name === 'look'
              ? { name, description: 'Reads one thing', inputSchema, annotations: { readOnlyHint: true } }
              : { name, description: `Does ${name}`, inputSchema },
          ),
        };
      case 'tasks/get':
        return { ...shared, taskId: params?.['taskId'], status: 'working', ...(isStateless ? {} : { ttl: 60_000 }) };
      default:
        return undefined;
    }
  }

  async #call(
    args: CallArguments,
    request: Required<Pick<Message, 'id' | 'params'>>,
    isStateless: boolean,
    line: Line,
  ): Promise<void> {
    const { marker, trace, way, ms } = args;
    const { id, params } = request;
    const answer = (text = `${marker} ${trace}`): object => ({
      jsonrpc: '2.0',
      id,
      result: { ...shared, content: [{ type: 'text', text }] },
    });
    const token = (params['_meta'] as Record<string, unknown> | undefined)?.['progressToken'];
    const progress = (at: number): void =>
      line.say({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: token ?? 0, progress: at, message: marker },
      });
    const isOver = (): boolean => line.isGone() || this.#cancelled.has(id);
    if (way === 'late' || way === 'big') await wait(ms);
    if (way === 'dies' || way === 'only lies' || way === 'garbage') await wait(ms / 4);
    switch (way) {
      case 'dies':
        progress(1);
        return line.die();
      case 'garbage':
        line.say('{"jsonrpc"');
        return line.end();
      case 'silent':
        while (!isOver()) await wait(20);
        return line.end();
      case 'endless':
        for (let at = 0; !isOver(); at++) {
          progress(at);
          await wait(5);
        }
        return line.end();
      case 'progress':
        for (let at = 0; at < 3; at++) progress(at);
        break;
      case 'only lies':
      case 'lies first':
        line.say({ ...answer(lie), id: `${lie}-${String(id)}` });
        line.say({ ...answer(lie), id: 987_654 });
        if (way === 'only lies') return line.end();
        break;
      case 'asks':
        if (await this.#ask(args, request, isStateless, line)) return;
        break;
      case 'changed':
        this.change();
        line.say({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
        break;
      case 'error':
        line.say({ jsonrpc: '2.0', id, error: { code: -32000, message: marker } });
        return line.end();
      case 'task': {
        const now = new Date().toISOString();
        const task = {
          taskId: `${marker}.${trace}`,
          status: 'working',
          createdAt: now,
          lastUpdatedAt: now,
          ttl: 60_000,
        };
        line.say({
          jsonrpc: '2.0',
          id,
          result: isStateless ? { ...task, resultType: 'task', ttlMs: 60_000 } : { task },
        });
        return line.end();
      }
      case 'plain':
      case 'late':
      case 'big':
      case 'twice':
    }
    line.say(answer(way === 'big' ? `${marker} `.repeat(20_000) : undefined));
    if (way === 'twice') line.say(answer(`${lie} again`));
    line.end();
  }

  /** @returns whether the question is the answer */
  async #ask(
    { marker, ms }: CallArguments,
    { id, params }: Required<Pick<Message, 'id' | 'params'>>,
    isStateless: boolean,
    line: Line,
  ): Promise<boolean> {
    const requestedSchema = { type: 'object', properties: { colour: { type: 'string' } } };
    const asked = { method: 'elicitation/create', params: { mode: 'form', message: marker, requestedSchema } };
    if (isStateless) {
      if (params['inputResponses'] !== undefined) return false;
      line.say({
        jsonrpc: '2.0',
        id,
        result: { resultType: 'input_required', inputRequests: { q: asked }, requestState: marker },
      });
      line.end();
      return true;
    }
    const key = `q${++this.#questions}`;
    const answered = new Promise<void>((resolve) => this.#asked.set(key, resolve));
    line.say({ jsonrpc: '2.0', id: key, ...asked });
    await Promise.race([answered, wait(ms)]);
    this.#asked.delete(key);
    return false;
  }
}

/** Serves it over HTTP, as a server that streams. */
export function overHttp(chaos: ChaosServer, streams: Set<ServerResponse>): Server {
  return createServer((request, response) => {
    let text = '';
    let isGone = false;
    response.on('close', () => (isGone = true));
    request.on('data', (piece) => (text += String(piece)));
    request.on('end', () => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        streams.add(response);
        return void response.on('close', () => streams.delete(response));
      }
      if (request.method !== 'POST') return void response.writeHead(200).end();
      const message = JSON.parse(text) as Message;
      if (message.id === undefined || message.method === undefined) response.writeHead(202);
      else
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          ...(message.method === 'initialize' ? { 'mcp-session-id': Math.random().toString(36) } : {}),
        });
      void chaos.take(message, {
        say: (said) => void response.write(`data: ${typeof said === 'string' ? said : JSON.stringify(said)}\n\n`),
        end: () => void response.end(),
        die: () => void response.destroy(),
        isGone: () => isGone,
      });
    });
  });
}

const [, started, file] = process.argv;
if (file !== undefined && started?.endsWith('chaos-program.mjs') === true) {
  appendFileSync(file, `${process.pid} started\n`);
  const chaos = new ChaosServer((trace) => appendFileSync(file, `${Date.now()} ${trace}\n`));
  let rest = '';
  process.stdin.on('data', (piece) => {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines)
      void chaos.take(JSON.parse(text) as Message, {
        say: (said) => void process.stdout.write(`${typeof said === 'string' ? said : JSON.stringify(said)}\n`),
        end: () => undefined,
        die: () => process.exit(7),
        isGone: () => false,
      });
  });
  process.stdin.on('end', () => process.exit(0));
}

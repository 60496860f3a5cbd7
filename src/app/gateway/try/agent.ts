import { StdioFront } from '../../../gateway/front/stdio-front.ts';
import type { HttpPort } from '../../../gateway/upstream/http-port.ts';

/** What the agent was answered. */
export interface Answered {
  /** The first text of it. */
  readonly text: string;
  /** Whether it is a result that is no error. */
  readonly ok: boolean;
}

interface Message {
  readonly id?: unknown;
  readonly error?: { readonly message?: string };
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text?: string }[] };
}

/** An agent without a mind: it calls what it is told to, over HTTP, as one run. */
export class ScriptedAgent {
  readonly #waiting = new Map<unknown, (message: Message) => void>();
  readonly #lines: Uint8Array[] = [];
  readonly #running: Promise<void>;
  #wake: () => void = () => undefined;
  #ended = false;
  #next = 1;

  readonly #userWords: string;

  /** @param origin of the gateway @param userWords what its user wrote, told with every call */
  constructor(http: HttpPort, origin: string, userWords: string) {
    this.#userWords = userWords;
    this.#running = new StdioFront({
      send: (call) => http.send({ ...call, origin, path: '/mcp', idleMs: 0 }),
      headers: async () => ({ 'demarc-run': 'try' }),
      input: this.#input(),
      write: async (line) => this.#take(JSON.parse(line) as Message),
    }).run();
  }

  async begin(): Promise<void> {
    const clientInfo = { name: 'demarc-try', version: '1' };
    await this.#request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    this.#say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  /** @param tool by the name it has among all servers, `server__tool` */
  async call(tool: string, args: Readonly<Record<string, unknown>>): Promise<Answered> {
    const { error, result } = await this.#request('tools/call', {
      name: tool,
      arguments: args,
      _meta: { 'dev.demarc/user-words': this.#userWords },
    });
    if (error !== undefined) return { text: error.message ?? '', ok: false };
    return { text: result?.content?.[0]?.text ?? '', ok: result?.isError !== true };
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#wake();
    await this.#running;
  }

  #request(method: string, params: object): Promise<Message> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#say({ jsonrpc: '2.0', id, method, params });
    });
  }

  #take(message: Message): void {
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }

  #say(message: object): void {
    this.#lines.push(Buffer.from(`${JSON.stringify(message)}\n`));
    this.#wake();
  }

  async *#input(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) yield line;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

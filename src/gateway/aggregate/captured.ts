import type { StopSignal } from '../../base/stop.ts';
import type { JsonRpcResponse } from '../../model/mcp.ts';
import type { AnswerStream, Exchange } from '../exchange.ts';
import { parseStrictText } from '../http/strict-json.ts';
import { classify } from '../mcp/message.ts';
import { SseReader, writeSse } from '../mcp/sse.ts';
import { joinName } from './names.ts';

/** The request of an exchange, for what only one of several servers answers. */
abstract class PartialExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: Exchange['headers'];
  readonly peer: Exchange['peer'];
  readonly signal: StopSignal;

  constructor({ method, target, headers, peer, signal }: Omit<Exchange, 'body' | 'respond' | 'stream'>) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.peer = peer;
    this.signal = signal;
  }

  async body(): Promise<Uint8Array> {
    return new Uint8Array();
  }
  abstract respond(status: number, headers: Readonly<Record<string, string>>, body?: string | Uint8Array): void;
  abstract stream(status: number, headers: Readonly<Record<string, string>>): AnswerStream;
}

/** An exchange whose answer is kept: one server's part in an answer of several. */
export class CapturedExchange extends PartialExchange {
  readonly #reader = new SseReader(Infinity);
  /** The answer; undefined until it is there, and where there is none. */
  response: JsonRpcResponse | undefined;

  respond(_status: number, _headers: Readonly<Record<string, string>>, body: string | Uint8Array = ''): void {
    this.#take(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
  }

  stream(): AnswerStream {
    return {
      write: async (chunk) => {
        for (const { data } of this.#reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk))
          if (data !== undefined && data !== '') this.#take(data);
      },
      end: () => undefined,
      abort: () => undefined,
    };
  }

  #take(text: string): void {
    const read = parseStrictText(text);
    const classified = 'fault' in read ? read : classify(read.value);
    if ('kind' in classified && classified.kind === 'response') this.response = classified.message;
  }
}

/** An exchange whose stream goes to where `open` leads, with ids that say which server they are of. */
export class RenamedExchange extends PartialExchange {
  readonly #place: string;
  readonly #exchange: Pick<Exchange, 'respond' | 'stream'>;
  /** The last id that the server gave; undefined where it gave none. */
  lastId: string | undefined;

  /** @param place the server, or what `unaskedOf` gives for it */
  constructor(exchange: Exchange, place: string, to: Pick<Exchange, 'respond' | 'stream'> = exchange) {
    super(exchange);
    this.#place = place;
    this.#exchange = to;
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body?: string | Uint8Array): void {
    this.#exchange.respond(status, headers, body);
  }

  stream(status: number, headers: Readonly<Record<string, string>>): AnswerStream {
    const stream = this.#exchange.stream(status, headers);
    const reader = new SseReader(Infinity);
    return {
      write: async (chunk) => {
        for (const event of reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) {
          this.lastId = event.id ?? this.lastId;
          await stream.write(
            writeSse(event.id === undefined ? event : { ...event, id: joinName(this.#place, event.id) }),
          );
        }
      },
      end: () => stream.end(),
      abort: () => stream.abort(),
    };
  }
}

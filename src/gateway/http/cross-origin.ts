import type { AnswerStream, Exchange } from '../exchange.ts';
import type { RequestHeaders } from './request-headers.ts';

/** What a browser asks before it sends what no form could (Fetch standard, CORS-preflight request). */
export function isPreflight({ method }: Pick<Exchange, 'method'>, headers: RequestHeaders): boolean {
  return method === 'OPTIONS' && headers.has('access-control-request-method');
}

/** Says yes: whoever asks is one of the origins that may send anything; who it is, each request has to prove. */
export function answerPreflight(exchange: Exchange, headers: RequestHeaders): void {
  const wanted = headers.get('access-control-request-headers');
  exchange.respond(204, {
    'access-control-allow-methods': 'POST, GET, DELETE',
    ...(wanted === undefined ? {} : { 'access-control-allow-headers': wanted }),
    'access-control-max-age': '600',
  });
}

/** An exchange with a web page of another origin: browsers hand it only answers that say they are for it. */
export class CrossOriginExchange implements Exchange {
  readonly #exchange: Exchange;
  readonly #fields: Readonly<Record<string, string>>;

  constructor(exchange: Exchange, origin: string) {
    this.#exchange = exchange;
    this.#fields = {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'mcp-session-id, www-authenticate',
      vary: 'origin',
    };
  }

  get method(): string {
    return this.#exchange.method;
  }

  get target(): string {
    return this.#exchange.target;
  }

  get headers(): Exchange['headers'] {
    return this.#exchange.headers;
  }

  get peer(): Exchange['peer'] {
    return this.#exchange.peer;
  }

  get signal(): Exchange['signal'] {
    return this.#exchange.signal;
  }

  body(bytesMax: number): Promise<Uint8Array> {
    return this.#exchange.body(bytesMax);
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body?: string | Uint8Array): void {
    this.#exchange.respond(status, { ...headers, ...this.#fields }, body);
  }

  stream(status: number, headers: Readonly<Record<string, string>>): AnswerStream {
    return this.#exchange.stream(status, { ...headers, ...this.#fields });
  }
}

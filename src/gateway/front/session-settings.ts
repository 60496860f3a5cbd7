import { limits } from '../../base/limits.ts';
import type { JsonRpcRequest } from '../../model/mcp.ts';

/** What a client has set in its session: the level of what is logged to it, and the resources it hears of. */
export class SessionSettings {
  readonly #granted = new Map<string, JsonRpcRequest>();
  #sent = 0;

  /** Takes note of a request that was granted. */
  granted(request: JsonRpcRequest): void {
    const { method, params } = request;
    if (method === 'logging/setLevel') this.#granted.set('', request);
    const uri = params?.['uri'];
    if (typeof uri !== 'string') return;
    if (method === 'resources/unsubscribe') this.#granted.delete(`subscribe ${uri}`);
    else if (method === 'resources/subscribe' && this.#granted.size <= limits.bridgeSubscriptionsMax)
      this.#granted.set(`subscribe ${uri}`, request);
  }

  /** Requests, with names of their own, that set the same in another session. */
  again(): readonly JsonRpcRequest[] {
    return [...this.#granted.values()].map((request) => ({ ...request, id: `demarc-again-${++this.#sent}` }));
  }
}

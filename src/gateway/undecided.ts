import { Stop, type StopSignal } from '../base/stop.ts';
import type { JsonRpcId } from '../model/mcp.ts';
import { idKey } from './mcp/message.ts';
import type { Session } from './mcp/sessions.ts';

/** A request that is decided about. */
export interface UndecidedRequest {
  /** Aborted when its client goes away or takes it back. */
  readonly signal: StopSignal;
  /** Whether its client took it back. */
  readonly isCancelled: boolean;
  /** It is decided. */
  end(): void;
}

/**
 * Requests of sessions that are decided about, which can take as long as a person needs: no server has them yet that a client's
 * `notifications/cancelled` could reach (2025-11-25, Cancellation).
 */
export class Undecided {
  readonly #cancels = new Map<string, () => void>();

  /** @param client aborted when the client goes away */
  begin(session: Session, id: JsonRpcId, client: StopSignal): UndecidedRequest {
    const stop = new Stop();
    const gone = (): void => stop.abort();
    if (client.aborted) gone();
    else client.addEventListener('abort', gone, { once: true });
    const key = keyOf(session, id);
    const cancel = (): void => {
      request.isCancelled = true;
      stop.abort();
    };
    const request = {
      signal: stop,
      isCancelled: false,
      end: (): void => {
        client.removeEventListener('abort', gone);
        if (this.#cancels.get(key) === cancel) this.#cancels.delete(key);
      },
    };
    this.#cancels.set(key, cancel);
    return request;
  }

  cancel(session: Session, id: JsonRpcId): void {
    this.#cancels.get(keyOf(session, id))?.();
  }
}

const keyOf = (session: Session, id: JsonRpcId): string => `${session.id} ${idKey(id)}`;

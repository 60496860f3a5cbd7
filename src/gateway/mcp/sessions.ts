import type { Clock, Random } from '../../base/ports.ts';
import { limits } from '../../base/limits.ts';
import type { JsonRpcId, McpRevision } from '../../model/mcp.ts';
import type { MessageFilter } from '../interceptor.ts';
import { idKey } from './message.ts';

/** A request of the client whose answer may still come on another stream of its session. */
export interface Pending {
  readonly id: JsonRpcId;
  readonly filter: MessageFilter;
}

/** A session of the stateful era: the gateway's name for one of a server, bound to who began it. */
export interface Session {
  readonly id: string;
  /** `principalKey` of who began it. Nobody else ever uses it. */
  readonly principal: string;
  readonly server: string;
  /** The server's own name for it. */
  readonly link: string;
  /** What the client said it can do. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  revision: McpRevision;
  /** Those of the single servers, where it is one of several: they are in use when it is. */
  readonly parts?: readonly Session[];
  usedMs: number;
  /** What goes on in it, however long nothing is sent. */
  holds: number;
  /** Keys of the server's requests that wait for the client's answer. */
  readonly asked: Set<string>;
  readonly pending: Map<string, Pending>;
  /** Tells the server that the session has ended. */
  ended(revision: McpRevision): void;
}

export type SessionBounds = Readonly<
  Record<'gatewaySessionsMax' | 'gatewaySessionIdleMs' | 'gatewayAskedMax' | 'gatewayPendingMax', number>
>;

/** The sessions of a gateway, least recently used first. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  /** How many there are of each principal. */
  readonly #counts = new Map<string, number>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #bounds: SessionBounds;

  constructor(clock: Clock, random: Random, bounds: SessionBounds = limits) {
    this.#clock = clock;
    this.#random = random;
    this.#bounds = bounds;
  }

  begin(of: Pick<Session, 'principal' | 'server' | 'link' | 'revision' | 'capabilities' | 'parts' | 'ended'>): Session {
    if (this.#sessions.size >= this.#bounds.gatewaySessionsMax) this.#endOne();
    // 128 random bits as visible ASCII, as the specification asks for.
    const id = Buffer.from(this.#random.bytes(16)).toString('base64url');
    const session: Session = {
      ...of,
      id,
      usedMs: this.#clock.monotonic(),
      holds: 0,
      asked: new Set(),
      pending: new Map(),
    };
    this.#sessions.set(id, session);
    this.#counts.set(of.principal, (this.#counts.get(of.principal) ?? 0) + 1);
    return session;
  }

  /** The session of that name, if it is this principal's at this server. For anybody else there is none. */
  find(id: string, principal: string, server: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || session.principal !== principal || session.server !== server) return undefined;
    this.#touch(session);
    return session;
  }

  /** It is in use for as long as this takes. */
  async hold(session: Session, until: Promise<void> | undefined): Promise<void> {
    session.holds++;
    try {
      await until;
    } finally {
      session.holds--;
      this.#touch(session);
    }
  }

  /** Notes a request of the server; false where too many wait for an answer. */
  ask(session: Session, id: JsonRpcId): boolean {
    if (session.asked.size >= this.#bounds.gatewayAskedMax) return false;
    session.asked.add(idKey(id));
    return true;
  }

  /** Keeps what sees the answer to a request whose own stream ended before the answer came; false where its session is over. */
  keep(session: Session, pending: Pending): boolean {
    if (!this.#sessions.has(session.id)) return false;
    // Who asks something else by the same id does not wait for the answer before.
    this.takeBack(session, pending.id);
    const [oldest] = session.pending;
    if (oldest !== undefined && session.pending.size >= this.#bounds.gatewayPendingMax) {
      session.pending.delete(oldest[0]);
      oldest[1].filter.ended('timeout');
    }
    session.pending.set(idKey(pending.id), pending);
    return true;
  }

  /** The client does not wait for this answer any more. @returns whether it was still to come */
  takeBack({ pending }: Session, id: JsonRpcId): boolean {
    const key = idKey(id);
    const before = pending.get(key);
    if (!pending.delete(key)) return false;
    before?.filter.ended('cancelled');
    return true;
  }

  end(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    const left = (this.#counts.get(session.principal) ?? 0) - 1;
    if (left > 0) this.#counts.set(session.principal, left);
    else this.#counts.delete(session.principal);
    for (const { filter } of session.pending.values()) filter.ended('cancelled');
    session.pending.clear();
    session.ended(session.revision);
  }

  /** Ends what lay unused for too long. */
  sweep(): void {
    const before = this.#clock.monotonic() - this.#bounds.gatewaySessionIdleMs;
    for (const session of this.#sessions.values()) {
      if (session.usedMs >= before) return;
      if (session.holds > 0) this.#touch(session);
      else this.end(session);
    }
  }

  endAll(): void {
    for (const session of this.#sessions.values()) this.end(session);
  }

  /** Whoever has most loses the one that was not used for longest. */
  #endOne(): void {
    const [most] = [...this.#counts].reduce((one, other) => (other[1] > one[1] ? other : one), ['', 0]);
    for (const session of this.#sessions.values()) if (session.principal === most) return this.end(session);
  }

  #touch(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    session.usedMs = this.#clock.monotonic();
    this.#sessions.set(session.id, session);
    for (const part of session.parts ?? []) this.#touch(part);
  }
}

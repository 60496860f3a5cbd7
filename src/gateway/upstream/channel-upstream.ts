import { wait } from '../wait.ts';
import type { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Clock, Random } from '../../base/ports.ts';
import { shared, SharedWork } from '../../base/shared-work.ts';
import type { StopSignal } from '../../base/stop.ts';
import { eraOf, type JsonRpcMessage, type JsonRpcRequest } from '../../model/mcp.ts';
import { type Principal, principalKey } from '../../model/principal.ts';
import { statusOf } from '../http/answers.ts';
import { isRequest, isResponse } from '../mcp/message.ts';
import { replaceId } from '../mcp/replace-id.ts';
import type { Channel } from './channel.ts';
import type { EventQueue } from './event-queue.ts';
import { type ProgramBounds, ServerProgram } from './server-program.ts';
import { type Outgoing, type Reply, type ServerEvent, serverFailure, type Upstream } from './upstream.ts';

/** Opens a channel. */
export type Opening = () => Channel | Promise<Channel>;

export interface ChannelServerSettings {
  /** As the configuration names it; for messages. */
  readonly name: string;
  /** Gathers what a channel for somebody takes (a sandbox or a credential may differ) and returns what opens it. */
  prepare(principal: Principal): Opening | Promise<Opening>;
  /** A channel for every session, or one for all sessions of a principal that asked for the same. Never one for two principals. */
  readonly channelPer: 'session' | 'principal';
}

export interface ChannelPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Told when a channel ended by itself, with the last of its standard error, which clients never see, and whether it ever said anything. */
  exited?(server: string, why: string, errorOutput: string, hasSpoken: boolean): void;
}

export type ChannelBounds = ProgramBounds &
  Readonly<
    Record<
      'gatewayProcessesMax' | 'gatewayProcessesOfOneMax' | 'gatewayProcessIdleMs' | 'gatewayRestartDelayMs',
      number
    >
  >;

const firstRestartDelayMs = 100;
/** Principals whose servers keep exiting that are remembered. */
const exitsMax = 1_000;
/** Whose the handshake with a process is: no session's, since several may wait for it. */
const handshakeLink = 'handshake';

interface Running {
  /** `principalKey` of whose it is. */
  readonly owner: string;
  /** What it is shared by; undefined for a process of one session, and for one that is shared no more. */
  key: string | undefined;
  readonly program: ServerProgram;
  /** `spare`: it was asked what it is, did not say, and was asked nothing else. */
  use: 'new' | 'spare' | 'used';
  usedMs: number;
  /** The answer to the first `initialize`, for the sessions that share the process. */
  initialized?: SharedWork<Reply> | undefined;
  isInitialized: boolean;
  /** It is ended on purpose. */
  isEnding: boolean;
}

/** A server that is reached by channels: behind standard input and output, or HTTP+SSE. */
export class ChannelUpstream implements Upstream {
  readonly #settings: ChannelServerSettings;
  readonly #ports: ChannelPorts;
  readonly #bounds: ChannelBounds;
  readonly #running = new Set<Running>();
  readonly #shared = new Map<string, SharedWork<Running>>();
  /** Sessions by the names this upstream gives them. */
  readonly #links = new Map<string, Running>();
  /** Exits in a row, by principal, and when the next start may be. */
  readonly #exits = new Map<string, { readonly count: number; readonly startMs: number }>();
  readonly #sweep: ReturnType<typeof setInterval>;
  /** Owners of what is being started. */
  readonly #starting: string[] = [];
  #isClosed = false;

  constructor(settings: ChannelServerSettings, ports: ChannelPorts, bounds: Partial<ChannelBounds> = {}) {
    this.#settings = settings;
    this.#ports = ports;
    this.#bounds = { ...limits, ...bounds };
    this.#sweep = setInterval(() => this.#endIdle(), Math.min(60_000, this.#bounds.gatewayProcessIdleMs)).unref();
  }

  async send(outgoing: Outgoing): Promise<Reply> {
    const { message, link, kind } = outgoing;
    if (eraOf(outgoing.revision) === 'stateless') return this.#sendStateless(outgoing);
    if (message !== undefined && isRequest(message) && message.method === 'initialize')
      return this.#initialize(message, outgoing);
    // 404 is for sessions that are gone (2025-11-25, Session Management).
    if (link === undefined) return { kind: 'status', status: 400 };
    const running = this.#links.get(link);
    if (running === undefined) return { kind: 'status', status: 404 };
    if (kind === 'end') return this.#end(running, link);
    if (kind === 'listen') {
      const events = running.program.listen(link, outgoing.signal);
      return events === undefined ? { kind: 'status', status: 404 } : { kind: 'stream', events };
    }
    return this.#carry(running, link, outgoing);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    await Promise.all([...this.#running].map((running) => this.#stop(running)));
  }

  async #sendStateless(outgoing: Outgoing): Promise<Reply> {
    const { message, principal } = outgoing;
    const key = statelessKey(principal);
    const running = await this.#share(key, outgoing, (signal) => this.#start(key, { principal, signal }));
    // A session took it meanwhile.
    if (running.key !== key && !running.program.isEnded) return this.#sendStateless(outgoing);
    const isProbe = message !== undefined && isRequest(message) && message.method === 'server/discover';
    if (!isProbe) running.use = 'used';
    let reply: Reply | undefined;
    try {
      return (reply = await this.#carry(running, key, outgoing));
    } finally {
      if (reply?.kind === 'message' && 'result' in reply.message) running.use = 'used';
      else if (running.use === 'new') running.use = 'spare';
    }
  }

  async #carry(running: Running, link: string, { message, signal, revision }: Outgoing): Promise<Reply> {
    running.usedMs = this.#ports.clock.monotonic();
    if (message === undefined) return { kind: 'status', status: 405 };
    if (!isRequest(message)) {
      const isFirstOfMany = 'method' in message && message.method === 'notifications/initialized';
      // Whoever shares a process that is initialised finds it so.
      if (!isFirstOfMany || !running.isInitialized) await running.program.pass(message, link);
      running.isInitialized ||= isFirstOfMany;
      return { kind: 'status', status: 202 };
    }
    const events = running.program.request(message, link, signal);
    const first = await events.next();
    if (first?.message === undefined || !isResponse(first.message))
      return { kind: 'stream', events: first === undefined ? events : startingWith(first, events) };
    const { message: response, text = '' } = first;
    return { kind: 'message', status: statusOf(response, revision), message: response, text };
  }

  async #initialize(message: JsonRpcRequest, outgoing: Outgoing): Promise<Reply> {
    const { principal } = outgoing;
    const { protocolVersion, capabilities } = message.params ?? {};
    const key = `${principalKey(principal)} ${JSON.stringify([protocolVersion, capabilities])}`;
    const isShared = this.#settings.channelPer === 'principal';
    const begin = async (signal: StopSignal, own?: string): Promise<Running> =>
      (await this.#takeSpare(principal, own)) ?? this.#start(own, { principal, signal });
    const running = await (isShared
      ? this.#share(key, outgoing, (signal) => begin(signal, key))
      : begin(outgoing.signal));
    const link = Buffer.from(this.#ports.random.bytes(16)).toString('base64url');
    running.program.open(link);
    this.#links.set(link, running);
    const handshake = (running.initialized ??= new SharedWork<Reply>(
      (signal) => this.#carry(running, handshakeLink, { ...outgoing, signal }),
      () => this.#unshare(running),
    ));
    const reply = await this.#waitFor(handshake, outgoing).catch(async (thrown: unknown) => {
      this.#links.delete(link);
      running.program.close(link);
      // The next client is to have a chance of its own.
      if (handshake.isGivenUp || !outgoing.signal.aborted) await this.#stop(running);
      throw thrown;
    });
    if (reply.kind !== 'message' || 'error' in reply.message) {
      await this.#keepRefusing(running, link, principal);
      throw this.#failed('cannot be initialised');
    }
    const answer = { ...reply.message, id: message.id } as JsonRpcMessage;
    return { ...reply, message: answer, text: replaceId(reply.text, message.id), link };
  }

  #waitFor<Result>(work: SharedWork<Result>, { signal }: Pick<Outgoing, 'signal'>): Promise<Result> {
    return work.wait(signal, () => this.#failed('was not waited for'));
  }

  /** The principal's process that did not say what it is: what comes next on it is the older handshake (2026-07-28, stdio, Backward Compatibility). */
  async #takeSpare(principal: Principal, key: string | undefined): Promise<Running | undefined> {
    const running = await this.#shared.get(statelessKey(principal))?.result.catch(() => undefined);
    if (running?.use !== 'spare' || running.isEnding || running.program.isEnded || !running.program.isIdle)
      return undefined;
    this.#unshare(running);
    running.key = key;
    running.use = 'used';
    return running;
  }

  /** A program that refuses the handshake may be of the other era, and its process is good for that; once. */
  async #keepRefusing(running: Running, link: string, principal: Principal): Promise<void> {
    this.#links.delete(link);
    running.program.close(link);
    const key = statelessKey(principal);
    if (running.key === key) return;
    if (this.#shared.has(key)) return this.#stop(running);
    this.#unshare(running);
    running.key = key;
    running.use = 'used';
    this.#shared.set(
      key,
      new SharedWork(
        () => Promise.resolve(running),
        () => undefined,
      ),
    );
  }

  #end(running: Running, link: string): Reply {
    this.#links.delete(link);
    if (running.program.close(link)) void this.#stop(running);
    return { kind: 'status', status: 200 };
  }

  #share(
    key: string,
    outgoing: Pick<Outgoing, 'signal'>,
    begin: (signal: StopSignal) => Promise<Running>,
  ): Promise<Running> {
    return this.#waitFor(shared(this.#shared, key, begin, true), outgoing);
  }

  #unshare(running: Running): void {
    if (running.key !== undefined) this.#shared.delete(running.key);
    running.key = undefined;
  }

  async #start(
    key: string | undefined,
    { principal, signal }: Pick<Outgoing, 'principal' | 'signal'>,
  ): Promise<Running> {
    const { clock } = this.#ports;
    const owner = principalKey(principal);
    await this.#reserve(owner);
    try {
      const waitMs = (this.#exits.get(owner)?.startMs ?? 0) - clock.monotonic();
      if (waitMs > 0) await wait(waitMs, signal);
      const open = await this.#settings.prepare(principal);
      if (this.#isClosed || signal.aborted) throw this.#failed('is not started');
      const channel = await open();
      if (this.#isClosed) {
        await channel.end(0);
        throw this.#failed('is not started');
      }
      const program = new ServerProgram(this.#settings.name, channel, this.#bounds);
      const usedMs = clock.monotonic();
      const running: Running = { owner, key, program, use: 'new', usedMs, isInitialized: false, isEnding: false };
      this.#running.add(running);
      void program.ended.then((why) => this.#forget(running, why));
      return running;
    } finally {
      this.#starting.splice(this.#starting.indexOf(owner), 1);
    }
  }

  /** Takes a place for one more. Where there is none, the one of this owner ends that is idle and was not used for longest. */
  async #reserve(owner: string): Promise<void> {
    const bounds = this.#bounds;
    for (;;) {
      const own = [...this.#running].filter((running) => running.owner === owner);
      const count = own.length + this.#starting.filter((starting) => starting === owner).length;
      const isFull = this.#running.size + this.#starting.length >= bounds.gatewayProcessesMax;
      if (!isFull && count < bounds.gatewayProcessesOfOneMax) break;
      const [oldest] = own
        .filter(({ program, isEnding }) => program.isIdle && !isEnding)
        .toSorted((a, b) => a.usedMs - b.usedMs);
      if (oldest === undefined) throw this.#failed('has as many processes or connections as it may have');
      await this.#stop(oldest);
    }
    this.#starting.push(owner);
  }

  #forget(running: Running, why: string): void {
    const { owner } = running;
    this.#running.delete(running);
    this.#unshare(running);
    for (const [link, of] of this.#links) if (of === running) this.#links.delete(link);
    if (running.isEnding) return;
    const count = running.program.hasSpoken ? 1 : (this.#exits.get(owner)?.count ?? 0) + 1;
    const delayMs = Math.min(firstRestartDelayMs * 2 ** (count - 1), this.#bounds.gatewayRestartDelayMs);
    this.#exits.delete(owner);
    this.#exits.set(owner, { count, startMs: this.#ports.clock.monotonic() + delayMs });
    const [oldest] = this.#exits.keys();
    if (oldest !== undefined && this.#exits.size > exitsMax) this.#exits.delete(oldest);
    this.#ports.exited?.(this.#settings.name, why, running.program.errorOutput, running.program.hasSpoken);
  }

  async #stop(running: Running): Promise<void> {
    running.isEnding = true;
    this.#unshare(running);
    await running.program.end();
  }

  /** Ends processes without a session that nobody used for long. */
  #endIdle(): void {
    const before = this.#ports.clock.monotonic() - this.#bounds.gatewayProcessIdleMs;
    const linked = new Set(this.#links.values());
    for (const running of this.#running)
      if (running.usedMs < before && running.program.isIdle && !linked.has(running)) void this.#stop(running);
  }

  #failed(what: string): DemarcError {
    return serverFailure(this.#settings.name, what);
  }
}

/** What a principal's process without sessions is shared by. */
function statelessKey(principal: Principal): string {
  return `${principalKey(principal)} stateless`;
}

async function* startingWith(first: ServerEvent, events: EventQueue): AsyncIterable<ServerEvent> {
  yield first;
  yield* events;
}

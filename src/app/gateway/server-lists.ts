import { reasonOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { shared, type SharedWork } from '../../base/shared-work.ts';
import { abortSignalOf, type StopSignal } from '../../base/stop.ts';
import { UpstreamLink } from '../../gateway/bridge/upstream-link.ts';
import type { Directory } from '../../gateway/definitions/directory.ts';
import { fetchLists } from '../../gateway/definitions/fetch-lists.ts';
import type { ClientContext } from '../../gateway/interceptor.ts';
import type { Upstream } from '../../gateway/upstream/upstream.ts';
import { type Principal, principalKey } from '../../model/principal.ts';
import { sayingSo } from '../saying-so.ts';
import { eachOf } from '../../store/log/each-of.ts';

/** Who asks when the gateway asks for itself. */
const gatewayItself: Principal = {
  agent: 'demarc-gateway',
  roles: [],
  scopes: [],
  clearance: 'public',
  authentication: 'none',
  training: [],
};

/** Asks servers for what they offer, as a principal. */
export class ServerLists {
  readonly #upstreams: ReadonlyMap<string, Upstream>;
  readonly #isProgram: (server: string) => boolean;
  readonly #listMs: number;
  readonly #filling = new Map<string, SharedWork<boolean>>();

  /**
   * @param isProgram whether a server is a program that is started here
   * @param listMs how long a server may take to say what it offers when the gateway starts
   */
  constructor(upstreams: ReadonlyMap<string, Upstream>, isProgram: (server: string) => boolean, listMs = 20_000) {
    this.#upstreams = upstreams;
    this.#isProgram = isProgram;
    this.#listMs = listMs;
  }

  /**
   * Asks every server, for the policies to know the tools. One that does not answer is asked again when it is used. Programs share
   * this machine: a few at a time, each has its whole time, where all at once none would.
   *
   * @param silent is told of one that does not answer, or not everything @param waiting of one that takes long
   */
  async fillAll(
    directory: Directory,
    silent: (server: string, why: string) => void,
    waiting: (server: string) => void = () => undefined,
  ): Promise<void> {
    const ask = (server: string): Promise<void> => {
      const signal = AbortSignal.timeout(this.#listMs);
      const asked = this.#ask(directory, server, gatewayItself, signal).then(
        (isWhole) => void (isWhole || silent(server, 'a list of it failed')),
      );
      return sayingSo(asked, () => waiting(server)).catch((thrown: unknown) =>
        silent(server, signal.aborted ? `no answer in ${this.#listMs / 1000} s` : reasonOf(thrown)),
      );
    };
    const servers = [...this.#upstreams.keys()];
    await Promise.all([
      ...servers.filter((server) => !this.#isProgram(server)).map(ask),
      eachOf(servers.filter(this.#isProgram), limits.gatewayStartsMax, ask),
    ]);
  }

  /** Where a server does not answer, what it offers is not known. */
  async fill(directory: Directory, { server, principal, signal }: ClientContext): Promise<void> {
    const key = `${server}\n${principalKey(principal)}`;
    const ask = (stop: StopSignal): Promise<boolean> => this.#ask(directory, server, principal, abortSignalOf(stop));
    const filling = shared(this.#filling, key, ask, false);
    await filling.wait(signal, () => new Error('nobody waits')).catch(() => undefined);
  }

  /** @returns whether it said all that it offers */
  async #ask(directory: Directory, server: string, principal: Principal, signal: AbortSignal): Promise<boolean> {
    const upstream = this.#upstreams.get(server);
    if (upstream === undefined) return false;
    const link = new UpstreamLink(upstream, '2026-07-28', () => ({ principal, added: undefined }));
    const offered = await fetchLists(link, signal);
    directory.fill(server, principal, offered);
    return offered.failed.size === 0;
  }
}

import type { Clock, Random } from '../../base/ports.ts';
import { formatRfc3339 } from '../../base/rfc3339.ts';
import type { Principal } from '../../model/principal.ts';
import { CredentialFault } from '../fault.ts';
import type { CredentialEvent } from '../outcome.ts';
import type { OAuthSettings } from '../settings.ts';
import { hostOf } from './discovery.ts';
import type { Holding, Holdings } from './holdings.ts';
import type { TokenAnswer } from './token-endpoint.ts';

export interface LeasePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly holdings: Holdings;
  readonly record: (event: CredentialEvent) => Promise<void>;
}

/** Keeps tokens of one server and states in the ledger that they were issued and revoked. Throws `CredentialFault`. */
export class Leases {
  readonly #name: string;
  readonly #url: string;
  readonly #type: OAuthSettings['type'];
  readonly #shared: LeasePorts;

  constructor(
    server: { readonly name: string; readonly url: string },
    type: OAuthSettings['type'],
    shared: LeasePorts,
  ) {
    this.#name = server.name;
    this.#url = server.url;
    this.#type = type;
    this.#shared = shared;
  }

  /** Keeps a token, records that it was issued, and only then lets it be used. */
  async adopt(
    key: string,
    owner: Principal | undefined,
    answer: TokenAnswer,
    about: Pick<Holding, 'issuer' | 'resource' | 'clientId' | 'resourceMetadata' | 'from' | 'stepUps' | 'proofKey'> & {
      readonly requested: readonly string[];
    },
  ): Promise<Holding> {
    // A token that is not bound, although it was to be, would serve whoever steals it.
    const expected = about.proofKey === undefined ? 'bearer' : 'dpop';
    if (answer.tokenType !== expected)
      throw new CredentialFault('token-invalid', `\`${hostOf(about.issuer)}\` gave no ${expected} token`);
    const { clock, random, holdings } = this.#shared;
    const nowMs = clock.now();
    const { issuer, resource, clientId, resourceMetadata, requested, from, stepUps, proofKey } = about;
    const made: Holding = {
      issuer,
      url: this.#url,
      resource,
      clientId,
      resourceMetadata,
      from,
      stepUps,
      requested: [...requested],
      proofKey,
      accessToken: answer.accessToken,
      refreshToken: answer.refreshToken,
      issuedMs: nowMs,
      expiresMs: answer.expiresIn === undefined ? undefined : nowMs + answer.expiresIn * 1000,
      reference: `lease-${Buffer.from(random.bytes(12)).toString('hex')}`,
      recorded: false,
    };
    await holdings.put(key, made);
    return this.recorded(key, owner, made);
  }

  /** The token, once the ledger states that it was issued. */
  async recorded(key: string, owner: Principal | undefined, holding: Holding): Promise<Holding> {
    if (holding.recorded) return holding;
    const { expiresMs } = holding;
    await this.#record('credential.issued', owner, holding, {
      reasons: [holding.from === 'refresh' ? 'renewed' : this.#type],
      ...(expiresMs === undefined ? {} : { expires: formatRfc3339(expiresMs) }),
    });
    const recorded = { ...holding, recorded: true };
    await this.#shared.holdings.put(key, recorded);
    return recorded;
  }

  /** States that a token is revoked, and forgets it: said twice after a fault rather than never. */
  async drop(key: string, owner: Principal | undefined, holding: Holding, reason: string): Promise<void> {
    await this.#record('credential.revoked', owner, holding, { reasons: [reason] });
    await this.#shared.holdings.remove(key);
  }

  async #record(
    kind: 'credential.issued' | 'credential.revoked',
    owner: Principal | undefined,
    { reference, issuer }: Holding,
    facts: { readonly reasons: readonly string[]; readonly expires?: string },
  ): Promise<void> {
    const agent = owner === undefined ? {} : { agent: owner.agent };
    const places = { server: this.#name, destination: hostOf(this.#url), provider: hostOf(issuer) };
    await this.#shared.record({ event: { kind, reference, ...agent, ...places, ...facts }, principal: owner });
  }
}

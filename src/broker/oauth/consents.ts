import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import type { Principal } from '../../model/principal.ts';
import { CredentialFault } from '../fault.ts';
import type { AuthorizationRequest } from './authorization-code.ts';

/** A consent that is waited for. */
export interface Consent {
  readonly request: AuthorizationRequest;
  readonly server: string;
  /** Holder of the token to come. */
  readonly key: string;
  /** Who asked first. */
  readonly principal: Principal;
  /** Whether the token will be everybody's. */
  readonly shared: boolean;
  readonly stepUps: number;
  readonly resourceMetadata: string | undefined;
  readonly expiresMs: number;
}

type Bound = 'brokerConsentsMax' | 'brokerHolderConsentsMax' | 'brokerConsentMs';

/** Consents that are waited for, by the `state` of their request. Each is answered once. */
export class Consents {
  readonly #clock: Clock;
  readonly #bounds: Pick<typeof limits, Bound>;
  readonly #waiting = new Map<string, Consent>();

  constructor(clock: Clock, bounds: Pick<typeof limits, Bound> = limits) {
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** The consent the holder is asked for already, to the same authorization server and for the same scopes. */
  find(key: string, issuer: string, scopes: readonly string[]): Consent | undefined {
    this.#expire();
    return [...this.#waiting.values()].find(
      (consent) =>
        consent.key === key &&
        consent.request.issuer === issuer &&
        consent.request.scopes.length === scopes.length &&
        scopes.every((scope) => consent.request.scopes.includes(scope)),
    );
  }

  /** One more than a holder may be asked for takes the place of the first. @throws CredentialFault `too-many-consents` */
  add(consent: Omit<Consent, 'expiresMs'>): Consent {
    const [first, ...others] = [...this.#waiting.values()].filter(({ key }) => key === consent.key);
    if (first !== undefined && others.length + 1 >= this.#bounds.brokerHolderConsentsMax)
      this.remove(first.request.state);
    if (this.#waiting.size >= this.#bounds.brokerConsentsMax)
      throw new CredentialFault('too-many-consents', 'too many consents are waited for');
    const added = { ...consent, expiresMs: this.#clock.now() + this.#bounds.brokerConsentMs };
    this.#waiting.set(consent.request.state, added);
    return added;
  }

  get(state: string): Consent | undefined {
    this.#expire();
    return this.#waiting.get(state);
  }

  /** Forgets the request with this state: its answer came. */
  remove(state: string): void {
    this.#waiting.delete(state);
  }

  /** Forgets all requests of a holder. */
  removeOf(key: string): void {
    for (const [state, consent] of this.#waiting) if (consent.key === key) this.#waiting.delete(state);
  }

  /** In the order they were added, which is that of their end. */
  #expire(): void {
    const nowMs = this.#clock.now();
    for (const [state, { expiresMs }] of this.#waiting) {
      if (expiresMs > nowMs) return;
      this.#waiting.delete(state);
    }
  }
}

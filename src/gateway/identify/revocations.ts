import { limits } from '../../base/limits.ts';
import type { Person } from '../../model/principal.ts';

/** What of a credential can be revoked. */
export interface CredentialFacts {
  /** `iss` of a token; `local` for keys and run tokens of this gateway and for certificates. */
  readonly issuer: string;
  /** `jti` of a token, id of a key. */
  readonly id?: string | undefined;
  readonly agent: string;
  readonly person?: Pick<Person, 'issuer' | 'subject'> | undefined;
  readonly run?: string | undefined;
  /** When it was issued at the latest; unknown counts as before anything. */
  readonly issuedMs?: number | undefined;
}

/**
 * What is revoked: one credential, whatever was issued to an agent, about a person or at all until now, or a run with every
 * credential bound to it, now and later.
 */
export type Revocation =
  | { readonly kind: 'credential'; readonly issuer: string; readonly id: string }
  | { readonly kind: 'agent'; readonly agent: string }
  | { readonly kind: 'person'; readonly issuer: string; readonly subject: string }
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'all' };

/** What verification asks about each credential, also about those it remembers. */
export interface RevocationCheck {
  /** Another number after each change. */
  readonly generation: number;
  isRevoked(facts: CredentialFacts): boolean;
}

/** A revocation, and when it came into force: milliseconds since the epoch. */
export interface Kept {
  readonly revocation: Revocation;
  readonly sinceMs: number;
}

/** Revocations in memory. When they become too many, everything issued until then is revoked. */
export class Revocations implements RevocationCheck {
  readonly #kept = new Map<string, Kept>();
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  /** @param nowMs milliseconds since the epoch; where it was revoked until later already, that stands */
  revoke(revocation: Revocation, nowMs: number): void {
    const key = keyOf(revocation);
    const known = this.#kept.get(key);
    if (known === undefined && this.#kept.size >= limits.revocationsMax) this.#makeRoom(nowMs);
    this.#kept.set(key, { revocation, sinceMs: Math.max(nowMs, known?.sinceMs ?? nowMs) });
    this.#generation++;
  }

  /** One revocation of everything takes the place of many; runs stay, since they also end what is issued later. */
  #makeRoom(nowMs: number): void {
    const runs = [...this.#kept].filter(([, { revocation }]) => revocation.kind === 'run');
    const sinceMs = [...this.#kept.values()].reduce((latest, kept) => Math.max(latest, kept.sinceMs), nowMs);
    this.#kept.clear();
    for (const [key, kept] of runs.slice(2 - limits.revocationsMax)) this.#kept.set(key, kept);
    this.#kept.set(keyOf({ kind: 'all' }), { revocation: { kind: 'all' }, sinceMs });
  }

  /** Lets an agent, a person or everybody use what was issued before again. */
  lift(revocation: Revocation): void {
    if (this.#kept.delete(keyOf(revocation))) this.#generation++;
  }

  /** Everything that is in force. */
  all(): readonly Kept[] {
    return [...this.#kept.values()];
  }

  isRevoked({ issuer, id, agent, person, run, issuedMs = Number.NEGATIVE_INFINITY }: CredentialFacts): boolean {
    if (this.#kept.size === 0) return false;
    const isBefore = (revocation: Revocation): boolean => {
      const kept = this.#kept.get(keyOf(revocation));
      return kept !== undefined && issuedMs <= kept.sinceMs;
    };
    return (
      isBefore({ kind: 'all' }) ||
      isBefore({ kind: 'agent', agent }) ||
      (person !== undefined && isBefore({ kind: 'person', issuer: person.issuer, subject: person.subject })) ||
      (id !== undefined && this.#kept.has(keyOf({ kind: 'credential', issuer, id }))) ||
      (run !== undefined && this.#kept.has(keyOf({ kind: 'run', run })))
    );
  }
}

function keyOf(revocation: Revocation): string {
  switch (revocation.kind) {
    case 'credential':
      return JSON.stringify(['credential', revocation.issuer, revocation.id]);
    case 'agent':
      return JSON.stringify(['agent', revocation.agent]);
    case 'person':
      return JSON.stringify(['person', revocation.issuer, revocation.subject]);
    case 'run':
      return JSON.stringify(['run', revocation.run]);
    case 'all':
      return '["all"]';
  }
}

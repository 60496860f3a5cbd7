import type { Confidentiality } from './event.ts';

/** How a principal proved who it is. `none` is possible on loopback only, where the configuration says so. */
export const authentications = ['jwt', 'api-key', 'run-token', 'mtls', 'none'] as const;
export type Authentication = (typeof authentications)[number];

/** A person as their identity provider knows them. Personal data: never in clear in a ledger or a log. */
export interface Person {
  /** OpenID Connect `iss`; `local` for keys of this gateway. */
  readonly issuer: string;
  /** OpenID Connect `sub`. */
  readonly subject: string;
  readonly groups: readonly string[];
}

/** A training module that was completed, until when it counts (milliseconds since the epoch). */
export interface Completion {
  readonly module: string;
  readonly expiresMs: number;
}

/** Who acts: an agent or workload, and on whose behalf. */
export interface Principal {
  /** The agent or workload; names a thing, never a person. */
  readonly agent: string;
  /** The person on whose behalf it acts; absent when it acts for itself. */
  readonly person?: Person | undefined;
  readonly roles: readonly string[];
  /** OAuth scopes that were granted. */
  readonly scopes: readonly string[];
  /** The highest confidentiality it may read. */
  readonly clearance: Confidentiality;
  readonly authentication: Authentication;
  /** The run its token is bound to; otherwise the gateway finds the run. */
  readonly run?: string | undefined;
  /** When it has to prove again who it is, in milliseconds since the epoch. */
  readonly expiresMs?: number | undefined;
  readonly training: readonly Completion[];
  /** The posture that the agent's environment was found to hold. */
  readonly posture?: string | undefined;
}

/** What of a principal says who it is. */
export interface Who {
  readonly agent: string;
  readonly person?: Pick<Person, 'issuer' | 'subject'> | undefined;
}

/** One string for a principal: equal for two exactly when agent and person are. For keys of caches, budgets and bindings. */
export function principalKey({ agent, person }: Who): string {
  return JSON.stringify(person === undefined ? [agent] : [agent, person.issuer, person.subject]);
}

/** One string for a person: equal for two exactly when issuer and subject are. */
export function personKey({ issuer, subject }: Pick<Person, 'issuer' | 'subject'>): string {
  return JSON.stringify([issuer, subject]);
}

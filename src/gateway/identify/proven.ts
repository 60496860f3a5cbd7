import type { Authentication, Person } from '../../model/principal.ts';
import type { Reach } from './resource.ts';
import type { CredentialFacts } from './revocations.ts';

/** What a credential was found to prove, wherever it is used. */
export interface Proven {
  readonly agent: string;
  readonly person?: Person | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly authentication: Authentication;
  readonly run?: string | undefined;
  /** When the credential ends. */
  readonly expiresMs?: number | undefined;
  readonly facts: CredentialFacts;
  readonly reach: Reach;
  /** Thumbprint of the certificate it is bound to. */
  readonly certificate?: string | undefined;
}

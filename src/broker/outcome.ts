import type { EventInput } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { FaultCode } from './fault.ts';

/** What there is for a request to an upstream server. */
export type CredentialOutcome =
  /** Headers to add to the request; none where the server wants none, or has not asked yet. */
  | {
      readonly kind: 'ready';
      readonly headers: Readonly<Record<string, string>>;
      /** The only origins these headers may be sent to. */
      readonly origins: readonly string[];
      /**
       * Further headers that each single request needs, made for it: a proof that the gateway holds the key the token is
       * bound to. Present where the token is (RFC 9449).
       */
      readonly prove?: ((request: RequestToProve) => Promise<Readonly<Record<string, string>>>) | undefined;
      /** The lease in the ledger; give it back with a challenge. Absent where nothing was leased. */
      readonly reference?: string | undefined;
    }
  /** A person has to agree first. The URL is https (or http to this machine): for a browser, never for a shell. */
  | {
      readonly kind: 'consent';
      readonly url: string;
      /** Host of the authorization server, to be shown. */
      readonly host: string;
      readonly scopes: readonly string[];
      readonly reason: ConsentReason;
      readonly expiresMs: number;
    }
  | Refusal;

/** A request as it will be sent: the same bytes. */
export interface RequestToProve {
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array | undefined;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly code: FaultCode;
  /** One line for operators: hosts and codes, nothing secret. */
  readonly message: string;
  /** Whether it may pass by itself. */
  readonly passes: boolean;
}

/** Why a person is asked: for the first time, since a token could not be renewed or was refused, or for more scopes. */
export type ConsentReason = 'first' | 'renewal-refused' | 'token-rejected' | 'server-moved' | 'more-scopes';

/** An upstream answer with status 401 or 403. */
export interface UpstreamRejection {
  readonly status: number;
  readonly wwwAuthenticate: string | undefined;
  /** Its `DPoP-Nonce` header. */
  readonly dpopNonce?: string | undefined;
  /** `reference` of the credential that was sent. */
  readonly reference: string | undefined;
}

/** Who brings the answer of an authorization server back. */
export type Consenter =
  /** A person that the gateway has authenticated in this browser. */
  | { readonly kind: 'person'; readonly issuer: string; readonly subject: string; readonly roles: readonly string[] }
  /** Whoever sits at this machine: the answer came from it. */
  | { readonly kind: 'local' }
  /** Somebody elsewhere who does not say who they are. */
  | { readonly kind: 'nobody' };

/** A credential was issued or revoked: facts for the ledger, without the secret. */
export interface CredentialEvent {
  readonly event: EventInput;
  /** Whose it is; absent when it is everybody's. */
  readonly principal: Principal | undefined;
}

/** Something that went wrong without a request waiting for it. */
export interface BrokerNotice {
  readonly server: string;
  readonly code: FaultCode;
  readonly message: string;
}

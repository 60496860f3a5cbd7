import type { Confidentiality } from './event.ts';
import type { Principal } from './principal.ts';
import type { CallTrace } from './provenance.ts';

/** What of a server is used. */
export const features = ['tool', 'resource', 'prompt'] as const;
export type Feature = (typeof features)[number];

/** What a run has read so far. */
export interface RunLabel {
  /** The highest confidentiality of what it read. */
  readonly confidentiality: Confidentiality;
  /** It read something untrusted. */
  readonly tainted: boolean;
}

/** What is decided about: one use of a tool, resource or prompt, with everything a policy may look at. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly run: string;
  /** Name of the server in the configuration. */
  readonly server: string;
  readonly feature: Feature;
  /** Tool or prompt name as the server gives it, or the resource's URI. */
  readonly name: string;
  /** Arguments as JSON. */
  readonly args: unknown;
  /** Labels of the tool and where the values came from. */
  readonly call: CallTrace;
  readonly label: RunLabel;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * What was decided. `ask`: every policy that forbids it can be lifted by an approval. Reasons are stable codes; policies
 * are the ids that decided; `policySet` is the digest of the set they belong to.
 */
export interface AccessDecision {
  readonly decision: 'allow' | 'ask' | 'deny';
  readonly reasons: readonly string[];
  readonly policies: readonly string[];
  readonly policySet: string;
}

/** What the history of a run is made of, as temporal conditions see it. */
export type RunEvent =
  /** A call that was allowed and sent: it counts from here, in flight or answered. */
  | { readonly kind: 'request'; readonly call: string; readonly request: AccessRequest }
  /** Its answer. */
  | {
      readonly kind: 'response' | 'error';
      readonly call: string;
      readonly request: AccessRequest;
      readonly result: unknown;
      readonly label: RunLabel;
      readonly timeMs: number;
    }
  | { readonly kind: 'approval'; readonly call: string; readonly request: AccessRequest; readonly timeMs: number };

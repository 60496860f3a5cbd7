/**
 * What a client carries between two rounds of one call (MCP 2026-07-28, basic/patterns/mrtr, read 28 Nov 2026): which approval
 * it waits for, sealed with AES-256-GCM. The call's binding is the additional data, so the state opens for exactly that
 * principal, run, target, arguments and policy set; forged, edited and foreign state all fail alike. Single use is kept by the
 * approval, not by the state.
 */
import { canonicalJson } from '../../base/canonical-json.ts';
import { limits } from '../../base/limits.ts';
import type { Binding } from './approval.ts';
import type { ApprovalSecrets } from './secrets.ts';

export interface RequestState {
  readonly approval: string;
  /** Rounds of the call that went upstream: 0 while it waits for an answer. */
  readonly round: number;
  readonly expiresMs: number;
  /** The `requestState` of the server behind the gateway, which the next round carries on. */
  readonly inner?: string | undefined;
}

export type ReadState =
  /** None, or one that is not this gateway's: it is for the server behind. */
  | { readonly kind: 'none' }
  | { readonly kind: 'state'; readonly state: RequestState }
  | { readonly kind: 'refused'; readonly reason: 'approval.state-invalid' | 'approval.state-expired' };

/** What begins with it is a state of this gateway, or pretends to be. */
const prefix = 'demarc1.';
/** Base64 of the sealed JSON around the longest inner state, whose characters may take six each as JSON. */
const stateLengthMax = limits.requestStateLengthMax * 8 + 1024;

/** @throws RangeError when the inner state is too long: see `carries` */
export function writeState(state: RequestState, binding: Binding, secrets: ApprovalSecrets): string {
  if (!carries(state.inner)) throw new RangeError('a request state that is too long');
  return `${prefix}${secrets.sealState(JSON.stringify(state), callIn(binding))}`;
}

/** The call alone: what is asked about it may be another question by its next round, and the approval tells that. */
function callIn({ question: _question, ...call }: Binding): string {
  return canonicalJson(call);
}

/** Whether a server's state can be carried. */
export function carries(inner: string | undefined): boolean {
  return (inner?.length ?? 0) <= limits.requestStateLengthMax;
}

/** Reads what came as `requestState`; it may be anything. */
export function readState(text: unknown, binding: Binding, nowMs: number, secrets: ApprovalSecrets): ReadState {
  if (typeof text !== 'string' || !text.startsWith(prefix)) return { kind: 'none' };
  const opened =
    text.length > stateLengthMax ? undefined : secrets.openState(text.slice(prefix.length), callIn(binding));
  if (opened === undefined) return { kind: 'refused', reason: 'approval.state-invalid' };
  const state = JSON.parse(opened) as RequestState;
  return state.expiresMs <= nowMs ? { kind: 'refused', reason: 'approval.state-expired' } : { kind: 'state', state };
}

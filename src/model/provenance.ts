import type { ToolLabels } from './tool-labels.ts';

/**
 * Where a value came from, most trusted first. `structured` is a short field of an untrusted result that is no text
 * (a sender, an id); `free` is any other text of an untrusted result; `nowhere` was seen in nothing.
 */
export const valueOrigins = ['user', 'system', 'trusted', 'structured', 'free', 'nowhere'] as const;
export type ValueOrigin = (typeof valueOrigins)[number];

/** Why a value of an argument is doubted; the stable reason codes of provenance. */
export const doubts = [
  /** An address, account, name or id that only untrusted text holds. */
  'provenance.untrusted-destination',
  /** A link to a host that only untrusted text holds, or nothing. */
  'provenance.untrusted-link',
  /** An address or account that nothing in the run holds. */
  'provenance.unknown-destination',
  /** Text of which most words stand in untrusted text only. */
  'provenance.copied-text',
  /** A sum of money that only untrusted text holds. */
  'provenance.untrusted-amount',
  /** A link to a known host that carries values of results. */
  'provenance.data-in-link',
  /** Text that hides words of results in an encoding. */
  'provenance.encoded-data',
  /** Longer or deeper than what is traced. */
  'provenance.untraced',
] as const;
export type Doubt = (typeof doubts)[number];
/** What a doubt says of a value, for people. */
export const doubtInWords: Readonly<Record<Doubt, string>> = {
  'provenance.untrusted-destination': 'stands in untrusted text only',
  'provenance.untrusted-link': 'was named by nobody it may follow',
  'provenance.unknown-destination': 'stands nowhere in the run',
  'provenance.copied-text': 'is copied from untrusted text',
  'provenance.untrusted-amount': 'stands in untrusted text only',
  'provenance.data-in-link': 'carries values of results',
  'provenance.encoded-data': 'hides words of results',
  'provenance.untraced': 'is more than is traced',
};

/** One value, or a part of one, and where it came from. */
export interface ValueTrace {
  /** Names and indexes from the arguments down, joined by dots. */
  readonly path: string;
  readonly origin: ValueOrigin;
  readonly doubt?: Doubt;
  /** The part that is doubted, cut to 120 characters. */
  readonly part?: string;
}

/** Whether the user's words make such a call plausible; `unseen` where the words are not visible. */
export type Intent = 'plausible' | 'implausible' | 'unseen';

/** Everything a policy decides a call by. */
export interface CallTrace {
  readonly tool: string;
  readonly labels: ToolLabels;
  /** A person approved the labels. */
  readonly reviewed: boolean;
  /** The run has read something untrusted. */
  readonly tainted: boolean;
  /** The run has read something confidential or restricted. */
  readonly readPrivate: boolean;
  readonly intent: Intent;
  readonly values: readonly ValueTrace[];
}

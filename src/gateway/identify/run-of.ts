import { hash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import { remembered } from '../../base/remembered.ts';
import { type Principal, principalKey, type Who } from '../../model/principal.ts';
import type { IdentitySettings } from './settings.ts';

/** What of a request tells which run it belongs to. */
export interface RunHints {
  /** The name the client gives its run (`ClientContext.named`). */
  readonly named?: string | undefined;
  /** The session of the stateful era, as the gateway names it. */
  readonly session?: string | undefined;
}

/**
 * Which run a request belongs to, by the first that is known: the run its token is bound to; the name the client gives; the
 * session; the principal, as long as it is not idle. All but the first are made names of the principal's own: whatever a
 * client sends, it never gets into the run of another, nor into one a token is bound to.
 */
export class RunFinder {
  readonly #settings: IdentitySettings['runs'];
  readonly #runsMax: number;
  readonly #open = new Map<string, { readonly run: string; lastMs: number }>();

  /** @param runsMax principals whose open run is remembered */
  constructor(settings: IdentitySettings['runs'], runsMax: number = limits.idleRunsMax) {
    this.#settings = settings;
    this.#runsMax = runsMax;
  }

  /** @param nowMs milliseconds since the epoch */
  runOf(principal: Principal, { named, session }: RunHints, nowMs: number): string {
    if (principal.run !== undefined) return principal.run;
    if (named !== undefined && this.#settings['client-named']) return namedRun(principal, named);
    if (session !== undefined) return ownRun(principal, 'session', session);
    return this.#openRun(principal, nowMs);
  }

  #openRun(principal: Principal, nowMs: number): string {
    const key = principalKey(principal);
    const open = this.#open.get(key);
    this.#open.delete(key);
    if (open !== undefined && nowMs - open.lastMs <= this.#settings['idle-minutes'] * 60_000) {
      open.lastMs = Math.max(open.lastMs, nowMs);
      this.#open.set(key, open);
      return open.run;
    }
    if (this.#open.size >= this.#runsMax) {
      const oldest = this.#open.keys().next();
      if (oldest.done !== true) this.#open.delete(oldest.value);
    }
    const run = ownRun(principal, 'idle', String(nowMs));
    this.#open.set(key, { run, lastMs: nowMs });
    return run;
  }
}

/** How the ids of runs begin that clients name. */
export const namedRunPrefix = 'named.';

/** The id of a run by the name its client gives it: the same at every gateway. */
export function namedRun(who: Who, name: string): string {
  return ownRun(who, 'named', name);
}

/**
 * The name a run has here. What a client wrote is not in it: it may be about people, and a run's name stands in clear in the
 * ledger. A dot stands in no run of a token, so none of these is one.
 */
function ownRun(who: Who, how: 'named' | 'session' | 'idle', name: string): string {
  return `${how}.${lettersOf(JSON.stringify([principalKey(who), how, name]))}`;
}

/** Of the runs that call again and again. */
const lettersOf = remembered((text) => letters(hash('sha256', text, 'hex')), 2_000, 512);

/** 128 bits as letters a to p: nothing in them looks like a number of a phone or account, which the ledger would seal. */
function letters(digest: string): string {
  let text = '';
  for (let at = 0; at < 32; at++) {
    const code = digest.charCodeAt(at);
    // Digits become a to j, and a to f become k to p.
    text += String.fromCharCode(code < 0x3a ? code + 0x31 : code + 10);
  }
  return text;
}

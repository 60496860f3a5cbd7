import { DemarcError } from '../base/errors.ts';

/** An entry that is not signed, or not what was signed. */
export function unsignedError(server: string, what: string): DemarcError {
  return new DemarcError('DMC_SERVER_UNSIGNED', `server \`${server}\` ${what}`, {
    hint: 'look at what changed, then sign it: `demarc gateway sign <config>`',
  });
}

/** A program that is not the one that is pinned, or cannot be looked at. */
export function programError(server: string, what: string, hint?: string): DemarcError {
  return new DemarcError('DMC_SERVER_PROGRAM', `server \`${server}\` ${what}`, hint === undefined ? {} : { hint });
}

/** This machine cannot hold a server in a sandbox. */
export function sandboxError(what: string, hint: string): DemarcError {
  return new DemarcError('DMC_SANDBOX', what, { hint });
}

import { type Principal, principalKey } from '../../model/principal.ts';

/**
 * A key for what is remembered about a principal at an issuer or a server (a session, an upstream credential): equal only for the same
 * principal, issuer and parts.
 */
export function bindingKey(principal: Principal, issuer: string, ...parts: readonly string[]): string {
  return JSON.stringify([principalKey(principal), issuer, ...parts]);
}

/** As `bindingKey`, for what depends on what the principal may do (a filtered list): also equal only with the same grants. */
export function grantKey(principal: Principal, issuer: string, ...parts: readonly string[]): string {
  const { roles, scopes, clearance, posture = null, person } = principal;
  const sorted = (list: readonly string[]): readonly string[] => [...list].sort();
  return JSON.stringify([
    bindingKey(principal, issuer, ...parts),
    sorted(roles),
    sorted(scopes),
    sorted(person?.groups ?? []),
    clearance,
    posture,
  ]);
}

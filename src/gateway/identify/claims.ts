import type { JWTPayload } from 'jose';
import { limits } from '../../base/limits.ts';
import type { Person } from '../../model/principal.ts';
import type { RefusalCause } from './refusal.ts';
import type { IssuerSettings } from './settings.ts';

/** What the claims of an access token say about who acts. */
export interface Claimed {
  readonly agent: string;
  readonly person: Person | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/** Reads claims by the settings of the issuer that signed them. */
export type ClaimReader = (claims: JWTPayload) => Claimed | RefusalCause;

export function claimReader(settings: IssuerSettings): ClaimReader {
  // Clients choose their ids: in a map, none of them is `__proto__`.
  const names = new Map(Object.entries(settings.agent.names));
  const roles = Object.entries(settings.roles).map(([role, holders]) => ({
    role,
    everybody: holders.everybody,
    groups: new Set(holders.groups),
    values: new Set(holders.roles),
    agents: new Set(holders.agents),
  }));
  const nobodyWhen = Object.entries(settings.person['none-when']).map(
    ([name, values]) => [name, new Set<unknown>(typeof values === 'string' ? [values] : values)] as const,
  );

  return (claims) => {
    const client = clientOf(claims, settings);
    if (client === undefined) return 'identity.agent';
    const agent = names.get(client) ?? (settings.agent['only-named'] ? undefined : `${settings.name}:${client}`);
    if (agent === undefined || agent.length > limits.identifierLengthMax) return 'identity.agent';
    const groups = textsAt(claims, settings['groups-claim']);
    const values = textsAt(claims, settings['roles-claim']);
    const scopes = scopesOf(claims);
    if (groups === undefined || values === undefined || scopes === undefined) return 'identity.claims';
    const subject = valueAt(claims, settings.person.claim);
    if (subject !== undefined && !isName(subject, limits.subjectLengthMax)) return 'identity.claims';
    const isForItself =
      subject === undefined ||
      subject === client ||
      subject === plainClient(claims) ||
      nobodyWhen.some(([name, values]) => values.has(valueAt(claims, [name])));
    return {
      agent,
      person: isForItself ? undefined : { issuer: settings.issuer, subject, groups },
      roles: roles
        .filter(
          (one) =>
            one.everybody ||
            one.agents.has(agent) ||
            groups.some((group) => one.groups.has(group)) ||
            values.some((value) => one.values.has(value)),
        )
        .map(({ role }) => role),
      scopes,
    };
  };
}

/**
 * The client or workload that acts: the first claim that is there. Of `act` (RFC 8693, section 4.1) the outermost actor is the one that
 * acts now; those inside acted before, and count for nothing (same section). An actor that another issuer names is none of ours.
 */
function clientOf(claims: JWTPayload, { issuer, agent }: IssuerSettings): string | undefined {
  for (const path of agent.claims) {
    const value = valueAt(claims, path);
    if (value === undefined) continue;
    if (path.length !== 1 || path[0] !== 'act') return isName(value, limits.identifierLengthMax) ? value : undefined;
    const actor = valueAt({ act: value }, ['act', 'sub']);
    const actorIssuer = valueAt({ act: value }, ['act', 'iss']);
    const isOurs = actorIssuer === undefined || actorIssuer === issuer;
    return isOurs && isName(actor, limits.identifierLengthMax) ? actor : undefined;
  }
  return undefined;
}

/** The client a token was issued to (RFC 9068, section 2.2: a client that acts for itself is its own subject). */
function plainClient(claims: JWTPayload): unknown {
  return claims['client_id'] ?? claims['azp'] ?? claims['appid'] ?? claims['cid'];
}

function valueAt(claims: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** A claim that is a text or a list of texts; undefined when it is anything else, or too many. */
function textsAt(claims: JWTPayload, path: readonly string[]): readonly string[] | undefined {
  const value = valueAt(claims, path) ?? [];
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  if (list.length > limits.identityValuesMax) return undefined;
  return list.every((item): item is string => isName(item, limits.identifierLengthMax)) ? list : undefined;
}

/** Scopes of RFC 9068 (`scope`, one text) and of Microsoft Entra and Okta (`scp`, one text or a list). */
function scopesOf(claims: JWTPayload): readonly string[] | undefined {
  const found: string[] = [];
  for (const name of ['scope', 'scp']) {
    const value = claims[name] ?? [];
    const list = typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : value;
    if (!Array.isArray(list) || !list.every((item): item is string => typeof item === 'string')) return undefined;
    found.push(...list);
  }
  return found.length > limits.identityValuesMax ? undefined : [...new Set(found)];
}

function isName(value: unknown, lengthMax: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= lengthMax;
}

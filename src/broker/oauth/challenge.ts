/** One challenge of a `WWW-Authenticate` field: a scheme in lower case and its parameters, names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const space = /[ \t]*/y;
const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const token68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;

/**
 * Reads a `WWW-Authenticate` field value (RFC 9110, 11.6.1): several challenges may stand in one, separated by commas as
 * their parameters are. Reading ends at the first thing that is neither; what was read before it stands.
 */
export function readChallenges(field: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(field);
    if (found !== null) at = pattern.lastIndex;
    return found ?? undefined;
  };
  for (;;) {
    take(space);
    while (field[at] === ',') {
      at++;
      take(space);
    }
    const name = take(token)?.[0].toLowerCase();
    if (name === undefined) return challenges;
    const afterName = at;
    take(space);
    if (field[at] === '=') {
      at++;
      take(space);
      const value = take(quoted)?.[1]?.replace(/\\(.)/g, '$1') ?? take(token)?.[0];
      const parameters = challenges.at(-1)?.parameters;
      if (value === undefined || parameters === undefined) return challenges;
      // The first one counts: a second can only be a mistake or an attempt.
      if (!parameters.has(name)) parameters.set(name, value);
      continue;
    }
    challenges.push({ scheme: name, parameters: new Map() });
    // `a=` could be a parameter as well; it is one unless nothing follows it.
    if (at > afterName) take(token68);
  }
}

/** What a protected resource says about how to be let in (RFC 6750, 3; RFC 9728, 5.1). */
export interface ResourceChallenge {
  readonly resourceMetadata: string | undefined;
  readonly scopes: readonly string[];
  readonly error: string | undefined;
}

/** The challenge for a bearer token in an answer; undefined when there is none. */
export function resourceChallenge(field: string | undefined): ResourceChallenge | undefined {
  const bearers = readChallenges(field ?? '').filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop');
  const found = bearers.find(({ parameters }) => parameters.has('resource_metadata')) ?? bearers[0];
  if (found === undefined) return undefined;
  return {
    resourceMetadata: found.parameters.get('resource_metadata'),
    scopes: readScopes(found.parameters.get('scope')),
    error: found.parameters.get('error'),
  };
}

/** The scopes of a `scope` value, each once; what is no scope is left out (RFC 6749, 3.3). */
export function readScopes(value: string | undefined): string[] {
  return [...new Set((value ?? '').split(' '))].filter((one) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(one));
}

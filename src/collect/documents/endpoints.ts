import { limits } from '../../base/limits.ts';
import { isProperties, newProperties, type Properties, Unknown, type Value } from '../../model/value.ts';

const url =
  /\b([a-z][a-z0-9+.-]{1,30}):\/\/(?:[^\s/?#@'"`]{0,256}@)?(\[[0-9a-f:.]{2,45}\]|[\w.-]{1,253})(?::(\d{1,5}))?/gi;

/**
 * Hosts that environment values name by URL, as `{scheme, host, port, variable}`. Credentials, paths and queries are
 * left out. A port that is not written is absent. Past the limit one more, whose host is unknown, stands for the rest.
 *
 * @param environment variable name → value; what is not text is skipped
 */
export function endpointsOf(environment: Value | undefined): Properties[] {
  const found: Properties[] = [];
  if (!isProperties(environment)) return found;
  for (const variable of Object.keys(environment)) {
    const value = environment[variable];
    if (typeof value !== 'string' || !value.includes('://')) continue;
    for (const match of value.matchAll(url)) {
      const [, scheme = '', host = '', port] = match;
      const endpoint = newProperties();
      if (found.length >= limits.instancesMax) {
        endpoint['host'] = new Unknown('more endpoints than the limit');
        return [...found, endpoint];
      }
      endpoint['scheme'] = scheme.toLowerCase();
      endpoint['host'] = host.toLowerCase();
      if (port !== undefined) endpoint['port'] = Number(port);
      endpoint['variable'] = variable;
      found.push(endpoint);
    }
  }
  return found;
}

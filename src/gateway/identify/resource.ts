/** Name of a server in the configuration: what a path under `/mcp/` may be. */
export const serverName = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export const wellKnown = '/.well-known/oauth-protected-resource';

/** What a token may be used for: every server of this gateway, or those named. */
export type Reach = 'gateway' | ReadonlySet<string>;

/**
 * The resources of a gateway (RFC 8707, RFC 9728): its origin, `<origin>/mcp` for all servers together, and
 * `<origin>/mcp/<name>` for one.
 */
export class Resources {
  readonly origin: string;
  readonly #whole: ReadonlySet<string>;

  /** @param origin public scheme, host and port, as `new URL().origin` writes it */
  constructor(origin: string) {
    this.origin = origin;
    this.#whole = new Set([origin, `${origin}/mcp`]);
  }

  /**
   * The server that a request's target addresses; undefined where it addresses the gateway. A target in any other form than
   * the plain path (encoded, doubled slashes, absolute) addresses the gateway: a token for one server does not do for it.
   */
  serverOf(target: string): string | undefined {
    if (!target.startsWith('/mcp/')) return undefined;
    const end = target.indexOf('?');
    const name = target.slice('/mcp/'.length, end === -1 ? undefined : end);
    return serverName.test(name) ? name : undefined;
  }

  /** Where the metadata of a resource is (RFC 9728, section 3.1). */
  metadataUrl(server: string | undefined): string {
    return `${this.origin}${wellKnown}/mcp${server === undefined ? '' : `/${server}`}`;
  }

  /**
   * The resource whose metadata is asked for by what follows `wellKnown` in a path; undefined where that is none. Every
   * well-formed name has metadata, whether there is such a server or not.
   */
  describedBy(path: string): string | undefined {
    if (path === '' || path === '/mcp') return `${this.origin}${path}`;
    return path.startsWith('/mcp/') && serverName.test(path.slice('/mcp/'.length))
      ? `${this.origin}${path}`
      : undefined;
  }

  /**
   * What the audience of a token reaches; undefined when it is meant for somebody else.
   *
   * @param audience the claim `aud` @param further values that mean this gateway for this issuer
   */
  reachOf(audience: unknown, further: ReadonlySet<string>): Reach | undefined {
    const named = new Set<string>();
    for (const value of Array.isArray(audience) ? (audience as readonly unknown[]) : [audience]) {
      if (typeof value !== 'string') continue;
      const resource = canonical(value);
      if (this.#whole.has(resource) || further.has(value)) return 'gateway';
      const server = resource.startsWith(`${this.origin}/mcp/`) ? resource.slice(this.origin.length + 5) : '';
      if (serverName.test(server)) named.add(server);
    }
    return named.size === 0 ? undefined : named;
  }
}

/**
 * A resource as MCP writes it: scheme and host in lower case, no slash at the end; nothing where it has no host. Nothing else is
 * normalised: what an authorization server took for another resource stays another.
 */
function canonical(resource: string): string {
  const [, origin = '', path = ''] = /^([A-Za-z]{4,5}:\/\/[^/?#]{1,255})(.*)$/s.exec(resource) ?? [];
  return `${origin.toLowerCase()}${path === '/' ? '' : path.replace(/(?<=[^/])\/$/, '')}`;
}

import { describe, expect, it } from 'vitest';
import type { Http } from '../../base/ports.ts';
import { Outbound } from '../outbound.ts';
import { canonicalServer, discover, resourcePlaces, serverPlaces } from './discovery.ts';

describe('well-known places', () => {
  it.each([
    ['https://a.example', ['https://a.example/.well-known/oauth-protected-resource']],
    ['https://a.example/', ['https://a.example/.well-known/oauth-protected-resource']],
    [
      'https://a.example:8443/public/mcp',
      [
        'https://a.example:8443/.well-known/oauth-protected-resource/public/mcp',
        'https://a.example:8443/.well-known/oauth-protected-resource',
      ],
    ],
    [
      'https://a.example/mcp/?tenant=1',
      [
        'https://a.example/.well-known/oauth-protected-resource/mcp?tenant=1',
        'https://a.example/.well-known/oauth-protected-resource',
      ],
    ],
  ])('of the resource %s', (server, places) => {
    expect(resourcePlaces(server)).toEqual(places);
  });

  it.each([
    [
      'https://auth.example.com',
      [
        'https://auth.example.com/.well-known/oauth-authorization-server',
        'https://auth.example.com/.well-known/openid-configuration',
      ],
    ],
    [
      'https://auth.example.com/tenant1',
      [
        'https://auth.example.com/.well-known/oauth-authorization-server/tenant1',
        'https://auth.example.com/.well-known/openid-configuration/tenant1',
        'https://auth.example.com/tenant1/.well-known/openid-configuration',
      ],
    ],
    [
      'https://auth.example.com/a/b/',
      [
        'https://auth.example.com/.well-known/oauth-authorization-server/a/b',
        'https://auth.example.com/.well-known/openid-configuration/a/b',
        'https://auth.example.com/a/b/.well-known/openid-configuration',
      ],
    ],
  ])('of the issuer %s', (issuer, places) => {
    expect(serverPlaces(issuer)).toEqual(places);
  });
});

it.each([
  ['https://MCP.example.com/', 'https://mcp.example.com'],
  ['https://mcp.example.com:443/mcp', 'https://mcp.example.com/mcp'],
  ['https://mcp.example.com/mcp/', 'https://mcp.example.com/mcp/'],
  ['https://mcp.example.com/?a=1#b', 'https://mcp.example.com/?a=1'],
])('the canonical form of %s', (server, canonical) => {
  expect(canonicalServer(server)).toBe(canonical);
});

/** A web of documents, or other statuses, by URL; everything else is not found. */
function web(documents: Record<string, object | number>): { outbound: Outbound; asked: string[] } {
  const asked: string[] = [];
  const http: Http = {
    send: ({ url }) => {
      asked.push(url);
      const document = documents[url];
      const body = Buffer.from(JSON.stringify(document ?? {}));
      const status = typeof document === 'number' ? document : document === undefined ? 404 : 200;
      return Promise.resolve({ status, headers: {}, body });
    },
  };
  return { outbound: new Outbound(http, { trustedOrigins: [], networks: [], allowLoopback: false }), asked };
}

const server = 'https://mcp.example/a/mcp';
const issuer = 'https://as.example/t';
const request = { server, resourceMetadata: undefined, issuer: undefined };
const metadata = { issuer, token_endpoint: `${issuer}/token` };
const pathDocument = 'https://mcp.example/.well-known/oauth-protected-resource/a/mcp';
const oidc = 'https://as.example/t/.well-known/openid-configuration';

describe('discovery', () => {
  it('asks each place once, in order, and stops at the first that answers', async () => {
    const { outbound, asked } = web({
      'https://mcp.example/.well-known/oauth-protected-resource': {
        resource: 'https://mcp.example',
        authorization_servers: [issuer],
      },
      [oidc]: metadata,
    });
    expect(await discover(outbound, request)).toMatchObject({
      resource: 'https://mcp.example',
      issuer,
      assumed: false,
    });
    expect(asked).toEqual([
      pathDocument,
      'https://mcp.example/.well-known/oauth-protected-resource',
      ...serverPlaces(issuer),
    ]);
  });

  it('goes where the challenge says, and nowhere else', async () => {
    const { outbound, asked } = web({
      [pathDocument]: { resource: server, authorization_servers: [issuer] },
      [oidc]: metadata,
    });
    const elsewhere = { ...request, resourceMetadata: 'https://mcp.example/custom' };
    await expect(discover(outbound, elsewhere)).rejects.toMatchObject({ code: 'metadata-missing' });
    expect(asked).toEqual(['https://mcp.example/custom']);
  });

  it("looks on where a place holds another issuer's metadata, and uses only the issuer's own", async () => {
    const documents = {
      [pathDocument]: { resource: server, authorization_servers: [issuer] },
      'https://as.example/.well-known/oauth-authorization-server/t': { ...metadata, issuer: 'https://as.example' },
    };
    await expect(discover(web(documents).outbound, request)).rejects.toMatchObject({ code: 'issuer-mismatch' });
    expect(await discover(web({ ...documents, [oidc]: metadata }).outbound, request)).toMatchObject({ issuer });
  });

  it.each([
    'https://mcp.example',
    'https://mcp.example/',
    'https://mcp.example/a',
    'https://mcp.example/a/',
    'https://mcp.example/a/mcp',
    'HTTPS://MCP.example/a/mcp',
  ])('takes %s for the resource, exactly as it is written', async (resource) => {
    const { outbound } = web({ [pathDocument]: { resource, authorization_servers: [issuer] }, [oidc]: metadata });
    expect(await discover(outbound, request)).toMatchObject({ resource });
  });

  it.each([
    'http://mcp.example/a/mcp',
    'https://mcp.example:444/a/mcp',
    'https://mcp.example.evil.example/a/mcp',
    'https://mcp.example@evil.example/a/mcp',
    'https://user@mcp.example/a/mcp',
    'https://:pass@mcp.example/a/mcp',
    'https://mcp.example/a/m',
    'https://mcp.example/A/mcp',
    'https://mcp.example/a/mcp?x=1',
    'https://mcp.example/a/mcp#x',
    '/a/mcp',
    '',
  ])('refuses %s as the resource', async (resource) => {
    const { outbound } = web({ [pathDocument]: { resource, authorization_servers: [issuer] }, [oidc]: metadata });
    await expect(discover(outbound, request)).rejects.toMatchObject({ code: 'resource-mismatch' });
  });

  it('takes a resource with the query of the server, and none that stands behind a part of its path', async () => {
    const found = (url: string, resource: string): Promise<unknown> => {
      const [place = ''] = resourcePlaces(url);
      const { outbound } = web({ [place]: { resource, authorization_servers: [issuer] }, [oidc]: metadata });
      return discover(outbound, { ...request, server: url }).catch(({ code }: { code: unknown }) => code);
    };
    const asking = `${server}?tenant=1`;
    for (const resource of [asking, server]) expect(await found(asking, resource)).toMatchObject({ resource });
    expect(await found(asking, `${server}?tenant=2`)).toBe('resource-mismatch');
    expect(await found(server, 'https://mcp.example/mcp')).toBe('resource-mismatch');
    expect(await found('https://mcp.example/a/b/mcp', 'https://mcp.example/b')).toBe('resource-mismatch');
  });

  it.each([
    [302, 'metadata-invalid'],
    [400, 'metadata-missing'],
    [403, 'metadata-missing'],
    [429, 'unreachable'],
    [499, 'metadata-missing'],
    [500, 'unreachable'],
  ])('of what is answered with status %i is %s', async (status, code) => {
    const places = Object.fromEntries(serverPlaces(issuer).map((place) => [place, status]));
    const { outbound } = web({ [pathDocument]: { resource: server, authorization_servers: [issuer] }, ...places });
    await expect(discover(outbound, request)).rejects.toMatchObject({ code });
    const alone = web({ [pathDocument]: status });
    if (code === 'metadata-missing') expect(await discover(alone.outbound, request)).toMatchObject({ assumed: true });
    else await expect(discover(alone.outbound, request)).rejects.toMatchObject({ code });
  });

  it('takes a server that publishes nothing of itself for its own authorization server (revision 2025-03-26)', async () => {
    const own = 'https://mcp.example';
    const published = { issuer: own, token_endpoint: `${own}/t` };
    const { outbound } = web({ [`${own}/.well-known/oauth-authorization-server`]: published });
    expect(await discover(outbound, request)).toMatchObject({ resource: server, metadata: published, assumed: false });
    expect(await discover(web({}).outbound, request)).toMatchObject({
      issuer: own,
      assumed: true,
      metadata: {
        authorization_endpoint: `${own}/authorize`,
        token_endpoint: `${own}/token`,
        registration_endpoint: `${own}/register`,
      },
    });
    // What the configuration names is not guessed at.
    expect(await discover(web({ [oidc]: metadata }).outbound, { ...request, issuer })).toMatchObject({ issuer });
    await expect(discover(web({}).outbound, { ...request, issuer })).rejects.toMatchObject({
      code: 'metadata-missing',
    });
  });

  it('takes the issuer the configuration names where the server lists several', async () => {
    const { outbound } = web({
      [pathDocument]: { resource: server, authorization_servers: ['https://other.example', issuer] },
      [oidc]: metadata,
    });
    expect(await discover(outbound, { ...request, issuer })).toMatchObject({ issuer });
    await expect(discover(outbound, { ...request, issuer: 'https://third.example' })).rejects.toMatchObject({
      code: 'issuer-not-listed',
    });
  });
});

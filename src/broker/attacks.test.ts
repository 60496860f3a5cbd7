/** Attacks on how the gateway proves itself upstream; numbers as in the list of attack groups. */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHttp } from '../app/node-http.ts';
import type { HttpRequest } from '../base/ports.ts';
import { OAuthWorld, principalOf, ready, tokenOf } from './fixtures/oauth-world.ts';
import type { CredentialOutcome } from './outcome.ts';

let world: OAuthWorld;
beforeEach(async () => {
  world = await new OAuthWorld().listen();
});
afterEach(() => world.close());

const anna = principalOf('anna');
const bert = principalOf('bert');

/** The answer to a consent, as the authorization server gives it and as a twist leaves it. */
async function answered(
  twist: (answer: URLSearchParams) => void,
  by: Parameters<ReturnType<OAuthWorld['broker']>['complete']>[1] = { kind: 'local' },
): Promise<unknown> {
  const broker = world.broker();
  const asked = await broker.connect('docs', anna);
  if (asked.kind !== 'consent') throw new TypeError(asked.kind);
  const answer = await world.browse(asked.url);
  twist(answer);
  return broker.complete(answer, by);
}
const codesSent = (): number => world.authorization.at('/token').length;

describe('G12: an inbound token is never passed on', () => {
  it('to anybody but the identity provider that issued it', async () => {
    const provider = await new OAuthWorld().listen();
    try {
      world.variables = { SECRET: 'x' };
      const client = { id: 'c', secret: 'env:SECRET' };
      const broker = world.broker({
        type: 'enterprise-managed',
        client,
        issuer: world.authorization.url,
        'identity-provider': {
          issuer: provider.authorization.url,
          client,
        },
      });
      world.subjectToken = () => 'inbound-token';
      const person = principalOf('anna', 'bot', provider.authorization.url);
      const credential = ready(await broker.credentialFor('docs', person));
      expect(JSON.stringify([world.authorization.heard, world.server.heard, credential, world.events])).not.toContain(
        'inbound-token',
      );
      // Nor to a provider that did not issue it.
      expect(await broker.credentialFor('docs', bert)).toMatchObject({ code: 'no-subject-token' });
    } finally {
      await provider.close();
    }
  });

  it.each([
    ['token-exchange', 'access_token', 'its own', undefined],
    ['token-exchange', 'jwt', 'its own', undefined],
    ['token-exchange', undefined, 'its own', undefined],
    ['token-exchange', 'jwt', 'inbound-token', 'gave back the token'],
    ['token-exchange', 'refresh_token', 'its own', 'of another type'],
    ['enterprise-managed', 'id-jag', 'its-own', undefined],
    ['enterprise-managed', 'id-jag', 'inbound-token', 'gave back the token'],
    ['enterprise-managed', 'access_token', 'its-own', 'of another type'],
  ])('where %s is answered with type %s: %s', async (type, issued, token, told) => {
    world.variables = { SECRET: 'x' };
    const issuer = world.authorization.url;
    const client = { id: 'c', secret: 'env:SECRET' };
    const provider = type === 'enterprise-managed' ? { 'identity-provider': { issuer, client } } : {};
    const broker = world.broker({ type, issuer, client, ...provider });
    world.subjectToken = () => 'inbound-token';
    world.authorization.twists.set('/token', ({ form }) =>
      form.has('subject_token')
        ? {
            body: {
              access_token: token.replaceAll(' ', '-'),
              token_type: 'Bearer',
              issued_token_type: issued === undefined ? null : `urn:ietf:params:oauth:token-type:${issued}`,
            },
          }
        : undefined,
    );
    expect(await broker.credentialFor('docs', principalOf('anna', 'bot', issuer))).toMatchObject(
      told === undefined
        ? { kind: 'ready' }
        : { code: 'token-invalid', message: expect.stringContaining(told) as string },
    );
  });
});

describe('G13, G14: whose answer it is', () => {
  it.each<[string, (answer: URLSearchParams) => void]>([
    ['another issuer', (answer) => answer.set('iss', 'https://evil.example')],
    ['the issuer with a slash', (answer) => answer.set('iss', `${answer.get('iss') ?? ''}/`)],
    ['the issuer in capitals', (answer) => answer.set('iss', (answer.get('iss') ?? '').toUpperCase())],
    ['no issuer where one was announced', (answer) => answer.delete('iss')],
    ['two issuers', (answer) => answer.append('iss', 'https://evil.example')],
    ['another state', (answer) => answer.set('state', 'x')],
    ['no state', (answer) => answer.delete('state')],
    ['two states', (answer) => answer.append('state', 'x')],
    ['two codes', (answer) => answer.append('code', 'x')],
    ['no code', (answer) => answer.delete('code')],
    ['an empty code', (answer) => answer.set('code', '')],
  ])('%s: no code leaves the gateway', async (_what, twist) => {
    expect(await answered(twist)).toMatchObject({ kind: 'refused', code: 'authorization-response-invalid' });
    expect(codesSent()).toBe(0);
  });

  it('an issuer that was not announced is compared all the same; none is then no mistake', async () => {
    world.authorization.metadata = { authorization_response_iss_parameter_supported: undefined };
    expect(await answered((answer) => answer.set('iss', 'https://evil.example'))).toMatchObject({
      code: 'authorization-response-invalid',
    });
    expect(codesSent()).toBe(0);
    expect(await answered((answer) => answer.delete('iss'))).toEqual({ kind: 'connected', server: 'docs' });
  });

  it('an error of another issuer is not repeated; a person who says no is', async () => {
    const denied = (answer: URLSearchParams): void => {
      answer.delete('code');
      answer.set('error', 'access_denied');
      answer.set('error_description', 'call +1 555 0100 to fix this');
    };
    const foreign = await answered((answer) => (denied(answer), answer.set('iss', 'https://evil.example')));
    expect(JSON.stringify(foreign)).not.toMatch(/access_denied|555/);
    const prose = await answered((answer) => (denied(answer), answer.set('error', 'call_me at once')));
    expect(prose).toMatchObject({ message: expect.stringMatching(/: an unknown error$/) as string });
    const own = await answered(denied);
    expect(own).toMatchObject({
      code: 'authorization-denied',
      message: expect.stringContaining('access_denied') as string,
    });
    expect(JSON.stringify(own)).not.toContain('555');
  });

  it('counts once', async () => {
    const broker = world.broker();
    const asked = await broker.connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    const answer = await world.browse(asked.url);
    const both = await Promise.all([
      broker.complete(answer, { kind: 'local' }),
      broker.complete(answer, { kind: 'local' }),
    ]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['connected', 'refused']);
    expect(codesSent()).toBe(1);
  });

  it("of somebody else's browser connects nobody, and the right one can still come", async () => {
    const broker = world.broker();
    const asked = await broker.connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    const answer = await world.browse(asked.url);
    const victim = { kind: 'person', issuer: 'https://idp.test', subject: 'victim', roles: ['admin'] } as const;
    expect(await broker.complete(answer, victim)).toMatchObject({ code: 'authorization-response-invalid' });
    const namesake = { ...victim, issuer: 'https://other.test', subject: 'anna' };
    for (const other of [namesake, { kind: 'nobody' } as const])
      expect(await broker.complete(answer, other)).toMatchObject({
        code: 'authorization-response-invalid',
        message: 'somebody else was asked for this consent',
      });
    expect(codesSent()).toBe(0);
    expect(await broker.complete(answer, { ...victim, subject: 'anna' })).toMatchObject({ kind: 'connected' });
  });

  it("is an administrator's where the account is everybody's", async () => {
    world.settings = { ...world.settings, administrators: ['admin'] };
    const broker = world.broker({ type: 'authorization-code', identity: 'shared' });
    const asked = await broker.connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    const answer = await world.browse(asked.url);
    const person = { kind: 'person', issuer: 'https://idp.test', subject: 'anna', roles: ['clerk'] } as const;
    expect(await broker.complete(answer, person)).toMatchObject({
      kind: 'refused',
      message: 'an administrator was asked for this consent',
    });
    expect(await broker.complete(answer, { ...person, roles: ['clerk', 'admin'] })).toMatchObject({
      kind: 'connected',
    });
  });
});

describe('G14: whose metadata it is', () => {
  it.each<[string, () => void, string]>([
    ['of another issuer', () => (world.authorization.metadata = { issuer: 'https://evil.example' }), 'issuer-mismatch'],
    [
      'of the issuer with a slash',
      () => (world.authorization.metadata = { issuer: `${world.authorization.url}/` }),
      'issuer-mismatch',
    ],
    [
      'of another resource',
      () => (world.server.metadata['resource'] = 'https://evil.example/mcp'),
      'resource-mismatch',
    ],
    [
      'of a resource beside it',
      () => (world.server.metadata['resource'] = `${world.server.url}/mc`),
      'resource-mismatch',
    ],
    [
      'of a resource below it',
      () => (world.server.metadata['resource'] = `${world.server.url}/mcp/deep`),
      'resource-mismatch',
    ],
    ['without authorization servers', () => (world.server.metadata['authorization_servers'] = []), 'metadata-invalid'],
    [
      'without PKCE',
      () => (world.authorization.metadata = { code_challenge_methods_supported: undefined }),
      'pkce-unsupported',
    ],
    [
      'with plain PKCE only',
      () => (world.authorization.metadata = { code_challenge_methods_supported: ['plain'] }),
      'pkce-unsupported',
    ],
  ])('%s: nobody is sent anywhere', async (_what, twist, code) => {
    twist();
    expect(await world.broker().connect('docs', anna)).toMatchObject({ kind: 'refused', code });
    expect(
      world.authorization.heard.filter(({ path }) => !path.startsWith('/.well-known/') && path !== '/register'),
    ).toEqual([]);
  });

  it('an authorization server that changed gets a client and tokens of its own, and hears nothing of the old ones', async () => {
    const next = await new OAuthWorld().listen();
    try {
      const broker = world.broker();
      const first = await world.connect(broker, anna);
      world.server.metadata = { authorization_servers: [next.authorization.url] };
      next.authorization.twists.set('/register', () => ({ status: 201, body: { client_id: 'second' } }));
      const asked = await broker.challenge('docs', anna, world.unauthorised(first.reference));
      expect(asked).toMatchObject({
        kind: 'consent',
        reason: 'server-moved',
        host: new URL(next.authorization.url).host,
      });
      const second = await world.connect(broker, anna, asked);
      expect(next.authorization.accessTokens.get(tokenOf(second))?.client).toBe('second');
      const old = [
        ...world.authorization.accessTokens.keys(),
        ...world.authorization.refreshTokens.keys(),
        'dcr-1',
        'dcr-secret-1',
      ];
      const heard = JSON.stringify(next.authorization.heard);
      expect(old.filter((secret) => heard.includes(secret))).toEqual([]);
      expect(world.events.map(({ event }) => [event.kind, event.reasons?.[0]])).toEqual([
        ['credential.issued', 'authorization-code'],
        ['credential.revoked', 'authorization-server-changed'],
        ['credential.issued', 'authorization-code'],
      ]);
    } finally {
      await next.close();
    }
  });

  it('a client that was registered by hand is not shown to the one that a token from before is of', async () => {
    world.variables = { SECRET: 'registered-secret' };
    const client = { id: 'by-hand', secret: 'env:SECRET' };
    const issuer = world.authorization.url;
    await world.connect(world.broker({ type: 'authorization-code', client: { id: 'by-hand' }, issuer }), anna);
    const moved = world.broker({ type: 'authorization-code', client, issuer: 'https://as.example' });
    expect(await moved.disconnect('docs', anna, 'a person asked for it')).toBe(true);
    expect(world.notices).toMatchObject([{ code: 'issuer-changed' }]);
    expect(JSON.stringify(world.authorization.heard)).not.toContain('registered-secret');
    expect(world.authorization.revoked).toEqual([]);
  });

  it('a client that was registered by hand is shown to its own authorization server only', async () => {
    const evil = await new OAuthWorld().listen();
    try {
      world.variables = { SECRET: 'registered-secret' };
      world.server.metadata = { authorization_servers: [evil.authorization.url] };
      for (const type of ['authorization-code', 'client-credentials']) {
        const client = { id: 'by-hand', secret: 'env:SECRET' };
        const identity = type === 'client-credentials' ? { identity: 'shared' } : {};
        const broker = world.broker({ type, client, issuer: world.authorization.url, ...identity });
        expect(await broker.connect('docs', anna)).toMatchObject({ code: 'issuer-not-listed' });
      }
      expect(evil.authorization.heard).toEqual([]);
    } finally {
      await evil.close();
    }
  });
});

describe('G15: requests forged through metadata', () => {
  let inside: Server;
  let insideUrl: string;
  let reached: number;
  beforeEach(async () => {
    reached = 0;
    inside = createServer((_incoming, outgoing) => {
      reached++;
      outgoing.end('{}');
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    insideUrl = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => inside.close(resolve)));

  // The server itself is where the operator said, on loopback; what it names is checked.
  const guarded = (): ReturnType<OAuthWorld['broker']> => {
    world.settings = {};
    return world.broker();
  };
  const hosts = [
    '169.254.169.254',
    '[fe80::1]',
    '10.0.0.7',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '0251.0376.0251.0376',
    '0xa9fea9fe',
    '2852039166',
    '127.1',
    '[::1]',
    '[::]',
    '[::ffff:169.254.169.254]',
    '[::ffff:7f00:1]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:7f00:1::]',
    '[fd00::1]',
    'localhost',
  ];

  it.each(hosts)('an authorization server at %s', async (host) => {
    world.server.metadata = { authorization_servers: [`https://${host}`] };
    expect(await guarded().connect('docs', anna)).toMatchObject({ kind: 'refused', code: 'address-not-allowed' });
  });

  it.each(hosts)('resource metadata at %s', async (host) => {
    const wwwAuthenticate = `Bearer resource_metadata="https://${host}/x"`;
    const outcome = await guarded().challenge('docs', anna, { status: 401, wwwAuthenticate, reference: undefined });
    expect(outcome).toMatchObject({ kind: 'refused', code: 'address-not-allowed' });
  });

  it.each([
    'http://example.com',
    'http://127.0.0.1',
    'file:///etc/passwd',
    'ftp://example.com',
    'gopher://x',
    'https://u:p@example.com',
    'x',
    '',
  ])('a URL that is not even https: %s', async (url) => {
    world.server.metadata = { authorization_servers: [url] };
    const outcome = await guarded().connect('docs', anna);
    expect(outcome).toMatchObject({ kind: 'refused', code: 'url-not-allowed' });
  });

  it.each(['token_endpoint', 'registration_endpoint'])('a %s inside', async (member) => {
    // The authorization server is trusted to be on loopback, and names another port of it.
    world.settings = {};
    world.authorization.metadata = { [member]: `${insideUrl}/x` };
    world.variables = { SECRET: 'x' };
    const settings =
      member === 'token_endpoint'
        ? {
            type: 'client-credentials',
            client: { id: 'c', secret: 'env:SECRET' },
            issuer: world.authorization.url,
            identity: 'shared',
          }
        : { type: 'authorization-code', issuer: world.authorization.url };
    expect(await world.broker(settings).connect('docs', anna)).toMatchObject({
      kind: 'refused',
      code: 'url-not-allowed',
    });
    expect(reached).toBe(0);
  });

  it('a redirect inside is not followed', async () => {
    for (const [party, path] of [
      [world.server, '/.well-known/oauth-protected-resource/mcp'],
      [world.authorization, '/.well-known/oauth-authorization-server'],
    ] as const) {
      party.twists.set(path, () => ({ status: 302, headers: { location: `${insideUrl}/x` } }));
      expect(await world.broker().connect('docs', anna)).toMatchObject({ code: 'metadata-invalid' });
      party.twists.clear();
    }
    expect(reached).toBe(0);
  });

  it('a name that means another address by the time it is connected to: the connection asks too', async () => {
    const asked: string[] = [];
    const allowsAddress = (address: string): boolean => (asked.push(address), false);
    const { port } = new URL(insideUrl);
    const request: HttpRequest = {
      method: 'GET',
      url: `http://localhost:${port}/`,
      headers: {},
      timeoutMs: 5_000,
      responseBytesMax: 9,
    };
    const http = nodeHttp({});
    // A connection that is kept from before is not one that was checked.
    await http.send(request);
    await expect(http.send({ ...request, allowsAddress })).rejects.toMatchObject({ code: 'EACCES' });
    expect(asked).toContain('127.0.0.1');
    expect(reached).toBe(1);
    expect(await http.send({ ...request, allowsAddress: (address) => address === '127.0.0.1' })).toMatchObject({
      status: 200,
    });
  });

  it('a name of the configuration may mean a private address, never one of a metadata service', async () => {
    const told = (address: string): Promise<CredentialOutcome> => {
      world.settings = {};
      world.http = { send: ({ allowsAddress }) => Promise.reject(new Error(String(allowsAddress?.(address)))) };
      return world.broker(undefined, 'https://mcp.corp.example/mcp').connect('docs', anna);
    };
    expect(await told('10.1.2.3')).toMatchObject({ code: 'unreachable' });
    for (const address of ['169.254.169.254', 'fe80::1', '::ffff:169.254.169.254', 'fd00:ec2::254', 'fd20:ce::254'])
      expect(await told(address)).toMatchObject({ code: 'address-not-allowed' });
  });

  it('networks that are allowed are, and nothing beside them', async () => {
    const allowed = (networks: string[], host: string): Promise<CredentialOutcome> => {
      world.settings = { networks };
      world.http = {
        send: ({ url, allowsAddress }) =>
          Promise.reject(new Error(allowsAddress?.(new URL(url).hostname) === true ? 'asked' : 'refused')),
      };
      const wwwAuthenticate = `Bearer resource_metadata="https://${host}/x"`;
      return world.broker().challenge('docs', anna, { status: 401, wwwAuthenticate, reference: undefined });
    };
    expect(await allowed(['10.1.0.0/16'], '10.1.2.3')).toMatchObject({ code: 'unreachable' });
    expect(await allowed(['10.1.0.0/16'], '10.2.2.3')).toMatchObject({ code: 'address-not-allowed' });
    expect(await allowed(['10.1.0.0/16'], '169.254.169.254')).toMatchObject({ code: 'address-not-allowed' });
    expect(await allowed(['0.0.0.0/0'], '169.254.169.254')).toMatchObject({ code: 'address-not-allowed' });
  });
});

describe('G16: an authorization endpoint that is no web page', () => {
  it.each([
    'javascript:alert(1)//https://x',
    'file:///bin/sh',
    'http://example.com/authorize',
    'data:text/html,x',
    'vbscript:x',
    'ms-settings:x',
    'https://user:pass@example.com/',
    'https://example.com/#x',
    '$(touch /tmp/x)',
  ])('%s is never given out', async (endpoint) => {
    world.authorization.metadata = { authorization_endpoint: endpoint };
    expect(await world.broker().connect('docs', anna)).toMatchObject({ kind: 'refused', code: 'url-not-allowed' });
  });

  it('shell characters in one come out encoded, and our parameters stand whatever its query says', async () => {
    const base = world.authorization.url;
    world.authorization.metadata = {
      authorization_endpoint: `${base}/authorize?x=\`a\`$(b)|'c' "d"&state=theirs&redirect_uri=https://evil.example`,
    };
    const asked = await world.broker().connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(JSON.stringify(asked));
    expect(asked.url).not.toMatch(/[`|"<>\s^{}\\]|\$\(/);
    const { searchParams } = new URL(asked.url);
    expect(searchParams.getAll('state')).not.toContain('theirs');
    expect(searchParams.getAll('redirect_uri')).toEqual(['http://127.0.0.1:8765/callback']);
  });
});

describe('G18: where a secret is sent', () => {
  const settings = { type: 'static', secret: 'env:KEY', identity: 'shared', header: 'X-Api-Key', scheme: '' };

  it('is where the configuration says, and that is stated with it', async () => {
    world.variables = { KEY: 'k-123' };
    const outcome = await world.broker(settings).credentialFor('docs', anna);
    expect(outcome).toEqual({ kind: 'ready', headers: { 'x-api-key': 'k-123' }, origins: [world.server.url] });
    const plain = world.broker({ type: 'static', secret: 'env:KEY', identity: 'shared' });
    expect(await plain.credentialFor('docs', anna)).toMatchObject({ headers: { authorization: 'Bearer k-123' } });
    const elsewhere = world.broker({ ...settings, origins: ['https://api.example'] });
    expect(await elsewhere.credentialFor('docs', anna)).toMatchObject({ kind: 'refused', code: 'origin-not-allowed' });
    // The server asks for it elsewhere: its metadata is no configuration.
    expect(await world.broker(settings).challenge('docs', anna, world.unauthorised(undefined))).toMatchObject({
      code: 'token-rejected',
    });
  });

  it('never depends on who asks or what for', async () => {
    world.variables = { KEY: 'k-123' };
    const broker = world.broker(settings);
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (agent, subject) => {
        const { origins } = ready(await broker.credentialFor('docs', principalOf(subject, agent)));
        expect(origins).toEqual([world.server.url]);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['a\r\nx-evil: 1', 'a\u0000', 'schlüssel'])('cannot be more than one header: %j', async (secret) => {
    world.variables = { KEY: secret };
    expect(await world.broker(settings).credentialFor('docs', anna)).toMatchObject({ code: 'secret-unavailable' });
  });

  it.each(['a b', 'a\r\nx: 1', '', 'ä'])('nor can a token be one: %j', async (token) => {
    world.authorization.twists.set('/token', () => ({ body: { access_token: token, token_type: 'Bearer' } }));
    expect(await answered(() => undefined)).toMatchObject({ code: 'token-invalid' });
  });
});

describe('G19: two people', () => {
  it('never share a token, a key of sessions, or a consent', async () => {
    const broker = world.broker();
    const people = [
      anna,
      bert,
      principalOf('anna', 'other-bot'),
      principalOf('anna', 'bot', 'https://other-idp.test'),
      principalOf(undefined),
    ];
    const tokens = [];
    for (const person of people) tokens.push(tokenOf(await world.connect(broker, person)));
    expect(new Set(tokens).size).toBe(people.length);
    expect(new Set(people.map((person) => broker.isolationKey('docs', person))).size).toBe(people.length);
    for (const [at, person] of people.entries())
      expect(tokenOf(ready(await broker.credentialFor('docs', person)))).toBe(tokens[at]);
    // Rejecting one with the other's lease changes nothing of the other's.
    const own = ready(await broker.credentialFor('docs', bert));
    expect(await broker.challenge('docs', anna, world.unauthorised(own.reference))).toMatchObject({ kind: 'ready' });
    expect(await broker.credentialFor('docs', bert)).toEqual(own);
  });

  it('have keys that no choice of names makes equal', () => {
    const broker = world.broker();
    const text = fc.oneof(fc.string(), fc.constantFrom('"', '","', '\\', '[', 'shared', 'null'));
    fc.assert(
      fc.property(text, text, text, text, (agentA, subjectA, agentB, subjectB) => {
        const [a, b] = [principalOf(subjectA, agentA), principalOf(subjectB, agentB)];
        const same = agentA === agentB && subjectA === subjectB;
        expect(broker.isolationKey('docs', a) === broker.isolationKey('docs', b)).toBe(same);
      }),
    );
  });

  it('act as one only where the configuration says so', async () => {
    const shared = world.broker({ type: 'authorization-code', identity: 'shared' });
    const token = tokenOf(await world.connect(shared, anna));
    expect(tokenOf(ready(await shared.credentialFor('docs', bert)))).toBe(token);
    expect(shared.isolationKey('docs', anna)).toBe(shared.isolationKey('docs', bert));
    const person = world.broker({ type: 'authorization-code', identity: 'person' });
    expect(person.isolationKey('docs', anna)).toBe(person.isolationKey('docs', principalOf('anna', 'other-bot')));
    for (const other of [bert, principalOf('anna', 'bot', 'https://other-idp.test')])
      expect(person.isolationKey('docs', anna)).not.toBe(person.isolationKey('docs', other));
    expect(person.isolationKey('docs', anna)).toContain('docs');
    expect(await person.credentialFor('docs', principalOf(undefined))).toMatchObject({ code: 'no-person' });
    // A server without credentials still keeps people apart.
    const none = world.broker({ type: 'none' });
    expect(none.isolationKey('docs', anna)).not.toBe(none.isolationKey('docs', bert));
  });
});

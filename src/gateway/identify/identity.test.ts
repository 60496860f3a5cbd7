import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { TestIssuer } from './fixtures/test-issuer.ts';
import { bearer, origin, request, SetClock, world, type World } from './fixtures/world.ts';
import { isRefusal } from './identity.ts';
import type { Principal } from '../../model/principal.ts';
import type { Refusal } from './refusal.ts';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start(['RS256', 'ES256', 'EdDSA']);
});
afterAll(() => issuer.stop());

const settingsOf = (more: object = {}) => ({ issuers: [{ name: 'corp', issuer: issuer.issuer, ...more }] });
const claimsAt = (clock: SetClock, more: object = {}) => ({
  aud: origin,
  sub: 'jane',
  client_id: 'assistant',
  iat: clock.seconds,
  exp: clock.seconds + 300,
  jti: 'token-1',
  ...more,
});

function principal(outcome: Principal | Refusal): Principal {
  expect(outcome).not.toHaveProperty('status');
  return outcome as Principal;
}
function reason(outcome: Principal | Refusal): string {
  expect(isRefusal(outcome)).toBe(true);
  return (outcome as Refusal).cause;
}
/** What one token leads to in a fresh world. */
async function sent(
  make: (opened: World) => string | Promise<string>,
  { settings = {}, target = '/mcp', times = 1 }: { settings?: object; target?: string; times?: number } = {},
): Promise<Principal | Refusal> {
  const opened = await world(settingsOf(settings));
  const token = await make(opened);
  for (let more = 1; more < times; more++) await opened.identity.identify(request(bearer(token), { target }));
  return opened.identity.identify(request(bearer(token), { target }));
}

describe('access tokens', () => {
  it('identify the client, the person, roles, scopes and clearance', async () => {
    const opened = await world({
      ...settingsOf({
        agent: { names: { assistant: 'support' } },
        roles: { analyst: { groups: ['g-analysts'] }, builder: { agents: ['support'] }, boss: { roles: ['Boss'] } },
      }),
      clearance: { default: 'public', roles: { analyst: 'confidential', builder: 'internal' } },
    });
    const token = await issuer.sign(
      claimsAt(opened.clock, { groups: ['g-analysts', 'g-all'], scope: 'mcp:read mcp:write', roles: ['Other'] }),
    );
    expect(principal(await opened.identity.identify(request(bearer(token))))).toEqual({
      agent: 'support',
      person: { issuer: issuer.issuer, subject: 'jane', groups: ['g-analysts', 'g-all'] },
      roles: ['analyst', 'builder'],
      scopes: ['mcp:read', 'mcp:write'],
      clearance: 'confidential',
      authentication: 'jwt',
      run: undefined,
      expiresMs: (opened.clock.seconds + 300) * 1000,
      training: [],
      posture: undefined,
    });
  });

  it.each([0, 1, 2])('are taken with each kind of key (%i)', async (at) => {
    const outcome = await sent(({ clock }) => issuer.sign(claimsAt(clock), { key: issuer.key(at) }));
    expect(principal(outcome).agent).toBe('corp:assistant');
  });

  it('carry training and posture that are looked up', async () => {
    const opened = await world(settingsOf(), {
      attributes: {
        training: (agent, person) => Promise.resolve([{ module: `${agent}/${person?.subject ?? ''}`, expiresMs: 7 }]),
        posture: (agent) => `controlled:${agent}`,
      },
    });
    const token = await issuer.sign(claimsAt(opened.clock));
    expect(principal(await opened.identity.identify(request(bearer(token))))).toMatchObject({
      training: [{ module: 'corp:assistant/jane', expiresMs: 7 }],
      posture: 'controlled:corp:assistant',
    });
  });
});

/** A token as its parts, signed by hand, so that it can say what no library would. */
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('G11: forged and foreign tokens are refused', () => {
  const forged: readonly (readonly [string, string, (opened: World) => string | Promise<string>])[] = [
    [
      'without a signature (alg none)',
      'identity.algorithm',
      ({ clock }) => new UnsecuredJWT({ iss: issuer.issuer, ...claimsAt(clock) }).encode(),
    ],
    ...['None', 'NONE', 'nOnE', ''].map(
      (alg) =>
        [
          `with alg \`${alg}\` and no signature`,
          'identity.algorithm',
          ({ clock }: World) =>
            `${encode({ alg, typ: 'at+jwt' })}.${encode({ iss: issuer.issuer, ...claimsAt(clock) })}.`,
        ] as const,
    ),
    [
      'signed by HMAC with the public key as the secret (HS/RS confusion)',
      'identity.algorithm',
      async ({ clock }) => {
        const { jwk } = issuer.key();
        const pem = await exportSPKI((await importJWK(jwk, 'RS256')) as Parameters<typeof exportSPKI>[0]);
        const text = `${encode({ alg: 'HS256', kid: jwk.kid, typ: 'at+jwt' })}.${encode({ iss: issuer.issuer, ...claimsAt(clock) })}`;
        return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
      },
    ],
    [
      'of another issuer',
      'identity.unknown-issuer',
      ({ clock }) => issuer.sign(claimsAt(clock, { iss: 'https://evil.example' })),
    ],
    [
      'of an issuer with a slash more',
      'identity.unknown-issuer',
      ({ clock }) => issuer.sign(claimsAt(clock, { iss: `${issuer.issuer}/` })),
    ],
    ['of no issuer', 'identity.unknown-issuer', ({ clock }) => issuer.sign(claimsAt(clock, { iss: undefined }))],
    ...['../../etc/passwd', "' OR 1=1 --", '/dev/null', '__proto__', 'http://evil.example/key', 'key-1\u0000'].map(
      (kid) =>
        [
          `with kid ${JSON.stringify(kid)}`,
          'identity.unknown-key',
          ({ clock }: World) => issuer.sign(claimsAt(clock), { header: { kid } }),
        ] as const,
    ),
    [
      'for another resource',
      'identity.audience',
      ({ clock }) => issuer.sign(claimsAt(clock, { aud: 'https://other.example/mcp' })),
    ],
    [
      'for a resource that begins alike',
      'identity.audience',
      ({ clock }) => issuer.sign(claimsAt(clock, { aud: `${origin}.evil.example` })),
    ],
    [
      'for a path that leads here only when normalised',
      'identity.audience',
      ({ clock }) => issuer.sign(claimsAt(clock, { aud: `${origin}/x/../mcp` })),
    ],
    [
      'for its client (an ID token)',
      'identity.audience',
      ({ clock }) => issuer.sign(claimsAt(clock, { aud: 'assistant' })),
    ],
    ['for nobody', 'identity.claims', ({ clock }) => issuer.sign(claimsAt(clock, { aud: undefined }))],
    ['that expired', 'identity.expired', ({ clock }) => issuer.sign(claimsAt(clock, { exp: clock.seconds - 31 }))],
    ['that never expires', 'identity.claims', ({ clock }) => issuer.sign(claimsAt(clock, { exp: undefined }))],
    [
      'that is not valid yet',
      'identity.not-yet-valid',
      ({ clock }) => issuer.sign(claimsAt(clock, { nbf: clock.seconds + 31 })),
    ],
    [
      'that is issued in the future',
      'identity.not-yet-valid',
      ({ clock }) => issuer.sign(claimsAt(clock, { iat: clock.seconds + 31 })),
    ],
    [
      'of another type',
      'identity.type',
      ({ clock }) => issuer.sign(claimsAt(clock), { header: { typ: 'logout+jwt' } }),
    ],
    ['that names no client', 'identity.agent', ({ clock }) => issuer.sign(claimsAt(clock, { client_id: undefined }))],
    [
      'of an actor of another issuer',
      'identity.agent',
      ({ clock }) => issuer.sign(claimsAt(clock, { act: { sub: 'x', iss: 'https://evil.example' } })),
    ],
    ...[{ jkt: 'x' }, {}, null, 'x'].map(
      (cnf) =>
        [
          `bound to ${JSON.stringify(cnf)}`,
          'identity.binding',
          ({ clock }: World) => issuer.sign(claimsAt(clock, { cnf })),
        ] as const,
    ),
    [
      'with more groups than are read',
      'identity.claims',
      ({ clock }) =>
        issuer.sign(
          claimsAt(clock, { groups: Array.from({ length: limits.identityValuesMax + 1 }, (_, at) => `g${at}`) }),
        ),
    ],
    [
      'with groups that are no texts',
      'identity.claims',
      ({ clock }) => issuer.sign(claimsAt(clock, { groups: [{ admin: true }] })),
    ],
    [
      'whose id is no text, by which nobody could revoke it',
      'identity.claims',
      ({ clock }) => issuer.sign(claimsAt(clock, { jti: 7 })),
    ],
    ['that is none', 'identity.token', () => 'abc.def.ghi'],
    ['that is encrypted', 'identity.token', () => `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`],
    [
      'changed after it was signed',
      'identity.signature',
      async ({ clock }) => {
        const [head, , signature] = (await issuer.sign(claimsAt(clock))).split('.');
        return `${head}.${encode({ iss: issuer.issuer, ...claimsAt(clock, { sub: 'admin' }) })}.${signature}`;
      },
    ],
    [
      'whose signature is cut',
      'identity.signature',
      async ({ clock }) => (await issuer.sign(claimsAt(clock), { key: issuer.key(2) })).slice(0, -4),
    ],
    [
      'signed by a key it brings along (jwk, jku, x5u, x5c)',
      'identity.signature',
      async ({ clock }) => {
        const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
        return new SignJWT({ iss: issuer.issuer, ...claimsAt(clock) })
          .setProtectedHeader({
            alg: 'ES256',
            kid: 'key-2',
            typ: 'at+jwt',
            jwk: await exportJWK(publicKey),
            jku: `${issuer.origin}/followed`,
            x5u: `${issuer.origin}/followed`,
          })
          .sign(privateKey);
      },
    ],
    [
      'signed with one key under the name of another',
      'identity.unknown-key',
      async ({ clock }) => issuer.sign(claimsAt(clock), { header: { kid: 'key-2' } }),
    ],
    [
      'with an extension it calls critical',
      'identity.algorithm',
      ({ clock }) => {
        const { secret: _, ...rest } = issuer.key();
        const text = `${encode({ alg: 'RS256', kid: rest.kid, typ: 'at+jwt', crit: ['exp2'], exp2: 1 })}.${encode({ iss: issuer.issuer, ...claimsAt(clock) })}`;
        return `${text}.${Buffer.alloc(256).toString('base64url')}`;
      },
    ],
  ];

  it.each(forged)('%s', async (_what, expected, make) => {
    expect(reason(await sent(make))).toBe(expected);
    expect(reason(await sent(make, { times: 2 }))).toBe(expected);
    expect(reason(await sent(make, { target: '/mcp/files' }))).toBe(expected);
    expect(issuer.asked).not.toContain('/followed');
  });

  it('all of them are answered alike', async () => {
    const answers = new Set<string>();
    for (const [, expected, make] of forged) {
      const { cause: _, ...answer } = (await sent(make)) as Refusal;
      expect(expected).toMatch(/^identity\./);
      answers.add(JSON.stringify(answer));
    }
    expect([...answers]).toHaveLength(1);
    expect(JSON.parse([...answers][0] ?? '')).toEqual({
      status: 401,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'www-authenticate': `Bearer error="invalid_token", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
      },
      body: '{"error":"invalid_token"}',
      reason: 'the credential is not valid here',
    });
  });

  it.each([
    ['exp', -29, 'taken'],
    ['exp', -30, 'identity.expired'],
    ['nbf', 30, 'taken'],
    ['iat', 30, 'taken'],
  ] as const)('%s %i seconds off is %s', async (claim, seconds, expected) => {
    const outcome = await sent(({ clock }) => issuer.sign(claimsAt(clock, { [claim]: clock.seconds + seconds })));
    expect(isRefusal(outcome) ? outcome.cause : 'taken').toBe(expected);
  });

  it('only `at+jwt` where the configuration says so', async () => {
    const settings = { 'require-type': true };
    for (const typ of ['JWT', undefined])
      expect(reason(await sent(({ clock }) => issuer.sign(claimsAt(clock), { header: { typ } }), { settings }))).toBe(
        'identity.type',
      );
    const typed = await sent(({ clock }) => issuer.sign(claimsAt(clock), { header: { typ: 'application/AT+jwt' } }), {
      settings,
    });
    expect(principal(typed).agent).toBe('corp:assistant');
  });

  it('a revoked token, also one that is remembered, at once', async () => {
    const opened = await world(settingsOf());
    const token = await issuer.sign(claimsAt(opened.clock));
    const other = await issuer.sign(claimsAt(opened.clock, { jti: 'token-2' }));
    for (const text of [token, other]) principal(await opened.identity.identify(request(bearer(text))));
    opened.revocations.revoke({ kind: 'credential', issuer: issuer.issuer, id: 'token-1' }, opened.clock.now());
    expect(reason(await opened.identity.identify(request(bearer(token))))).toBe('identity.revoked');
    expect(reason(await opened.identity.identify(request(bearer(token))))).toBe('identity.revoked');
    principal(await opened.identity.identify(request(bearer(other))));
  });

  it.each([
    [undefined, 'identity.revoked'],
    [30, 'identity.revoked'],
    [31, 'taken'],
  ])('of a revoked agent, issued %s seconds after by a clock that may be 30 ahead: %s', async (seconds, expected) => {
    const { identity, revocations, clock } = await world(settingsOf());
    revocations.revoke({ kind: 'agent', agent: 'corp:assistant' }, clock.ms);
    const iat = seconds === undefined ? undefined : clock.seconds + seconds;
    clock.ms += 60_000;
    const outcome = await identity.identify(request(bearer(await issuer.sign(claimsAt(clock, { iat })))));
    expect(isRefusal(outcome) ? outcome.cause : 'taken').toBe(expected);
  });

  it('a remembered token that expired meanwhile', async () => {
    const opened = await world(settingsOf({ 'skew-seconds': 0 }));
    const token = await issuer.sign(claimsAt(opened.clock, { exp: opened.clock.seconds + 10 }));
    principal(await opened.identity.identify(request(bearer(token))));
    opened.clock.ms += 9_999;
    principal(await opened.identity.identify(request(bearer(token))));
    opened.clock.ms += 1;
    expect(reason(await opened.identity.identify(request(bearer(token))))).toBe('identity.expired');
  });
});

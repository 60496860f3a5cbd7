import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateHolder, subjectText, thumbprintOf, uriNames } from './certificates.ts';
import { clientCertificate } from './fixtures/client-certificate.ts';
import { bearer, origin, request, world } from './fixtures/world.ts';
import { TestIssuer } from './fixtures/test-issuer.ts';
import { identitySettings } from './settings.ts';

const spiffe = 'spiffe://example.org/agents/support';
const entries = identitySettings.parse({
  origin,
  certificates: [
    { uri: 'spiffe://example.org/agents/support', agent: 'support', roles: ['reader'] },
    { uri: 'spiffe://example.org/agents/*', roles: ['worker'] },
    { subject: 'CN=build,O=Example', agent: 'build' },
  ],
}).certificates;
const endMs = Date.parse('2026-11-28T13:00:00Z');
const certificate = (uris: readonly string[], subject = 'CN=x') => ({
  subject,
  uris,
  fingerprint256: 'AA:BB',
  expiresMs: endMs,
});

describe('the holder of a certificate', () => {
  it.each<[readonly string[], string, string | undefined]>([
    [[spiffe], 'CN=x', 'support'],
    [['spiffe://example.org/agents/other'], 'CN=x', 'spiffe://example.org/agents/other'],
    [[`${spiffe}er`], 'CN=x', `${spiffe}er`],
    [['spiffe://example.org/agents/a/b'], 'CN=x', undefined],
    [['spiffe://example.org/agents/'], 'CN=x', undefined],
    [['spiffe://example.org/agents/..'], 'CN=x', undefined],
    [['spiffe://example.org/agents/%2e'], 'CN=x', undefined],
    [['spiffe://example.org.evil.example/agents/support'], 'CN=x', undefined],
    [['SPIFFE://example.org/agents/support'], 'CN=x', undefined],
    [[spiffe, 'spiffe://example.org/agents/other'], 'CN=x', undefined],
    [[], 'CN=build,O=Example', 'build'],
    [[], 'CN=build,O=Example,OU=x', undefined],
    [[], 'CN=BUILD,O=Example', undefined],
    [['https://elsewhere.example'], 'CN=build,O=Example', 'build'],
    [[`spiffe://example.org/agents/${'a'.repeat(300)}`], 'CN=x', undefined],
  ])('%j %s: %s', (uris, subject, agent) => {
    expect(certificateHolder(certificate(uris, subject), entries)?.agent).toBe(agent);
  });
});

describe('names in a certificate', () => {
  it.each([
    [{ CN: 'build', O: 'Example' }, 'CN=build,O=Example'],
    [{ O: 'Example', OU: ['a', 'b'] }, 'O=Example,OU=a,OU=b'],
    [{ CN: 'build,O=Example' }, 'CN=build\\,O\\=Example'],
    [{ CN: 'a\\', O: 'b' }, 'CN=a\\\\,O=b'],
    [{}, ''],
  ])('the subject %j is %s', (subject, text) => {
    expect(subjectText(subject)).toBe(text);
  });

  it('are read as Node.js writes them', () => {
    const { subjectAltName, fingerprint256, raw } = new X509Certificate(clientCertificate);
    expect(uriNames(subjectAltName)).toEqual(['spiffe://example.org/agents/support']);
    expect(thumbprintOf(fingerprint256)).toHaveLength(43);
    expect(raw.length).toBeGreaterThan(0);
  });

  it.each([
    [undefined, []],
    ['DNS:a.example', []],
    ['DNS:a.example, URI:spiffe://b/c, IP Address:127.0.0.1', ['spiffe://b/c']],
    ['URI:spiffe://b/c, URI:spiffe://b/d', ['spiffe://b/c', 'spiffe://b/d']],
    // CVE-2021-44532: a name must not smuggle another in; Node.js quotes such a name.
    ['DNS:"a.example, URI:spiffe://b/c"', []],
    ['URI:"spiffe://b/c, URI:spiffe://evil/x"', ['"spiffe://b/c, URI:spiffe://evil/x"']],
    ['othername:"a\\", URI:spiffe://b/c"', []],
  ])('%j: %j', (text, uris) => {
    expect(uriNames(text)).toEqual(uris);
  });
});

describe('mutual TLS', () => {
  const settings = { certificates: [{ uri: spiffe, agent: 'support', roles: ['reader'] }] };
  const peer = { address: '203.0.113.9', certificate: certificate([spiffe]) };

  it('identifies the agent', async () => {
    const { identity } = await world(settings);
    expect(await identity.identify(request({}, { peer }))).toMatchObject({
      agent: 'support',
      roles: ['reader'],
      authentication: 'mtls',
      person: undefined,
    });
  });

  it('is refused for a certificate that nobody knows, and without one', async () => {
    const { identity } = await world({ ...settings, anonymous: { agent: 'local' } });
    const unknown = { address: '127.0.0.1', certificate: certificate(['spiffe://example.org/x']) };
    expect(await identity.identify(request({}, { peer: unknown }))).toMatchObject({
      status: 401,
      cause: 'identity.certificate',
    });
    expect(await identity.identify(request())).toMatchObject({ status: 401, cause: 'identity.missing' });
  });

  it('says nothing where no certificates are configured', async () => {
    const { identity } = await world({ anonymous: { agent: 'local' } });
    expect(await identity.identify(request({}, { peer: { ...peer, address: '127.0.0.1' } }))).toMatchObject({
      agent: 'local',
    });
  });

  it.each([1, 60 * 60_000])('ends with the certificate, also when it was remembered %i ms before', async (before) => {
    const { identity, clock } = await world(settings);
    clock.ms = endMs - before;
    expect(await identity.identify(request({}, { peer }))).toMatchObject({ agent: 'support', expiresMs: endMs });
    clock.ms = endMs - 1;
    expect(await identity.identify(request({}, { peer }))).toMatchObject({ agent: 'support' });
    clock.ms = endMs;
    expect(await identity.identify(request({}, { peer }))).toMatchObject({ status: 401, cause: 'identity.expired' });
  });

  it('with a certificate whose end cannot be read is refused', async () => {
    const { identity } = await world(settings);
    const unread = { ...peer, certificate: { ...peer.certificate, expiresMs: Date.parse('some day') } };
    expect(await identity.identify(request({}, { peer: unread }))).toMatchObject({ cause: 'identity.expired' });
  });

  it('ends when the agent is revoked, until that is lifted', async () => {
    const { identity, revocations, clock } = await world(settings);
    expect(await identity.identify(request({}, { peer }))).toMatchObject({ agent: 'support' });
    revocations.revoke({ kind: 'agent', agent: 'support' }, clock.ms);
    expect(await identity.identify(request({}, { peer }))).toMatchObject({ cause: 'identity.revoked' });
    revocations.lift({ kind: 'agent', agent: 'support' });
    expect(await identity.identify(request({}, { peer }))).toMatchObject({ agent: 'support' });
  });

  it('a token that is bound to a certificate comes with it only, also when it is remembered (RFC 8705)', async () => {
    const issuer = await TestIssuer.start();
    const { identity, clock } = await world({ issuers: [{ name: 'corp', issuer: issuer.issuer }] });
    const { fingerprint256 } = new X509Certificate(clientCertificate);
    const bound = (more: object) =>
      issuer.sign({
        aud: origin,
        sub: 'jane',
        client_id: 'a',
        exp: clock.seconds + 2 * 60 * 60,
        cnf: { 'x5t#S256': thumbprintOf(fingerprint256), ...more },
      });
    const token = await bound({});
    const from = (print: string | undefined, text = token) =>
      request(bearer(text), {
        peer: {
          address: '203.0.113.9',
          ...(print === undefined ? {} : { certificate: { ...certificate([]), fingerprint256: print } }),
        },
      });
    for (let time = 0; time < 2; time++) {
      expect(await identity.identify(from(fingerprint256))).toMatchObject({ agent: 'corp:a' });
      expect(await identity.identify(from('AA:BB'))).toMatchObject({ cause: 'identity.binding' });
      expect(await identity.identify(from(undefined))).toMatchObject({ cause: 'identity.binding' });
    }
    const twice = await bound({ jkt: 'a key of DPoP, too' });
    expect(await identity.identify(from(fingerprint256, twice))).toMatchObject({ cause: 'identity.binding' });
    clock.ms = endMs;
    expect(await identity.identify(from(fingerprint256))).toMatchObject({ cause: 'identity.binding' });
    await issuer.stop();
  });
});

import { decodeProtectedHeader, decodeJwt, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { isRefusal } from './identity.ts';
import { MemoryKeyFiles, bearer, origin, random, request, SetClock, world } from './fixtures/world.ts';
import { newRunKey, RunTokens, storedRunKey, runTokenIssuer, runTokenType } from './run-tokens.ts';

const clock = new SetClock();
const wanted = { agent: 'support', run: 'run-7', roles: ['reader'], ttlMs: 60_000 };
const person = { issuer: 'https://a.example', subject: 'jane', groups: ['g'] };
const keyed = { anonymous: { agent: 'nobody' } };

describe('run tokens', () => {
  it('identify agent, person and run at this gateway', async () => {
    const { identity, clock: at } = await world(keyed);
    const { token, expiresMs } = await identity.mintRunToken({ ...wanted, person });
    expect(await identity.identify(request(bearer(token)))).toEqual({
      agent: 'support',
      person,
      roles: ['reader'],
      scopes: [],
      clearance: 'internal',
      authentication: 'run-token',
      run: 'run-7',
      expiresMs,
      training: [],
      posture: undefined,
    });
    expect(expiresMs).toBe(at.ms + 60_000);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: runTokenType });
    expect(decodeJwt(token)).toMatchObject({ iss: runTokenIssuer, aud: origin, sub: 'support' });
  });

  it('are for the servers they name only', async () => {
    const { identity } = await world(keyed);
    const { token } = await identity.mintRunToken({ ...wanted, servers: ['files', 'mail'] });
    const at = async (target: string) => {
      const outcome = await identity.identify(request(bearer(token), { target }));
      return isRefusal(outcome) ? outcome.cause : outcome.agent;
    };
    expect(await Promise.all(['/mcp/files', '/mcp/mail', '/mcp/other', '/mcp'].map(at))).toEqual([
      'support',
      'support',
      'identity.audience',
      'identity.audience',
    ]);
  });

  it('end with their time and with their run, at once', async () => {
    const { identity, clock: at, revocations } = await world(keyed);
    const { token } = await identity.mintRunToken(wanted);
    const other = await identity.mintRunToken({ ...wanted, run: 'run-8' });
    for (const text of [token, other.token])
      expect(isRefusal(await identity.identify(request(bearer(text))))).toBe(false);
    revocations.revoke({ kind: 'run', run: 'run-7' }, at.ms);
    expect(await identity.identify(request(bearer(token)))).toMatchObject({ cause: 'identity.revoked' });
    // Also one that is minted later for the same run.
    const late = await identity.mintRunToken(wanted);
    expect(await identity.identify(request(bearer(late.token)))).toMatchObject({ cause: 'identity.revoked' });
    expect(isRefusal(await identity.identify(request(bearer(other.token))))).toBe(false);
    at.ms += 64_999;
    expect(isRefusal(await identity.identify(request(bearer(other.token))))).toBe(false);
    at.ms += 1;
    expect(await identity.identify(request(bearer(other.token)))).toMatchObject({ cause: 'identity.expired' });
  });

  it('of an agent that is revoked end; those that are minted later do not', async () => {
    const { identity, clock: at, revocations } = await world(keyed);
    const { token } = await identity.mintRunToken(wanted);
    revocations.revoke({ kind: 'agent', agent: 'support' }, at.ms);
    expect(await identity.identify(request(bearer(token)))).toMatchObject({ cause: 'identity.revoked' });
    at.ms += 1_000;
    const later = await identity.mintRunToken(wanted);
    expect(await identity.identify(request(bearer(later.token)))).toMatchObject({ agent: 'support' });
  });

  it('of one gateway are nothing at another, unless both share key and origin', async () => {
    const files = new MemoryKeyFiles();
    const shared = { ...keyed, 'run-tokens': { 'key-file': 'run.key' } };
    const one = await world(shared, { files });
    const beside = await world(shared, { files });
    const apart = await world(keyed);
    const elsewhere = await world({ ...shared, origin: 'https://other.example' }, { files });
    const { token } = await one.identity.mintRunToken(wanted);
    const seen = async ({ identity }: typeof one) => {
      const outcome = await identity.identify(request(bearer(token), { target: '/mcp/files' }));
      return isRefusal(outcome) ? outcome.cause : outcome.run;
    };
    expect(await Promise.all([one, beside, apart, elsewhere].map(seen))).toEqual([
      'run-7',
      'run-7',
      'identity.signature',
      'identity.audience',
    ]);
    expect(files.files.get('/etc/demarc/run.key')?.mode).toBe(0o600);
  });

  it('are no run tokens by their issuer alone', async () => {
    const key = newRunKey(random);
    const tokens = new RunTokens(key, origin, { clock, random });
    const claims = { run: 'r', roles: [], jti: 'j' };
    const sign = (typ: string, more: object) =>
      new SignJWT({
        ...claims,
        iss: runTokenIssuer,
        aud: origin,
        sub: 'a',
        iat: clock.seconds,
        exp: clock.seconds + 9,
        ...more,
      })
        .setProtectedHeader({ alg: 'EdDSA', typ })
        .sign(key.secret);
    expect(await tokens.verify(await sign('at+jwt', {}), 'at+jwt')).toBe('identity.type');
    expect(await tokens.verify(await sign(runTokenType, {}), runTokenType)).toMatchObject({ run: 'r' });
    expect(await tokens.verify(await sign(runTokenType, { run: 'named.x' }), runTokenType)).toBe('identity.claims');
    expect(await tokens.verify(await sign(runTokenType, { roles: 'admin' }), runTokenType)).toBe('identity.claims');
    expect(await tokens.verify(await sign(runTokenType, { person: { subject: 'x' } }), runTokenType)).toBe(
      'identity.claims',
    );
  });

  it('last no longer than they may', async () => {
    const tokens = new RunTokens(newRunKey(random), origin, { clock, random });
    expect((await tokens.mint({ ...wanted, ttlMs: limits.runTokenMsMax })).expiresMs).toBe(
      clock.ms + limits.runTokenMsMax,
    );
    for (const ttlMs of [limits.runTokenMsMax + 1, 0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(tokens.mint({ ...wanted, ttlMs })).rejects.toMatchObject({ code: 'DMC_IDENTITY' });
  });

  it.each([
    ['a run with a dot, as made names have', { run: 'named.abc' }, 'run'],
    ['an empty run', { run: '' }, 'run'],
    ['a role that is none', { roles: ['a b'] }, 'roles.0'],
    ['a nameless agent', { agent: '' }, 'sub'],
    ['a nameless person', { person: { ...person, subject: '' } }, 'person.subject'],
  ])('none for %s', async (_what, more, where) => {
    const tokens = new RunTokens(newRunKey(random), origin, { clock, random });
    await expect(tokens.mint({ ...wanted, ...more })).rejects.toThrow(`\`${where}\``);
  });

  it('key files that are damaged or readable by others are refused', async () => {
    const files = new MemoryKeyFiles();
    files.files.set('/k', { data: Buffer.from('demarc-run-key-1 short\n'), mode: 0o600 });
    await expect(storedRunKey(files, '/k', random)).rejects.toThrow('is no key for run tokens');
    files.files.set('/k', { data: Buffer.from('x'), mode: 0o640 });
    await expect(storedRunKey(files, '/k', random)).rejects.toThrow('is readable by others');
  });
});

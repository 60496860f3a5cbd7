import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplicationContext, buildApplication, run } from '@stricli/core';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';
import { openIdentity } from '../../../gateway/identify/identity.ts';
import { Revocations } from '../../../gateway/identify/revocations.ts';
import { identitySettings } from '../../../gateway/identify/settings.ts';
import type { Context } from '../../context.ts';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeHttp } from '../../node-http.ts';
import { keyRoutes } from './key.ts';

const folder = mkdtempSync(join(tmpdir(), 'demarc-gateway-key-'));
afterAll(() => rmSync(folder, { recursive: true }));
const keys = join(folder, 'keys');
const application = buildApplication(keyRoutes, { name: 'key', determineExitCode: () => 2 });

async function key(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const context = keepingContext();
  await run(application, [...args, '--directory', keys], context as Context & ApplicationContext);
  return { code: Number(context.process.exitCode ?? 0), out: context.out.join(''), err: context.err.join('') };
}

describe('demarc gateway key', () => {
  it('makes a key that the gateway takes, lists it without its secret, and ends it', async () => {
    expect((await key('list')).out).toBe('no API keys\n');
    const made = await key('create', '--agent', 'support', '--role', 'reader', '--role', 'writer', '--expires', '90d');
    expect(made).toMatchObject({ code: 0 });
    const text = made.out.trim();
    expect(text).toMatch(/^dmk_\w+$/);
    expect(made.err).toContain('it is not shown again');
    const [, id = ''] = text.split('_');
    expect(readdirSync(keys)).toEqual([`${id}.json`]);
    expect(statSync(join(keys, `${id}.json`)).mode & 0o777).toBe(0o600);

    const clock = { ms: keepingContext().clock.now() };
    const identity = await openIdentity({
      settings: identitySettings.parse({ origin: 'https://gw.example', 'api-keys': { directory: 'keys' } }),
      folder,
      http: nodeHttp({}),
      files: nodeKeyFiles(nodeDurableFiles(), 'linux'),
      clock: { now: () => clock.ms, monotonic: () => clock.ms },
      random: cryptoRandom,
      revocations: new Revocations(),
      tell: () => undefined,
    });
    const sent = { target: '/mcp', headers: [['authorization', `Bearer ${text}`]] as const, peer: { address: '::1' } };
    expect(await identity.identify(sent)).toMatchObject({ agent: 'support', roles: ['reader', 'writer'] });

    const listed = await key('list');
    expect(listed.out).toContain(`${id}  support  reader writer  since `);
    const json = JSON.parse((await key('list', '--format', 'json')).out) as object[];
    expect(json).toEqual([
      {
        id,
        agent: 'support',
        roles: ['reader', 'writer'],
        created: expect.anything() as unknown,
        expires: expect.anything() as unknown,
        expired: false,
      },
    ]);
    expect(listed.out + JSON.stringify(json)).not.toContain(text.split('_')[2]);

    expect(await key('revoke', id)).toMatchObject({ code: 0, out: `revoked ${id}\n` });
    clock.ms += 1_000;
    expect(await identity.identify(sent)).toMatchObject({ status: 401 });
    expect(await key('revoke', id)).toMatchObject({ code: 2 });
  });

  it('a key acts for the person of the issuer it names', async () => {
    const issuer = 'https://idp.example';
    const made = await key('create', '--agent', 'console', '--person', 'jane', '--issuer', issuer);
    const [, id = ''] = made.out.trim().split('_');
    expect((await key('list')).out).toContain(`${id}  console  for ${issuer}#jane  no roles`);
    const listed = JSON.parse((await key('list', '--format', 'json')).out) as object[];
    expect(listed).toContainEqual(expect.objectContaining({ id, person: 'jane', issuer }));
    expect(await key('revoke', id)).toMatchObject({ code: 0 });
  });

  it('takes the whole key for its id, and does not repeat a key that is wrong', async () => {
    const text = (await key('create', '--agent', 'a')).out.trim();
    const wrong = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
    const refused = await key('revoke', wrong);
    expect(refused.code).toBe(2);
    expect(refused.err).not.toContain(wrong);
    expect(await key('revoke', text)).toMatchObject({ code: 0 });
  });

  it.each([
    [['--agent', 'a b'], /`agent` is not made of letters/],
    [['--agent', 'corp:x'], /`agent` is not made of letters/],
    [['--agent', 'a', '--issuer', 'https://idp.example'], /`issuer` needs a `person`/],
    [['--agent', 'a', '--role', ''], /`roles.0` is not made of letters/],
    [['--agent', 'a', '--expires', '2020-01-01'], /cannot end at `2020-01-01`/],
    [['--agent', 'a', '--expires', '0d'], /cannot end at `0d`/],
    [['--agent', 'a', '--expires', '999999999d'], /cannot end at/],
    [['--agent', 'a', '--expires', 'soon'], /`soon` is no time/],
  ])('refuses %j', async (flags, message) => {
    const before = readdirSync(keys);
    const { code, err, out } = await key('create', ...flags);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(out).toBe('');
    expect(readdirSync(keys)).toEqual(before);
  });
});

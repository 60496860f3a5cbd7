import { beforeAll, describe, expect, it } from 'vitest';
import { DemarcError } from '../../base/errors.ts';
import { approvalWorld, askedOf, bob, question } from '../../store/approvals/fixtures/world.ts';
import { Callbacks } from '../../store/approvals/notify/callbacks.ts';
import { webhookHeaders } from '../../store/approvals/notify/signatures.ts';
import { ApprovalSite } from '../../store/approvals/page/approval-site.ts';
import { testSql } from '../../store/index/fixtures/test-sql.ts';
import type { Exchange } from '../exchange.ts';
import { serveApprovals } from './serve-approvals.ts';

beforeAll(async () => {
  await testSql();
}, 120_000);

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function served() {
  const world = await approvalWorld();
  const asked = await world.store.ask(question());
  const site = new ApprovalSite({ ...world, publicUrl: 'https://gateway.example/approvals', hasSignIn: false });
  const callbacks = new Callbacks({
    store: world.store,
    clock: world.clock,
    http: { send: () => Promise.reject(new Error('nothing is sent')) },
    webhooks: new Map([['itsm', { secret, issuer: 'https://idp.example', roles: ['approver'] }]]),
  });
  let viewers = 0;
  const told: string[] = [];
  const send = async (method: string, path: string, text = '', headers: Readonly<Record<string, string>> = {}) => {
    let answer: { status: number; headers: Readonly<Record<string, string>>; body: string } | undefined;
    const exchange: Exchange = {
      method,
      target: `/approvals${path}`,
      headers: Object.entries(headers),
      peer: { address: '127.0.0.1' } as Exchange['peer'],
      signal: new AbortController().signal,
      body: (bytesMax) =>
        text.length > bytesMax
          ? Promise.reject(new DemarcError('DMC_REQUEST_TOO_LARGE', 'too large'))
          : Promise.resolve(Buffer.from(text)),
      respond: (status, fields, body) => {
        answer = { status, headers: fields, body: body === undefined ? '' : Buffer.from(body).toString('utf8') };
      },
      stream: () => {
        throw new TypeError('no stream');
      },
    };
    const viewerOf = () => {
      viewers++;
      return Promise.resolve(bob);
    };
    const failed = (thrown: unknown): void => void told.push(String(thrown));
    await serveApprovals(exchange, new Map(Object.entries(headers)), path, { site, callbacks, viewerOf, failed });
    return answer;
  };
  return { world, id: askedOf(asked), send, told, viewers: () => viewers };
}

describe('the routes of approvals', () => {
  it.each([
    ['GET', '', '', {}],
    ['GET', '', '', { accept: 'application/json' }],
    ['POST', '/callbacks/webhook/itsm', '{"approval":"x","decision":"deny","argsDigest":"y","subject":"z"}', {}],
  ])('%s %s says that it cannot be done while the database does not answer', async (method, path, text, headers) => {
    const { world, send, told } = await served();
    const away = () => Promise.reject(new Error('the database is away'));
    Object.assign(world.store, { list: away, answer: away });
    const signed = webhookHeaders('m-1', Buffer.from(text), secret, world.clock.now());
    const answer = await send(method, path, text, { ...headers, ...signed });
    expect([answer?.status, told]).toEqual([503, ['Error: the database is away']]);
    expect(answer?.body).toContain('Try again');
    if ('accept' in headers) expect(JSON.parse(answer?.body ?? '')).toMatchObject({ problem: expect.any(String) });
  });

  it('lead to the list, the page and its headers', async () => {
    const { send, id } = await served();
    expect((await send('GET', '/'))?.body).toContain(id);
    const page = await send('GET', `/${id}`);
    expect(page).toMatchObject({ status: 200, headers: { 'x-frame-options': 'DENY' } });
    expect(await send('HEAD', `/${id}`)).toMatchObject({ status: 200, body: '' });
    expect(await send('POST', `/${id}`, 'decision=approve')).toMatchObject({ status: 400 });
    expect(await send('POST', `/${id}`, 'x'.repeat(1_000_000))).toMatchObject({ status: 413 });
  });

  it('lead to callbacks, which nobody has to sign in for', async () => {
    const { send, id, world, viewers } = await served();
    const approval = await world.store.get(id);
    const answer = { approval: id, decision: 'deny', argsDigest: approval?.binding.argsDigest, subject: 'carol' };
    const body = JSON.stringify(answer);
    expect(await send('POST', '/callbacks/webhook/itsm', body)).toMatchObject({ status: 401 });
    expect(await send('GET', '/callbacks/webhook/itsm')).toMatchObject({ status: 405 });
    const signed = webhookHeaders('m1', Buffer.from(body), secret, world.clock.nowMs);
    expect(await send('POST', '/callbacks/webhook/itsm', body, signed)).toMatchObject({ status: 200 });
    expect([viewers(), (await world.store.get(id))?.state]).toEqual([0, 'denied']);
  });
});

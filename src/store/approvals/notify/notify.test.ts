import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nodeHttp } from '../../../app/node-http.ts';
import { limits } from '../../../base/limits.ts';
import type { Http } from '../../../base/ports.ts';
import { testSql } from '../../index/fixtures/test-sql.ts';
import type { Approval } from '../approval.ts';
import { argsDigest } from '../binding.ts';
import { accessRequest, approvalWorld, type ApprovalWorld, bob, question, rule } from '../fixtures/world.ts';
import { Callbacks } from './callbacks.ts';
import { Notifier, type NotifyChannel } from './notifier.ts';
import { isFromSlack, isSignedWebhook, slackSignature, webhookHeaders } from './signatures.ts';
import { buttonValue, slackMessage } from './slack-message.ts';

beforeAll(async () => {
  await testSql();
}, 120_000);

describe('signatures', () => {
  // The example of Slack's documentation.
  const slackBody = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  );
  const slackHeaders = {
    'x-slack-request-timestamp': '1531420618',
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  };
  const slackKey = '8f742231b10e8888abcd99yyyzzz85a5';
  // The example of the Standard Webhooks libraries.
  const webhookBody = Buffer.from('{"test": 2432232314}');
  const webhook = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const webhookKey = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  it('are those of the published examples', () => {
    expect(isFromSlack(slackHeaders, slackBody, slackKey, 1531420618_000)).toBe(true);
    expect(isSignedWebhook(webhook, webhookBody, webhookKey, 1614265330_000)).toBe(true);
    expect(webhookHeaders(webhook['webhook-id'], webhookBody, webhookKey, 1614265330_999)).toEqual(webhook);
    const both = { ...webhook, 'webhook-signature': `v1,AAAA v1a,xx ${webhook['webhook-signature']}` };
    expect(isSignedWebhook(both, webhookBody, webhookKey, 1614265330_000)).toBe(true);
  });

  it.each([
    ['changed by a bit', slackHeaders, Buffer.concat([slackBody, Buffer.from(' ')]), slackKey, 0],
    ['with another secret', slackHeaders, slackBody, `${slackKey}x`, 0],
    ['too old', slackHeaders, slackBody, slackKey, 300_001],
    ['from the future', slackHeaders, slackBody, slackKey, -300_001],
    ['without signature', { 'x-slack-request-timestamp': '1531420618' }, slackBody, slackKey, 0],
    [
      'with a time that is none',
      { ...slackHeaders, 'x-slack-request-timestamp': '1531420618.0' },
      slackBody,
      slackKey,
      0,
    ],
  ])('of Slack %s do not count', (_what, headers, body, secret, laterMs) => {
    expect(isFromSlack(headers as Record<string, string>, body, secret, 1531420618_000 + laterMs)).toBe(false);
  });

  it.each([
    ['changed', webhook, Buffer.from('{"test": 2432232315}'), webhookKey, 0],
    ['with another id', { ...webhook, 'webhook-id': 'msg_x' }, webhookBody, webhookKey, 0],
    ['with another secret', webhook, webhookBody, 'plain', 0],
    ['too old', webhook, webhookBody, webhookKey, 300_001],
    ['of nothing', {}, webhookBody, webhookKey, 0],
  ])('of webhooks %s do not count', (_what, headers, body, secret, laterMs) => {
    expect(isSignedWebhook(headers as Record<string, string>, body, secret, 1614265330_000 + laterMs)).toBe(false);
  });
});

async function asked(world: ApprovalWorld, changes: Parameters<typeof question>[0] = {}): Promise<Approval> {
  const answer = await world.store.ask(question(changes));
  if (answer.kind !== 'asked') throw new TypeError(answer.reason);
  return answer.approval;
}

describe('the message for Slack', () => {
  const parts = { url: 'https://gateway.example/approvals/x', includesPayload: true, hasButtons: true };
  const text = (message: unknown) => JSON.stringify(message);

  it('has a button to approve only where all of the payload stands there and no reason is needed', async () => {
    const world = await approvalWorld();
    const whole = await asked(world);
    expect(text(slackMessage(whole, parts))).toMatch(/demarc-approve.*demarc-deny/);
    expect(text(slackMessage(whole, parts))).toContain('DE02120300000000202051');
    const withheld = text(slackMessage(whole, { ...parts, includesPayload: false }));
    expect(withheld).not.toMatch(/demarc-approve|DE0212/);
    expect(withheld).toContain('demarc-deny');
    expect(text(slackMessage(whole, { ...parts, hasButtons: false }))).not.toContain('actions');
    const long = await asked(world, { request: accessRequest({ args: { body: 'x'.repeat(3_001) } }) });
    expect(text(slackMessage(long, parts))).not.toMatch(/demarc-approve|xxx/);
    const reasoned = await asked(world, { kind: 'declassification', request: accessRequest({ run: 'r2' }) });
    expect(text(slackMessage(reasoned, parts))).not.toContain('demarc-approve');
  });

  it('shows what does not show, and takes nothing of a call for markup', async () => {
    const world = await approvalWorld();
    const request = accessRequest({ name: '<!channel> *x*', args: { to: 'a\u202Eb', note: '<https://evil|ok>' } });
    const message = slackMessage(await asked(world, { request }), parts) as {
      blocks: { text?: { type: string; text: string } }[];
    };
    const marked = message.blocks.filter((block) => block.text?.type === 'mrkdwn');
    expect(marked).toEqual([{ type: 'section', text: { type: 'mrkdwn', text: `<${parts.url}|Open>` } }]);
    expect(text(message)).toContain('⟨U+202E⟩');
  });
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A sink that answers with these states in turn. */
async function sink(...answers: (number | readonly [number, Record<string, string>])[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(pieces).toString('utf8') });
      const next = answers.shift() ?? 200;
      const [status, headers] = typeof next === 'number' ? [next, {}] : next;
      response.writeHead(status, headers).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-hook` };
}
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function notifierOf(world: ApprovalWorld, channels: readonly NotifyChannel[], http: Http = nodeHttp({})) {
  const failures: string[] = [];
  const waits: number[] = [];
  const notifier = new Notifier({
    channels,
    http,
    clock: world.clock,
    timer: { wait: (ms) => Promise.resolve(void waits.push(ms)) },
    random: { bytes: (count) => new Uint8Array(count).fill(128) },
    urlOf: (id) => `https://gateway.example/approvals/${id}`,
    onFailure: (channel, approval, reason) => failures.push(`${channel} ${approval} ${reason}`),
  });
  return { notifier, failures, waits };
}
const slackAt = (url: string): NotifyChannel => ({
  kind: 'slack',
  name: 'ops',
  url,
  includesPayload: false,
  hasButtons: false,
});

describe('notifications', () => {
  it('reach Slack and a signed webhook; arguments leave only where that is set', async () => {
    const world = await approvalWorld();
    const [slack, hook, open] = [await sink(), await sink(), await sink()];
    const webhook = (url: string, includesPayload: boolean): NotifyChannel => ({
      kind: 'webhook',
      name: 'itsm',
      url,
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      includesPayload,
    });
    const { notifier, failures } = notifierOf(world, [
      slackAt(slack.url),
      webhook(hook.url, false),
      webhook(open.url, true),
    ]);
    const approval = await asked(world);
    notifier.notify(approval);
    await notifier.idle();
    expect(failures).toEqual([]);
    expect(slack.received[0]?.body).toContain(`https://gateway.example/approvals/${approval.id}`);
    expect(slack.received[0]?.body).not.toContain('DE0212');
    const [message] = hook.received;
    const headers = message?.headers as Record<string, string>;
    expect(
      isSignedWebhook(
        headers,
        Buffer.from(message?.body ?? ''),
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        world.clock.nowMs,
      ),
    ).toBe(true);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      type: 'approval.requested',
      data: { id: approval.id, name: 'pay' },
    });
    expect(message?.body).not.toContain('DE0212');
    expect(JSON.parse(open.received[0]?.body ?? '')).toMatchObject({ data: { args: accessRequest().args } });
  });

  it('are tried again after faults, as the other side asks, and given up with a reason that holds no address', async () => {
    const world = await approvalWorld();
    const flaky = await sink(500, [429, { 'retry-after': '7' }], 200);
    const one = notifierOf(world, [slackAt(flaky.url)]);
    one.notifier.notify(await asked(world));
    await one.notifier.idle();
    expect([flaky.received.length, one.waits, one.failures]).toEqual([3, [751, 7_000], []]);
    const refusing = await sink(404);
    const other = notifierOf(world, [slackAt(refusing.url)]);
    other.notifier.notify(await asked(world));
    await other.notifier.idle();
    expect([refusing.received.length, other.failures.length]).toEqual([1, 1]);
    const dead = notifierOf(world, [slackAt('http://127.0.0.1:1/secret-hook')], {
      send: ({ url }) => Promise.reject(new Error(`no answer from ${url}`)),
    });
    dead.notifier.notify(await asked(world));
    await dead.notifier.idle();
    expect(dead.waits).toHaveLength(limits.notificationAttemptsMax - 1);
    expect(dead.failures[0]).toContain('no answer from ***');
  });

  it.each([
    ['the last attempt', limits.notificationAttemptsMax, 0],
    ['one more is not made', limits.notificationAttemptsMax + 1, 1],
  ])('%s', async (_what, needed, failures) => {
    const world = await approvalWorld();
    const flaky = await sink(...Array.from({ length: needed - 1 }, () => 503));
    const { notifier, failures: failed } = notifierOf(world, [slackAt(flaky.url)]);
    notifier.notify(await asked(world));
    await notifier.idle();
    expect([flaky.received.length, failed.length]).toEqual([limits.notificationAttemptsMax, failures]);
  });

  it('end when nobody can answer any more', async () => {
    const world = await approvalWorld();
    const { notifier, failures } = notifierOf(world, [slackAt('http://127.0.0.1:1/')], {
      send: () => {
        world.clock.nowMs += 60_000;
        return Promise.reject(new Error('timeout'));
      },
    });
    notifier.notify(await asked(world));
    await notifier.idle();
    expect(failures).toHaveLength(1);
  });

  it.each([
    ['so many are under way at once', limits.notificationsMax, 0],
    ['a further one is told to be given up', limits.notificationsMax + 1, 1],
  ])('%s', async (_what, count, given) => {
    const world = await approvalWorld();
    const approval = await asked(world);
    let release: () => void = () => {};
    const all = new Promise<void>((resolve) => (release = resolve));
    const { notifier, failures } = notifierOf(world, [slackAt('http://x.example/')], {
      send: () => all.then(() => ({ status: 200, headers: {}, body: new Uint8Array() })),
    });
    for (let n = 0; n < count; n++) notifier.notify(approval);
    expect(failures).toHaveLength(given);
    release();
    await notifier.idle();
  });
});

describe('callbacks', () => {
  const signingSecret = 'slack-signing-secret';
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  async function called() {
    const world = await approvalWorld();
    const replies: string[] = [];
    const callbacks = new Callbacks({
      store: world.store,
      clock: world.clock,
      http: {
        send: ({ url, body }) => {
          replies.push(`${url} ${Buffer.from(body ?? []).toString('utf8')}`);
          return Promise.reject(new Error('not there'));
        },
      },
      slack: { signingSecret, people: new Map([['U1', bob]]) },
      webhooks: new Map([['itsm', { secret, issuer: 'https://idp.example', roles: ['approver'] }]]),
    });
    const slack = (payload: unknown, sign = signingSecret) => {
      const body = Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
      const timestamp = String(Math.floor(world.clock.nowMs / 1000));
      const headers = {
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': slackSignature(timestamp, body, sign),
      };
      return callbacks.handle({ path: 'slack', headers, body });
    };
    const webhook = (value: unknown, sign = secret, path = 'webhook/itsm') => {
      const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
      return callbacks.handle({ path, headers: webhookHeaders('m1', body, sign, world.clock.nowMs), body });
    };
    const approval = await asked(world);
    const press = (action: string, user = 'U1', value = buttonValue(approval)) => ({
      type: 'block_actions',
      user: { id: user },
      actions: [{ action_id: action, value }],
      response_url: 'https://hooks.slack.com/actions/T/1/x',
    });
    return { world, callbacks, slack, webhook, approval, press, replies };
  }

  it('of Slack answer, once, for people who are known', async () => {
    const { world, slack, approval, press, replies } = await called();
    expect(await slack(press('demarc-approve', 'U9'))).toEqual({ status: 200, body: '' });
    expect(await world.store.get(approval.id)).toMatchObject({ state: 'pending' });
    await slack(press('demarc-approve', 'U1', `${approval.id} sha256:other`));
    expect(await world.store.get(approval.id)).toMatchObject({ state: 'pending' });
    await slack(press('demarc-approve'));
    expect(await world.store.get(approval.id)).toMatchObject({ state: 'approved', answer: { channel: 'slack' } });
    await slack(press('demarc-deny'));
    expect(await world.store.get(approval.id)).toMatchObject({ state: 'approved' });
    expect(replies.map((reply) => /"text":"([^"]*)"/.exec(reply)?.[1])).toEqual([
      'You are not known as an approver here: open the link to answer.',
      'This answer does not count (approver.other-arguments).',
      'It is approved.',
      'It was answered before, or it expired.',
    ]);
    await slack({ ...press('demarc-deny'), response_url: 'https://hooks.slack.com.evil.example/' });
    expect(replies).toHaveLength(4);
  });

  it('of Slack that are not signed, or no press of a button, do nothing', async () => {
    const { world, slack, approval, press, callbacks } = await called();
    expect(await slack(press('demarc-approve'), 'wrong')).toMatchObject({ status: 401 });
    expect(await slack({ type: 'view_submission' })).toMatchObject({ status: 400 });
    expect(await slack(press('other'))).toMatchObject({ status: 400 });
    expect(await callbacks.handle({ path: 'slack', headers: {}, body: Buffer.from('x') })).toMatchObject({
      status: 401,
    });
    expect(await world.store.get(approval.id)).toMatchObject({ state: 'pending' });
  });

  it('of other systems answer for people of their identity provider', async () => {
    const { world, webhook, approval } = await called();
    const answer = {
      approval: approval.id,
      decision: 'approve',
      argsDigest: argsDigest(accessRequest().args),
      subject: 'alice',
      reason: 'ticket 7',
    };
    expect(await webhook(answer, 'whsec_AAAA')).toMatchObject({ status: 401 });
    expect(await webhook(answer, secret, 'webhook/other')).toMatchObject({ status: 404 });
    expect(await webhook(answer, secret, 'else')).toMatchObject({ status: 404 });
    expect(await webhook('{')).toMatchObject({ status: 400 });
    expect(await webhook({ ...answer, issuer: 'https://evil.example' })).toMatchObject({ status: 400 });
    // Alice asked: four eyes hold by this way as well.
    expect(await webhook(answer)).toMatchObject({
      status: 403,
      body: expect.stringContaining('same-person') as string,
    });
    expect(await webhook({ ...answer, approval: 'apr-none', subject: 'carol' })).toMatchObject({ status: 404 });
    expect(await webhook({ ...answer, subject: 'carol' })).toMatchObject({ status: 200 });
    expect(await webhook({ ...answer, subject: 'carol' })).toMatchObject({ status: 409 });
    expect(await world.store.get(approval.id)).toMatchObject({ answer: { channel: 'webhook', reason: 'ticket 7' } });
    const strict = await asked(world, {
      rule: { ...rule, reasonRequired: true },
      request: accessRequest({ run: 'r9' }),
    });
    expect(await webhook({ ...answer, approval: strict.id, subject: 'carol', reason: '' })).toMatchObject({
      status: 400,
    });
  });

  it('that are too large are not read', async () => {
    const { callbacks } = await called();
    const handle = (bytes: number) => callbacks.handle({ path: 'slack', headers: {}, body: new Uint8Array(bytes) });
    expect(await handle(limits.approvalAnswerBytesMax)).toMatchObject({ status: 401 });
    expect(await handle(limits.approvalAnswerBytesMax + 1)).toMatchObject({ status: 413 });
  });
});

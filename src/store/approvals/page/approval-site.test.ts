import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../base/limits.ts';
import type { Approver } from '../approver.ts';
import {
  accessRequest,
  aliceAsApprover,
  approvalWorld,
  type ApprovalWorld,
  askedOf,
  bob,
  question,
} from '../fixtures/world.ts';
import { argsDigest } from '../binding.ts';
import { testSql } from '../../index/fixtures/test-sql.ts';
import { ApprovalSite, type SiteRequest } from './approval-site.ts';
import { payloadHtml } from './payload.ts';

beforeAll(async () => {
  await testSql();
}, 120_000);

interface Opened {
  readonly world: ApprovalWorld;
  readonly site: ApprovalSite;
  readonly id: string;
  readonly send: (changes?: Partial<SiteRequest>) => ReturnType<ApprovalSite['handle']>;
  readonly form: (fields: Record<string, string>, changes?: Partial<SiteRequest>) => ReturnType<ApprovalSite['handle']>;
}

async function opened(
  args: unknown = accessRequest().args,
  viewer: Approver = bob,
  hasSignIn = false,
): Promise<Opened> {
  const world = await approvalWorld();
  const site = new ApprovalSite({ ...world, publicUrl: 'https://gateway.example/approvals/', hasSignIn });
  const id = askedOf(await world.store.ask(question({ request: accessRequest({ args }) })));
  const send: Opened['send'] = (changes = {}) =>
    site.handle({ method: 'GET', path: `/${id}`, headers: {}, body: new Uint8Array(), viewer, ...changes });
  const form: Opened['form'] = (fields, changes = {}) =>
    send({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://gateway.example' },
      body: Buffer.from(new URLSearchParams(fields).toString()),
      ...changes,
    });
  return { world, site, id, send, form };
}

/** The fields of the form on a page. */
function fieldsOf(body: string): Record<string, string> {
  return Object.fromEntries(
    [...body.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value]),
  ) as Record<string, string>;
}

/** What a person reads: tags off, entities resolved, folds open. */
function read(html: string): string {
  return html
    .replaceAll(/<summary>.*?<\/summary>/gs, '')
    .replaceAll(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('the page of an approval', () => {
  it('shows everything, runs nothing, and cannot be framed', async () => {
    const { send, site, id } = await opened();
    const { status, headers, body } = await send();
    expect(status).toBe(200);
    const policy = headers['content-security-policy'] ?? '';
    const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? '';
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
    expect(body).not.toMatch(/<script|<img|<link|javascript:| on\w+=/i);
    expect(read(body)).toContain('DE02120300000000202051');
    expect(body).toContain('<q>DE0212</q> stands in untrusted text only (provenance.untrusted-destination)');
    expect(body).toContain(argsDigest(accessRequest().args));
    expect(body.match(/<form method="post" action="\/approvals\/apr-[0-9a-f]{32}"/g)).toHaveLength(1);
    expect(body.match(/<button [^>]*name="decision" value="(?:approve|deny)"/g)).toHaveLength(2);
    expect(site.urlOf(id)).toBe(`https://gateway.example/approvals/${id}`);
  });

  it('takes an answer with its token, once', async () => {
    const { send, form, world, id } = await opened();
    const fields = { ...fieldsOf((await send()).body), decision: 'approve', reason: 'checked the invoice' };
    expect(await form(fields)).toMatchObject({ status: 303, headers: { location: `/approvals/${id}` } });
    expect(await world.store.get(id)).toMatchObject({ state: 'approved', answer: { channel: 'page' } });
    expect((await send()).body).not.toContain('<form');
    expect(await form({ ...fields, decision: 'deny' })).toMatchObject({ status: 409 });
    expect(await world.store.get(id)).toMatchObject({ state: 'approved' });
  });

  it('answers JSON with JSON', async () => {
    const { send, world, id } = await opened();
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const shown = JSON.parse((await send({ headers })).body) as { argsDigest: string };
    expect(shown).toMatchObject({ id, state: 'pending', args: accessRequest().args, requester: { subject: 'alice' } });
    const post = async (value: unknown) =>
      send({ method: 'POST', headers, body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) });
    expect(await post('{')).toMatchObject({ status: 400 });
    expect(await post({ decision: 'approve', argsDigest: 'sha256:00' })).toMatchObject({ status: 403 });
    const answered = await post({ decision: 'deny', reason: 'no', argsDigest: shown.argsDigest });
    expect([answered.status, JSON.parse(answered.body)]).toMatchObject([
      200,
      { state: 'denied', answer: { channel: 'command', approver: { subject: 'bob' } } },
    ]);
    const list = await send({ path: '', headers });
    expect(JSON.parse(list.body)).toMatchObject({ approvals: [{ id }] });
    expect(await world.store.get(id)).toMatchObject({ state: 'denied' });
  });

  it.each<[Record<string, string>, object, number, string]>([
    [{ origin: 'https://evil.example' }, {}, 400, 'The answer came from another site.'],
    [{ 'sec-fetch-site': 'cross-site' }, {}, 400, 'The answer came from another site.'],
    [{}, { reason: 'x'.repeat(limits.approvalReasonLengthMax + 1) }, 400, 'The reason is longer than '],
    [{}, { reason: ' ' }, 400, 'To approve this, say why.'],
    [{}, { reason: 'right', argsDigest: 'sha256:00' }, 403, 'You were shown other arguments'],
  ])('takes no JSON with %j and %j', async (more, fields, status, problem) => {
    const { send, world } = await opened();
    const asked = question({ kind: 'declassification', request: accessRequest({ run: 'run-2' }) });
    const id = askedOf(await world.store.ask(asked));
    const headers = { accept: 'application/json', 'content-type': 'application/json', ...more };
    const verdict = { decision: 'approve', reason: 'right', argsDigest: argsDigest(accessRequest().args), ...fields };
    const body = Buffer.from(JSON.stringify(verdict));
    const answer = await send({ method: 'POST', path: `/${id}`, headers, body });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      status,
      { id, state: 'pending', problem: expect.stringContaining(problem) as string },
    ]);
    expect(answer.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(await send({ method: 'POST', path: '', headers, body })).toMatchObject({ status: 405 });
  });

  it('has a form for as long as somebody can answer, which may lie open for an hour', async () => {
    const { send, form, world } = await opened();
    const hourMs = 60 * 60 * 1000;
    const asked = question({ lifetimeMs: 2 * hourMs, request: accessRequest({ run: 'run-2' }) });
    const path = `/${askedOf(await world.store.ask(asked))}`;
    const fields = { ...fieldsOf((await send({ path })).body), decision: 'deny' };
    world.clock.nowMs += hourMs;
    expect((await send()).body).not.toContain('<form');
    expect((await send({ path })).body).toContain('<form');
    expect(await form(fields, { path })).toMatchObject({ status: 303 });
  });

  it('lists what the viewer may see', async () => {
    const { send, id } = await opened();
    expect((await send({ path: '' })).body).toContain(`/approvals/${id}`);
    expect((await send({ path: '', viewer: { ...bob, roles: [] } })).body).toContain('Nothing waits');
  });
});

describe('who may not', () => {
  it.each([
    [true, 'the sign-in that your organisation has put in front'],
    [false, 'no sign-in for browsers'],
  ])('be told anything reads what this is and how to decide, and nothing of any approval: %j', async (has, said) => {
    const { send, id } = await opened(undefined, bob, has);
    const viewer = undefined;
    const page = await send({ viewer });
    expect([page.status, page.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(page.body).toContain(said);
    expect(page.body).toContain('export DEMARC_GATEWAY=https://gateway.example/approvals\n');
    expect(page.body).not.toMatch(/apr-|<form|<script|DE0212/);
    for (const path of [`/apr-${'0'.repeat(32)}`, '', '/nothing']) expect(await send({ viewer, path })).toEqual(page);
    expect(await send({ viewer, method: 'POST', path: `/${id}` })).toEqual(page);
    const program = await send({ viewer, headers: { accept: 'application/json' } });
    expect([program.status, Object.keys(JSON.parse(program.body) as object)]).toEqual([401, ['problem']]);
  });

  it('see it is told that there is none; the requester may look and not answer', async () => {
    const { send, form } = await opened();
    expect(await send({ viewer: undefined })).toMatchObject({ status: 401 });
    const noApprover = await send({ viewer: 'This key names no person.', headers: { accept: 'application/json' } });
    expect(noApprover).toMatchObject({ status: 403, body: '{"problem":"This key names no person."}\n' });
    const stranger = { ...bob, roles: ['clerk'] };
    const hidden = await send({ viewer: stranger });
    const none = await send({ path: `/apr-${'0'.repeat(32)}` });
    expect([hidden.status, hidden.body]).toEqual([404, none.body]);
    expect(await send({ path: '/../x' })).toMatchObject({ status: 404 });
    expect(await send({ method: 'DELETE' })).toMatchObject({ status: 405 });
    const looks = await send({ viewer: { ...aliceAsApprover, roles: [] } });
    expect([looks.status, looks.body.includes('<form')]).toEqual([200, false]);
    const own = await send({ viewer: aliceAsApprover });
    const fields = { ...fieldsOf(own.body), decision: 'approve', reason: '' };
    const refused = await form(fields, { viewer: aliceAsApprover });
    expect([refused.status, refused.body]).toMatchObject([403, expect.stringContaining('four eyes') as string]);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['no token', { token: '' }, {}],
    ['a forged token', { token: 'x'.repeat(43) }, {}],
    ['another origin', {}, { origin: 'https://evil.example' }],
    ['no origin that a browser would tell', {}, { origin: 'null' }],
    ['a request that the browser says is from another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['no answer', { decision: 'maybe' }, {}],
  ])('forge an answer: %s', async (_what, fields, headers) => {
    const { send, form, world, id } = await opened();
    const good: Record<string, string> = { ...fieldsOf((await send()).body), decision: 'approve', reason: '' };
    const type = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    expect(await form({ ...good, ...fields }, { headers: type })).toMatchObject({ status: 400 });
    const asText = { 'content-type': 'text/plain', ...headers };
    const body = Buffer.from(JSON.stringify({ decision: 'approve', argsDigest: good['digest'] }));
    expect(await send({ method: 'POST', headers: asText, body })).toMatchObject({ status: 400 });
    expect(await world.store.get(id)).toMatchObject({ state: 'pending' });
  });

  it('use the token of another person, of another approval, or of two hours ago', async () => {
    const { send, form, world, site } = await opened();
    const second = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'run-2' }) })));
    const carol: Approver = { ...bob, person: { ...bob.person, subject: 'carol' } };
    const own = { ...fieldsOf((await send()).body), decision: 'approve', reason: '' };
    const hers = fieldsOf((await send({ viewer: carol })).body)['token'] ?? '';
    const others = fieldsOf((await send({ path: `/${second}` })).body)['token'] ?? '';
    for (const token of [hers, others]) expect(await form({ ...own, token })).toMatchObject({ status: 400 });
    const long = askedOf(
      await world.store.ask(question({ lifetimeMs: 1e9, request: accessRequest({ run: 'run-3' }) })),
    );
    const early = { ...fieldsOf((await send({ path: `/${long}` })).body), decision: 'approve', reason: '' };
    world.clock.nowMs += 2 * 60 * 60 * 1000;
    expect(await form(early, { path: `/${long}` })).toMatchObject({ status: 400 });
    expect(site.urlOf('x')).not.toContain('//x');
  });

  it.each([
    ['the longest reason', limits.approvalReasonLengthMax, 303],
    ['a longer reason is refused, not cut', limits.approvalReasonLengthMax + 1, 400],
  ])('%s', async (_what, length, status) => {
    const { send, form } = await opened();
    const fields = { ...fieldsOf((await send()).body), decision: 'deny', reason: 'x'.repeat(length) };
    expect(await form(fields)).toMatchObject({ status });
  });
});

it.each([
  ['the largest body', limits.approvalAnswerBytesMax, 400],
  ['a larger body', limits.approvalAnswerBytesMax + 1, 413],
])('%s', async (_what, bytes, status) => {
  const { send } = await opened();
  expect(await send({ method: 'POST', body: new Uint8Array(bytes) })).toMatchObject({ status });
});

describe('G29: nothing of a payload is hidden', () => {
  it('a long text is folded with its length and digest, and stands there in full', () => {
    const tail = 'and send everything to evil.example';
    const long = `${'Dear customer, '.repeat(100)}\u202E${tail}`;
    const html = payloadHtml({ body: long });
    expect(html).toContain('<details>');
    expect(html).toContain(
      `${long.length} characters, 1 of them do not show, SHA-256 ${createHash('sha256').update(long).digest('hex')}`,
    );
    expect(read(html)).toContain(tail);
    expect(html).toContain('<b class="u">U+202E</b>');
  });

  it('long lists and large objects as well', () => {
    const html = payloadHtml({
      to: Array.from({ length: 41 }, (_, n) => `user${n}`),
      o: Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`k${n}`, n])),
    });
    expect(html).toContain('41 items');
    expect(html).toContain('41 members');
    expect(read(html)).toContain('user40');
    expect(read(html)).toContain('k40 40');
  });

  it('every text of any payload can be read, and none becomes markup', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'ab<>&"\'/=`${}\\ '.split('')), maxLength: 400 });
    fc.assert(
      fc.property(fc.dictionary(plain, fc.oneof(plain, fc.array(plain), fc.integer(), fc.boolean())), (value) => {
        const html = payloadHtml(value);
        expect(html.match(/<(?!\/?(?:ul|ol|li|q|b|span|details|summary)[ >])/g)).toBeNull();
        const text = read(html);
        for (const [key, item] of Object.entries(value))
          for (const one of [key, ...(Array.isArray(item) ? item : [String(item)])]) expect(text).toContain(one);
      }),
    );
  });

  it('marks words of letters that look alike', async () => {
    const { send } = await opened({ to: 'billing@p\u0430ypal.example' });
    const { body } = await send();
    expect(body).toContain('Letters of several alphabets');
    expect(body).toContain('<b class="u">U+0430</b>');
  });

  it('names of servers and tools are text as well', async () => {
    const world = await approvalWorld();
    const site = new ApprovalSite({ ...world, publicUrl: 'https://gateway.example/a', hasSignIn: false });
    const request = accessRequest({ name: '<script>alert(1)</script>\u200B', server: '"><b>' });
    const id = askedOf(await world.store.ask(question({ request })));
    const get = (path: string) =>
      site.handle({ method: 'GET', path, headers: {}, body: new Uint8Array(), viewer: bob });
    for (const { body } of [await get(`/${id}`), await get('')]) {
      expect(body).not.toMatch(/<script|"><b>/);
      expect(body).toContain('U+200B');
    }
  });
});

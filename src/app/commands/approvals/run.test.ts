import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSql } from '../../../store/index/fixtures/test-sql.ts';
import type { Approver } from '../../../store/approvals/approver.ts';
import {
  accessRequest,
  aliceAsApprover,
  approvalWorld,
  type ApprovalWorld,
  askedOf,
  decision,
  bob,
  question,
} from '../../../store/approvals/fixtures/world.ts';
import { ApprovalSite } from '../../../store/approvals/page/approval-site.ts';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import { gatewayVariable, tokenVariable } from './client.ts';
import { runAnswer, runList, runShow, runWatch } from './run.ts';

/** Approvals behind a real server, with tokens for two people. */
let world: ApprovalWorld;
let server: Server;
let url = '';
const people: Readonly<Record<string, Approver>> = { 'Bearer bobs-token': bob, 'Bearer alices-token': aliceAsApprover };

beforeAll(async () => {
  await testSql();
  world = await approvalWorld();
  const site = new ApprovalSite({ ...world, publicUrl: 'https://gateway.example/approvals', hasSignIn: false });
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      void site
        .handle({
          method: request.method ?? '',
          path: (request.url ?? '').replace(/^\/approvals/, ''),
          headers: request.headers as Record<string, string>,
          body: Buffer.concat(pieces),
          viewer: people[request.headers.authorization ?? ''],
        })
        .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/approvals`;
}, 120_000);
afterAll(() => void server.close());

function context(token = 'bobs-token') {
  const made = keepingContext();
  const variables = { [gatewayVariable]: url, [tokenVariable]: token };
  return { ...made, environment: { ...made.environment, variables } };
}
const flags = { format: 'terminal', reason: '' } as const;

describe('demarc approvals', () => {
  it('lists, shows with all that is hidden, and answers', async () => {
    const args = { to: 'p\u0430ypal', note: 'a\u200Bb\nПривет', list: ['x'.repeat(5_000)] };
    const id = askedOf(await world.store.ask(question({ request: accessRequest({ args, run: 'cli-1' }) })));
    const list = context();
    expect(await runList(list, { ...flags, all: false })).toBe(0);
    expect(list.out.join('')).toContain(`${id}  pending  billing-agent  bank/pay  until `);
    const shown = context();
    await runShow(shown, flags, id);
    const text = shown.out.join('');
    for (const part of [
      'a⟨U+200B⟩b',
      'x'.repeat(5_000),
      'p\u0430⟨U+0430⟩ypal',
      'to: DE0212 stands in untrusted text only (provenance.untrusted-destination)',
    ])
      expect(text).toContain(part);
    expect(text.match(/several alphabets/g)).toHaveLength(1);
    const own = runAnswer(context('alices-token'), flags, id, 'approve');
    await expect(own).rejects.toMatchObject({
      code: 'DMC_APPROVAL',
      message: expect.stringContaining('four eyes') as string,
    });
    const approved = context();
    expect(await runAnswer(approved, { ...flags, reason: 'fine' }, id, 'approve')).toBe(0);
    expect(approved.out.join('')).toContain(`${id} (approved)`);
    await expect(runAnswer(context(), flags, id, 'deny')).rejects.toMatchObject({
      message: expect.stringContaining('409') as string,
    });
    expect(await world.store.get(id)).toMatchObject({ answer: { channel: 'command', reason: 'fine' } });
    const none = context();
    expect(await runList(none, { ...flags, all: false })).toBe(0);
    const all = context();
    expect(await runList(all, { ...flags, all: true, format: 'json' })).toBe(0);
    expect(JSON.parse(all.out.join(''))).toMatchObject([{ id, state: 'approved' }]);
  });

  it('names a policy and its reason once where they are called the same', async () => {
    const asked = { ...decision, policies: ['pay', 'limit'], reasons: ['limit', 'pay'] };
    const id = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'cli-4' }), decision: asked })));
    const shown = context();
    await runShow(shown, flags, id);
    expect(/^asked by +(.*)$/m.exec(shown.out.join(''))?.[1]).toBe('pay, limit');
    await runAnswer(context(), flags, id, 'deny');
  });

  it('says what is wrong, and never the token', async () => {
    const failures = await Promise.all(
      [
        runShow(context('forged-token'), flags, `apr-${'0'.repeat(32)}`),
        runShow(context(), flags, `apr-${'0'.repeat(32)}`),
        runShow(context(), flags, '../x'),
        runShow(context(''), flags, 'x'),
        runShow(context(), { ...flags, gateway: 'http://127.0.0.1:1/approvals' }, `apr-${'0'.repeat(32)}`),
        runShow(context(), { ...flags, gateway: 'http://gateway.example/' }, 'x'),
        runShow(context(), { ...flags, gateway: 'gateway' }, 'x'),
      ].map((run) =>
        run.then(
          () => 'nothing',
          (thrown: unknown) => `${(thrown as { code?: string }).code} ${String(thrown)}`,
        ),
      ),
    );
    expect(failures.map((text) => text.split(' ')[0])).toEqual([
      'DMC_APPROVAL',
      'DMC_APPROVAL',
      'DMC_USAGE',
      'DMC_USAGE',
      'DMC_APPROVAL',
      'DMC_USAGE',
      'DMC_USAGE',
    ]);
    expect(failures.join()).not.toMatch(/-token/);
  });

  it('watches: each approval is printed once, when it comes', async () => {
    const first = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'cli-2' }) })));
    const watched = context();
    const stop = new AbortController();
    let second = '';
    const timer = {
      wait: async () => {
        if (second !== '') return stop.abort();
        world.clock.nowMs++;
        second = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'cli-3' }) })));
      },
    };
    expect(await runWatch(watched, flags, undefined, timer, (work) => work(stop.signal))).toBe(0);
    expect(watched.out.map((text) => text.split(' ')[0])).toEqual([first, second]);
  });
});

/** The examples of docs/guide/temporal.md, taken from its text, each with the runs that it has to tell apart. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hour, minute, Run } from './fixtures/run.ts';

const guide = readFileSync(new URL('../../../docs/guide/temporal.md', import.meta.url), 'utf8');

/** The run of the policy with an id. */
function runOf(id: string): Run {
  const policy = [...guide.matchAll(/```cedar\n([\s\S]*?)```/g)].find(([, text]) => text?.includes(`@id("${id}")`));
  return new Run(policy?.[1] ?? `the guide has no policy ${id}`);
}

describe('an approval before a payment', () => {
  const name = 'pay_approved';
  const pay = { amount: 120, account: 'A' };
  const approved = (result: unknown = { structuredContent: { approved: true } }): Run =>
    runOf('pay.approved').record('response', 'desk/approve', { args: pay, result });

  it('needs one for the same amount and account within the hour', () => {
    expect(runOf('pay.approved').holds(name, 'bank/pay', { args: pay })).toBe(false);
    expect(approved({ structuredContent: { approved: false } }).holds(name, 'bank/pay', { args: pay })).toBe(false);
    expect(approved().holds(name, 'bank/pay', { args: pay, at: hour })).toBe(true);
    expect(approved().holds(name, 'bank/pay', { args: pay, at: hour + 1 })).toBe(false);
  });

  it('G29: does not cover other arguments', () => {
    expect(approved().holds(name, 'bank/pay', { args: { ...pay, amount: 121 }, at: 1 })).toBe(false);
    expect(approved().holds(name, 'bank/pay', { args: { ...pay, account: 'B' }, at: 1 })).toBe(false);
  });

  it('G29: is used up by the payment, from the moment it is sent', () => {
    const run = approved().record('request', 'bank/pay', { args: pay, at: 1 });
    expect(run.holds(name, 'bank/pay', { args: pay, at: 2 })).toBe(false);
    run.record('response', 'desk/approve', { args: pay, at: 3, result: { structuredContent: { approved: true } } });
    expect(run.holds(name, 'bank/pay', { args: pay, at: 4 })).toBe(true);
  });
});

describe('a person is asked for a new account', () => {
  const name = 'pay_new_account';

  it('and not again for it within the hour', () => {
    const run = runOf('pay.new-account').record('approval', 'bank/pay', { args: { amount: 1, account: 'A' } });
    expect(run.holds(name, 'bank/pay', { args: { amount: 9, account: 'A' }, at: hour })).toBe(true);
    expect(run.holds(name, 'bank/pay', { args: { amount: 9, account: 'A' }, at: hour + 1 })).toBe(false);
    expect(run.holds(name, 'bank/pay', { args: { amount: 1, account: 'B' }, at: 1 })).toBe(false);
  });
});

describe('at most three sends an hour', () => {
  const name = 'send_limit';
  const send = (at: number) => ({ labels: { sendsOut: true }, at });

  it('counts those in flight, whatever tool sends, and forbids the fourth', () => {
    const run = runOf('send.limit');
    for (const [at, tool] of ['mail/send', 'chat/post', 'mail/send'].entries()) {
      expect(run.holds(name, tool, send(at))).toBe(false);
      run.record('request', tool, send(at));
    }
    expect(run.holds(name, 'mail/send', send(3))).toBe(true);
    run.record('response', 'mail/send', send(4));
    expect(run.holds(name, 'mail/send', send(5))).toBe(true);
    expect(run.holds(name, 'mail/send', send(hour))).toBe(true);
    expect(run.holds(name, 'mail/send', send(hour + 1))).toBe(false);
  });
});

describe('a running total', () => {
  const name = 'pay_total';

  it('holds up to the limit, with the payment that is asked for', () => {
    const run = runOf('pay.total');
    expect(run.holds(name, 'bank/pay', { args: { amount: 5_000 } })).toBe(false);
    expect(run.holds(name, 'bank/pay', { args: { amount: 5_000.01 } })).toBe(true);
    run.record('request', 'bank/pay', { args: { amount: 4_999.9 } });
    expect(run.holds(name, 'bank/pay', { args: { amount: 0.1 }, at: 1 })).toBe(false);
    expect(run.holds(name, 'bank/pay', { args: { amount: 0.2 }, at: 1 })).toBe(true);
    expect(run.holds(name, 'bank/pay', { args: { amount: 5_000 }, at: 24 * hour + 1 })).toBe(false);
  });

  it('G30: three payments in flight do not slip under it', () => {
    const run = runOf('pay.total');
    const allowed = [0, 1, 2].map((at) => {
      const doing = { args: { amount: 2_000 }, at };
      const forbidden = run.holds(name, 'bank/pay', doing);
      if (!forbidden) run.record('request', 'bank/pay', doing);
      return !forbidden;
    });
    expect(allowed).toEqual([true, true, false]);
  });

  it('fails closed on an amount that is no number', () => {
    const run = runOf('pay.total').record('request', 'bank/pay', { args: { amount: '1' } });
    expect(run.holds(name, 'bank/pay', { args: { amount: 1 }, at: 1 })).toBe(true);
    expect(run.failure(name, 'bank/pay', { args: { amount: 1 }, at: 1 })).toMatch(/no exact number/);
  });
});

describe('every example', () => {
  it('is tested here', () => {
    const text = readFileSync(new URL(import.meta.url), 'utf8');
    const ids = [...guide.matchAll(/@id\("([^"]+)"\)/g)].map(([, id]) => id);
    expect(ids.filter((id) => !text.includes(`runOf('${id}')`))).toEqual([]);
    expect(ids).toHaveLength(8);
  });
});

describe('the lethal trifecta', () => {
  const name = 'trifecta';
  const untrusted = { label: { tainted: true } };
  const secret = { label: { confidentiality: 'confidential' as const } };

  const both = { label: { ...untrusted.label, ...secret.label } };
  const send = (run: Run, doing: object): boolean => run.holds(name, 'mail/send', { at: 2 * minute, ...doing });

  it('G27: asks when both were read, on different servers, in either order', () => {
    const [web, crm] = [
      ['web/fetch', untrusted],
      ['crm/query', secret],
    ] as const;
    for (const [[first, doing], [second]] of [
      [web, crm],
      [crm, web],
    ] as const) {
      const run = runOf('trifecta');
      expect(send(run, {})).toBe(false);
      expect(send(run.record('response', first, doing), doing)).toBe(false);
      expect(send(run.record('response', second, both), both)).toBe(true);
    }
  });

  it('G27: asks also when what was read came with an error, or with a task that was answered before', () => {
    const run = runOf('trifecta').record('response', 'crm/query', secret);
    expect(send(run, both)).toBe(true);
    expect(send(run.record('error', 'web/fetch', both), both)).toBe(true);
  });
});

describe('read before delete', () => {
  const name = 'delete_read_first';

  it('wants the same id, not any', () => {
    const run = runOf('delete.read-first').record('response', 'files/read', { args: { id: 'a' } });
    expect(run.holds(name, 'files/delete', { args: { id: 'a' }, at: 1 })).toBe(true);
    expect(run.holds(name, 'files/delete', { args: { id: 'b' }, at: 1 })).toBe(false);
    expect(run.failure(name, 'files/delete', { args: {}, at: 1 })).toMatch(/lacks a fact/);
  });
});

describe('not more than five recipients', () => {
  const name = 'send_recipients';

  it('counts each once', () => {
    const run = runOf('send.recipients');
    for (const at of [0, 1, 2, 3, 4, 5, 6]) run.record('request', 'mail/send', { args: { to: `p${at % 5}` }, at });
    expect(run.holds(name, 'mail/send', { args: { to: 'p1' }, at: 7 })).toBe(false);
    expect(run.holds(name, 'mail/send', { args: { to: 'p9' }, at: 7 })).toBe(true);
  });
});

describe('an edit since the last review', () => {
  const name = 'publish_reviewed';

  it('needs a review after the last edit of the same page', () => {
    const run = runOf('publish.reviewed');
    const page = (id: string, at: number) => ({ args: { id }, at });
    run.record('response', 'wiki/review', { ...page('a', 0), result: { structuredContent: { ok: true } } });
    expect(run.holds(name, 'wiki/publish', page('a', 1))).toBe(true);
    expect(run.holds(name, 'wiki/publish', page('b', 1))).toBe(false);
    run.record('request', 'wiki/edit', page('b', 2));
    expect(run.holds(name, 'wiki/publish', page('a', 3))).toBe(true);
    run.record('request', 'wiki/edit', page('a', 4));
    expect(run.holds(name, 'wiki/publish', page('a', 5))).toBe(false);
    run.record('response', 'wiki/review', { ...page('a', 6), result: { structuredContent: { ok: false } } });
    expect(run.holds(name, 'wiki/publish', page('a', 7))).toBe(false);
    run.record('response', 'wiki/review', {
      ...page('a', 8),
      result: { content: [{ type: 'text', text: '{"ok":true}' }] },
    });
    expect(run.holds(name, 'wiki/publish', page('a', 9))).toBe(true);
  });
});

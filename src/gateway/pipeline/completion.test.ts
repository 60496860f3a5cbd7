/** What an argument of a prompt or resource could be is asked of the server, so it leaves like a use of that one. */
import { describe, expect, it } from 'vitest';
import { TestGateway } from './fixtures/test-gateway.ts';

const params = {
  ref: { type: 'ref/prompt', name: 'summary' },
  argument: { name: 'ticket', value: 'T-4' },
  context: { arguments: { team: 'north' } },
};
const answer = { completion: { values: ['T-41', 'T-42'], total: 2, hasMore: false } };
const secret = 'AKIAIOSFODNN7EXAMPLE';

describe('a completion', () => {
  it('is decided as a use of what it is for, recorded before it is sent, and answered untouched', async () => {
    const made = new TestGateway();
    const { forwarded, response } = await made.send('completion/complete', params, answer);
    expect(forwarded?.params).toEqual(params);
    expect(response).toMatchObject({ result: answer });
    expect(made.log).toEqual(['record run.start async', 'record tool.call async', 'sent', 'record tool.result async']);
    expect(made.events.find(({ kind }) => kind === 'tool.call')).toMatchObject({
      tool: 'prompts',
      payload: { name: 'summary', arguments: { ticket: 'T-4', team: 'north' }, beside: { argument: params.argument } },
    });
  });

  it('of a resource is decided by its template', async () => {
    const made = new TestGateway();
    let decided: unknown;
    made.decide = (access) => {
      decided = access;
      return { decision: 'allow' };
    };
    await made.send('completion/complete', { ...params, ref: { type: 'ref/resource', uri: 'db://{table}' } }, answer);
    expect(decided).toMatchObject({ feature: 'resource', name: 'db://{table}', args: { ticket: 'T-4' } });
  });

  it.each(['deny', 'ask'] as const)('of what is decided as %s is not sent, and nobody is asked', async (decision) => {
    const made = new TestGateway();
    made.decide = () => ({ decision, reasons: ['x.y'] });
    made.approve = () => {
      throw new Error('asked');
    };
    const { forwarded, response } = await made.send('completion/complete', params, answer);
    expect(forwarded).toBeUndefined();
    expect(response).toMatchObject({ error: { code: -32602 } });
    expect(made.events.at(-1)).toMatchObject({ kind: 'decision', decision: 'deny', reasons: ['x.y'] });
  });

  it('repeats itself while somebody types', async () => {
    const made = new TestGateway();
    made.loop = 'loop.same-call';
    expect((await made.send('completion/complete', params, answer)).forwarded).toBeDefined();
  });

  it.each([
    [{}],
    [{ ...params, ref: { type: 'ref/prompt' } }],
    [{ ...params, ref: { type: 'ref/tool', name: 'x' } }],
    [{ ...params, argument: { value: 'x' } }],
  ])('that does not say what for is refused: %j', async (odd) => {
    const made = new TestGateway();
    const { forwarded, response } = await made.send('completion/complete', odd, answer);
    expect([forwarded, response]).toMatchObject([undefined, { error: { code: -32602 } }]);
  });

  it('carries no credential where those are taken out of arguments, and none into the ledger', async () => {
    const made = new TestGateway();
    made.terms = { ...made.terms, secretsInArguments: 'redact' };
    const typed = { ...params, argument: { name: 'ticket', value: secret } };
    const { forwarded } = await made.send('completion/complete', typed, answer);
    expect(forwarded?.params).toMatchObject({ argument: { name: 'ticket', value: '[secret: aws-access-key]' } });
    expect(JSON.stringify([forwarded, made.events])).not.toContain(secret);
  });

  it('taints a run with what the server answers', async () => {
    const made = new TestGateway();
    await made.send('completion/complete', params, answer);
    let isTainted: boolean | undefined;
    made.decide = (access) => {
      isTainted = access.label.tainted;
      return { decision: 'allow' };
    };
    await made.call('send_email', { to: 'a@example.com' });
    expect(isTainted).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { gateway, type TestGateway } from './fixtures/test-gateway.ts';

const secret = `AKIA${'ABCDEFGH'.repeat(2)}`;

describe('shadow mode', () => {
  it('lets everything pass unchanged and records what would have been decided', async () => {
    const made = gateway();
    made.mode = 'shadow';
    made.budget = 'budget.exceeded';
    made.decide = () => ({ decision: 'deny', reasons: ['x.y'] });
    const { forwarded, response } = await made.call('send_email', { to: 'a@example.com', body: secret }, secret);
    expect(forwarded?.params).toEqual({ name: 'send_email', arguments: { to: 'a@example.com', body: secret } });
    expect(JSON.stringify(response)).toContain(secret);
    expect(JSON.stringify(made.events)).not.toContain(secret);
    expect(made.events.find(({ kind }) => kind === 'tool.call')).toMatchObject({
      decision: 'deny',
      payload: { shadow: true },
    });
  });

  it.each<[string, (made: TestGateway) => void, string]>([
    ['a budget', (made) => (made.budget = 'budget.exceeded'), 'budget.exceeded'],
    ['a loop', (made) => (made.loop = 'loop.same-call'), 'loop.same-call'],
    ['a secret', () => undefined, 'guard.secret-in-arguments'],
  ])('records what else would have refused it: %s', async (_what, set, reason) => {
    const made = gateway();
    made.mode = 'shadow';
    set(made);
    const { forwarded } = await made.call('send_email', {
      to: 'a@example.com',
      body: reason.startsWith('guard') ? secret : 'x',
    });
    expect(forwarded).toBeDefined();
    expect(made.events.find(({ kind }) => kind === 'tool.call')).toMatchObject({ decision: 'deny', reasons: [reason] });
  });
});

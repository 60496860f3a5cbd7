import { expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { TestGateway } from './fixtures/test-gateway.ts';

const listen = (made: TestGateway, notifications: unknown): ReturnType<TestGateway['send']> =>
  made.send('subscriptions/listen', { notifications }, undefined, made.context({ revision: '2026-07-28' }));

it('a subscription to resources is decided and recorded for each, as resources/subscribe is', async () => {
  const made = new TestGateway();
  made.decide = ({ feature, name }) => ({ decision: feature === 'resource' && name === 'x:2' ? 'deny' : 'allow' });
  const { forwarded } = await listen(made, { toolsListChanged: true, resourceSubscriptions: ['x:1', 'x:2', 3] });
  expect(forwarded?.params).toEqual({ notifications: { toolsListChanged: true, resourceSubscriptions: ['x:1'] } });
  expect(forwarded).toMatchObject({ id: 1, method: 'subscriptions/listen' });
  expect(made.events).toMatchObject([
    { kind: 'run.start' },
    { kind: 'tool.call', decision: 'allow', payload: { name: 'x:1' } },
    { kind: 'tool.result', outcome: 'ok' },
    { kind: 'decision', decision: 'deny', payload: { name: 'x:2' } },
  ]);
  made.loop = 'loop.same-call';
  made.budget = 'budget.exceeded';
  // The stream broke off, and is opened again.
  const again = await listen(made, { resourceSubscriptions: ['x:1', 'x:2'] });
  expect(again.forwarded?.params).toEqual({ notifications: { resourceSubscriptions: ['x:1'] } });
  expect(made.inFlight).toBe(0);
});

it('a subscription has a number of resources', async () => {
  const made = new TestGateway();
  const uris = Array.from({ length: limits.bridgeSubscriptionsMax + 1 }, (_, at) => `x:${at}`);
  const { forwarded } = await listen(made, { resourceSubscriptions: uris });
  expect(forwarded?.params).toEqual({ notifications: { resourceSubscriptions: uris.slice(0, -1) } });
});

it('a subscription to nothing but lists is decided about by nobody', async () => {
  const made = new TestGateway();
  made.decide = () => ({ decision: 'deny' });
  const notifications = { toolsListChanged: true };
  expect((await listen(made, notifications)).forwarded?.params).toEqual({ notifications });
  expect(made.events).toEqual([]);
});

it('a resource that cannot be recorded is not subscribed to', async () => {
  const made = new TestGateway();
  made.recordFails = true;
  const { forwarded, response } = await listen(made, { resourceSubscriptions: ['x:1'] });
  expect(forwarded?.params?.['notifications'] ?? response).not.toMatchObject({ resourceSubscriptions: ['x:1'] });
});

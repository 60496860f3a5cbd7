import { expect, it } from 'vitest';
import type { Approval, Binding } from './approval.ts';
import { bindingOf, judgeUse } from './binding.ts';
import { accessRequest } from './fixtures/world.ts';

const policies = ['b', 'a'];
const binding = bindingOf(accessRequest(), 'set-1', true, { kind: 'call', policies });

it.each<[string | undefined, Partial<Binding>, Partial<Approval>]>([
  [undefined, {}, {}],
  [undefined, bindingOf(accessRequest(), 'set-1', true, { kind: 'call', policies: policies.toReversed() }), {}],
  ['approval.other-principal', { principal: 'x' }, {}],
  ['approval.other-run', { run: 'x' }, {}],
  ['approval.other-run', { run: undefined }, {}],
  ['approval.other-target', { server: 'x' }, {}],
  ['approval.other-target', { feature: 'prompt' }, {}],
  ['approval.other-target', { name: 'x' }, { state: 'used' }],
  ['approval.other-arguments', { argsDigest: 'x' }, {}],
  ['approval.other-policy', { policySet: 'x' }, {}],
  ['approval.other-policy', { question: { kind: 'declassification', policies: ['a', 'b'] } }, {}],
  ['approval.other-policy', { question: { kind: 'call', policies: ['a'] } }, {}],
  ['approval.used', {}, { state: 'used' }],
  ['approval.denied', {}, { state: 'denied' }],
  ['approval.expired', {}, { state: 'expired' }],
  ['approval.expired', {}, { expiresMs: 5 }],
  ['approval.expired', {}, { state: 'pending', expiresMs: 5 }],
  ['approval.pending', {}, { state: 'pending' }],
])('what stands against a use (%s): wanted is %j, the approval %j', (reason, wanted, changes) => {
  const approval = { binding, state: 'approved', expiresMs: 6, ...changes } as Approval;
  expect(judgeUse(approval, { ...binding, ...wanted }, 5)).toBe(reason);
});

it('is of a run only where that is wanted', () => {
  const [one, other] = ['run-1', 'run-2'].map((run) => accessRequest({ run }));
  if (one === undefined || other === undefined) throw new Error('no requests');
  expect(bindingOf(one, 'set-1', false)).toEqual(bindingOf(other, 'set-1', false));
  expect(bindingOf(one, 'set-1', true)).not.toEqual(bindingOf(other, 'set-1', true));
});

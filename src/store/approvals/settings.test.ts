import { describe, expect, it } from 'vitest';
import { approvalSettings, approverRule } from './settings.ts';

const url = 'https://gateway.example/approvals/';
const parse = (more: object = {}) => approvalSettings.parse({ url, ...more });

describe('settings of approvals', () => {
  it('are strict by default', () => {
    const settings = parse();
    expect(settings.url).toBe('https://gateway.example/approvals');
    expect(approverRule(settings, { policies: ['x'] }, 'call')).toEqual({
      rule: { roles: [['approver']], fourEyes: true, reasonRequired: false },
      lifetimeMs: 600_000,
    });
    expect(approverRule(settings, { policies: [] }, 'declassification').rule.reasonRequired).toBe(true);
  });

  it('of several policies that ask, the strictest of each holds, and a role for every one', () => {
    const settings = parse({
      'four-eyes': false,
      policies: [
        { policies: ['pay-*'], roles: ['finance', 'cfo'], 'four-eyes': true, 'expires-ms': 60_000 },
        { policies: ['mail'], roles: ['cfo', 'finance'], reason: true },
      ],
    });
    expect(approverRule(settings, { policies: ['pay-out', 'mail', 'other'] }, 'call')).toEqual({
      rule: { roles: [['cfo', 'finance'], ['approver']], fourEyes: true, reasonRequired: true },
      lifetimeMs: 60_000,
    });
    expect(approverRule(settings, { policies: ['xpay-out'] }, 'call').rule).toEqual({
      roles: [['approver']],
      fourEyes: false,
      reasonRequired: false,
    });
  });

  it.each<[string, object]>([
    ['nobody may answer', { roles: [] }],
    ['an unknown key', { four_eyes: true }],
    ['an approval for ever', { 'expires-ms': 1e12 }],
    ['a secret in clear', { notify: [{ kind: 'slack', name: 'a', url: 'https://hooks.slack.com/x' }] }],
    ['http', { url: 'http://gateway.example/' }],
    ['a password in a URL', { url: 'https://u:p@gateway.example/' }],
    ['a query', { url: 'https://gateway.example/?x' }],
    ['buttons that nobody can verify', { notify: [{ kind: 'slack', name: 'a', url: 'env:X', buttons: true }] }],
    ['somebody who is one person with nobody', { people: [{ local: 'jane' }] }],
    ['one who is two people', { people: [1, 2].map((n) => ({ local: 'jane', 'https://idp': `jane-${n}` })) }],
    [
      'two alike',
      { callbacks: [1, 2].map(() => ({ name: 'a', secret: 'env:X', issuer: 'https://idp', roles: ['r'] })) },
    ],
  ])('refuse %s', (_what, more) => {
    expect(approvalSettings.safeParse({ url, ...more }).success).toBe(false);
  });
});

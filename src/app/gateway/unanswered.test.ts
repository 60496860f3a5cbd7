import { describe, expect, it } from 'vitest';
import { approverScope } from '../../store/approvals/approver.ts';
import { parseGatewayConfig } from './read-config.ts';
import { unanswered } from './unanswered.ts';

const settings = (more = '') =>
  parseGatewayConfig(`version: 1\nservers: {mail: {url: "https://mail.example/mcp"}}\n${more}`, 'gateway.yaml');
const key = (more: object) => ({
  id: '0'.repeat(10),
  sha256: '0'.repeat(64),
  agent: 'me',
  person: 'me',
  roles: ['approver', approverScope],
  created: '2026-01-01T00:00:00Z',
  ...more,
});

describe('policies whose question nobody could answer', () => {
  it('are all that can ask, until somebody has a key for it', () => {
    expect(unanswered(settings(), ['a', 'b'], [])).toEqual(['a', 'b']);
    expect(unanswered(settings(), ['a', 'b'], [key({})])).toEqual([]);
    for (const unfit of [{ person: undefined }, { roles: ['approver'] }, { roles: [approverScope] }])
      expect(unanswered(settings(), ['a'], [key(unfit)])).toEqual(['a']);
  });

  it('are those that want other roles than there are', () => {
    const finance = settings('approvals: {policies: [{policies: [pay-*], roles: [finance]}]}');
    expect(unanswered(finance, ['pay-much', 'other'], [key({})])).toEqual(['pay-much']);
  });

  it('are none where an issuer, Slack or another system may say who somebody is', () => {
    const issuers = 'identity: {issuers: [{name: corp, issuer: "https://idp.example"}]}';
    const slack =
      'approvals: {slack: {signing-secret: "env:S", people: [{id: U1, issuer: local, subject: j, roles: [approver]}]}}';
    const callback = 'approvals: {callbacks: [{name: itsm, secret: "env:S", issuer: local, roles: [approver]}]}';
    for (const more of [issuers, slack, callback]) expect(unanswered(settings(more), ['a'], [])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Principal } from '../../model/principal.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import { loadPolicySet } from '../policy-set.ts';
import { Visibility } from './visibility.ts';

const agent: Principal = {
  agent: 'bot',
  roles: ['support'],
  scopes: [],
  clearance: 'internal',
  authentication: 'jwt',
  training: [],
};
const tools = ['read', 'pay'].map((name) => ({
  server: 's',
  name,
  labels: { ...unknownTool, effect: 'write' as const },
}));
const visible = (text: string, principal = agent, tool = 's/pay'): boolean =>
  new Visibility(loadPolicySet({ files: [{ path: 'p.cedar', text }], tools })).of(principal, tool, 0);

describe('what a principal could ever use', () => {
  it.each<[string, boolean, string]>([
    ['nothing permits it', false, 'permit (principal, action == Demarc::Action::"s/read", resource);'],
    ['it is permitted in some run', true, 'permit (principal, action, resource) when { !context.tainted };'],
    [
      'it is permitted with some arguments',
      true,
      'permit (principal, action, resource) when { context.doubts.isEmpty() };',
    ],
    [
      'it is permitted to others only',
      false,
      'permit (principal, action, resource) when { principal.roles.contains("admin") };',
    ],
    [
      'it is permitted to this role',
      true,
      'permit (principal, action, resource) when { principal.roles.contains("support") };',
    ],
    [
      'it is always forbidden',
      false,
      'permit (principal, action, resource); forbid (principal, action == Demarc::Action::"s/pay", resource);',
    ],
    [
      'it is forbidden without training',
      false,
      'permit (principal, action, resource); forbid (principal, action, resource) unless { principal.training.contains("x") };',
    ],
    [
      'a person may lift what forbids it',
      true,
      'permit (principal, action, resource); @ask("a.b") forbid (principal, action, resource);',
    ],
  ])('%s: %s', (_why, expected, text) => {
    expect(visible(text)).toBe(expected);
  });

  it('a tool that nobody knows is not visible', () => {
    expect(visible('permit (principal, action, resource);', agent, 's/none')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { Feature } from '../../model/access.ts';
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
const visible = (text: string, name = 'pay', feature: Feature = 'tool'): boolean =>
  new Visibility(loadPolicySet({ files: [{ path: 'p.cedar', text }], tools })).of(
    agent,
    { server: 's', feature, name },
    0,
  );

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
    expect(visible('permit (principal, action, resource);', 'none')).toBe(false);
  });

  it.each<[string, boolean, Feature, string, string]>([
    ['forbidden by name', false, 'prompt', 'p', 'resource.name == "p"'],
    ['another', true, 'prompt', 'q', 'resource.name == "p"'],
    ['forbidden by URI', false, 'resource', 'x:p', 'resource.uri like "x:*"'],
    ['forbidden as what it is', false, 'resource', 'x:p', 'resource == Demarc::Resource::"s/x:p"'],
    ['forbidden with its server', false, 'resource', 'x:p', 'resource in Demarc::Server::"s"'],
    ['forbidden in some run', true, 'resource', 'x:p', 'context.tainted'],
    ['forbidden by labels', true, 'resource', 'x:p', 'context.labels.untrustedOutput'],
    ['a template', true, 'resource', 'x:{p}', 'resource.uri like "x:*"'],
  ])('%s: %s (%s)', (_what, expected, feature, name, condition) => {
    const action = feature === 'prompt' ? 'getPrompt' : 'readResource';
    const text = `permit (principal, action, resource);
      forbid (principal, action == Demarc::Action::"${action}", resource) when { ${condition} };`;
    expect(visible(text, name, feature)).toBe(expected);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandRule, isWideFolder, permissionRule, protectsSecrets } from './permission-rule.ts';

describe('what a rule lets through', () => {
  it.each([
    ['Bash', 'any'],
    ['Bash(*)', 'any'],
    ['Bash(:*)', 'any'],
    ['*', 'any'],
    ['shell(*)', 'any'],
    ['run_shell_command', 'any'],
    ['Bash(python3:*)', 'interpreter'],
    ['Bash(node *)', 'interpreter'],
    ['Bash(bash -c:*)', 'interpreter'],
    ['Bash(docker run:*)', 'interpreter'],
    ['Bash(ssh:*)', 'interpreter'],
    ['Bash(npx:*)', 'interpreter'],
    ['Bash(curl:*)', 'network'],
    ['WebFetch', 'network'],
    ['WebFetch(domain:*)', 'network'],
    ['Bash(rm -rf:*)', 'destructive'],
    ['Bash(git push --force:*)', 'destructive'],
    ['Bash(git push -f *)', 'destructive'],
    ['Bash(terraform apply:*)', 'destructive'],
    ['Bash(kubectl delete:*)', 'destructive'],
  ])('%s: %s', (rule, reach) => {
    expect(permissionRule(rule, 'allow')['reach']).toBe(reach);
  });

  it.each([
    'Bash(npm run test:*)',
    'Bash(git status)',
    'Bash(git push:*)',
    'Bash(git push --force-with-lease:*)',
    'Bash(docker ps:*)',
    'Bash(kubectl get:*)',
    'Bash(python -m pytest:*)',
    'Bash(npx tsc:*)',
    'Bash(node --version)',
    'Bash(curl https://localhost:8080/health)',
    'WebFetch(domain:docs.example.com)',
    'Read',
    'Edit(src/**)',
    'mcp__github__get_issue',
    'Bash(rmdir build)',
  ])('%s is narrow', (rule) => {
    expect(permissionRule(rule, 'allow')['reach']).toBe('narrow');
  });

  it('a bare prefix reads as a command', () => {
    expect(commandRule('git log', 'allow')['reach']).toBe('narrow');
    expect(commandRule('*', 'allow')['reach']).toBe('any');
    expect(commandRule('python', 'allow')['reach']).toBe('interpreter');
  });
});

describe('rules that never match', () => {
  it.each(['rm -rf', '/etc/passwd', 'Read(./.env', 'Read(/etc/shadow)', 'Bash(cat .env:*)', 'Read(C:\\secrets\\**)'])(
    'deny %s',
    (rule) => {
      expect(permissionRule(rule, 'deny')['problem']).toBeTypeOf('string');
    },
  );

  it.each([
    'Read(./.env)',
    'Read(//etc/shadow)',
    'Read(~/.ssh/**)',
    'Bash(rm -rf:*)',
    'WebFetch',
    'mcp__github',
    'Edit(/src/**)',
  ])('deny %s is well written', (rule) => {
    expect(permissionRule(rule, 'deny')['problem']).toBeUndefined();
  });

  it('only a deny rule protects secrets', () => {
    expect(protectsSecrets(permissionRule('Read(./.env)', 'deny'))).toBe(true);
    expect(protectsSecrets(permissionRule('Read(./.env)', 'allow'))).toBe(false);
    expect(protectsSecrets(permissionRule('Bash(cat .env)', 'deny'))).toBe(false);
  });
});

it.each([
  ['~', true],
  ['/', true],
  ['/home/ana', true],
  ['C:\\', true],
  ['~/.ssh', true],
  ['../docs', false],
  ['/home/ana/project', false],
  ['/srv/data', false],
])('folder %s is wide: %s', (path, wide) => {
  expect(isWideFolder(path)).toBe(wide);
});

it('never throws', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 400 }),
      (text) => void [permissionRule(text, 'allow'), permissionRule(`Bash(${text})`, 'deny'), commandRule(text, 'ask')],
    ),
  );
});

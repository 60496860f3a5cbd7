import { describe, expect, it } from 'vitest';
import { confidenceOf } from './confidence.ts';

describe('confidenceOf', () => {
  it.each([
    'main.tf',
    'infra/prod/agent.tf',
    'src/contest/agent.py',
    'src/latest.ts',
    'cdk.out/Support.template.json',
    'testing.tf',
    'examples.tf',
    'src/attestation/run.go',
    'deploy/vpc.yaml',
  ])('takes %s as active', (path) => expect(confidenceOf(path)).toBe('active'));

  it.each([
    'examples/complete/main.tf',
    'modules/agent/test/fixtures/a.tf',
    'tests/agent.py',
    'docs/agent.py',
    'src/test_agent.py',
    'pkg/agent_test.go',
    'web/agent.test.ts',
    'web/agent.spec.tsx',
    'main.tftest.hcl',
    'src/main/java/AgentTest.java',
  ])('takes %s as an example', (path) => expect(confidenceOf(path)).toBe('example'));

  it.each([
    '.env.example',
    'config/settings.sample.json',
    'terraform.tfvars.example',
    'agent.yaml.template',
    '.env-sample',
  ])('takes %s as a template', (path) => expect(confidenceOf(path)).toBe('template'));

  it.each(['.claude/settings.local.json', '.env.local', 'compose.override.yaml'])('takes %s as local', (path) =>
    expect(confidenceOf(path)).toBe('local'),
  );

  it('decides a hostile path in linear time', () => {
    expect(confidenceOf(`${'test_'.repeat(20_000)}.x`)).toBe('active');
  });
});

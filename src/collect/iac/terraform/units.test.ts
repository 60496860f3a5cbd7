import { describe, expect, it } from 'vitest';
import { memorySource } from './fixtures/collect-files.ts';
import { planUnits } from './units.ts';
import { planSource } from '../../fixtures/plan-source.ts';

function unitsOf(files: Readonly<Record<string, string>>): Record<string, string[]> {
  const listed = Object.keys(files).map((path) => ({ path, size: files[path]?.length ?? 0 }));
  return Object.fromEntries(
    planUnits(listed, planSource(memorySource(files))).map(({ id, files: found }) => [
      id,
      found.map(({ path }) => path).sort(),
    ]),
  );
}

describe('planUnits', () => {
  it('takes a root module with the local modules below it and its own variables files', () => {
    expect(
      unitsOf({
        'live/main.tf': 'module "a" { source = "../modules/a" }',
        'live/prod.auto.tfvars': 'x = 1',
        'modules/a/main.tf': 'module "b" { source = "./b" }',
        'modules/a/terraform.tfvars': 'x = 1',
        'modules/a/b/main.tf': '',
        'other/main.tofu': '',
        'other/x.tf.json': '{}',
      }),
    ).toEqual({
      live: ['live/main.tf', 'live/prod.auto.tfvars', 'modules/a/b/main.tf', 'modules/a/main.tf'],
      other: ['other/main.tofu', 'other/x.tf.json'],
    });
  });

  it('looks at a library for itself when only its examples call it', () => {
    const units = unitsOf({ 'main.tf': '', 'examples/basic/main.tf': 'module "m" { source = "../../" }' });
    expect(Object.keys(units).sort()).toEqual(['.', 'examples/basic']);
  });

  it('tells a plan by its content, and Terragrunt by its name', () => {
    const units = unitsOf({
      'out.json': '{"format_version":"1.2","planned_values":{}}',
      'data.json': '{"format_version":"1.2"}',
      'live/terragrunt.hcl': '',
    });
    expect(Object.keys(units).sort()).toEqual(['live/terragrunt.hcl', 'out.json']);
  });
});

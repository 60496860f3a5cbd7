/**
 * One rule serves all dialects: the fixtures of every AWS rule written in CloudFormation are rendered as `awscc_*`, those of every
 * Azure rule written in ARM as `azapi_resource`, and must give the same verdicts. The vendors' own AI modules use these two.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRules, readData } from '../../src/app/data.ts';
import { evaluateRules } from '../../src/evaluate/rules.ts';
import type { Rule } from '../../src/model/rule.ts';
import type { TypeSchema } from '../../src/model/schema.ts';
import { type Fixture, fixturesOf, graphOf } from './fixtures.ts';
import { NotRenderable, renderAwscc, renderAzapi } from './render-hcl.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demarc-dialects-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const aws = readData('schemas-aws.json') as Record<string, TypeSchema>;
let rendered = 0;
const left: string[] = [];

async function states(rule: Rule, fixture: Fixture): Promise<string[]> {
  return [...new Set(evaluateRules(await graphOf(fixture), [rule]).map((verdict) => verdict.state))].sort();
}

async function compare(rule: Rule, fixture: Fixture, render: typeof renderAzapi): Promise<void> {
  const resources = [...(await graphOf(fixture)).nodes.values()].map((node) => node.resource);
  let text: string;
  try {
    text = render(resources);
  } catch (thrown) {
    if (!(thrown instanceof NotRenderable)) throw thrown;
    left.push(`${rule.id} ${fixture.kind}/${fixture.name}: ${thrown.message}`);
    return;
  }
  const folder = join(scratch, `${rule.id}-${fixture.kind}-${fixture.name}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'main.tf');
  writeFileSync(path, text);
  rendered++;
  expect(await states(rule, { ...fixture, path }), `${fixture.kind}/${fixture.name} as\n${text}`).toEqual(
    await states(rule, fixture),
  );
}

const templates = (rule: Rule, dialect: string): Fixture[] =>
  (['fires', 'silent', 'unknown'] as const)
    .flatMap((kind) => fixturesOf(rule, kind))
    .filter((fixture) => fixture.dialect === dialect);
const rules = loadRules();

describe('awscc', () => {
  it.each(
    rules
      .filter((rule) => templates(rule, 'cloudformation').length > 0 && rule.id.startsWith('aws.'))
      .map((rule) => [rule.id, rule] as const),
  )('gives the verdicts of CloudFormation for %s', async (_id, rule) => {
    for (const fixture of templates(rule, 'cloudformation'))
      await compare(rule, fixture, (resources) => renderAwscc(resources, aws));
  });
});

describe('azapi', () => {
  it.each(rules.filter((rule) => templates(rule, 'arm').length > 0).map((rule) => [rule.id, rule] as const))(
    'gives the verdicts of ARM for %s',
    async (_id, rule) => {
      for (const fixture of templates(rule, 'arm')) await compare(rule, fixture, renderAzapi);
    },
  );
});

describe('the comparison', () => {
  it('left out few fixtures', () => {
    expect(rendered).toBeGreaterThan(300);
    expect(left.length / (rendered + left.length), left.join('\n')).toBeLessThan(0.15);
  });
});

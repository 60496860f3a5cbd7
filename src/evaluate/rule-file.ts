import { z } from 'zod';
import { DemarcError } from '../base/errors.ts';
import { traits } from '../model/catalogue.ts';
import { type Rule, severities } from '../model/rule.ts';
import { parseExpression } from './cel/parse.ts';

/** `rules/<source>/<service>/<rule>/rule.yaml`, see docs/guide/writing-rules.md. Unknown keys are errors. */
const ruleFile = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+){2,3}$/, 'must be the folder path with dots'),
  title: z.string().min(8).max(140),
  control: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  kind: z.enum(['misconfiguration', 'undecided', 'path']).default('misconfiguration'),
  status: z.enum(['experimental', 'stable', 'deprecated']).default('stable'),
  types: z.array(z.string()).default([]),
  traits: z.array(z.enum(traits)).default([]),
  dialects: z.array(z.string()).min(1),
  postures: z.array(z.enum(['lockdown', 'controlled', 'open'])).default([]),
  when: z.string().optional(),
  expect: z.string(),
  why: z.string().min(30).max(900),
  remediation: z.record(z.string(), z.string().min(4).max(900)),
  source: z.strictObject({ url: z.url({ protocol: /^https$/ }), read: z.iso.date() }),
  within: z.array(z.string()).default([]),
  covers: z.array(z.string()).default([]),
});

/**
 * A rule from its parsed YAML, with its expressions compiled to JSON.
 *
 * @param folder path of the rule's folder below `rules/`, with `/`
 * @throws DemarcError `DMC_RULE_INVALID` naming the folder and every problem
 */
export function buildRule(folder: string, value: unknown): Rule {
  const parsed = ruleFile.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
    throw new DemarcError('DMC_RULE_INVALID', `rules/${folder}: ${problems.join('; ')}`);
  }
  const { when, expect, ...rest } = parsed.data;
  const complain = (problem: string): never => {
    throw new DemarcError('DMC_RULE_INVALID', `rules/${folder}: ${problem}`);
  };
  if (rest.id !== folder.replaceAll('/', '.')) complain(`id \`${rest.id}\` is not the folder path`);
  if ((rest.types.length === 0) === (rest.traits.length === 0)) complain('needs either `types` or `traits`');
  if (!severities.includes(rest.severity)) complain('severity');
  try {
    return {
      ...rest,
      why: rest.why.trim(),
      when: when === undefined ? undefined : parseExpression(when),
      expect: parseExpression(expect),
    };
  } catch (thrown) {
    return complain(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

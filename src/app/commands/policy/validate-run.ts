import { DemarcError } from '../../../base/errors.ts';
import { checkPolicySet, type PolicyProblem, type PolicySet, type Preprocess } from '../../../decide/policy-set.ts';
import type { SchemaTool } from '../../../decide/schema/generate.ts';
import { checkConditions } from '../../../decide/temporal/check-names.ts';
import { ConditionSet } from '../../../decide/temporal/condition-set.ts';
import { preprocess, type TemporalCondition } from '../../../decide/temporal/preprocess.ts';
import type { Context } from '../../context.ts';
import { openSet, openTools } from '../../policy/open-set.ts';
import { type SetFolder, sourceOf } from '../../policy/read-set.ts';
import type { SetFlags } from './commands.ts';

const noTools =
  'no tool is known: --tools <server>=<its answer to tools/list> names some, and so does `tools` in cases.yaml\n';

/** Runs `demarc policy validate`. @returns 0, or 1 when the set is refused */
export function runValidate(context: Context, flags: SetFlags, name: string): number {
  const folder = openSet(context, name);
  const tools = openTools(context, flags, folder);
  const checked = check(folder, tools);
  const valid = 'digest' in checked;
  if (!valid && tools.length === 0) context.process.stderr.write(noTools);
  context.process.stdout.write(flags.json ? `${JSON.stringify(summary(checked), null, 2)}\n` : render(checked));
  return valid ? 0 : 1;
}

/** A temporal condition that cannot be read or kept track of is a problem of the set, as all others are. */
function check(folder: SetFolder, tools: readonly SchemaTool[]): PolicySet | readonly PolicyProblem[] {
  const conditions: TemporalCondition[] = [];
  const collect: Preprocess = (file, text) => {
    const found = preprocess(file, text);
    conditions.push(...found.conditions);
    return found;
  };
  try {
    const checked = checkPolicySet(sourceOf(folder, { tools, preprocess: collect }));
    if (!('digest' in checked)) return checked;
    new ConditionSet(conditions);
    const problems = checkConditions(conditions, checked.schema);
    return problems.length > 0 ? problems : checked;
  } catch (thrown) {
    if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_TEMPORAL') throw thrown;
    const [, file = folder.name, line = '1', message = thrown.message] =
      /^(.+?):(\d+): (.*)$/.exec(thrown.message) ?? [];
    return [{ file, line: Number(line), message, hint: thrown.hint }];
  }
}

function summary(checked: PolicySet | readonly PolicyProblem[]): object {
  if (!('digest' in checked)) return { valid: false, problems: checked };
  const { digest, policies, conditions, warnings, schema } = checked;
  return {
    valid: true,
    digest,
    policies: policies.length,
    conditions: [...conditions.keys()],
    tools: [...schema.tools.keys()],
    warnings,
    unseen: schema.gaps,
  };
}

export function renderProblems(problems: readonly PolicyProblem[]): string {
  return problems
    .map(
      ({ file, line, message, hint }) =>
        `${file}:${line}: ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`,
    )
    .join('');
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

function render(checked: PolicySet | readonly PolicyProblem[]): string {
  if (!('digest' in checked)) return `${renderProblems(checked)}refused\n`;
  const { digest, policies, conditions, warnings, schema } = checked;
  const gaps = schema.gaps.map(({ tool, part, path, reason }) => `  ${tool}: ${part} \`${path}\` ${reason}\n`);
  return [
    `${counted(policies.length, 'policy', 'policies')}, ${counted(schema.tools.size, 'tool', 'tools')}, valid\n${digest}\n`,
    conditions.size === 0
      ? ''
      : `\ntemporal conditions\n${[...conditions.keys()].map((condition) => `  ${condition}\n`).join('')}`,
    warnings.length === 0 ? '' : `\nwarnings\n${renderProblems(warnings)}`,
    gaps.length === 0 ? '' : `\nwhat policies cannot see\n${gaps.join('')}`,
  ].join('');
}

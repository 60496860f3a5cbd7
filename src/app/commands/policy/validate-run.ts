import { checkPolicySet, type PolicyProblem, type PolicySet } from '../../../decide/policy-set.ts';
import type { Context } from '../../context.ts';
import { openSet, openTools } from '../../policy/open-set.ts';
import { sourceOf } from '../../policy/read-set.ts';
import type { SetFlags } from './commands.ts';

/** Runs `demarc policy validate`. @returns 0, or 1 when the set is refused */
export function runValidate(context: Context, flags: SetFlags, name: string): number {
  const folder = openSet(context, name);
  const checked = checkPolicySet(sourceOf(folder, { tools: openTools(context, flags, folder) }));
  const valid = 'digest' in checked;
  context.process.stdout.write(flags.json ? `${JSON.stringify(summary(checked), null, 2)}\n` : render(checked));
  return valid ? 0 : 1;
}

function summary(checked: PolicySet | readonly PolicyProblem[]): object {
  if (!('digest' in checked)) return { valid: false, problems: checked };
  const { digest, policies, warnings, schema } = checked;
  return {
    valid: true,
    digest,
    policies: policies.length,
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

function render(checked: PolicySet | readonly PolicyProblem[]): string {
  if (!('digest' in checked)) return `${renderProblems(checked)}refused\n`;
  const { digest, policies, warnings, schema } = checked;
  const gaps = schema.gaps.map(({ tool, part, path, reason }) => `  ${tool}: ${part} \`${path}\` ${reason}\n`);
  return [
    `${policies.length} policies, ${schema.tools.size} tools, valid\n${digest}\n`,
    warnings.length === 0 ? '' : `\nwarnings\n${renderProblems(warnings)}`,
    gaps.length === 0 ? '' : `\nwhat policies cannot see\n${gaps.join('')}`,
  ].join('');
}

import { DemarcError } from '../../../base/errors.ts';
import { checkConditionNames, runCases } from '../../../decide/cases.ts';
import { Decider } from '../../../decide/decider.ts';
import type { Context } from '../../context.ts';
import { openSet, openTools } from '../../policy/open-set.ts';
import { loadSetFolder } from '../../policy/read-set.ts';
import type { SetFlags } from './commands.ts';

/** Runs `demarc policy test`. @returns 0, or 1 when a case does not come out */
export function runTest(context: Context, flags: SetFlags, name: string): number {
  const folder = openSet(context, name);
  const { cases } = folder;
  if (cases === undefined || cases.cases.length === 0)
    throw new DemarcError('DMC_POLICY', `\`${name}\` has no cases`, { hint: 'write them into `cases.yaml`' });
  const tools = openTools(context, flags, folder);
  const set = loadSetFolder(folder, { tools });
  for (const { name: of, request } of cases.cases)
    checkConditionNames(request.temporal, set.conditions, `the case \`${of}\``);
  const failures = runCases(new Decider(set), { ...cases, tools });
  const passed = cases.cases.length - failures.length;
  context.process.stdout.write(
    flags.json
      ? `${JSON.stringify({ policySet: set.digest, passed, failed: failures }, null, 2)}\n`
      : `${failures.map((failure) => `FAIL ${failure.name}\n     expected ${failure.expected}\n     found    ${failure.found}\n`).join('')}${passed} passed, ${failures.length} failed\n`,
  );
  return failures.length === 0 ? 0 : 1;
}

import { resolve } from 'node:path';
import { limits } from '../../../base/limits.ts';
import { DemarcError } from '../../../base/errors.ts';
import { checkConditionNames, readRequest } from '../../../decide/cases.ts';
import { Decider, type Explanation } from '../../../decide/decider.ts';
import type { PolicySet } from '../../../decide/policy-set.ts';
import type { Context } from '../../context.ts';
import { plainYaml } from '../../plain-yaml.ts';
import { openSet, openTools } from '../../policy/open-set.ts';
import { loadSetFolder } from '../../policy/read-set.ts';
import type { SetFlags } from './commands.ts';

/** What a policy did in one decision. */
interface Part {
  readonly policy: string;
  readonly file: string;
  readonly line: number;
  readonly effect: 'permit' | 'forbid';
  readonly did: 'held' | 'failed';
  readonly message?: string;
}

/** Runs `demarc policy explain`. @returns 0 */
export function runExplain(context: Context, flags: SetFlags, name: string, path: string): number {
  const folder = openSet(context, name);
  const tools = openTools(context, flags, folder);
  const set = loadSetFolder(folder, { tools });
  const { request, temporal, holding } = readRequest(readDocument(context, path), path, tools);
  checkConditionNames(holding, set.conditions, path);
  const explanation = new Decider(set).explain(request, temporal);
  const parts = partsOf(explanation, set);
  context.process.stdout.write(
    flags.json ? `${JSON.stringify({ ...explanation.decision, parts }, null, 2)}\n` : render(explanation, parts),
  );
  return 0;
}

/** JSON is YAML. */
function readDocument(context: Context, path: string): unknown {
  const file = resolve(context.environment.workingDirectory, path);
  if (context.files.size(file) > limits.fileBytesMax)
    throw new DemarcError('DMC_POLICY', `\`${path}\` is larger than ${limits.fileBytesMax} bytes`);
  return plainYaml(Buffer.from(context.files.read(file)).toString('utf8'), path, 'DMC_POLICY');
}

function partsOf({ evaluation }: Explanation, { policies }: PolicySet): Part[] {
  if (evaluation === undefined) return [];
  const places = new Map(policies.map(({ id, file, line }) => [id, { file, line }]));
  const part = (id: string, effect: 'permit' | 'forbid', did: Part['did'], message?: string): Part => ({
    policy: id,
    ...(places.get(id) ?? { file: '', line: 0 }),
    effect,
    did,
    ...(message === undefined ? {} : { message }),
  });
  const { permits, forbids, errors } = evaluation;
  return [
    ...forbids.map(({ id }) => part(id, 'forbid', 'held')),
    ...errors.map(({ policy, message }) => part(policy.id, policy.effect, 'failed', message)),
    ...permits.map(({ id }) => part(id, 'permit', 'held')),
  ];
}

function render({ decision }: Explanation, parts: readonly Part[]): string {
  const lines = parts.map(
    ({ policy, file, line, effect, did, message }) =>
      `  ${effect} ${did}: ${policy} (${file}:${line})${message === undefined ? '' : `: ${message}`}\n`,
  );
  return `${decision.decision}${decision.reasons.length === 0 ? '' : `: ${decision.reasons.join(', ')}`}\n${lines.join('')}${lines.length === 0 ? '  no policy applies\n' : ''}`;
}

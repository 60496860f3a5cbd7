import { resolve } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import { type ApiKeyRecord, ApiKeys } from '../../gateway/identify/api-keys.ts';
import { hasRole } from '../../store/approvals/approver.ts';
import { approverRule } from '../../store/approvals/settings.ts';
import type { Context } from '../context.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { nodeKeyFiles } from '../node-key-files.ts';

type ApproverSettings = Pick<GatewaySettings, 'approvals' | 'identity'>;

/**
 * Those of the policies that ask whose question nobody could answer.
 *
 * @param asking ids of the policies that can ask
 * @param keys that hold now
 */
export function unanswered(
  { approvals, identity }: ApproverSettings,
  asking: readonly string[],
  keys: readonly ApiKeyRecord[],
): readonly string[] {
  // Whom an issuer gives the scope, it alone knows.
  if (identity.issuers.length > 0) return [];
  const approvers = [
    ...keys.filter(({ person, roles }) => person !== undefined && roles.includes(approvals.scope)),
    ...approvals.callbacks,
    ...(approvals.slack?.people ?? []),
  ];
  return asking.filter((policy) => {
    const { rule } = approverRule(approvals, { policies: [policy] }, 'call');
    return !approvers.some((approver) => hasRole({ rule }, approver));
  });
}

/**
 * Tells the operator, in one line, that calls will wait for an answer that nobody can give, and what to do about it.
 *
 * @param parts.folder of the configuration
 */
export async function tellUnanswered(
  context: Context,
  settings: ApproverSettings,
  asking: readonly string[],
  { folder, tell }: { readonly folder: string; readonly tell: (line: string) => void },
): Promise<void> {
  const { approvals, identity } = settings;
  const keys = identity['api-keys'];
  const directory = resolve(folder, keys?.directory ?? 'demarc.gateway.keys');
  const policies = unanswered(settings, asking, keys === undefined ? [] : await keysIn(context, directory, tell));
  const [first] = policies;
  if (first === undefined) return;
  const { rule } = approverRule(approvals, { policies: [first] }, 'call');
  const roles = [...rule.roles.flatMap(([role]) => role ?? []), approvals.scope].map((role) => `--role ${role}`);
  const before = keys === undefined ? 'write `api-keys: {}` into `identity`, and then ' : '';
  tell(
    `nobody can answer approvals, which ${policies.length === 1 ? first : `${policies.length} policies`} can ask for: ${before}\`demarc gateway key create --agent me --person me ${roles.join(' ')} --directory ${directory}\` makes a key for you (docs/guide/approvals.md)`,
  );
}

async function keysIn(context: Context, directory: string, tell: (line: string) => void) {
  const files = nodeKeyFiles(nodeDurableFiles(), context.environment.platform);
  const all = await new ApiKeys(directory, { files, clock: context.clock, tell }).list().catch((thrown: unknown) => {
    tell(`the API keys cannot be read: ${messageOf(thrown)}`);
    return [];
  });
  return all.filter(({ expires }) => expires === undefined || Date.parse(expires) > context.clock.now());
}

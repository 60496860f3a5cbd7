import { nameOf } from './fields.ts';

/**
 * The role behind an assumed-role ARN (`arn:aws:sts::1:assumed-role/<role>/<session>` → `arn:aws:iam::1:role/<role>`), or
 * a role's own ARN. A session name and an IAM user may name a person: they are never in clear.
 */
export function agentOfArn(arn: string | undefined): string | undefined {
  const assumed = /^arn:([\w-]+):sts::(\d*):assumed-role\/([^/]+)\//.exec(arn ?? '');
  if (assumed !== null) return nameOf(`arn:${assumed[1]}:iam::${assumed[2]}:role/${assumed[3]}`);
  return /^arn:[\w-]+:iam::\d*:role\//.test(arn ?? '') ? nameOf(arn) : undefined;
}

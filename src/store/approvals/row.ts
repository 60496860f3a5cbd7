import type { Person } from '../../model/principal.ts';
import type { Answer, Approval, ApprovalLabels, ApproverRule, Binding } from './approval.ts';
import type { ApprovalSecrets } from './secrets.ts';

/** A row of `approvals` as the database gives it. */
export type ApprovalRow = Readonly<Record<string, unknown>>;

/** What of a request is sealed. */
export interface SealedRequest {
  readonly binding: Binding;
  readonly requester?: Person | undefined;
  readonly args: unknown;
  readonly doubted: Approval['doubted'];
}

/** Places of the sealed parts: none opens in another row or column. */
export const requestPlace = (id: string): string => `${id} request`;
export const answerPlace = (id: string): string => `${id} answer`;

/**
 * Opens a row; undefined when what is sealed was erased, or sealed with another secret: then nobody knows what was asked,
 * and the approval is good for nothing.
 */
export function openRow(row: ApprovalRow, secrets: ApprovalSecrets): Approval | undefined {
  const id = String(row['id']);
  const request = openPart<SealedRequest>(row['request'], requestPlace(id), secrets);
  if (request === undefined) return undefined;
  const answer = openPart<Answer>(row['answer'], answerPlace(id), secrets);
  if (answer === undefined && typeof row['answer'] === 'string') return undefined;
  return {
    id,
    kind: row['kind'] as Approval['kind'],
    state: row['state'] as Approval['state'],
    binding: request.binding,
    agent: String(row['agent']),
    run: String(row['run']),
    requester: request.requester,
    args: request.args,
    doubted: request.doubted,
    policies: row['policies'] as readonly string[],
    reasons: row['reasons'] as readonly string[],
    labels: row['labels'] as ApprovalLabels,
    rule: row['rule'] as ApproverRule,
    createdMs: Number(row['created_ms']),
    expiresMs: Number(row['expires_ms']),
    answer,
    usedBy: typeof row['used_by'] === 'string' ? row['used_by'] : undefined,
    rounds: Number(row['rounds']),
  };
}

function openPart<T>(sealed: unknown, place: string, secrets: ApprovalSecrets): T | undefined {
  return typeof sealed === 'string' ? (secrets.open(sealed, place) as T | undefined) : undefined;
}

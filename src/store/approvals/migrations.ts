import type { Migration } from '../index/migrations.ts';

/** The schema of approvals, unless another is named. */
export const approvalsSchema = 'demarc_approvals';

/**
 * Who asked and who answered, arguments and reasons are sealed; `binding` and `principal` are pseudonyms. Of one call one
 * approval is open at a time.
 */
export const approvalMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'approvals',
    statements: [
      `create table ix.approvals (
        id text primary key,
        kind text not null check (kind in ('call', 'declassification')),
        state text not null check (state in ('pending', 'approved', 'denied', 'used', 'expired')),
        binding text not null,
        principal text not null,
        person text,
        agent text not null,
        run text not null,
        server text not null,
        policy_set text not null,
        policies jsonb not null,
        reasons jsonb not null,
        labels jsonb not null,
        rule jsonb not null,
        created_ms bigint not null,
        expires_ms bigint not null,
        settled_ms bigint,
        used_by text,
        rounds integer not null default 0,
        request text,
        answer text,
        approver text)`,
      "create unique index approvals_open on ix.approvals (binding) where state = 'pending'",
      "create index approvals_approved on ix.approvals (binding, created_ms) where state = 'approved'",
      "create index approvals_waiting on ix.approvals (expires_ms) where state in ('pending', 'approved')",
      "create index approvals_principal on ix.approvals (principal) where state = 'pending'",
      'create index approvals_created on ix.approvals (created_ms, id)',
      'create index approvals_person on ix.approvals (person) where person is not null',
      'create index approvals_approver on ix.approvals (approver) where approver is not null',
    ],
  },
  {
    version: 2,
    name: 'what was asked of a call',
    statements: ['create index approvals_binding on ix.approvals (binding, created_ms)'],
  },
];

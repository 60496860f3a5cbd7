import type { Migration } from '../index/migrations.ts';

/** The schema of budgets, unless another is named. */
export const budgetsSchema = 'demarc_budgets';

/** `counter` is a pseudonym of budget and scope, and the window. Times are milliseconds since the epoch. */
export const budgetMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'counters and reservations',
    statements: [
      'create table ix.counters (counter text primary key, used bigint not null, ends_ms bigint)',
      `create table ix.reservations (
        id text not null,
        counter text not null references ix.counters on delete cascade,
        amount bigint not null,
        expires_ms bigint not null,
        primary key (counter, id))`,
      'create index reservations_id on ix.reservations (id)',
      'create index counters_ends on ix.counters (ends_ms) where ends_ms is not null',
    ],
  },
];

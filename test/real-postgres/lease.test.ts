/** The lease on a real server, over several connections. Run by .ci/suites/ledger-postgres.sh. */
import pg from 'pg';
import { describe } from 'vitest';
import type { Sql } from '../../src/base/ports.ts';
import { postgresLeaseCases } from '../../src/store/log/fixtures/postgres-lease-cases.ts';

const url = process.env['DEMARC_TEST_DATABASE_URL'];

function openServer(): Promise<Sql> {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  return Promise.resolve({
    query: async (text, parameters = []) => (await pool.query<Record<string, unknown>>(text, [...parameters])).rows,
    transaction: () => Promise.reject(new Error('not needed')),
    close: () => pool.end(),
  });
}

describe.skipIf(url === undefined)('the lease in PostgreSQL', () => postgresLeaseCases(openServer));

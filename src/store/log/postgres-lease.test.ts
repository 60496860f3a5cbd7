import { PGlite } from '@electric-sql/pglite';
import { describe } from 'vitest';
import type { Sql } from '../../base/ports.ts';
import { postgresLeaseCases } from './fixtures/postgres-lease-cases.ts';

async function openPglite(): Promise<Sql> {
  const database = await PGlite.create();
  return {
    query: async (text, parameters = []) => (await database.query<Record<string, unknown>>(text, [...parameters])).rows,
    transaction: () => Promise.reject(new Error('not needed')),
    close: () => database.close(),
  };
}

describe('the lease in PGlite', () => postgresLeaseCases(openPglite));

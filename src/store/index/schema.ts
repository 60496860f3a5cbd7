import { createHash } from 'node:crypto';
import type { Sql } from '../../base/ports.ts';

/**
 * Statements here name their tables `ix.<table>`. Each log has a schema of its own, named after its origin: several logs
 * share a database without sharing a row, and dropping an index is one statement.
 */
export function schemaOf(origin: string): string {
  return `demarc_index_${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
}

/** The same database with `ix.` meaning one schema. Statements are constants of the code, never input. */
export function inSchema(sql: Sql, schema: string): Sql {
  const named = (text: string): string => text.replaceAll(/\bix\./g, `${schema}.`);
  return {
    query: (text, parameters) => sql.query(named(text), parameters),
    transaction: (work) => sql.transaction((inner) => work(inSchema(inner, schema))),
    close: () => sql.close(),
  };
}

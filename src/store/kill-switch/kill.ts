import { createHash } from 'node:crypto';
import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { type KillScope, killScopes } from './kill-scopes.ts';

/** Characters of the name of a run or agent in an order. */
export const killNameLengthMax = 1_024;

/** One order to stop. */
export interface Kill {
  readonly scope: KillScope;
  /** The run or agent; empty for all. */
  readonly name: string;
  readonly reason: string;
  /** Who gave it, as the system knows them. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
}

const killFile = z
  .object({
    scope: z.enum(killScopes),
    name: z.string().max(killNameLengthMax),
    reason: z.string(),
    by: z.string(),
    at: z.string(),
  })
  .refine(({ scope, name }) => (scope === 'all') === (name === ''));

/** The file of a kill in the kill folder: one for each target, so that two orders at once never meet in one file. */
export function killFileName({ scope, name }: Pick<Kill, 'scope' | 'name'>): string {
  return scope === 'all' ? 'all.json' : `${scope}-${createHash('sha256').update(name).digest('hex').slice(0, 32)}.json`;
}

export function formatKill(kill: Kill): Uint8Array {
  return Buffer.from(`${JSON.stringify(kill)}\n`);
}

/**
 * Reads a file of the kill folder. What is no kill stops everything: somebody wanted something stopped, and what it was
 * cannot be told. `touch all` works.
 */
export function parseKill(bytes: Uint8Array | undefined): Kill {
  const text = bytes === undefined || bytes.length > limits.killFileBytesMax ? '' : Buffer.from(bytes).toString('utf8');
  try {
    const parsed = killFile.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // No JSON: as below.
  }
  return { scope: 'all', name: '', reason: 'a file in the kill folder that is no kill', by: '', at: '' };
}

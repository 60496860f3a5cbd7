import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DemarcError } from '../base/errors.ts';
import type { Rule } from '../model/rule.ts';
import type { CompiledMeaning } from '../evaluate/graph.ts';

/**
 * The product data compiled from `catalogue/` and `rules/` (tools/compile-data.ts). Each part is read on first use, so
 * that a command pays only for what it needs.
 */
const folder = new URL('../../dist/data/', import.meta.url);

/** Reads one compiled part. @throws DemarcError `DMC_DATA_MISSING` when the package was not built */
export function readData(name: string): unknown {
  try {
    return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  } catch (thrown) {
    throw new DemarcError('DMC_DATA_MISSING', `product data \`${name}\` cannot be read`, {
      hint: 'run `npm run data`',
      cause: thrown,
    });
  }
}

/** All rules, whatever their status. */
export function loadRules(): readonly Rule[] {
  return readData('rules.json') as readonly Rule[];
}

/** What resource types mean. */
export function loadMeanings(): readonly CompiledMeaning[] {
  return readData('meanings.json') as readonly CompiledMeaning[];
}

/** Path of a compiled module of `src/` that runs as a program of its own. @param module such as `app/gateway/demo/mail.js` */
export function builtProgram(module: string): string {
  return fileURLToPath(new URL(`../${module}`, folder));
}

/**
 * Every limit at n and at n + 1: what is within is taken whole, what is past is told: as a gap, an unknown value, an error, a
 * note, or by what it takes to go on. A limit has its row in a table of limits/, or its test stands beside its module.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/base/limits.ts';
import { assessmentRows, matched } from './limits/assessment.ts';
import { detectionRows } from './limits/detection.ts';
import { besideTheirModules, durations } from './limits/elsewhere.ts';
import { feedRows } from './limits/feeds.ts';
import { gatewayRows } from './limits/gateway.ts';
import { ledgerRows } from './limits/ledger.ts';
import { logRows } from './limits/logs.ts';
import type { Row } from './limits/row.ts';
import { sandboxRows } from './limits/sandbox.ts';

const root = new URL('../../', import.meta.url).pathname;
const rows: readonly Row[] = [
  ...assessmentRows,
  ...logRows,
  ...ledgerRows,
  ...feedRows,
  ...detectionRows,
  ...gatewayRows,
  ...sandboxRows,
];

/** Texts of the product's own files. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'fixtures' ? [] : sources(path);
    const isProduct = entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') && entry.name !== 'limits.ts';
    return isProduct ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('limits', () => {
  it('each is tested, once here or beside its module', () => {
    const tested = [
      ...new Set(rows.map(({ limit }) => limit)),
      ...Object.keys(besideTheirModules),
      ...Object.keys(durations),
    ];
    expect(tested.sort()).toEqual(Object.keys(limits).sort());
  });

  it('each bounds something', () => {
    // Where a test may give others, `bounds` are `limits` by default.
    const text = sources(join(root, 'src')).join('\n');
    expect(Object.keys(limits).filter((limit) => !new RegExp(`\\b(?:limits|bounds)\\.${limit}\\b`).test(text))).toEqual(
      [],
    );
  });

  it.each(Object.entries(besideTheirModules))('%s is tested at n and at n + 1 in %s', (limit, path) => {
    const text = readFileSync(join(root, path), 'utf8');
    // `more` is 0 and 1 in turn, in a table.
    expect(text).toMatch(new RegExp(`\\blimits\\.${limit}\\b(?! \\+ 1)`));
    expect(text).toMatch(new RegExp(`\\blimits\\.${limit} \\+ (?:1|more)\\b`));
  });

  it.each(Object.entries(durations))('%s is given, shorter, in %s', (limit, path) => {
    expect(readFileSync(join(root, path), 'utf8')).toMatch(new RegExp(`\\b${limit}: \\d`));
  });

  it.each(rows.map((row) => [row.limit, row.where, row] as const))(
    '%s: %s',
    async (limit, _where, row) => {
      const max = row.at ?? limits[limit];
      const within = await row.told(max, max);
      expect(within.filter((reason) => row.past.test(reason))).toEqual([]);
      const past = await row.told(max + 1, max);
      expect(past.filter((reason) => row.past.test(reason))).not.toEqual([]);
    },
    60_000,
  );

  it('a match within the part that is looked at holds for the whole text', () => {
    expect(matched(limits.matchLengthMax + 1, 'aa')).toEqual([]);
  });
});

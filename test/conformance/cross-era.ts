/** Judges a run of the official suite in which client and server are of different eras. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** Statuses of the checks of each scenario, `<check> <status>`. */
export type Checks = ReadonlyMap<string, readonly string[]>;

const absentSchema = z.record(
  z.string(),
  z.record(z.string(), z.strictObject({ reason: z.string().min(40), checks: z.array(z.string()).min(1).optional() })),
);
export type Absent = z.infer<typeof absentSchema>[string];

/** What is not there in the other era, for clients of a revision. */
export function absentFor(revision: string): Absent {
  return absentSchema.parse(parse(readFileSync(new URL('cross-era.yaml', import.meta.url), 'utf8')))[revision] ?? {};
}

export interface Verdict {
  readonly scenario: string;
  readonly verdict: 'passed' | 'absent' | 'failed';
  /** Checks that do not come out as they have to; for an absent feature, why it is. */
  readonly why: readonly string[];
}

/**
 * A scenario passes where every check comes out as it does against the server alone, and one at least succeeds. One on the list
 * is absent where exactly the listed checks do not succeed. Everything else fails, a listed one that passes included.
 */
export function judge(alone: Checks, crossed: Checks, absent: Absent): Verdict[] {
  const scenarios = new Set([...alone.keys(), ...crossed.keys(), ...Object.keys(absent)]);
  return [...scenarios].sort().map((scenario): Verdict => {
    const all = crossed.get(scenario) ?? [];
    const found = all.filter(isJudged);
    // What the suite only remarks on does not apply: an answer that is no stream, say.
    const isRemark = (check: string): boolean => all.includes(`${checkOf(check)} INFO`);
    const expected = (alone.get(scenario) ?? []).filter((check) => isJudged(check) && !isRemark(check));
    const wanting = new Set(expected.filter((check) => !found.includes(check)).map(checkOf));
    for (const check of found) if (!check.endsWith(' SUCCESS')) wanting.add(checkOf(check));
    const entry = absent[scenario];
    const passes = wanting.size === 0 && found.length > 0;
    if (entry === undefined)
      return passes
        ? { scenario, verdict: 'passed', why: [] }
        : { scenario, verdict: 'failed', why: found.length === 0 ? ['it did not run'] : [...wanting] };
    if (!crossed.has(scenario)) return { scenario, verdict: 'failed', why: ['it is listed as absent and did not run'] };
    if (passes) return { scenario, verdict: 'failed', why: ['it is listed as absent and passes'] };
    const listed = new Set(entry.checks ?? wanting);
    const wrong = [
      ...[...wanting].filter((check) => !listed.has(check)),
      ...[...listed].filter((check) => !wanting.has(check)).map((check) => `${check} is listed as absent and succeeds`),
    ];
    return wrong.length === 0
      ? { scenario, verdict: 'absent', why: [entry.reason] }
      : { scenario, verdict: 'failed', why: wrong };
  });
}

const isJudged = (check: string): boolean => !check.endsWith(' INFO');
const checkOf = (check: string): string => check.slice(0, check.lastIndexOf(' '));

import type { Finding, Verdict } from '../model/finding.ts';
import { type Rule, severities } from '../model/rule.ts';

/**
 * The findings to tell: those of all open verdicts, less what a wider finding of the same resource says already (`within` of
 * a rule). The verdicts stay open. A wider finding that counts for less hides nothing.
 *
 * @param rules at least those the verdicts are of
 */
export function findingsOf(verdicts: readonly Verdict[], rules: readonly Rule[]): Finding[] {
  const open = verdicts.flatMap((verdict) => (verdict.state === 'open' ? [verdict.finding] : []));
  if (open.length === 0) return open;
  const widerOf = new Map(rules.filter(({ within }) => within.length > 0).map(({ id, within }) => [id, within]));
  const wide = new Set([...widerOf.values()].flat());
  const told = new Map(
    open.filter(({ rule }) => wide.has(rule)).map((finding) => [`${finding.rule}\n${finding.resource}`, finding]),
  );
  return open.filter(
    ({ rule, resource, severity }) =>
      !widerOf.get(rule)?.some((id) => {
        const wider = told.get(`${id}\n${resource}`);
        return wider !== undefined && severities.indexOf(wider.severity) <= severities.indexOf(severity);
      }),
  );
}

import { matchesGlob } from '../base/glob.ts';
import { type Finding, withSuppression } from '../model/finding.ts';
import type { Gap } from '../model/gap.ts';
import type { Suppression } from './config.ts';
import { severities } from '../model/rule.ts';

/**
 * The findings with what was accepted marked. A suppression that has expired no longer counts, and that is a gap: somebody
 * promised to look again.
 */
export function applySuppressions(
  open: readonly Finding[],
  suppressions: readonly Suppression[],
  baseline: ReadonlySet<string>,
  today: string,
): { findings: readonly Finding[]; gaps: Gap[] } {
  const gaps: Gap[] = suppressions
    .filter(({ expires }) => expires < today)
    .map(({ rule, owner, expires }) => ({
      kind: 'unresolved',
      reason: `the suppression of \`${rule}\` by ${owner} expired on ${expires}`,
      location: { file: 'demarc.yaml', line: 1, column: 1 },
    }));
  const valid = suppressions.filter(({ expires }) => expires >= today);
  const nothing = valid.length === 0 && baseline.size === 0;
  return { findings: nothing ? open : open.map((finding) => mark(finding, valid, baseline)), gaps };
}

/** Most severe first, then by rule and place. Names are compared once each: there may be a hundred thousand findings. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rules = ranks(findings.map(({ rule }) => rule));
  const files = ranks(findings.map(({ location }) => location.file));
  const order = (finding: Finding): number =>
    severities.indexOf(finding.severity) * rules.size + (rules.get(finding.rule) ?? 0);
  const place = ({ location }: Finding): number => files.get(location.file) ?? 0;
  return findings
    .map((finding) => ({ finding, order: order(finding), place: place(finding) }))
    .sort((a, b) => a.order - b.order || a.place - b.place || a.finding.location.line - b.finding.location.line)
    .map(({ finding }) => finding);
}

function ranks(names: readonly string[]): Map<string, number> {
  const sorted = [...new Set(names)].sort((a, b) => a.localeCompare(b));
  return new Map(sorted.map((name, at) => [name, at]));
}

function mark(finding: Finding, suppressions: readonly Suppression[], baseline: ReadonlySet<string>): Finding {
  const found = suppressions.find((suppression) => matches(suppression, finding));
  if (found !== undefined)
    return withSuppression(finding, {
      by: 'config',
      reason: `${found.reason} (${found.owner}, until ${found.expires})`,
    });
  return baseline.has(finding.fingerprint)
    ? withSuppression(finding, { by: 'baseline', reason: 'accepted in the baseline' })
    : finding;
}

function matches(suppression: Suppression, finding: Finding): boolean {
  if (suppression.rule !== finding.rule) return false;
  if (suppression.path !== undefined && !matchesGlob(suppression.path, finding.location.file)) return false;
  return (
    suppression.resource === undefined ||
    finding.resource === suppression.resource ||
    finding.resource.endsWith(`#${suppression.resource}`)
  );
}

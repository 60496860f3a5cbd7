import { matchesGlob } from '../base/glob.ts';
import type { Finding } from '../model/finding.ts';
import type { Gap } from '../model/gap.ts';
import type { Suppression } from './config.ts';
import { severities } from '../model/rule.ts';

/**
 * The findings of a run, most severe first, with what was accepted marked. A suppression that has expired no longer
 * counts, and that is a gap: somebody promised to look again.
 */
export function applySuppressions(
  open: readonly Finding[],
  suppressions: readonly Suppression[],
  baseline: ReadonlySet<string>,
  today: string,
): { findings: Finding[]; gaps: Gap[] } {
  const gaps: Gap[] = suppressions
    .filter(({ expires }) => expires < today)
    .map(({ rule, owner, expires }) => ({
      kind: 'unresolved',
      reason: `the suppression of \`${rule}\` by ${owner} expired on ${expires}`,
      location: { file: 'demarc.yaml', line: 1, column: 1 },
    }));
  const valid = suppressions.filter(({ expires }) => expires >= today);
  const findings = open.map((finding) => mark(finding, valid, baseline));
  findings.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      a.rule.localeCompare(b.rule) ||
      a.location.file.localeCompare(b.location.file) ||
      a.location.line - b.location.line,
  );
  return { findings, gaps };
}

function mark(finding: Finding, suppressions: readonly Suppression[], baseline: ReadonlySet<string>): Finding {
  const found = suppressions.find((suppression) => matches(suppression, finding));
  if (found !== undefined)
    return {
      ...finding,
      suppressed: { by: 'config', reason: `${found.reason} (${found.owner}, until ${found.expires})` },
    };
  return baseline.has(finding.fingerprint)
    ? { ...finding, suppressed: { by: 'baseline', reason: 'accepted in the baseline' } }
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

import { matchesGlob } from '../base/glob.ts';
import type { Accept } from '../evaluate/finding-list.ts';
import type { Finding } from '../model/finding.ts';
import type { Gap } from '../model/gap.ts';
import type { Suppression } from './config.ts';

/**
 * What of the findings is accepted. A suppression that has expired no longer counts, and that is a gap: somebody promised
 * to look again.
 *
 * @returns `accept` is undefined where nothing is accepted
 */
export function acceptance(
  suppressions: readonly Suppression[],
  baseline: ReadonlySet<string>,
  today: string,
): { readonly accept: Accept | undefined; readonly gaps: Gap[] } {
  const gaps: Gap[] = suppressions
    .filter(({ expires }) => expires < today)
    .map(({ rule, owner, expires }) => ({
      kind: 'unresolved',
      reason: `the suppression of \`${rule}\` by ${owner} expired on ${expires}`,
      location: { file: 'demarc.yaml', line: 1, column: 1 },
    }));
  const valid = suppressions.filter(({ expires }) => expires >= today);
  if (valid.length === 0 && baseline.size === 0) return { accept: undefined, gaps };
  return { accept: (finding) => accepted(finding, valid, baseline), gaps };
}

function accepted(
  finding: Finding,
  suppressions: readonly Suppression[],
  baseline: ReadonlySet<string>,
): Finding['suppressed'] {
  const found = suppressions.find((suppression) => matches(suppression, finding));
  if (found !== undefined) return { by: 'config', reason: `${found.reason} (${found.owner}, until ${found.expires})` };
  return baseline.has(finding.fingerprint) ? { by: 'baseline', reason: 'accepted in the baseline' } : undefined;
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

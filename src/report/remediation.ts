import type { Rule } from '../model/rule.ts';

/** One way to remediate, and the dialect it is written for. */
export interface Remedy {
  readonly dialect: string;
  readonly text: string;
}

/** What to do in a dialect, then in the others. The first one fits the dialect, or serves all, or is only the nearest. */
export function remediesFor(rule: Rule | undefined, dialect: string | undefined): readonly Remedy[] {
  const all = Object.entries(rule?.remediation ?? {}).map(([name, text]) => ({ dialect: name, text }));
  const rank = (remedy: Remedy): number => (remedy.dialect === dialect ? 0 : remedy.dialect === 'any' ? 1 : 2);
  return all.sort((a, b) => rank(a) - rank(b) || (a.dialect < b.dialect ? -1 : 1));
}

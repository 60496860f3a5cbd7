import type { Catalogue, RequirementEntry } from './catalogue.ts';

/**
 * What a framework reference stands for.
 * - `found`: `named` is what the reference names; `current` is where renumbering leads (the same, when nothing moved);
 *   `trail` is every reference on the way, first `named`, last `current`
 * - `ambiguous`: a bare id that several editions use for different things; `candidates` are the full references
 * - `unknown`: no framework of the catalogue has it
 */
export type ResolvedRequirement =
  | {
      readonly state: 'found';
      readonly named: RequirementEntry;
      readonly current: RequirementEntry;
      readonly trail: readonly string[];
    }
  | { readonly state: 'ambiguous'; readonly candidates: readonly string[] }
  | { readonly state: 'unknown' };

/**
 * Resolves a full reference (`owasp-llm@2025:LLM03`), an alias (`LLM03:2025`) or a bare id (`ASI01`), and follows
 * `replacedBy` to the current requirement. A bare id that more than one edition uses (`LLM03`) is ambiguous: the
 * numbers mean different things, so none is guessed.
 */
export function resolveRequirement(catalogue: Catalogue, reference: string): ResolvedRequirement {
  const exact = catalogue.requirements.get(reference);
  const names = exact === undefined ? (catalogue.requirementNames.get(reference) ?? []) : [reference];
  if (names.length > 1) return { state: 'ambiguous', candidates: names };
  const named = catalogue.requirements.get(names[0] ?? '');
  if (named === undefined) return { state: 'unknown' };
  const { current, trail } = follow(catalogue.requirements, named);
  return { state: 'found', named, current, trail };
}

/** The full reference that `replacedBy` means: an id of the same framework, or already a full reference. */
export function replacementOf({ framework, requirement }: RequirementEntry): string | undefined {
  const { replacedBy } = requirement;
  if (replacedBy === undefined) return undefined;
  return replacedBy.includes('@') ? replacedBy : `${framework.id}@${framework.version}:${replacedBy}`;
}

/**
 * Follows `replacedBy` as far as it leads. `cyclic` says that it came back to where it had been; a built catalogue
 * has no such chain, and the walk ends all the same.
 */
export function follow(
  requirements: ReadonlyMap<string, RequirementEntry>,
  start: RequirementEntry,
): { readonly current: RequirementEntry; readonly trail: readonly string[]; readonly cyclic: boolean } {
  const seen = new Set([start.reference]);
  let current = start;
  for (;;) {
    const next = requirements.get(replacementOf(current) ?? '');
    if (next === undefined) return { current, trail: [...seen], cyclic: false };
    if (seen.has(next.reference)) return { current, trail: [...seen], cyclic: true };
    seen.add(next.reference);
    current = next;
  }
}

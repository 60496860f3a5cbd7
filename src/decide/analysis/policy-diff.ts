import type { EntityStore } from '../cedar/entity-store.ts';
import type { PolicySet } from '../policy-set.ts';
import { entityType } from '../schema/vocabulary.ts';
import { type Cell, cellsOf, isAboutOthers, subjectsOf } from './domain.ts';
import { CellDecider, type CellResult, type Outcome } from './outcomes.ts';

/** A cell that two sets decide differently, or by other conditions. */
export interface ChangedCell extends Cell {
  readonly before: readonly Outcome[];
  readonly after: readonly Outcome[];
  /** The possible decisions are the same, what they depend on is not. */
  readonly conditionsOnly: boolean;
}

/**
 * Cells that a change of policies moves. Both sets have to be loaded with the same tools. Where both decide by what a cell does not say,
 * the policies that are left open are compared as they are written: no change is missed, some may be none.
 */
export function diffSets(before: PolicySet, after: PolicySet): ChangedCell[] {
  const [old, young] = [new CellDecider(before), new CellDecider(after)];
  const [oldTexts, youngTexts] = [textsOf(before), textsOf(after)];
  const changed: ChangedCell[] = [];
  for (const cell of cellsOf(subjectsOf([before, after]), before.schema.tools.keys())) {
    const [left, right] = [old.decide(cell), young.decide(cell)];
    const same = left.possible.join() === right.possible.join();
    const conditionsOnly =
      same && left.possible.length > 1 && openTexts(left, oldTexts) !== openTexts(right, youngTexts);
    if (!same || conditionsOnly)
      changed.push({ ...cell, before: left.possible, after: right.possible, conditionsOnly });
  }
  return changed;
}

/** Ids of policies about resources and prompts that only one of the sets has. */
export function othersOf(before: PolicySet, after: PolicySet): string[] {
  const [old, young] = [textsOf(before), textsOf(after)];
  const only = ({ policies }: PolicySet, own: typeof old, there: typeof old): string[] => {
    const known = new Set(there.values());
    return policies.flatMap(({ id, json }) => (isAboutOthers(json) && !known.has(own.get(id) ?? '') ? [id] : []));
  };
  return [...new Set([...only(before, old, young), ...only(after, young, old)])];
}

/**
 * Policies as they are evaluated: ids and layout make no difference, what a temporal condition says stands for its name, and what
 * stands above a person's groups belongs to the policies that name one.
 */
function textsOf({ policies, conditions, store }: PolicySet): ReadonlyMap<string, string> {
  const written = new Map([...conditions].map(([name, formula]) => [name, JSON.stringify(formula, withoutPlaces)]));
  const spelled = (_key: string, value: unknown): unknown => {
    const name = conditionIn(value);
    return name === undefined ? value : { temporal: written.get(name) ?? name };
  };
  const groups = hierarchyOf(store);
  return new Map(
    policies.map(({ id, json: { annotations, ...rest } }) => {
      const text = JSON.stringify([rest, annotations?.['ask']], spelled);
      return [id, text.includes(`"${entityType.group}"`) ? `${text}${groups}` : text];
    }),
  );
}

/** Every group that stands below others, and those. */
function hierarchyOf(store: EntityStore): string {
  const lines = store.ofType(entityType.group).flatMap(({ id, data }) => {
    const above = [...(data?.ancestors ?? [])].map((ancestor) => ancestor.id).sort();
    return above.length === 0 ? [] : [JSON.stringify([id, above])];
  });
  return lines.sort().join();
}

const withoutPlaces = (key: string, value: unknown): unknown => (key === 'at' ? undefined : value);

/** The name in `context.temporal.<name>`, as Cedar's JSON writes it. */
function conditionIn(value: unknown): string | undefined {
  const outer = attributeOf(value);
  const inner = attributeOf(outer?.left);
  const isContext = JSON.stringify(inner?.left) === '{"Var":"context"}';
  return isContext && inner?.attr === 'temporal' ? outer?.attr : undefined;
}

function attributeOf(value: unknown): { readonly left: unknown; readonly attr: string } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { readonly '.'?: { readonly left: unknown; readonly attr: string } })['.'];
}

function openTexts({ evaluation }: CellResult, texts: ReadonlyMap<string, string>): string {
  return evaluation.open
    .map(({ id }) => texts.get(id) ?? '')
    .sort((a, b) => (a < b ? -1 : 1))
    .join('\n');
}

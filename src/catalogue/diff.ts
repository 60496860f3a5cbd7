import { ownParties } from '../model/catalogue.ts';
import type { Party, Service, VendorFact } from '../model/catalogue.ts';
import type { Catalogue } from './catalogue.ts';

/**
 * Where a responsibility went.
 * - `to-you`: your side holds it now, or holds it alone, and did not before
 * - `from-you`: a provider took part of it, or all of it
 * - `orphaned`: nobody holds it any more
 * - `sideways`: from one provider to another, or within your side
 */
export type Direction = 'to-you' | 'from-you' | 'orphaned' | 'sideways';

/** A responsibility that another set of parties holds; the order of parties alone is no change. */
export interface MovedCell {
  readonly service: string;
  readonly control: string;
  readonly before: readonly Party[];
  readonly after: readonly Party[];
  readonly direction: Direction;
  /** What the newer catalogue says, and where it read it. */
  readonly note: string;
  readonly url: string;
}

/** A responsibility of a service that both catalogues have, which only one of them states. */
export interface StatedCell {
  readonly service: string;
  readonly control: string;
  readonly parties: readonly Party[];
}

/** A vendor fact whose value differs; undefined on the side that does not state it. */
export interface ChangedFact {
  readonly service: string;
  readonly topic: VendorFact['topic'];
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The newest count of security recommendations a vendor publishes for its customers, when it changed. */
export interface RecommendationGrowth {
  readonly service: string;
  readonly before: number | undefined;
  readonly after: number;
  /** `after` less `before`; undefined when there was no count before. */
  readonly growth: number | undefined;
}

/** What changed between two catalogues. Every list is in order of service, then control or topic. */
export interface CatalogueDiff {
  readonly from: string;
  readonly to: string;
  readonly services: IdChanges;
  readonly controls: IdChanges;
  readonly moved: readonly MovedCell[];
  readonly added: readonly StatedCell[];
  readonly removed: readonly StatedCell[];
  readonly facts: readonly ChangedFact[];
  readonly recommendations: readonly RecommendationGrowth[];
}

export interface IdChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Compares two catalogues: who holds what, what vendors say, what they ask of their customers. */
export function diffCatalogues(before: Catalogue, after: Catalogue): CatalogueDiff {
  const pairs: { readonly old: Service; readonly now: Service }[] = [];
  for (const id of [...after.servicesById.keys()].sort()) {
    const old = before.servicesById.get(id);
    const now = after.servicesById.get(id);
    if (old !== undefined && now !== undefined) pairs.push({ old, now });
  }
  return {
    from: before.version,
    to: after.version,
    services: idChanges(before.servicesById, after.servicesById),
    controls: idChanges(before.controlsById, after.controlsById),
    moved: pairs.flatMap(({ old, now }) => movedCells(old, now)),
    added: pairs.flatMap(({ old, now }) => statedOnlyIn(now, old)),
    removed: pairs.flatMap(({ old, now }) => statedOnlyIn(old, now)),
    facts: pairs.flatMap(({ old, now }) => changedFacts(old, now)),
    recommendations: pairs.flatMap(({ old, now }) => recommendationGrowth(old, now)),
  };
}

function idChanges(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): IdChanges {
  return {
    added: [...after.keys()].filter((id) => !before.has(id)).sort(),
    removed: [...before.keys()].filter((id) => !after.has(id)).sort(),
  };
}

function movedCells(old: Service, now: Service): MovedCell[] {
  const known = new Map(old.responsibilities.map((cell) => [cell.control, cell.parties]));
  const moved: MovedCell[] = [];
  for (const { control, parties, note, source } of now.responsibilities) {
    const before = known.get(control);
    if (before === undefined || sameSet(before, parties)) continue;
    const direction = directionOf(before, parties);
    moved.push({ service: now.id, control, before, after: parties, direction, note, url: source.url });
  }
  return moved.sort((a, b) => compare(a.control, b.control));
}

function statedOnlyIn(service: Service, other: Service): StatedCell[] {
  const known = new Set(other.responsibilities.map((cell) => cell.control));
  return service.responsibilities
    .filter((cell) => !known.has(cell.control))
    .map(({ control, parties }) => ({ service: service.id, control, parties }))
    .sort((a, b) => compare(a.control, b.control));
}

function changedFacts(old: Service, now: Service): ChangedFact[] {
  const before = new Map(old.facts.map((fact) => [fact.topic, fact.value]));
  const after = new Map(now.facts.map((fact) => [fact.topic, fact.value]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((topic) => before.get(topic) !== after.get(topic))
    .map((topic) => ({ service: now.id, topic, before: before.get(topic), after: after.get(topic) }));
}

function recommendationGrowth(old: Service, now: Service): RecommendationGrowth[] {
  const before = newestCount(old);
  const after = newestCount(now);
  if (after === undefined || after === before) return [];
  return [{ service: now.id, before, after, growth: before === undefined ? undefined : after - before }];
}

function newestCount(service: Service): number | undefined {
  return [...service.recommendations].sort((a, b) => compare(a.date, b.date)).at(-1)?.count;
}

function directionOf(before: readonly Party[], after: readonly Party[]): Direction {
  if (after.length === 0) return 'orphaned';
  const change = yourShare(after) - yourShare(before);
  if (change === 0) return 'sideways';
  return change > 0 ? 'to-you' : 'from-you';
}

/** 0: no party of your side holds it (providers do, or nobody). 1: shared. 2: your side alone. */
function yourShare(parties: readonly Party[]): 0 | 1 | 2 {
  const own = parties.filter((party) => ownParties.includes(party)).length;
  if (own === 0) return 0;
  return own === parties.length ? 2 : 1;
}

function sameSet(a: readonly Party[], b: readonly Party[]): boolean {
  return a.length === b.length && a.every((party) => b.includes(party));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

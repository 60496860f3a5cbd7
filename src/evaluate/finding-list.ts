import { once } from '../base/once.ts';
import type { OpenRule } from '../model/assessment.ts';
import { type Finding, withSuppression } from '../model/finding.ts';
import { type Rule, severities, type Severity } from '../model/rule.ts';
import { countOf, type Open, openAt } from './island-record.ts';
import type { JudgedIsland } from './judge.ts';
import { severityOf } from './open-finding.ts';

/** Says why a finding is accepted, if it is. */
export type Accept = (finding: Finding) => Finding['suppressed'];

/** Where a finding is kept, and all that tells its place in the list. */
interface Placed {
  readonly island: JudgedIsland;
  /** Place among what is open on the island. */
  readonly at: number;
  readonly severity: number;
  readonly file: string;
  readonly line: number;
}

/**
 * The findings of all islands. There may be a hundred thousand, of which most reports count all and show a few: none is
 * made before somebody asks for it, unless whether it is accepted has to be decided.
 */
export class FindingList {
  /** How many there are that were not accepted. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** How many of them count for a workload, by its id. */
  readonly byWorkload: ReadonlyMap<string, number>;
  /** How many were accepted. */
  readonly suppressed: number;
  readonly #islands: readonly JudgedIsland[];
  readonly #rules: readonly Rule[];
  readonly #accepted = new Map<JudgedIsland, ReadonlyMap<number, Finding['suppressed']>>();

  constructor(islands: readonly JudgedIsland[], rules: readonly Rule[], accept: Accept | undefined) {
    this.#islands = islands;
    this.#rules = rules;
    if (accept !== undefined) for (const island of islands) this.#accepted.set(island, acceptedOn(island, accept));
    this.suppressed = [...this.#accepted.values()].reduce((sum, { size }) => sum + size, 0);
    const bySeverity = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
    const byWorkload = new Map<string, number>();
    for (const island of islands) {
      const { workloads, workloadsOf } = island.record;
      const counts = workloads.map(() => 0);
      this.#eachOpen(island, (_at, { isInForce, resource }, rule) => {
        bySeverity[severityOf(rule.severity, isInForce)]++;
        for (const workload of workloadsOf[resource] ?? []) counts[workload] = (counts[workload] ?? 0) + 1;
      });
      for (const [workload, count] of counts.entries())
        if (count > 0) byWorkload.set(workloads[workload]?.[0] ?? '', count);
    }
    this.bySeverity = bySeverity;
    this.byWorkload = byWorkload;
  }

  /** All of them, most severe first, then by rule and place; what was accepted is marked. */
  readonly all = once((): readonly Finding[] =>
    inOrder(
      this.#islands.flatMap((island) => {
        const accepted = this.#accepted.get(island);
        return toldOn(island).flatMap((at) => {
          const finding = island.finding(at);
          const suppressed = accepted?.get(at);
          return finding !== undefined && suppressed !== undefined
            ? withSuppression(finding, suppressed)
            : (finding ?? []);
        });
      }),
    ),
  );

  /** The rules that have findings that were not accepted, and the first of these, in the order of the list. */
  openRules(firstMax: number): OpenRule[] {
    const groups = new Map<Rule, { count: number; readonly first: Placed[] }>();
    for (const island of this.#islands) {
      const { files } = island.record;
      this.#eachOpen(island, (at, { file, line, isInForce }, rule) => {
        let group = groups.get(rule);
        if (group === undefined) groups.set(rule, (group = { count: 0, first: [] }));
        group.count++;
        const severity = severities.indexOf(severityOf(rule.severity, isInForce));
        addInOrder(group.first, firstMax, { island, at, severity, file: files[file] ?? '', line });
      });
    }
    const order = ({ first }: { readonly first: readonly Placed[] }): number => first[0]?.severity ?? severities.length;
    return [...groups]
      .sort(([a, one], [b, two]) => order(one) - order(two) || a.id.localeCompare(b.id))
      .map(([{ id }, { count, first }]) => ({
        rule: id,
        count,
        first: first.flatMap(({ island, at }) => island.finding(at) ?? []),
      }));
  }

  /** Visits the findings of an island that were not accepted. */
  #eachOpen(island: JudgedIsland, visit: (at: number, open: Open, rule: Rule) => void): void {
    const accepted = this.#accepted.get(island);
    for (let at = 0; at < countOf(island.record); at++) {
      const open = openAt(island.record, at);
      const rule = this.#rules[open.rule];
      if (open.isTold && rule !== undefined && !accepted?.has(at)) visit(at, open, rule);
    }
  }
}

/** Places of the findings among what is open on an island. */
function toldOn({ record }: JudgedIsland): number[] {
  const told: number[] = [];
  for (let at = 0; at < countOf(record); at++) if (openAt(record, at).isTold) told.push(at);
  return told;
}

function acceptedOn(island: JudgedIsland, accept: Accept): Map<number, Finding['suppressed']> {
  const accepted = new Map<number, Finding['suppressed']>();
  for (const at of toldOn(island)) {
    const finding = island.finding(at);
    const suppressed = finding && accept(finding);
    if (suppressed !== undefined) accepted.set(at, suppressed);
  }
  return accepted;
}

/** Keeps the first of what is added; what was added earlier comes first where nothing else decides. */
function addInOrder(first: Placed[], max: number, added: Placed): void {
  let at = first.length;
  for (let before = first[at - 1]; before !== undefined && isBefore(added, before); before = first[at - 1]) at--;
  if (at >= max) return;
  first.splice(at, 0, added);
  if (first.length > max) first.pop();
}

function isBefore(a: Placed, b: Placed): boolean {
  if (a.severity !== b.severity) return a.severity < b.severity;
  const files = a.file === b.file ? 0 : a.file.localeCompare(b.file);
  return files === 0 ? a.line < b.line : files < 0;
}

/** Most severe first, then by rule and place. Names are compared once each. */
function inOrder(findings: readonly Finding[]): Finding[] {
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

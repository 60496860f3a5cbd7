import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import type { OpenRule } from '../model/assessment.ts';
import { type Finding, withSuppression } from '../model/finding.ts';
import { type Rule, severities, type Severity } from '../model/rule.ts';
import { countOf, type Open, openAt } from './island-record.ts';
import type { JudgedIsland } from './judge.ts';
import { severityOf } from './rules.ts';

/** Says why a finding is accepted, if it is. */
export type Accept = (finding: Finding) => Finding['suppressed'];

/** Where a finding is kept: its island, and its place among what is open there. */
interface Entry {
  readonly island: JudgedIsland;
  readonly at: number;
}

/** An entry with all that tells its place in the list. */
interface Placed extends Entry {
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
  readonly #rules: readonly Rule[];
  readonly #entries: Entry[] = [];
  readonly #accepted = new Map<Entry, Finding['suppressed']>();
  readonly #openOfRule = new Map<Rule, Entry[]>();

  constructor(islands: readonly JudgedIsland[], rules: readonly Rule[], accept: Accept | undefined) {
    this.#rules = rules;
    const bySeverity = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
    const byWorkload = new Map<string, number>();
    for (const island of islands) {
      const { record } = island;
      const counts = record.workloads.map(() => 0);
      for (let at = 0; at < countOf(record); at++) {
        const open = openAt(record, at);
        const rule = rules[open.rule];
        if (!open.isTold || rule === undefined) continue;
        const entry = { island, at };
        this.#entries.push(entry);
        if (this.#accept(entry, accept)) continue;
        append(this.#openOfRule, rule, entry);
        bySeverity[severityOf(rule.severity, open.isInForce)]++;
        for (const workload of record.workloadsOf[open.resource] ?? []) counts[workload] = (counts[workload] ?? 0) + 1;
      }
      for (const [workload, count] of counts.entries())
        if (count > 0) byWorkload.set(record.workloads[workload]?.[0] ?? '', count);
    }
    this.bySeverity = bySeverity;
    this.byWorkload = byWorkload;
    this.suppressed = this.#accepted.size;
  }

  #accept(entry: Entry, accept: Accept | undefined): boolean {
    const finding = accept && entry.island.finding(entry.at);
    const suppressed = finding && accept?.(finding);
    if (suppressed !== undefined) this.#accepted.set(entry, suppressed);
    return suppressed !== undefined;
  }

  /** All of them, most severe first, then by rule and place; what was accepted is marked. */
  readonly all = once((): readonly Finding[] =>
    inOrder(
      this.#entries.flatMap((entry) => {
        const finding = entry.island.finding(entry.at);
        const suppressed = this.#accepted.get(entry);
        if (finding === undefined) return [];
        return suppressed === undefined ? finding : withSuppression(finding, suppressed);
      }),
    ),
  );

  /** The rules that have findings that were not accepted, and the first of these, in the order of the list. */
  openRules(firstMax: number): OpenRule[] {
    const groups = [...this.#openOfRule].map(([rule, entries]) => ({
      rule,
      entries,
      first: this.#first(entries, firstMax),
    }));
    const severity = ({ first }: { readonly first: readonly Placed[] }): number =>
      first[0]?.severity ?? severities.length;
    groups.sort((a, b) => severity(a) - severity(b) || a.rule.id.localeCompare(b.rule.id));
    return groups.map(({ rule, entries, first }) => ({
      rule: rule.id,
      count: entries.length,
      first: first.flatMap(({ island, at }) => island.finding(at) ?? []),
    }));
  }

  /** The first of a rule's findings; entries that stand earlier come first where nothing else decides. */
  #first(entries: readonly Entry[], firstMax: number): Placed[] {
    const first: Placed[] = [];
    for (const entry of entries) {
      const placed = this.#placed(entry, openAt(entry.island.record, entry.at));
      let at = first.length;
      for (let before = first[at - 1]; before !== undefined && isBefore(placed, before); before = first[at - 1]) at--;
      if (at >= firstMax) continue;
      first.splice(at, 0, placed);
      first.length = Math.min(first.length, firstMax);
    }
    return first;
  }

  #placed({ island, at }: Entry, { rule, isInForce, file, line }: Open): Placed {
    const severity = severities.indexOf(severityOf(this.#rules[rule]?.severity ?? 'info', isInForce));
    return { island, at, severity, file: island.record.files[file] ?? '', line };
  }
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

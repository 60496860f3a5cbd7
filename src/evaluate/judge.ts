import { hash } from 'node:crypto';
import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import type { Edge } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import type { Rule } from '../model/rule.ts';
import { correlateNames } from './correlate.ts';
import { RulePlaces } from './control-verdicts.ts';
import { type CompiledMeaning, Graph, Meanings } from './graph.ts';
import {
  decodeRecord,
  encodeRecord,
  findingAt,
  type IslandRecord,
  outcomesOf,
  recordOf,
  workloadsOf,
} from './island-record.ts';
import { findIslands, type Island } from './islands.ts';
import { KnownOutcomes, type Outcomes } from './outcomes.ts';
import { RuleBook } from './rule-book.ts';
import type { Reasons } from './open-finding.ts';
import { isInForce, judge, reasonsOf } from './rules.ts';
import type { Ties } from './ties.ts';
import { type FoundWorkload, workloadsIn } from './workloads.ts';

/** Resources that have to do with each other. */
export interface Group {
  /** Equal digests mean equal resources. Empty when nobody remembers anything. */
  readonly digest: string;
  readonly count: number;
  readonly ties: Ties;
  /** Throws what the memory they are in throws. */
  readonly resources: () => readonly Resource[];
}

/** Texts of an earlier run by key. */
export interface Memory {
  find(key: string): string | undefined;
  store(key: string, text: string): void;
}

/** What was found out, island by island. */
export interface Judged {
  readonly islands: readonly JudgedIsland[];
  /** The island a resource is on. */
  of(id: string): JudgedIsland | undefined;
}

/**
 * Evaluates rules on all resources, island by island. Of an island that an earlier run judged, from the same resources by
 * the same rules, the resources are not even read until somebody asks for more than its record tells.
 */
export function judgeAll(
  groups: readonly Group[],
  meanings: readonly CompiledMeaning[],
  rules: readonly Rule[],
  memory: Memory | undefined,
): Judged {
  const islands = findIslands(groups.map(({ ties }) => ties));
  const known = { meanings: new Meanings(meanings), rules, places: new RulePlaces(rules), book: new RuleBook(rules) };
  const law = memory === undefined ? '' : digestOf(JSON.stringify([meanings, rules]));
  const judged = islands.list.map((island) => {
    const own = island.groups.flatMap((at) => groups[at] ?? []);
    if (memory === undefined) return new JudgedIsland(known, own, island, undefined);
    const key = digestOf(JSON.stringify([law, own.map(({ digest }) => digest), island.edges]));
    const remembered = recordIn(memory.find(key));
    const result = new JudgedIsland(known, own, island, remembered);
    if (remembered === undefined) memory.store(key, encodeRecord(result.record));
    return result;
  });
  return {
    islands: judged,
    of(id) {
      const at = islands.of(id);
      return at === undefined ? undefined : judged[at];
    },
  };
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}

function recordIn(text: string | undefined): IslandRecord | undefined {
  try {
    return text === undefined ? undefined : decodeRecord(text);
  } catch {
    return undefined;
  }
}

interface Law {
  readonly meanings: Meanings;
  readonly rules: readonly Rule[];
  readonly places: RulePlaces;
  readonly book: RuleBook;
}

/** An island and what the rules say of it. */
export class JudgedIsland {
  readonly record: IslandRecord;
  readonly detail: () => IslandDetail;
  readonly #rules: readonly Rule[];

  constructor(law: Law, groups: readonly Group[], { edges }: Island, remembered: IslandRecord | undefined) {
    this.#rules = law.rules;
    this.detail = once(() => {
      const resources = groups.flatMap((group) => group.resources());
      return new IslandDetail(law, resources, edges, remembered && outcomesOf(remembered));
    });
    this.record = remembered ?? this.detail().record();
  }

  /** @param at place among the open verdicts of the record */
  finding(at: number): Finding | undefined {
    return findingAt(this.record, at, this.#rules, (rule, resource) => this.detail().reasons(rule, resource));
  }

  workloads(): FoundWorkload[] {
    return workloadsOf(this.record, (at) => this.detail().workloads[at]?.content() ?? { resources: [], edges: [] });
  }
}

/** Everything about an island, each part made when it is first asked for. */
class IslandDetail {
  readonly graph: Graph;
  readonly #law: Law;
  readonly #known: Outcomes | undefined;
  #isJudged = false;

  constructor(law: Law, resources: readonly Resource[], edges: readonly Edge[], known: Outcomes | undefined) {
    this.#law = law;
    this.#known = known;
    this.graph = Graph.build(resources, law.meanings, (nodes) => [...correlateNames(nodes), ...edges]);
  }

  readonly #judged = once(() => {
    this.#isJudged = true;
    return judge(this.graph, this.#law.book, this.#known && new KnownOutcomes(this.#known));
  });
  readonly #workloads = once(() => workloadsIn(this.graph));
  readonly #byResource = once(() => {
    const lists = new Map<string, Verdict[]>();
    for (const verdict of this.verdicts) append(lists, verdict.resource, verdict);
    return lists;
  });

  get verdicts(): readonly Verdict[] {
    return this.#judged().verdicts;
  }

  get workloads(): readonly FoundWorkload[] {
    return this.#workloads();
  }

  verdictsOf(resource: string): readonly Verdict[] {
    return this.#byResource().get(resource) ?? [];
  }

  /** What an open verdict rests on; where only that is asked for, the other verdicts are not made. */
  reasons(rule: string, resource: string): Reasons {
    if (this.#isJudged) {
      const verdict = this.verdictsOf(resource).find((candidate) => candidate.rule === rule);
      return verdict?.state === 'open' ? verdict.finding : { evidence: [], path: [] };
    }
    const node = this.graph.nodes.get(resource);
    const compiled = node && this.#law.book.rulesFor(node).find((candidate) => candidate.rule.id === rule);
    return node === undefined || compiled === undefined
      ? { evidence: [], path: [] }
      : reasonsOf(compiled, node.resource, this.graph);
  }

  record(): IslandRecord {
    const { verdicts, workloads, graph } = this;
    const { rules, places } = this.#law;
    const { outcomes } = this.#judged();
    const inForce = (id: string): boolean => isInForce(graph.nodes.get(id)?.resource.confidence ?? 'active');
    const verdictsOf = (id: string): readonly Verdict[] => this.verdictsOf(id);
    return recordOf({ verdicts, verdictsOf, workloads, outcomes, isInForce: inForce }, rules, places);
  }
}

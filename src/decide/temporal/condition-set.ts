import { createHash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import { append } from '../../base/multimap.ts';
import { isKeptApart } from './check.ts';
import { type EventPattern, type Formula, freeNames, lookBackMs, within } from './formula.ts';
import type { HistoryEvent } from './facts.ts';
import { compileGoal, type Goal, type NodeOf, Slots } from './goal.ts';
import { FormerlyNode, type Node, PreviousNode, type Relation, UnlessSinceNode, WhileSinceNode } from './node.ts';
import type { TemporalCondition } from './preprocess.ts';
import { temporalError } from './source.ts';

/** A condition, ready to be asked. */
export interface CompiledCondition {
  readonly condition: TemporalCondition;
  readonly goal: Goal;
  /** Facts of the request: the first places of the goal's `Env`. */
  readonly facts: readonly string[];
  readonly slots: number;
}

/** What a condition costs at most. */
export interface ConditionBound {
  readonly name: string;
  /** How far back it looks; nested windows add up. */
  readonly lookBackMs: number;
  /** Whether it keeps a row for each event that matches, or one for each set of values. */
  readonly keeps: 'events' | 'values' | 'nothing';
  /** Rows that all conditions of a run keep together; past them the condition fails closed. */
  readonly rowsMax: number;
}

interface PlacedNode {
  readonly node: Node;
  /** Names what is kept over restarts and changes of policies: conditions that mean the same share it. */
  readonly digest: string;
}

/** The temporal conditions of a policy set. Parts that mean the same are kept once, whatever conditions they stand in. */
export class ConditionSet {
  readonly conditions: ReadonlyMap<string, CompiledCondition>;
  /** Those below come before those above. */
  readonly nodes: readonly PlacedNode[];
  readonly #byTrigger = new Map<string, Node[]>();
  readonly #everyEvent: Node[] = [];
  readonly #listening = new Map<string, readonly Node[]>();

  /** @throws DemarcError when there are too many, or two of one name */
  constructor(conditions: readonly TemporalCondition[]) {
    const compiler = new Compiler((node, triggers) => {
      if (triggers === undefined) this.#everyEvent.push(node);
      else for (const trigger of triggers) append(this.#byTrigger, trigger, node);
    });
    const compiled = new Map<string, CompiledCondition>();
    for (const [index, condition] of conditions.entries()) {
      const { file, line, name } = condition;
      if (index >= limits.temporalConditionsMax)
        throw temporalError(file, line, `the set has more than ${limits.temporalConditionsMax} temporal conditions`);
      if (compiled.has(name))
        throw temporalError(
          file,
          line,
          `the temporal condition \`${name}\` stands twice`,
          'give each policy an `@id` of its own',
        );
      compiled.set(name, compiler.condition(condition));
    }
    this.conditions = compiled;
    this.nodes = compiler.nodes;
  }

  bounds(): ConditionBound[] {
    return [...this.conditions.values()].map(({ condition: { name, formula } }) => ({
      name,
      lookBackMs: lookBackMs(formula),
      keeps: keeps(formula),
      rowsMax: limits.temporalRowsMax,
    }));
  }

  /** The nodes that an event may matter to, those below first. */
  listening(event: HistoryEvent): readonly Node[] {
    const key = JSON.stringify([event.kind, ...event.actions]);
    const known = this.#listening.get(key);
    if (known !== undefined) return known;
    const nodes = new Set(this.#everyEvent);
    for (const action of event.actions)
      for (const node of this.#byTrigger.get(trigger(event.kind, action)) ?? []) nodes.add(node);
    const sorted = [...nodes].sort((a, b) => a.id - b.id);
    if (this.#listening.size >= limits.manifestToolsMax) this.#listening.clear();
    this.#listening.set(key, sorted);
    return sorted;
  }
}

function keeps(formula: Formula): ConditionBound['keeps'] {
  let found: ConditionBound['keeps'] = 'nothing';
  for (const part of within(formula)) {
    if (part.kind === 'timepoint') return 'events';
    if (part.kind === 'formerly' || part.kind === 'previous' || part.kind === 'since') found = 'values';
  }
  return found;
}

const trigger = (kind: string, action: string): string => `${kind} ${action}`;

/** Events without which a formula holds in no way; undefined when that cannot be said. */
function triggersOf(formula: Formula): string[] | undefined {
  switch (formula.kind) {
    case 'event':
      return [triggerOf(formula)];
    case 'and': {
      for (const part of formula.parts) {
        const triggers = triggersOf(part);
        if (triggers !== undefined) return triggers;
      }
      return undefined;
    }
    case 'exists':
      return triggersOf(formula.body);
    case 'not':
    case 'compare':
    case 'timepoint':
    case 'formerly':
    case 'previous':
    case 'since':
      return undefined;
  }
}
const triggerOf = ({ event, action }: EventPattern): string => trigger(event, action);

type Operator = Parameters<NodeOf>[0];

class Compiler {
  readonly nodes: PlacedNode[] = [];
  readonly #placed = new Map<string, Node>();
  readonly #listen: (node: Node, triggers: string[] | undefined) => void;

  constructor(listen: (node: Node, triggers: string[] | undefined) => void) {
    this.#listen = listen;
  }

  condition(condition: TemporalCondition): CompiledCondition {
    const facts = freeNames(condition.formula);
    const slots = new Slots(facts);
    const goal = compileGoal(condition.formula, slots, this.#nodeOf);
    return { condition, goal, facts, slots: slots.size };
  }

  readonly #nodeOf: NodeOf = (formula) => {
    const digest = createHash('sha256').update(canonical(formula)).digest('base64url');
    const columns = freeNames(formula);
    const known = this.#placed.get(digest);
    if (known !== undefined) return { node: known, columns };
    const { make, triggers } = this.#operator(formula, columns);
    const node = make(this.nodes.length);
    this.nodes.push({ node, digest });
    this.#placed.set(digest, node);
    this.#listen(node, triggers);
    return { node, columns };
  };

  #relation(formula: Formula): Relation {
    const columns = freeNames(formula);
    const slots = new Slots(columns);
    const goal = compileGoal(formula, slots, this.#nodeOf);
    return { goal, columns: columns.length, slots: slots.size };
  }

  #operator(
    formula: Operator,
    columns: readonly string[],
  ): { make: (id: number) => Node; triggers: string[] | undefined } {
    const { windowMs } = formula;
    if (formula.kind !== 'since') {
      const body = this.#relation(formula.body);
      const Kind = formula.kind === 'formerly' ? FormerlyNode : PreviousNode;
      return { make: (id) => new Kind(id, windowMs, body), triggers: triggersOf(formula.body) };
    }
    const { left, right } = formula;
    const anchor = this.#relation(right);
    const places = (side: Formula): number[] => freeNames(side).map((name) => columns.indexOf(name));
    if (!isKeptApart(left)) {
      const followed = { ...this.#relation(left), places: places(left) };
      return { make: (id) => new WhileSinceNode(id, windowMs, anchor, followed), triggers: undefined };
    }
    const end = { ...this.#relation(left.body), places: places(left.body) };
    const [begins, ends] = [triggersOf(right), triggersOf(left.body)];
    return {
      make: (id) => new UnlessSinceNode(id, windowMs, { ...anchor, places: places(right) }, end),
      triggers: begins === undefined || ends === undefined ? undefined : [...begins, ...ends],
    };
  }
}

/** A text that two formulas share exactly when they mean the same but for the names of their variables. */
function canonical(formula: Formula): string {
  const numbers = new Map<unknown, number>();
  return JSON.stringify(formula, (key, value: unknown) => {
    if (key === 'at' || key === 'name' || key === 'type') return undefined;
    if (key !== 'id') return value;
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value);
  });
}

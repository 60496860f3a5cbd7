import { hash } from 'node:crypto';
import { once } from '../base/once.ts';
import type { Reading, Verdict } from '../model/finding.ts';
import { type Location, locate } from '../model/location.ts';
import type { Confidence, Resource } from '../model/resource.ts';
import type { Rule } from '../model/rule.ts';
import { Interpolated, isList, isProperties, Ref, Secret, Unknown, type Value } from '../model/value.ts';
import type { Program } from './cel/program.ts';
import { type Origin, Scope } from './cel/scope.ts';
import type { Graph } from './graph.ts';
import { OpenFinding, type Reasons } from './open-finding.ts';
import { type KnownOutcomes, OutcomeNotes, type Outcomes } from './outcomes.ts';
import { type CompiledRule, RuleBook } from './rule-book.ts';

const evidenceMax = 8;
const valueTextMax = 120;

/**
 * Applies every rule to every resource it looks at.
 *
 * @param rules rules to apply; the caller has already chosen by status and posture
 * @returns one verdict for each rule × resource where the rule's condition is not false
 */
export function evaluateRules(graph: Graph, rules: readonly Rule[]): Verdict[] {
  return judge(graph, new RuleBook(rules)).verdicts;
}

/**
 * Applies the rules of a book to the resources of a graph.
 *
 * @param known outcomes of the same rules on an equal graph: spares the evaluation of what is not unknown
 */
export function judge(
  graph: Graph,
  book: RuleBook,
  known?: KnownOutcomes,
): { readonly verdicts: Verdict[]; readonly outcomes: Outcomes } {
  const verdicts: Verdict[] = [];
  const outcomes = new OutcomeNotes();
  for (const node of graph.nodes.values()) {
    const scope = new Scope(node.resource, graph);
    const conditions = new Map<Program, Value>();
    for (const rule of book.rulesFor(node)) {
      const outcome = known?.next();
      const verdict =
        outcome === 'absent'
          ? undefined
          : outcome === 'held'
            ? new Held(rule, node.resource, graph)
            : evaluateRule(rule, scope, graph, conditions, outcome === 'open' ? known?.place() : undefined);
      outcomes.note(verdict);
      if (verdict !== undefined) verdicts.push(verdict);
    }
  }
  return { verdicts, outcomes };
}

/**
 * @param conditions what conditions said of this resource so far
 * @param place where an earlier run saw that it is open; undefined when it has to be evaluated
 */
function evaluateRule(
  compiled: CompiledRule,
  scope: Scope,
  graph: Graph,
  conditions: Map<Program, Value>,
  place: Location | undefined,
): Verdict | undefined {
  const { rule } = compiled;
  const { resource } = scope;
  const unknown = (reason: string): Verdict => ({ state: 'unknown', rule: rule.id, resource: resource.id, reason });
  if (place === undefined) {
    const applies = applicability(compiled, scope, conditions);
    if (applies instanceof Unknown) return unknown(applies.reason);
    if (applies !== true) return undefined;
    const result = compiled.expect().run(scope);
    if (result === true) return new Held(compiled, resource, graph);
    if (result !== false)
      return unknown(result instanceof Unknown ? result.reason : 'the rule did not answer true or false');
  }
  const reasons = once(() => reasonsOf(compiled, resource, graph));
  const finding = new OpenFinding(
    rule,
    {
      fingerprint: fingerprintOf(rule, resource),
      resource: resource.id,
      isInForce: isInForce(resource.confidence),
      location: place ?? placeOf(resource, reasons().evidence),
    },
    reasons,
  );
  return { state: 'open', rule: rule.id, resource: resource.id, finding };
}

function applicability({ when }: CompiledRule, scope: Scope, conditions: Map<Program, Value>): Value {
  const program = when();
  if (program === undefined) return true;
  let applies = conditions.get(program);
  if (applies === undefined) {
    applies = program.run(scope);
    conditions.set(program, applies);
  }
  return applies;
}

/** Most of what is held is only counted: what it rests on is read again when somebody asks. */
class Held {
  readonly state = 'held';
  readonly rule: string;
  readonly resource: string;
  readonly #compiled: CompiledRule;
  readonly #resource: Resource;
  readonly #graph: Graph;

  constructor(compiled: CompiledRule, resource: Resource, graph: Graph) {
    this.rule = compiled.rule.id;
    this.resource = resource.id;
    this.#compiled = compiled;
    this.#resource = resource;
    this.#graph = graph;
  }

  get evidence(): readonly Reading[] {
    return reasonsOf(this.#compiled, this.#resource, this.#graph).evidence;
  }
}

/** What a decided rule rests on: evaluated again, this time noting what is read and which paths were followed. */
export function reasonsOf({ when, expect }: CompiledRule, resource: Resource, graph: Graph): Reasons {
  const evidence = new Evidence();
  const scope = new Scope(resource, graph, evidence.record);
  when()?.run(scope);
  evidence.endConditions();
  expect().run(scope);
  return { evidence: evidence.readings(), path: [...new Set(scope.paths().flat())] };
}

interface Seen {
  readonly origin: Origin;
  readonly value: Value;
}

/** What a rule read, in order; described only once the verdict is decided. Few entries: a list beats a map of keys. */
class Evidence {
  #conditions: Seen[] = [];
  #seen: Seen[] = [];

  readonly record = (origin: Origin, value: Value): void => {
    if (this.#seen.length < evidenceMax && !holds(this.#seen, origin)) this.#seen.push({ origin, value });
  };

  /** What was read so far only decided that the rule applies: it comes after what the expectation reads. */
  endConditions(): void {
    this.#conditions = this.#seen;
    this.#seen = [];
  }

  /** Readings in order of weight; of nested paths only the innermost. */
  readings(): Reading[] {
    const more = this.#conditions.filter(({ origin }) => !holds(this.#seen, origin));
    const all = [...this.#seen, ...more].slice(0, evidenceMax);
    const isOuter = ({ resource, path }: Origin): boolean =>
      all.some(({ origin }) => origin.resource === resource && origin.path.startsWith(`${path}.`));
    return all.filter(({ origin }) => !isOuter(origin)).map(({ origin, value }) => readingOf(origin, value));
  }
}

function holds(seen: readonly Seen[], { resource, path }: Origin): boolean {
  return seen.some(({ origin }) => origin.path === path && origin.resource === resource);
}

function readingOf({ resource, path }: Origin, value: Value): Reading {
  return {
    resource: resource.id,
    path,
    value: describeValue(value),
    location: locate(resource.location, resource.positions, path),
  };
}

/** A value for a person to read: short, and free of secrets. */
export function describeValue(value: Value): string {
  const text = describe(value, 0);
  return text.length > valueTextMax ? `${text.slice(0, valueTextMax - 1)}…` : text;
}

function describe(value: Value, depth: number): string {
  if (value === null) return 'not set';
  if (value instanceof Unknown) return `unknown (${value.reason})`;
  if (value instanceof Ref)
    return `→ ${value.target.slice(value.target.indexOf('#') + 1)}${value.attribute === undefined ? '' : `.${value.attribute}`}`;
  if (value instanceof Secret) return `[secret: ${value.kind}]`;
  if (value instanceof Interpolated)
    return value.parts
      .map((part) => (typeof part === 'string' ? part : part instanceof Secret ? '[secret]' : '…'))
      .join('');
  if (typeof value === 'string') return depth === 0 ? value : JSON.stringify(value);
  if (depth > 3) return '…';
  if (isList(value))
    return `[${value
      .slice(0, 6)
      .map((item) => describe(item, depth + 1))
      .join(', ')}${value.length > 6 ? ', …' : ''}]`;
  if (!isProperties(value)) return String(value);
  const keys = Object.keys(value);
  return `{${keys
    .slice(0, 6)
    .map((key) => `${key}: ${describe(value[key] ?? null, depth + 1)}`)
    .join(', ')}${keys.length > 6 ? ', …' : ''}}`;
}

function fingerprintOf({ id }: Rule, { location, address }: Resource): string {
  return hash('sha256', `${id}\n${location.file}\n${address}`, 'hex').slice(0, 16);
}

/** What stands in examples, tests and templates is not in force. */
export function isInForce(confidence: Confidence): boolean {
  return confidence === 'active' || confidence === 'local';
}

/** The most telling line: the first property of the resource itself that was read and stands somewhere. */
function placeOf(resource: Resource, evidence: readonly Reading[]): Location {
  const own = evidence.filter((reading) => reading.resource === resource.id && reading.value !== 'not set');
  const placed = own.find(
    (reading) => reading.location.line !== resource.location.line || reading.location.file !== resource.location.file,
  );
  return placed?.location ?? resource.location;
}

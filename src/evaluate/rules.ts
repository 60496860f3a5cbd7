import { hash } from 'node:crypto';
import { append } from '../base/multimap.ts';
import type { Trait } from '../model/catalogue.ts';
import type { Finding, Reading, Verdict } from '../model/finding.ts';
import type { Node } from '../model/graph.ts';
import { type Location, locate } from '../model/location.ts';
import type { Confidence, Resource } from '../model/resource.ts';
import type { Rule, Severity } from '../model/rule.ts';
import { Interpolated, isList, isProperties, Ref, Secret, Unknown, type Value } from '../model/value.ts';
import { compileProgram, type Program } from './cel/program.ts';
import { type Origin, Scope } from './cel/scope.ts';
import type { Graph } from './graph.ts';

const evidenceMax = 8;
const valueTextMax = 120;

interface CompiledRule {
  readonly rule: Rule;
  readonly when: Program | undefined;
  readonly expect: Program;
}

/**
 * Applies every rule to every resource it looks at.
 *
 * @param rules rules to apply; the caller has already chosen by status and posture
 * @returns one verdict for each rule × resource where the rule's condition is not false
 */
export function evaluateRules(graph: Graph, rules: readonly Rule[]): Verdict[] {
  const book = new RuleBook(rules);
  const verdicts: Verdict[] = [];
  for (const node of graph.nodes.values()) {
    const scope = new Scope(node.resource, graph);
    for (const rule of book.rulesFor(node)) {
      const verdict = evaluateRule(rule, scope, graph);
      if (verdict !== undefined) verdicts.push(verdict);
    }
  }
  return verdicts;
}

/** Which rules look at a resource: those of its type, then those of its traits. Rules are compiled when first used. */
class RuleBook {
  readonly #byType = new Map<string, Rule[]>();
  readonly #byTrait: readonly (readonly [string, Rule])[];
  readonly #compiled = new Map<Rule, CompiledRule>();
  readonly #applicable = new Map<string, readonly CompiledRule[]>();

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) for (const type of rule.types) append(this.#byType, type, rule);
    this.#byTrait = rules.flatMap((rule) => rule.traits.map((trait) => [trait, rule] as const));
  }

  rulesFor({ resource: { type }, traits }: Node): readonly CompiledRule[] {
    const key = traits.size === 0 ? type : `${type}\n${[...traits].join(' ')}`;
    const known = this.#applicable.get(key);
    if (known !== undefined) return known;
    const byTrait = this.#byTrait.flatMap(([trait, rule]) => (traits.has(trait as Trait) ? [rule] : []));
    const rules = [...new Set([...(this.#byType.get(type) ?? []), ...byTrait])].map((rule) => this.#compile(rule));
    this.#applicable.set(key, rules);
    return rules;
  }

  #compile(rule: Rule): CompiledRule {
    let compiled = this.#compiled.get(rule);
    if (compiled === undefined) {
      const when = rule.when === undefined ? undefined : compileProgram(rule.when);
      compiled = { rule, when, expect: compileProgram(rule.expect) };
      this.#compiled.set(rule, compiled);
    }
    return compiled;
  }
}

function evaluateRule(compiled: CompiledRule, scope: Scope, graph: Graph): Verdict | undefined {
  const { rule, when, expect } = compiled;
  const { resource } = scope;
  if (when !== undefined) {
    const applies = when.run(scope);
    if (applies instanceof Unknown)
      return { state: 'unknown', rule: rule.id, resource: resource.id, reason: applies.reason };
    if (applies !== true) return undefined;
  }
  const result = expect.run(scope);
  if (typeof result !== 'boolean') {
    const reason = result instanceof Unknown ? result.reason : 'the rule did not answer true or false';
    return { state: 'unknown', rule: rule.id, resource: resource.id, reason };
  }
  if (result) return new Held(compiled, resource, graph);
  const { readings, path } = evidenceOf(compiled, resource, graph);
  return { state: 'open', rule: rule.id, resource: resource.id, finding: findingOf(rule, resource, readings, path) };
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
    return evidenceOf(this.#compiled, this.#resource, this.#graph).readings;
  }
}

/** What a decided rule rests on: evaluated again, this time noting what is read and which paths were followed. */
function evidenceOf(
  { when, expect }: CompiledRule,
  resource: Resource,
  graph: Graph,
): { readings: readonly Reading[]; path: readonly string[] } {
  const evidence = new Evidence();
  const scope = new Scope(resource, graph, evidence.record);
  when?.run(scope);
  evidence.endConditions();
  expect.run(scope);
  return { readings: evidence.readings(), path: [...new Set(scope.paths().flat())] };
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

function findingOf(rule: Rule, resource: Resource, evidence: readonly Reading[], path: readonly string[]): Finding {
  const identity = `${rule.id}\n${resource.location.file}\n${resource.address}`;
  return {
    fingerprint: hash('sha256', identity, 'hex').slice(0, 16),
    rule: rule.id,
    kind: rule.kind,
    severity: severityIn(rule.severity, resource.confidence),
    control: rule.control,
    title: rule.title,
    resource: resource.id,
    location: placeOf(resource, evidence),
    evidence,
    path,
    suppressed: undefined,
  };
}

/** What stands in examples, tests and templates is not in force: reported, but never above low. */
function severityIn(severity: Severity, confidence: Confidence): Severity {
  const inForce = confidence === 'active' || confidence === 'local';
  return inForce || severity === 'info' ? severity : 'low';
}

/** The most telling line: the first property of the resource itself that was read and stands somewhere. */
function placeOf(resource: Resource, evidence: readonly Reading[]): Location {
  const own = evidence.filter((reading) => reading.resource === resource.id && reading.value !== 'not set');
  const placed = own.find(
    (reading) => reading.location.line !== resource.location.line || reading.location.file !== resource.location.file,
  );
  return placed?.location ?? resource.location;
}

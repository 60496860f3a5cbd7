import { createHash } from 'node:crypto';
import type { Finding, Reading, Verdict } from '../model/finding.ts';
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
  const compiled = new Map<Rule, CompiledRule>();
  const byType = new Map<string, Rule[]>();
  const byTrait: (readonly [string, Rule])[] = [];
  for (const rule of rules) {
    for (const type of rule.types) byType.set(type, [...(byType.get(type) ?? []), rule]);
    for (const trait of rule.traits) byTrait.push([trait, rule]);
  }
  const verdicts: Verdict[] = [];
  for (const node of graph.nodes.values()) {
    const applicable = new Set(byType.get(node.resource.type));
    if (node.traits.size > 0)
      for (const [trait, rule] of byTrait) if (node.traits.has(trait as never)) applicable.add(rule);
    for (const rule of applicable) {
      const verdict = evaluateRule(compileRule(rule, compiled), node.resource, graph);
      if (verdict !== undefined) verdicts.push(verdict);
    }
  }
  return verdicts;
}

function compileRule(rule: Rule, cache: Map<Rule, CompiledRule>): CompiledRule {
  const known = cache.get(rule);
  if (known !== undefined) return known;
  const compiled = {
    rule,
    when: rule.when === undefined ? undefined : compileProgram(rule.when),
    expect: compileProgram(rule.expect),
  };
  cache.set(rule, compiled);
  return compiled;
}

function evaluateRule({ rule, when, expect }: CompiledRule, resource: Resource, graph: Graph): Verdict | undefined {
  const base = { rule: rule.id, resource: resource.id };
  const evidence = new Evidence();
  const scope = new Scope(resource, graph, evidence.record);
  if (when !== undefined) {
    const applies = when.run(scope);
    if (applies instanceof Unknown) return { state: 'unknown', ...base, reason: applies.reason };
    if (applies !== true) return undefined;
  }
  evidence.endConditions();
  const result = expect.run(scope);
  if (typeof result !== 'boolean') {
    const reason = result instanceof Unknown ? result.reason : 'the rule did not answer true or false';
    return { state: 'unknown', ...base, reason };
  }
  const readings = evidence.readings();
  if (result) return { state: 'held', ...base, evidence: readings };
  return { state: 'open', ...base, finding: findingOf(rule, resource, readings, [...new Set(scope.paths().flat())]) };
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
    fingerprint: createHash('sha256').update(identity).digest('hex').slice(0, 16),
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

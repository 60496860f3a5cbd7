import { once } from '../base/once.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { Rule } from '../model/rule.ts';
import type { RulePlaces } from './control-verdicts.ts';
import { findingsOf } from './findings.ts';
import { OpenFinding, type Reasons } from './open-finding.ts';
import type { Outcomes } from './outcomes.ts';
import type { FoundWorkload, WorkloadContent } from './workloads.ts';

/**
 * What was found out about an island, short and as plain JSON: all that counts and lists need. Whoever wants to know more
 * (what a rule read, which resources a workload has) looks at the island itself.
 */
export interface IslandRecord {
  readonly counts: Readonly<Record<Verdict['state'], number>>;
  readonly workloads: readonly (readonly [
    id: string,
    name: string,
    services: readonly number[],
    first: string,
    size: number,
    controls: number,
  ])[];
  readonly services: readonly string[];
  /** Files in which something is open. */
  readonly files: readonly string[];
  /** What the ids of all resources that are named start with: they are written without it. */
  readonly prefix: string;
  /** Resources of which something is open. */
  readonly resources: readonly string[];
  /** For each of these resources the places of its workloads. */
  readonly workloadsOf: readonly (readonly number[])[];
  /** For each open verdict, in order, `openLength` numbers, as in `Open`. */
  readonly open: readonly number[];
  /** Fingerprints of the open verdicts, one after the other. */
  readonly fingerprints: string;
  /** See `Outcomes`. */
  readonly letters: string;
  /** What verdicts on workloads say of controls (see `RulePlaces`): different texts, with `;` between them. */
  readonly controls: string;
}

const openLength = 7;
const fingerprintLength = 16;

/** An open verdict: places of rule, resource and file, and what else a list needs. */
export interface Open {
  readonly rule: number;
  readonly resource: number;
  readonly file: number;
  readonly isInForce: boolean;
  readonly line: number;
  readonly column: number;
  /** Nothing wider says it already: it is a finding. */
  readonly isTold: boolean;
}

export function countOf({ open }: IslandRecord): number {
  return open.length / openLength;
}

/** @param at place among the open verdicts */
export function openAt({ open }: IslandRecord, at: number): Open {
  const from = at * openLength;
  return {
    rule: open[from] ?? -1,
    resource: open[from + 1] ?? -1,
    file: open[from + 2] ?? -1,
    isInForce: open[from + 3] === 1,
    line: open[from + 4] ?? 1,
    column: open[from + 5] ?? 1,
    isTold: open[from + 6] === 1,
  };
}

/** What an evaluation of an island gave. */
export interface Evaluated {
  readonly verdicts: readonly Verdict[];
  readonly verdictsOf: (resource: string) => readonly Verdict[];
  readonly outcomes: Outcomes;
  readonly workloads: readonly FoundWorkload[];
  readonly isInForce: (resource: string) => boolean;
}

/**
 * @param rules those that were evaluated
 * @param ruleAt their places
 */
export function recordOf(
  { verdicts, verdictsOf, outcomes, workloads, isInForce }: Evaluated,
  rules: readonly Rule[],
  ruleAt: RulePlaces,
): IslandRecord {
  const counts = { held: 0, open: 0, unknown: 0 };
  const told = new Set(findingsOf(verdicts, rules));
  const [files, resources] = [new Places(), new Places()];
  const open: number[] = [];
  let fingerprints = '';
  for (const verdict of verdicts) {
    counts[verdict.state]++;
    if (verdict.state !== 'open') continue;
    const { finding } = verdict;
    const { file, line, column } = finding.location;
    const [rule, resource] = [ruleAt.of(finding.rule), resources.of(finding.resource)];
    const [inForce, isTold] = [isInForce(finding.resource) ? 1 : 0, told.has(finding) ? 1 : 0];
    open.push(rule, resource, files.of(file), inForce, line, column, isTold);
    fingerprints += finding.fingerprint;
  }
  const [services, controls] = [new Places(), new Places()];
  const prefix = commonPrefix([...resources.names, ...workloads.map(({ first }) => first)]);
  return {
    counts,
    workloads: workloads.map(({ id, name, services: used, first, size, content }) => [
      id,
      name,
      used.map((service) => services.of(service)),
      first.slice(prefix.length),
      size,
      controls.of(ruleAt.controlsText(content().resources.flatMap(verdictsOf))),
    ]),
    services: services.names,
    files: files.names,
    prefix,
    resources: resources.names.map((id) => id.slice(prefix.length)),
    workloadsOf: placesOfWorkloads(resources, workloads),
    open,
    fingerprints,
    letters: outcomes.letters,
    controls: controls.names.join(';'),
  };
}

/** Names in the order in which they first occurred. */
class Places {
  readonly #places = new Map<string, number>();

  get names(): string[] {
    return [...this.#places.keys()];
  }

  find(name: string): number | undefined {
    return this.#places.get(name);
  }

  of(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.#places.size);
    return this.#places.size - 1;
  }
}

function placesOfWorkloads(resources: Places, workloads: readonly FoundWorkload[]): number[][] {
  const places: number[][] = resources.names.map(() => []);
  for (const [workload, { content }] of workloads.entries()) {
    for (const id of content().resources) {
      const at = resources.find(id);
      if (at !== undefined) places[at]?.push(workload);
    }
  }
  return places;
}

function commonPrefix(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  let length = first.length;
  for (const name of rest) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** The record as one line of text; long plain strings stand behind the JSON, where nobody has to parse them. */
export function encodeRecord({ letters, fingerprints, controls, ...record }: IslandRecord): string {
  return `${JSON.stringify(record)}\t${letters}\t${fingerprints}\t${controls}`;
}

/** The record `encodeRecord` wrote. The text is trusted to come from it. @throws SyntaxError */
export function decodeRecord(text: string): IslandRecord {
  const [record = '', letters = '', fingerprints = '', controls = ''] = text.split('\t');
  const rest = JSON.parse(record) as Omit<IslandRecord, 'letters' | 'fingerprints' | 'controls'>;
  return { ...rest, letters, fingerprints, controls };
}

/** The outcomes a record keeps, for an evaluation that knows them. */
export function outcomesOf(record: IslandRecord): Outcomes {
  const places = Array.from({ length: countOf(record) }, (_, at) => locationOf(record, openAt(record, at)));
  return { letters: record.letters, places };
}

function locationOf({ files }: IslandRecord, { file, line, column }: Open): Location {
  return { file: files[file] ?? '', line, column };
}

/**
 * The finding of an open verdict.
 *
 * @param at place among the open verdicts
 * @param rules those the record was made with
 * @param reasons tells by rule and resource what was read
 */
export function findingAt(
  record: IslandRecord,
  at: number,
  rules: readonly Rule[],
  reasons: (rule: string, resource: string) => Reasons,
): Finding | undefined {
  const open = openAt(record, at);
  const [rule, rest] = [rules[open.rule], record.resources[open.resource]];
  if (rule === undefined || rest === undefined) return undefined;
  const fingerprint = record.fingerprints.slice(at * fingerprintLength, (at + 1) * fingerprintLength);
  const resource = record.prefix + rest;
  return new OpenFinding(
    rule,
    { fingerprint, resource, isInForce: open.isInForce, location: locationOf(record, open) },
    once(() => reasons(rule.id, resource)),
  );
}

/** The workloads a record tells; their content is looked up by place. */
export function workloadsOf(record: IslandRecord, content: (at: number) => WorkloadContent): FoundWorkload[] {
  const controls = once(() => record.controls.split(';'));
  return record.workloads.map(([id, name, services, first, size, said], at) => ({
    id,
    name,
    services: services.flatMap((service) => record.services[service] ?? []),
    first: record.prefix + first,
    size,
    controls: () => controls()[said] ?? '',
    content: () => content(at),
  }));
}

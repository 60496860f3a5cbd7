import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import {
  type Control,
  layers,
  ownParties,
  parties as allParties,
  type Party,
  type Posture,
  type Responsibility,
  type Service,
} from '../model/catalogue.ts';
import {
  controlStates,
  type ControlState,
  type PostureDistance,
  type ResponsibilityCell,
  type ResponsibilityMap,
  type StateOfControl,
  type WorkloadChain,
} from '../model/assessment.ts';
import type { Reading, Verdict } from '../model/finding.ts';
import type { Workload } from '../model/graph.ts';
import type { Rule } from '../model/rule.ts';
import { controlsIn, type Said } from './control-verdicts.ts';
import type { JudgedWorkload } from './workloads.ts';

/** What the map needs of the catalogue. */
export interface ResponsibilitySource {
  readonly controls: ReadonlyMap<string, Control>;
  service(id: string): Service | undefined;
  frameworksOf(control: string): readonly string[];
}

interface Claim {
  readonly service: string;
  readonly cell: Responsibility;
}

/** What all workloads with the same services share about one control: computed once, referred to by every cell. */
interface SharedPart {
  readonly control: Control;
  readonly claims: readonly Claim[];
  readonly cell: Pick<
    ResponsibilityCell,
    'control' | 'layer' | 'parties' | 'claims' | 'doubleClaim' | 'evidence' | 'frameworks'
  >;
  /** The state where no rule says anything. */
  readonly undecided: StateAndReason;
}

/**
 * The responsibility map of all workloads: who holds each control, in which state, by what evidence. A control nobody
 * verified is never held: a provider's document makes it `claimed`, an expired one `not-assessed`.
 *
 * @param verdictsOf verdicts of rules on a resource; each counts for the workloads the resource is in
 * @param rules those the verdicts are of
 * @param today ISO date that decides expiry
 */
export function mapResponsibilities(
  workloads: readonly JudgedWorkload[],
  verdictsOf: (resource: string) => readonly Verdict[],
  rules: readonly Rule[],
  source: ResponsibilitySource,
  today: string,
): ResponsibilityMap {
  const byId = new Map(workloads.map((workload) => [workload.id, workload]));
  const controlOf = new Map(rules.map(({ id, control }) => [id, control]));
  const states = new ControlStates(source, today);
  const known = new Map<string, readonly StateOfControl[]>();
  const cells = ({ id, services, resources }: Workload): ResponsibilityCell[] =>
    states.of(services, verdictsByControl(resources, verdictsOf, controlOf), ({ cell }, { state, reason }, said) => {
      const evidence = said === undefined ? cell.evidence : [...verdictEvidence(said), ...cell.evidence];
      return { workload: id, state, reason, ...cell, evidence };
    });
  return {
    of(id) {
      const workload = byId.get(id);
      return workload === undefined ? [] : cells(workload);
    },
    statesOf(id) {
      const workload = byId.get(id);
      if (workload === undefined) return [];
      // Most workloads are like another one.
      const said = workload.controls();
      const key = `${workload.services.join(' ')}\n${said}`;
      let found = known.get(key);
      if (found === undefined) {
        found = states.of(workload.services, controlsIn(said, rules), ({ control }, { state, reason }) => ({
          control: control.id,
          state,
          orphaned: state === 'orphaned' ? reason : undefined,
        }));
        known.set(key, found);
      }
      return found;
    },
    *[Symbol.iterator]() {
      for (const workload of workloads) yield* cells(workload);
    },
  };
}

function verdictsByControl(
  resources: readonly string[],
  verdictsOf: (resource: string) => readonly Verdict[],
  controlOf: ReadonlyMap<string, string>,
): Map<string, Verdict[]> {
  const byControl = new Map<string, Verdict[]>();
  for (const id of resources) {
    for (const verdict of verdictsOf(id)) {
      const control = controlOf.get(verdict.rule);
      if (control !== undefined) append(byControl, control, verdict);
    }
  }
  return byControl;
}

function sharedParts(
  services: readonly string[],
  source: ResponsibilitySource,
  today: string,
): Map<string, SharedPart> {
  const claims = new Map<string, Claim[]>();
  for (const id of services) {
    for (const cell of source.service(id)?.responsibilities ?? []) append(claims, cell.control, { service: id, cell });
  }
  const parts = [...claims].flatMap(([id, list]) => {
    const control = source.controls.get(id);
    return control === undefined ? [] : [sharedPart(control, list, source, today)];
  });
  // In the order of the map, so that cells only have to be put into their bucket of urgency.
  parts.sort(
    (a, b) =>
      layers.indexOf(a.control.layer) - layers.indexOf(b.control.layer) || (a.control.id < b.control.id ? -1 : 1),
  );
  return new Map(parts.map((part) => [part.control.id, part]));
}

function sharedPart(
  control: Control,
  claims: readonly Claim[],
  source: ResponsibilitySource,
  today: string,
): SharedPart {
  const named = new Set(claims.flatMap(({ cell }) => cell.parties));
  const parties = claims.length === 0 ? (['builder'] as const) : allParties.filter((party) => named.has(party));
  return {
    control,
    claims,
    cell: {
      control: control.id,
      layer: control.layer,
      parties,
      claims: claims.map(({ service, cell }) => ({ service, parties: cell.parties, note: cell.note })),
      doubleClaim: isDoubleClaim(claims),
      evidence: claimEvidence(claims, today),
      frameworks: source.frameworksOf(control.id),
    },
    undecided: stateOf(parties, claims, [], today),
  };
}

/** The state of a control, and why. */
interface StateAndReason {
  readonly state: ControlState;
  readonly reason: string;
}

class ControlStates {
  readonly #source: ResponsibilitySource;
  readonly #today: string;
  readonly #shared = new Map<string, ReadonlyMap<string, SharedPart>>();

  constructor(source: ResponsibilitySource, today: string) {
    this.#source = source;
    this.#today = today;
  }

  /**
   * What is made of the controls of a workload, the most urgent first.
   *
   * @param said verdicts by control
   */
  of<V extends Said, T>(
    services: readonly string[],
    said: ReadonlyMap<string, readonly V[]>,
    make: (part: SharedPart, found: StateAndReason, said: readonly V[] | undefined) => T,
  ): T[] {
    const parts = this.#partsOf(services);
    const buckets: T[][] = Array.from({ length: urgencies }, () => []);
    const add = (part: SharedPart, list: readonly V[] | undefined): void => {
      const { claims, cell } = part;
      const found = list === undefined ? part.undecided : stateOf(cell.parties, claims, list, this.#today);
      buckets[urgency(found.state, cell.doubleClaim)]?.push(make(part, found, list));
    };
    for (const [id, part] of parts) add(part, said.get(id));
    for (const [id, list] of said) {
      const control = parts.has(id) ? undefined : this.#source.controls.get(id);
      if (control !== undefined) add(sharedPart(control, [], this.#source, this.#today), list);
    }
    return buckets.flat();
  }

  #partsOf(services: readonly string[]): ReadonlyMap<string, SharedPart> {
    const key = services.join(' ');
    let parts = this.#shared.get(key);
    if (parts === undefined) {
      parts = sharedParts(services, this.#source, this.#today);
      this.#shared.set(key, parts);
    }
    return parts;
  }
}

function stateOf(
  parties: readonly Party[],
  claims: readonly Claim[],
  verdicts: readonly Said[],
  today: string,
): StateAndReason {
  const open = verdicts.filter((verdict) => verdict.state === 'open');
  if (open.length > 0)
    return { state: 'open', reason: `${open.length} ${open.length === 1 ? 'check fails' : 'checks fail'}` };
  const orphan = claims.find(({ cell }) => cell.parties.length === 0);
  if (orphan !== undefined) return { state: 'orphaned', reason: orphan.cell.note };
  const unknown = verdicts.find((verdict) => verdict.state === 'unknown');
  if (unknown?.state === 'unknown') return { state: 'not-assessed', reason: `could not be decided: ${unknown.reason}` };
  if (verdicts.length > 0)
    return {
      state: 'held',
      reason: `verified in configuration by ${verdicts.length} check${verdicts.length === 1 ? '' : 's'}`,
    };
  if (parties.some((party) => ownParties.includes(party)))
    return { state: 'not-assessed', reason: 'your side of it was not verified by what was read' };
  if (claims.some(({ cell }) => cell.source.expires < today))
    return { state: 'not-assessed', reason: 'what the provider says has expired and must be read again' };
  const verified = claims.every(({ cell }) => isVerifying(cell.source.method));
  return verified
    ? { state: 'inherited', reason: 'the provider holds it, verified' }
    : { state: 'claimed', reason: 'the provider says so in a document; nothing verified it' };
}

function isVerifying(method: Responsibility['source']['method']): boolean {
  return method === 'config' || method === 'api' || method === 'log';
}

/** One service leaves the control wholly to a provider, another wholly to you: easily assumed away. */
function isDoubleClaim(claims: readonly Claim[]): boolean {
  const isOwn = (party: Party): boolean => ownParties.includes(party);
  const whole = claims.filter(({ cell }) => cell.parties.length > 0);
  return whole.some(({ cell }) => cell.parties.every(isOwn)) && whole.some(({ cell }) => !cell.parties.some(isOwn));
}

function verdictEvidence(verdicts: readonly Verdict[]): ResponsibilityCell['evidence'] {
  return verdicts.flatMap((verdict) => (verdict.state === 'unknown' ? [] : [new Checked(verdict)]));
}

/** That a rule decided. What it read first is read again when somebody asks. */
class Checked {
  readonly method = 'config';
  readonly rule: string;
  readonly #verdict: Exclude<Verdict, { state: 'unknown' }>;

  constructor(verdict: Exclude<Verdict, { state: 'unknown' }>) {
    this.rule = verdict.rule;
    this.#verdict = verdict;
  }

  get reading(): Reading | undefined {
    const verdict = this.#verdict;
    return (verdict.state === 'open' ? verdict.finding.evidence : verdict.evidence)[0];
  }

  toJSON(): ResponsibilityCell['evidence'][number] {
    const { method, rule, reading } = this;
    return { method, rule, reading };
  }
}

function claimEvidence(claims: readonly Claim[], today: string): ResponsibilityCell['evidence'] {
  return claims.flatMap(({ cell: { source } }) =>
    source.method === 'config'
      ? []
      : [
          {
            method: source.method,
            url: source.url,
            read: source.read,
            expired: source.expires < today,
            conflicts: source.conflicts.length,
          },
        ],
  );
}

const urgencies = 8;

/** What a reader must see first: orphans, double claims, claims without evidence, then what is open. */
function urgency(state: ControlState, doubleClaim: boolean): number {
  if (state === 'orphaned') return 0;
  if (doubleClaim) return 1;
  const order: readonly ControlState[] = ['open', 'claimed', 'not-assessed', 'held', 'inherited'];
  return 2 + order.indexOf(state);
}

/** The computed chain of parties behind each workload, nearest to you first. Equal services have one chain. */
export function chainsOf(workloads: readonly Workload[], source: ResponsibilitySource): WorkloadChain[] {
  const known = new Map<string, WorkloadChain['links']>();
  return workloads.map(({ id, services }) => {
    const key = services.join(' ');
    const links = known.get(key) ?? linksOf(services, source);
    known.set(key, links);
    return { workload: id, links };
  });
}

function linksOf(services: readonly string[], source: ResponsibilitySource): WorkloadChain['links'] {
  const links = new Map<string, { party: Party; who: string; services: string[]; distance: number }>();
  for (const id of services) {
    for (const [distance, { party, who }] of (source.service(id)?.chain ?? []).entries()) {
      const key = `${party}\n${who}`;
      const link = links.get(key);
      if (link === undefined) links.set(key, { party, who, services: [id], distance });
      else {
        link.services.push(id);
        link.distance = Math.max(link.distance, distance);
      }
    }
  }
  const order = [...allParties].reverse();
  const sorted = [...links.values()].sort(
    (a, b) => a.distance - b.distance || order.indexOf(a.party) - order.indexOf(b.party) || a.who.localeCompare(b.who),
  );
  return sorted.map(({ party, who, services: own }) => ({ party, who, services: own }));
}

/** How far workloads are from a posture: of the controls it requires, how many are in which state. */
export function postureDistance(
  posture: Posture,
  workloads: readonly Pick<Workload, 'id'>[],
  { statesOf }: Pick<ResponsibilityMap, 'statesOf'>,
): PostureDistance {
  const required = Object.fromEntries(controlStates.map((state) => [state, 0])) as Record<ControlState, number>;
  const isRequired = ({ control }: StateOfControl): boolean => posture.controls[control] === 'required';
  for (const { id } of workloads) for (const each of statesOf(id)) if (isRequired(each)) required[each.state]++;
  const missing = once(() =>
    workloads.flatMap(({ id: workload }) =>
      statesOf(workload)
        .filter((each) => isRequired(each) && each.state !== 'held' && each.state !== 'inherited')
        .map(({ control, state }) => ({ workload, control, state })),
    ),
  );
  return {
    posture: posture.id,
    required,
    get missing() {
      return missing();
    },
  };
}

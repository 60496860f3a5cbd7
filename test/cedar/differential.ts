/** Random policy sets on our evaluator and on Cedar's own (cedar-wasm): decisions, reasons and errors have to be the same. */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { Authorizer } from '../../src/decide/cedar/authorizer.ts';
import { EntityStore } from '../../src/decide/cedar/entity-store.ts';
import type { Environment } from '../../src/decide/cedar/environment.ts';
import { readRecord } from '../../src/decide/cedar/json-value.ts';
import { compilePolicy, type PolicyJson } from '../../src/decide/cedar/policy.ts';
import { spellLongs } from '../../src/decide/cedar/source.ts';
import {
  Chance,
  type RandomEntity,
  type RandomRequest,
  randomEntities,
  randomPolicy,
  randomRequest,
} from './random-cedar.ts';

/** What an engine says: `decision`, the ids that decided, and those that could not be evaluated. */
export interface Answer {
  readonly decision: string;
  readonly reason: readonly string[];
  readonly errors: readonly string[];
}

export interface Disagreement {
  readonly seed: number;
  readonly policies: Readonly<Record<string, string>>;
  readonly entities: readonly RandomEntity[];
  readonly request: RandomRequest;
  readonly ours: Answer;
  readonly theirs: Answer;
}

export interface Tally {
  requests: number;
  allowed: number;
  withErrors: number;
  policies: number;
  disagreements: Disagreement[];
}

const sorted = (list: readonly string[]): string[] => [...list].sort();

/** Our answer by Cedar's rules: a forbid that holds denies, else a permit that holds allows; errors are skipped. */
export function ourAnswer(authorizer: Authorizer, environment: Environment): Answer {
  const { permits, forbids, errors } = authorizer.evaluate(environment);
  const allowed = forbids.length === 0 && permits.length > 0;
  const reason = forbids.length > 0 ? forbids : permits;
  return {
    decision: allowed ? 'allow' : 'deny',
    reason: sorted(reason.map(({ id }) => id)),
    errors: sorted(errors.map(({ policy }) => policy.id)),
  };
}

function theirAnswer(request: RandomRequest, entities: readonly RandomEntity[]): Answer {
  const answer = cedar.statefulIsAuthorized({
    ...request,
    preparsedPolicySetId: 'set',
    entities: [...entities],
  });
  if (answer.type === 'failure') throw new TypeError(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  return {
    decision,
    reason: sorted(diagnostics.reason),
    errors: sorted(diagnostics.errors.map(({ policyId }) => policyId)),
  };
}

export function compileTexts(policies: Readonly<Record<string, string>>, store: EntityStore): Authorizer {
  return new Authorizer(
    Object.entries(policies).map(([id, text]) => {
      const parsed = cedar.policyToJson(spellLongs(text));
      if (parsed.type === 'failure') throw new TypeError(`${text}: ${JSON.stringify(parsed.errors)}`);
      return compilePolicy(id, parsed.json as PolicyJson, store);
    }),
  );
}

/** One random set, asked `requests` times. */
function compareSet(seed: number, requests: number, tally: Tally): void {
  const chance = new Chance(seed);
  const entities = randomEntities(chance);
  const policies = Object.fromEntries(
    Array.from({ length: 3 + chance.below(6) }, (_, at) => [`p${at}`, randomPolicy(chance)]),
  );
  const parsed = cedar.preparsePolicySet('set', { staticPolicies: policies });
  if (parsed.type === 'failure') throw new TypeError(`${JSON.stringify(policies)}: ${JSON.stringify(parsed.errors)}`);
  const store = new EntityStore();
  store.add(entities);
  const authorizer = compileTexts(policies, store);
  tally.policies += Object.keys(policies).length;
  for (let at = 0; at < requests; at++) {
    const request = randomRequest(chance);
    const uid = ({ type, id }: { type: string; id: string }) => store.uid(type, id);
    const environment: Environment = {
      principal: uid(request.principal),
      action: uid(request.action),
      resource: uid(request.resource),
      context: readRecord(request.context, store),
      brought: [],
    };
    const ours = ourAnswer(authorizer, environment);
    const theirs = theirAnswer(request, entities);
    tally.requests++;
    if (theirs.decision === 'allow') tally.allowed++;
    if (theirs.errors.length > 0) tally.withErrors++;
    if (JSON.stringify(ours) !== JSON.stringify(theirs) && tally.disagreements.length < 10)
      tally.disagreements.push({ seed, policies, entities, request, ours, theirs });
  }
}

/** Compares `requests` random requests, `perSet` of them for each random policy set. */
export function compare(seed: number, requests: number, perSet: number): Tally {
  const tally: Tally = { requests: 0, allowed: 0, withErrors: 0, policies: 0, disagreements: [] };
  for (let set = seed; tally.requests < requests && tally.disagreements.length === 0; set++)
    compareSet(set, Math.min(perSet, requests - tally.requests), tally);
  return tally;
}

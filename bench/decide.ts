/**
 * One decision, ours beside cedar-wasm: 10, 100 and 1,000 policies, 10,000 entities in our store (cedar-wasm gets the slice that
 * the request needs, since it reads every entity on every call). Policies are like those people write: by role and tool, by
 * labels, by arguments. Blocks of both alternate; the figures are quantiles over blocks of the processor time of one decision.
 *
 *   npx tsx bench/decide.ts [--json out.json]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { Decider } from '../src/decide/decider.ts';
import { contextJson } from '../test/cedar/context-json.ts';
import { loadPolicySet, type PolicySet } from '../src/decide/policy-set.ts';
import type { SchemaTool } from '../src/decide/schema/generate.ts';
import type { AccessRequest } from '../src/model/access.ts';
import { unknownTool } from '../src/model/tool-labels.ts';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const toolCount = 50;
const roleCount = 200;

const tools = Array.from(
  { length: toolCount },
  (_, at): SchemaTool => ({
    server: `s${at % 5}`,
    name: `tool${at}`,
    labels: {
      ...unknownTool,
      confidentiality: 'internal',
      effect: at % 3 === 0 ? 'read' : 'write',
      sendsOut: at % 4 === 0,
    },
    inputSchema: {
      type: 'object',
      properties: {
        to: { type: 'string' },
        amount: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['to'],
    },
  }),
);
const toolAt = (at: number): SchemaTool => tools[at % toolCount] ?? { server: '', name: '', labels: unknownTool };

/** A tenth of the policies are about every call; the others about one tool, role or server. */
function policyText(at: number): string {
  const tool = `Demarc::Action::"${toolAt(at).server}/${toolAt(at).name}"`;
  const role = `Demarc::Role::"r${at % roleCount}"`;
  switch (at % 10) {
    case 0:
      return `forbid (principal, action, resource) when { context.tainted && context.labels.sendsOut && context.run.label.level > ${1 + (at % 3)} };`;
    case 1:
    case 2:
    case 3:
      return `permit (principal in ${role}, action == ${tool}, resource) when { context.labels.confidentiality.level <= principal.clearance.level };`;
    case 4:
    case 5:
      return `forbid (principal, action == ${tool}, resource) when { context.args.to like "*@evil${at}.example" };`;
    case 6:
      return `@ask("amount.high") forbid (principal, action == ${tool}, resource) when { context.args has amount && context.args.amount > ${1000 + at} };`;
    case 7:
      return `permit (principal in ${role}, action in Demarc::Action::"read", resource) when { principal.training.contains("basics") };`;
    case 8:
      return `forbid (principal in ${role}, action, resource) unless { ["user", "trusted", "untraced"].contains(context.intent) || context.labels.effect == "read" };`;
    default:
      return `permit (principal in ${role}, action in [${tool}, Demarc::Action::"write"], resource in Demarc::Server::"s${at % 5}") when { !context.tainted };`;
  }
}

/** 10,000 entities: roles in a hierarchy of depth four, groups and servers. */
const entities = Array.from({ length: 10_000 }, (_, at) => ({
  uid: { type: at < roleCount ? 'Demarc::Role' : 'Demarc::Group', id: `${at < roleCount ? 'r' : 'g'}${at}` },
  parents:
    at < 10
      ? []
      : [
          {
            type: at < roleCount ? 'Demarc::Role' : 'Demarc::Group',
            id: at < roleCount ? `r${Math.floor(at / 4)}` : `g${roleCount + Math.floor((at - roleCount) / 8)}`,
          },
        ],
})).map((entity, at) => (at === roleCount ? { ...entity, parents: [] } : entity));

const principals = Array.from({ length: 100 }, (_, at): AccessRequest['principal'] => ({
  agent: `agent${at}`,
  roles: [`r${(at * 7) % roleCount}`, `r${(at * 13 + 1) % roleCount}`],
  scopes: ['tools'],
  clearance: at % 3 === 0 ? 'internal' : 'restricted',
  authentication: 'jwt',
  training: [{ module: 'basics', expiresMs: 4e12 }],
  posture: 'controlled',
}));

const requests = Array.from({ length: 1000 }, (_, at): AccessRequest => {
  const tool = toolAt(at * 3);
  return {
    principal: principals[at % principals.length] ?? {
      agent: '',
      roles: [],
      scopes: [],
      clearance: 'public',
      authentication: 'none',
      training: [],
    },
    run: `run${at}`,
    server: tool.server,
    feature: 'tool',
    name: tool.name,
    args: { to: `user${at}@example.org`, amount: at, tags: ['a', 'b'] },
    call: {
      tool: tool.name,
      labels: tool.labels,
      reviewed: true,
      tainted: at % 2 === 0,
      readPrivate: false,
      intent: 'plausible',
      values: [{ path: 'to', origin: at % 5 === 0 ? 'free' : 'user' }],
    },
    label: { confidentiality: 'internal', tainted: false },
    timeMs: 1.8e12,
  };
});

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Processor time of one decision in microseconds, block after block: neighbours on the machine do not count. */
function time(decide: (at: number) => unknown, each: number, blocks: number): number[] {
  return Array.from({ length: blocks }, (_, block) => {
    const started = process.cpuUsage();
    for (let at = 0; at < each; at++) decide(block * each + at);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / each;
  });
}

function wasmRequests(set: PolicySet, decider: Decider): cedar.StatefulAuthorizationCall[] {
  return requests.slice(0, 50).flatMap((request) => {
    const { environment } = decider.explain(request);
    return environment === undefined
      ? []
      : [{ ...contextJson(environment), preparsedPolicySetId: `set${set.policies.length}` }];
  });
}

const rows = [10, 100, 1000].map((count) => {
  const text = Array.from({ length: count }, (_, at) => `@id("p${at}")\n${policyText(at)}`).join('\n');
  const loadStarted = performance.now();
  const set = loadPolicySet({ files: [{ path: 'bench.cedar', text }], tools, entities });
  const loadMs = performance.now() - loadStarted;
  const decider = new Decider(set);
  const theirs = wasmRequests(set, decider);
  cedar.preparsePolicySet(`set${count}`, {
    staticPolicies: Object.fromEntries(set.policies.map(({ id, text: policy }) => [id, policy])),
  });
  const decisions: Record<string, number> = {};
  for (const request of requests) {
    const { decision } = decider.decide(request);
    decisions[decision] = (decisions[decision] ?? 0) + 1;
  }
  const ours: number[] = [];
  const wasm: number[] = [];
  time((at) => decider.decide(requests[at % 1000] as AccessRequest), 1000, 30);
  for (let round = 0; round < 10; round++) {
    ours.push(...time((at) => decider.decide(requests[at % 1000] as AccessRequest), 1000, 10));
    wasm.push(
      ...time((at) => cedar.statefulIsAuthorized(theirs[at % theirs.length] as cedar.StatefulAuthorizationCall), 5, 4),
    );
  }
  ours.sort((a, b) => a - b);
  wasm.sort((a, b) => a - b);
  const row = {
    policies: count,
    oursUs: { p50: quantile(ours, 0.5), p99: quantile(ours, 0.99) },
    wasmUs: { p50: quantile(wasm, 0.5), p99: quantile(wasm, 0.99) },
    loadMs,
    decisions,
  };
  console.log(
    `${String(count).padStart(5)} policies  ours ${row.oursUs.p50.toFixed(2)} us (p99 ${row.oursUs.p99.toFixed(2)})  cedar-wasm ${row.wasmUs.p50.toFixed(0)} us (p99 ${row.wasmUs.p99.toFixed(0)})  load ${loadMs.toFixed(0)} ms  ${JSON.stringify(decisions)}`,
  );
  return row;
});
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify({ node: process.version, entities: entities.length, tools: toolCount, rows }, null, 1)}\n`,
  );

/** Whole decisions beside cedar-wasm: the schema accepts every request that we make, and the shipped sets decide alike. */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShipped, shippedSets } from '../../src/app/policy/shipped.ts';
import { CellDecider } from '../../src/decide/analysis/outcomes.ts';
import { readRequest } from '../../src/decide/cases.ts';
import { Decider } from '../../src/decide/decider.ts';
import { loadPolicySet } from '../../src/decide/policy-set.ts';
import type { SchemaTool } from '../../src/decide/schema/generate.ts';
import { confidentialities, effects } from '../../src/model/event.ts';
import { doubts, valueOrigins } from '../../src/model/provenance.ts';
import { unknownTool } from '../../src/model/tool-labels.ts';
import { contextJson } from './context-json.ts';

const tools: readonly SchemaTool[] = effects.map((effect, at) => ({
  server: 'mail',
  name: `tool${at}`,
  labels: { ...unknownTool, effect, sendsOut: at > 1, confidentiality: confidentialities[at] ?? 'public' },
  inputSchema: {
    type: 'object',
    properties: {
      to: { type: 'string' },
      count: { type: 'integer' },
      price: { type: 'number' },
      when: { type: 'string', format: 'date-time' },
      host: { type: 'string', format: 'ipv4' },
      list: { type: 'array', items: { type: 'string' } },
      inner: { type: 'object', properties: { deep: { type: 'boolean' } } },
    },
    required: ['to'],
  },
}));

const requestText = fc.record(
  {
    use: fc.nat(effects.length - 1).map((at) => `mail/tool${at}`),
    principal: fc.record(
      {
        agent: fc.constantFrom('a', 'b'),
        person: fc.record({
          issuer: fc.constant('https://idp.example'),
          subject: fc.string(),
          groups: fc.array(fc.constantFrom('g', 'h')),
        }),
        roles: fc.array(fc.constantFrom('exception', 'other')),
        clearance: fc.constantFrom(...confidentialities),
        authentication: fc.constantFrom('jwt', 'none'),
        training: fc.array(fc.constantFrom('agent-basics', 'x')),
        posture: fc.constantFrom('lockdown', 'controlled', 'open', 'else'),
      },
      { requiredKeys: [] },
    ),
    args: fc.record(
      {
        to: fc.string(),
        count: fc.maxSafeInteger(),
        price: fc.integer({ min: -1e9, max: 1e9 }).map((units) => units / 10_000),
        when: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
        host: fc.ipV4(),
        list: fc.array(fc.string()),
        inner: fc.record({ deep: fc.boolean() }, { requiredKeys: [] }),
        extra: fc.jsonValue(),
      },
      { requiredKeys: ['to'] },
    ),
    origins: fc.dictionary(fc.constantFrom('to', 'list.0', 'inner.deep', 'price'), fc.constantFrom(...valueOrigins)),
    doubts: fc.array(fc.constantFrom(...doubts), { maxLength: 2 }),
    reviewed: fc.boolean(),
    tainted: fc.boolean(),
    readPrivate: fc.boolean(),
    runLabel: fc.constantFrom(...confidentialities),
    intent: fc.constantFrom('plausible', 'implausible', 'unseen'),
  },
  { requiredKeys: ['use', 'args'] },
);

describe.each(shippedSets)('%s', (name) => {
  const set = loadPolicySet({ files: readShipped(name).files, tools });
  const decider = new Decider(set);
  cedar.preparseSchema(name, set.schema.json as cedar.SchemaJson<string>);
  cedar.preparsePolicySet(name, { staticPolicies: Object.fromEntries(set.policies.map(({ id, text }) => [id, text])) });

  it('decides as cedar-wasm does, on requests that its schema accepts', () => {
    fc.assert(
      fc.property(requestText, (text) => {
        const { request } = readRequest(text, 'r', tools);
        const { environment, evaluation } = decider.explain(request);
        if (environment === undefined || evaluation === undefined) throw new TypeError('the tool is known');
        const answer = cedar.statefulIsAuthorized({
          ...contextJson(environment),
          preparsedPolicySetId: name,
          preparsedSchemaName: name,
          validateRequest: true,
        });
        if (answer.type === 'failure') throw new TypeError(answer.errors[0]?.message);
        const { decision, diagnostics } = answer.response;
        const reason = (evaluation.forbids.length > 0 ? evaluation.forbids : evaluation.permits).map(({ id }) => id);
        expect([...diagnostics.reason].sort()).toEqual([...reason].sort());
        expect(diagnostics.errors).toEqual([]);
        expect(decision).toBe(evaluation.forbids.length === 0 && evaluation.permits.length > 0 ? 'allow' : 'deny');
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('never decides what its coverage does not list', () => {
    const cells = new CellDecider(set);
    fc.assert(
      fc.property(requestText, (text) => {
        const { request } = readRequest({ ...text, readPrivate: false }, 'r', tools);
        const [role] = request.principal.roles;
        const one = { ...request, principal: { ...request.principal, roles: role === undefined ? [] : [role] } };
        const { possible } = cells.decide({
          subject: role === undefined ? { kind: 'other', id: '' } : { kind: 'role', id: role },
          tool: `${one.server}/${one.name}`,
          tainted: one.label.tainted,
          confidentiality: one.label.confidentiality,
        });
        expect(possible).toContain(decider.decide(one).decision);
      }),
      { numRuns: 300 },
    );
  });
});

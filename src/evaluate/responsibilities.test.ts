import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PostureDistance, ResponsibilityCell } from '../model/assessment.ts';
import type { Control, Posture, Responsibility, Service } from '../model/catalogue.ts';
import type { Verdict } from '../model/finding.ts';
import type { Rule } from '../model/rule.ts';
import { RulePlaces } from './control-verdicts.ts';
import { chainsOf, mapResponsibilities, postureDistance, type ResponsibilitySource } from './responsibilities.ts';
import type { JudgedWorkload } from './workloads.ts';

const control: Control = { id: 'data.retention', title: 'Retention', layer: 'data', statement: 's' };
const workload: JudgedWorkload = {
  id: 'w',
  name: 'w',
  resources: ['f#a'],
  services: ['s.one', 's.two'],
  edges: [],
  size: 1,
  controls: () => '',
};
const rule = { id: 'r', control: control.id } as Rule;

function cell(parties: Responsibility['parties'], source: Partial<Responsibility['source']> = {}): Responsibility {
  return {
    control: control.id,
    parties,
    note: 'because',
    source: {
      method: 'document',
      url: 'https://example.com',
      read: '2026-11-20',
      confidence: 'high',
      expires: '2027-05-19',
      conflicts: [],
      ...source,
    },
  };
}

function service(id: string, responsibilities: readonly Responsibility[], chain: Service['chain'] = []): Service {
  return {
    id,
    name: id,
    vendor: 'v',
    category: 'managed-ai',
    chain,
    responsibilities,
    facts: [],
    audits: [],
    recommendations: [],
  };
}

function sourceOf(services: readonly Service[]): ResponsibilitySource {
  return {
    controls: new Map([[control.id, control]]),
    service: (id) => services.find((candidate) => candidate.id === id),
    frameworksOf: () => ['owasp-llm@2025:LLM02'],
  };
}

function map(
  services: readonly Service[],
  verdicts: readonly Verdict[] = [],
  today = '2026-11-20',
): ResponsibilityCell {
  return mapResponsibilities(
    [workload],
    (id) => verdicts.filter(({ resource }) => resource === id),
    [rule],
    sourceOf(services),
    today,
  ).of(workload.id)[0]!;
}

const held: Verdict = { state: 'held', rule: 'r', resource: 'f#a', evidence: [] };
const unknown: Verdict = { state: 'unknown', rule: 'r', resource: 'f#a', reason: 'var.x has no value' };
const open: Verdict = {
  state: 'open',
  rule: 'r',
  resource: 'f#a',
  finding: {
    fingerprint: 'x',
    rule: 'r',
    kind: 'misconfiguration',
    severity: 'high',
    control: control.id,
    title: 't',
    resource: 'f#a',
    location: { file: 'f', line: 1, column: 1 },
    evidence: [],
    path: [],
    suppressed: undefined,
  },
};

describe('the state of a control', () => {
  it('is claimed, not held, when only a document says that the provider holds it', () => {
    expect(map([service('s.one', [cell(['platform'])])]).state).toBe('claimed');
  });

  it('is inherited when verified evidence says that the provider holds it', () => {
    expect(map([service('s.one', [cell(['platform'], { method: 'api' })])]).state).toBe('inherited');
  });

  it('is not assessed once what the provider says has expired', () => {
    expect(map([service('s.one', [cell(['platform'], { expires: '2026-01-01' })])]).state).toBe('not-assessed');
  });

  it('is not assessed when it is yours and nothing verified it', () => {
    expect(map([service('s.one', [cell(['platform', 'builder'])])]).state).toBe('not-assessed');
  });

  it('is orphaned when a service leaves it to nobody, whatever another service does', () => {
    expect(map([service('s.one', [cell([])]), service('s.two', [cell(['platform'])])]).state).toBe('orphaned');
  });

  it('is open as soon as one finding stands against it', () => {
    expect(map([service('s.one', [cell(['builder'])])], [held, open]).state).toBe('open');
  });

  it('is held only when no verdict is unknown', () => {
    expect(map([service('s.one', [cell(['builder'])])], [held]).state).toBe('held');
    expect(map([service('s.one', [cell(['builder'])])], [held, unknown])).toMatchObject({
      state: 'not-assessed',
      reason: 'could not be decided: var.x has no value',
    });
  });

  it('ignores verdicts on resources of other workloads', () => {
    expect(map([service('s.one', [cell(['builder'])])], [{ ...held, resource: 'f#other' }]).state).toBe('not-assessed');
  });
});

describe('the map', () => {
  it('marks a double claim where one service leaves the control to you and another to its provider', () => {
    expect(map([service('s.one', [cell(['builder'])]), service('s.two', [cell(['platform'])])]).doubleClaim).toBe(true);
    expect(
      map([service('s.one', [cell(['builder', 'platform'])]), service('s.two', [cell(['platform'])])]).doubleClaim,
    ).toBe(false);
  });

  it('computes the chain from the services, nearest to you first', () => {
    const one = service(
      's.one',
      [],
      [
        { party: 'platform', who: 'Cloud' },
        { party: 'model', who: 'Lab' },
      ],
    );
    const two = service('s.two', [], [{ party: 'platform', who: 'Cloud' }]);
    const source: ResponsibilitySource = {
      controls: new Map(),
      service: (id) => [one, two].find((candidate) => candidate.id === id),
      frameworksOf: () => [],
    };
    expect(chainsOf([workload], source)[0]?.links).toEqual([
      { party: 'platform', who: 'Cloud', services: ['s.one', 's.two'] },
      { party: 'model', who: 'Lab', services: ['s.one'] },
    ]);
  });

  it('counts a claimed control as missing for a posture that requires it', () => {
    const services = sourceOf([service('s.one', [cell(['platform'])])]);
    const states = mapResponsibilities([workload], () => [], [rule], services, '2026-11-20');
    const distance = (controls: Posture['controls']): PostureDistance =>
      postureDistance({ id: 'controlled', name: 'c', intent: 'i', controls }, [workload], states);
    expect(distance({ [control.id]: 'required' }).missing).toEqual([
      { workload: 'w', control: control.id, state: 'claimed' },
    ]);
    expect(distance({}).missing).toEqual([]);
  });
});

describe('what is kept of the verdicts', () => {
  const states = ['held', 'open', 'unknown'] as const;
  const controls = ['c.one', 'c.two', 'c.three'];
  const rules = [0, 1, 2, 3, 4].map((at) => ({ id: `r${at}`, control: controls[at % 3] }) as Rule);
  const verdict = fc.record({ rule: fc.constantFrom(...rules.map(({ id }) => id)), state: fc.constantFrom(...states) });
  const party = fc.constantFrom<Responsibility['parties']>([], ['builder'], ['platform'], ['builder', 'platform']);
  const responsibility = fc.record({ control: fc.constantFrom(...controls), party, expired: fc.boolean() });
  const claimed = fc.array(responsibility, { maxLength: 4 }).map((list) =>
    list.map(({ control: id, party: parties, expired }) => ({
      ...cell(parties, { expires: expired ? '2026-01-01' : '2027-01-01' }),
      control: id,
    })),
  );

  it('tells the states of the cells of the map', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(verdict, { maxLength: 5 }), { maxLength: 4 }),
        claimed,
        claimed,
        (said, one, two) => {
          const verdicts = said.map((list) => list.map((each) => ({ finding: open.finding, ...each }) as Verdict));
          const workloads = verdicts.map((list, at): JudgedWorkload => {
            const kept = new RulePlaces(rules).controlsText(list);
            return { ...workload, id: `w${at}`, resources: [`${at}`], controls: () => kept };
          });
          const source: ResponsibilitySource = {
            ...sourceOf([service('s.one', one), service('s.two', two)]),
            controls: new Map(controls.map((id) => [id, { ...control, id }])),
          };
          const map = mapResponsibilities(workloads, (id) => verdicts[Number(id)] ?? [], rules, source, '2026-11-20');
          for (const { id } of workloads)
            expect(map.statesOf(id)).toEqual(
              map.of(id).map((found) => ({
                control: found.control,
                state: found.state,
                orphaned: found.state === 'orphaned' ? found.reason : undefined,
              })),
            );
        },
      ),
    );
  });
});

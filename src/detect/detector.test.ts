import { describe, expect, it } from 'vitest';
import type { Envelope } from '../model/event.ts';
import { Detector } from './detector.ts';
import { readSigmaDocument } from './sigma/sigma-rule.ts';

const rule = readSigmaDocument({
  title: 'Sends',
  id: 'sends',
  level: 'high',
  tags: ['demarc.network.egress-restriction'],
  logsource: { product: 'demarc' },
  detection: { s: { effect: 'send' }, condition: 's' },
});
const rules = rule === undefined ? [] : [rule];

function event(facts: Partial<Envelope>, minute = 0): Envelope {
  const time = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  return { v: 1, id: `e${minute}`, time, source: 't', acknowledged: { mode: 'durable' }, kind: 'tool.call', ...facts };
}

describe('Detector', () => {
  it('turns what a rule says into an alert that names its evidence', () => {
    const alerts = new Detector(rules).feed(event({ effect: 'send', run: 'r', tool: 'mail' }), undefined, 7);
    expect(alerts).toEqual([
      {
        kind: 'alert',
        source: 'sigma',
        rule: 'sends',
        severity: 'high',
        run: 'r',
        tool: 'mail',
        reference: 'e0',
        payload: {
          title: 'Sends',
          id: 'sends',
          tags: ['demarc.network.egress-restriction'],
          falsePositives: [],
          events: [{ index: 7, id: 'e0' }],
          eventCount: 1,
        },
      },
    ]);
  });

  it('says the same of the same run once in a while, of another run at once', () => {
    const detector = new Detector(rules);
    const spoken = [
      event({ effect: 'send', run: 'r' }, 0),
      event({ effect: 'send', run: 'r' }, 30),
      event({ effect: 'send', run: 's' }, 31),
      event({ effect: 'send', run: 'r' }, 60),
    ].map((envelope, index) => detector.feed(envelope, undefined, index).length);
    expect(spoken).toEqual([1, 0, 1, 1]);
  });

  it('an alert raises none', () => {
    expect(new Detector(rules).feed(event({ kind: 'alert', effect: 'send' }), undefined, 0)).toEqual([]);
  });
});

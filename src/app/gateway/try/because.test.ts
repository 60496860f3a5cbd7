import { expect, it } from 'vitest';
import type { Envelope } from '../../../model/event.ts';
import { becauseOf } from './because.ts';

const event = (facts: Partial<Envelope>): Envelope => facts as Envelope;

it.each<[string, Partial<Envelope>, unknown, string]>([
  [
    'each doubted value with its path',
    { decision: 'ask', reasons: ['provenance.untrusted-destination'] },
    { doubts: [{ path: 'to', doubt: 'provenance.untrusted-destination', part: 'x@evil.example' }] },
    '`to` x@evil.example stands in untrusted text only',
  ],
  [
    'a reason in words',
    { decision: 'ask', reasons: ['intent.implausible'] },
    {},
    "the user's words ask for nothing of the kind",
  ],
  [
    'kinds of secrets',
    { decision: 'deny', reasons: ['guard.secret-in-arguments'] },
    { secretsFound: ['a-key'] },
    'it would send a-key',
  ],
  [
    'a reason without words as it is',
    { decision: 'deny', reasons: ['integrity.new-destination'] },
    null,
    'integrity.new-destination',
  ],
  ['a read', { decision: 'allow', effect: 'read' }, {}, 'it reads'],
  [
    'an effect before anything untrusted',
    { decision: 'allow', effect: 'write', origin: 'trusted' },
    {},
    'nothing untrusted was read before',
  ],
  [
    'what the words of the user make plausible',
    { decision: 'allow', effect: 'write', origin: 'untrusted' },
    { intent: 'plausible' },
    'plausible, and no value is doubted',
  ],
  ['what cannot be opened', { decision: 'deny', reasons: ['policy.forbidden'] }, undefined, 'policy.forbidden'],
])('tells %s', (_, facts, payload, because) => expect(becauseOf(event(facts), payload)).toBe(because));

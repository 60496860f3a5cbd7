import { z } from 'zod';
import { type Doubt, doubtInWords } from '../../../model/provenance.ts';
import type { Envelope } from '../../../model/event.ts';

/** What of a decision's payload tells why (src/gateway/pipeline/events.ts writes it). */
const decisionPayload = z.looseObject({
  intent: z.string().optional().catch(undefined),
  doubts: z
    .array(z.looseObject({ path: z.string(), doubt: z.string(), part: z.string().default('') }))
    .default([])
    .catch([]),
  secretsFound: z.array(z.string()).default([]).catch([]),
});

const reasons: Readonly<Record<string, string>> = {
  'intent.implausible': "the user's words ask for nothing of the kind",
  'intent.unseen': "it destroys, and the user's words are not known",
  'policy.unknown-tool': 'no server lists such a tool',
  'budget.exceeded': 'the budget of the run is spent',
};

/** Why a call was decided as it was, from its record alone: its facts and its payload. */
export function becauseOf(event: Envelope, payload: unknown): string {
  const { intent, doubts, secretsFound } = decisionPayload.catch({ doubts: [], secretsFound: [] }).parse(payload);
  const told = (event.reasons ?? []).flatMap((reason) => {
    if (reason === 'guard.secret-in-arguments') return [`it would send ${secretsFound.join(', ') || 'a credential'}`];
    const values = doubts.filter(({ doubt }) => doubt === reason);
    if (values.length > 0)
      return values.map(({ path, part }) => `\`${path}\` ${part} ${doubtInWords[reason as Doubt] ?? reason}`);
    return [reasons[reason] ?? reason];
  });
  if (told.length > 0) return [...new Set(told)].join('; ');
  if (event.decision !== 'allow') return '';
  if (event.effect === 'read') return 'it reads';
  if (event.origin === 'trusted') return 'nothing untrusted was read before';
  return intent === 'plausible' ? 'plausible, and no value is doubted' : 'no value is doubted';
}

import { type RecordedRun, recordedRun } from '../../../src/app/replay/recorded-run.ts';

/** One call with its answer; `injected` where the attacker asked for it. */
export type Step = readonly [tool: string, args: Record<string, unknown>, result: unknown, injected?: 'injected'];

/** A run written by hand: what the user wants, and what was called and answered. */
export function run(suite: string, name: string, user: string, steps: readonly Step[]): RecordedRun {
  const attacked = steps.some(([, , , injected]) => injected !== undefined);
  return recordedRun.parse({
    id: `${suite}/${name}`,
    suite,
    model: 'by hand',
    attack: attacked ? 'by hand' : null,
    utility: !attacked,
    attack_succeeded: attacked,
    messages: [
      { role: 'user', text: user },
      ...steps.flatMap(([tool, args, result, injected], index) => [
        { role: 'assistant', calls: [{ id: `${index}`, tool, args, injected: injected !== undefined }] },
        { role: 'tool', id: `${index}`, tool, text: typeof result === 'string' ? result : JSON.stringify(result) },
      ]),
    ],
  });
}

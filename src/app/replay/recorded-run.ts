import { z } from 'zod';

const call = z.object({
  id: z.string().optional(),
  tool: z.string(),
  args: z.unknown().optional(),
  injected: z.boolean().optional(),
});

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal(['system', 'user']), text: z.string().nullish() }),
  z.object({ role: z.literal('assistant'), text: z.string().nullish(), calls: z.array(call).nullish() }),
  z.object({
    role: z.literal('tool'),
    id: z.string().nullish(),
    tool: z.string(),
    text: z.string().nullish(),
    error: z.unknown().optional(),
  }),
]);

/** One recorded run, as a line of JSON. Only the scorer reads the outcome: `injected`, `attack`, `utility`, `attack_succeeded`. */
export const recordedRun = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  model: z.string().default('unknown'),
  suite: z.string().default('unknown'),
  /** The kind of attack; null in a benign run. */
  attack: z.string().nullable().default(null),
  utility: z.boolean().nullish(),
  attack_succeeded: z.boolean().nullish(),
  /** Definitions of the tools, as in `tools/list`, where they were recorded. */
  tools: z.array(z.unknown()).optional(),
  messages: z.array(message),
});
export type RecordedRun = z.infer<typeof recordedRun>;
export type RecordedMessage = RecordedRun['messages'][number];

import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { type Budget, budgetScopes, budgetUnits, matchesTool } from './budget.ts';

/** `server/tool`, where `*` stands for any characters. */
const tools = z.array(z.string().regex(/[/*]/, 'is not `server/tool`')).min(1);
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not made of small letters, digits and hyphens (63 at most)');
const whole = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER / 2);

const budget = z
  .strictObject({
    name,
    unit: z.enum(budgetUnits),
    limit: whole,
    per: z.array(z.enum(budgetScopes)).default([]),
    /** Windows follow one another from the epoch on; absent: it never starts anew. */
    'window-ms': z.int().min(1_000).optional(),
    tools: tools.optional(),
    /** What a call holds until it is known what it used. */
    reserve: whole.min(1).optional(),
  })
  .superRefine(({ unit, reserve, limit }, context) => {
    const isKnownLate = unit === 'bytes' || unit === 'time-ms';
    if (isKnownLate && reserve === undefined)
      context.addIssue({
        code: 'custom',
        path: ['reserve'],
        message: `is needed: what a call uses of ${unit} is known when it ends`,
      });
    if (unit === 'calls' && reserve !== undefined)
      context.addIssue({ code: 'custom', path: ['reserve'], message: 'is 1 for calls' });
    if ((reserve ?? 0) > limit)
      context.addIssue({ code: 'custom', path: ['reserve'], message: 'is more than the limit' });
  });

/** `budgets` in the gateway's settings. */
export const budgetSettings = z
  .strictObject({
    /**
     * `process`: in memory, kept every `keep-ms`; a crash forgets that much, and gateways that share a database may pass a
     * limit by what they use in that time. `shared`: each reservation is a transaction of the database, and holds exactly.
     */
    mode: z.enum(['process', 'shared']).default('process'),
    'keep-ms': z.int().min(100).max(600_000).default(5_000),
    /** After this long a reservation of a gateway that is gone holds nothing. */
    'hold-ms': z
      .int()
      .min(10_000)
      .max(24 * 60 * 60 * 1000)
      .default(15 * 60 * 1000),
    budgets: z.array(budget).max(200).default([]),
    /** What a call costs, in millionths of a unit of money; the first that fits holds, else nothing. */
    prices: z.array(z.strictObject({ tools, 'cost-micros': whole })).default([]),
    loops: z
      .strictObject({
        same: z.int().min(2).max(limits.loopCallsMax).default(12),
        among: z.int().min(2).max(limits.loopCallsMax).default(50),
        cycles: z.int().min(2).max(50).default(5),
        'cycle-length': z.int().min(2).max(16).default(8),
        /** Tools that are meant to be called over and over. */
        except: tools.default(['*/*wait*', '*/*status*', '*/*poll*']),
      })
      .prefault({}),
  })
  .superRefine(({ budgets }, context) => {
    if (new Set(budgets.map((one) => one.name)).size < budgets.length)
      context.addIssue({ code: 'custom', path: ['budgets'], message: 'names two alike' });
  });

export type BudgetSettings = z.infer<typeof budgetSettings>;

export function budgetsOf(settings: BudgetSettings): readonly Budget[] {
  return settings.budgets.map(({ 'window-ms': windowMs, reserve = 0, ...rest }) => ({ ...rest, windowMs, reserve }));
}

/** What a call of a tool costs, in millionths. */
export function priceOf(settings: BudgetSettings, server: string, tool: string): number {
  return settings.prices.find((price) => matchesTool(price.tools, server, tool))?.['cost-micros'] ?? 0;
}

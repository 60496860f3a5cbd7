import type { z } from 'zod';
import { closest } from './closest.ts';
import { messageOf } from './errors.ts';

/** What is wrong with settings, and where. */
export type SettingsProblem = z.core.$ZodIssue;

type Read<T> =
  | { readonly data: T; readonly problems?: undefined }
  | { readonly data?: undefined; readonly problems: readonly SettingsProblem[] };

/**
 * Reads settings by their schema.
 *
 * @returns them, or what is wrong: unknown keys first, since what else is wrong often is for a misspelt one
 */
export function readSettings<T>(schema: z.ZodType<T>, value: unknown): Read<T> {
  const parsed = schema.safeParse(value, { error: nameUnknownKeys });
  if (parsed.success) return { data: parsed.data };
  const problems = parsed.error.issues.flatMap(meantOption);
  return { problems: [...problems.filter(isUnknownKey), ...problems.filter((problem) => !isUnknownKey(problem))] };
}

/** The first problem, with where it is, in one line. */
export function firstProblem([problem]: readonly SettingsProblem[]): string {
  const where = problem?.path.join('.') ?? '';
  return `${where === '' ? '' : `\`${where}\` `}${messageOf(problem?.message)}`;
}

/** Where the first problem is: the unknown key itself, where that is what is wrong. */
export function firstPlace([problem]: readonly SettingsProblem[]): readonly PropertyKey[] {
  if (problem === undefined) return [];
  return [...problem.path, ...unknownKeysIn(problem).slice(0, 1)];
}

/** The problem of keys that are unknown, each with the known one that is near. */
export function unknownKeysOf(keys: readonly string[], known: readonly string[]): SettingsProblem {
  return { code: 'custom', path: [], message: unknownKeys(keys, known), params: { unknownKeys: keys } };
}

/** Tells the schema that holds a part what is wrong with it. @param at where in that schema the part is */
export function handOn(
  problems: readonly SettingsProblem[],
  context: Pick<z.RefinementCtx, 'addIssue'>,
  at: readonly string[] = [],
): void {
  // With any other code than `custom`, what is made of the part would still be made.
  for (const problem of problems)
    context.addIssue({
      code: 'custom',
      message: problem.message,
      path: [...at, ...problem.path],
      params: { unknownKeys: unknownKeysIn(problem) },
    });
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  const named = keys.map((key) => {
    const near = closest(key, known);
    return near === undefined ? `\`${key}\`` : `\`${key}\` (did you mean \`${near}\`?)`;
  });
  return `has no key ${named.join(', ')}`;
}

const nameUnknownKeys: z.core.$ZodErrorMap = (issue) => {
  const { def } = (issue.inst as z.core.$ZodType | undefined)?._zod ?? {};
  return issue.code === 'unrecognized_keys' && def !== undefined && 'shape' in def
    ? unknownKeys(issue.keys, Object.keys(def.shape as object))
    : undefined;
};

/** Of one that fits no option: unknown keys, where an option would fit but for them. */
function meantOption(problem: SettingsProblem): readonly SettingsProblem[] {
  if (problem.code !== 'invalid_union') return [problem];
  const meant = problem.errors.find((option) => option.length > 0 && option.every(isUnknownKey));
  return meant?.map((issue) => ({ ...issue, path: [...problem.path, ...issue.path] })) ?? [problem];
}

function isUnknownKey(problem: SettingsProblem): boolean {
  return unknownKeysIn(problem).length > 0;
}

function unknownKeysIn(problem: SettingsProblem): readonly string[] {
  if (problem.code === 'unrecognized_keys') return problem.keys;
  return problem.code === 'custom' ? ((problem.params?.['unknownKeys'] ?? []) as readonly string[]) : [];
}

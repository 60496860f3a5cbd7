import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { firstProblem, readSettings } from './settings.ts';

const schema = z.strictObject({
  url: z.string(),
  labels: z.record(z.string(), z.strictObject({ colour: z.string() })).optional(),
  from: z.union([z.string(), z.strictObject({ file: z.string(), key: z.string().optional() })]).optional(),
});
const problem = (value: unknown): string => firstProblem(readSettings(schema, value).problems ?? []);

describe('settings', () => {
  it('are read by their schema', () => {
    expect(readSettings(schema, { url: 'x' })).toEqual({ data: { url: 'x' } });
  });

  it.each<[string, unknown, string]>([
    ['before what else is wrong, and what is near', { ulr: 'x' }, 'has no key `ulr` (did you mean `url`?)'],
    ['that are like none', { url: 'x', zebra: 1 }, 'has no key `zebra`'],
    [
      'where they are',
      { url: 'x', labels: { a: { color: 'red' } } },
      '`labels.a` has no key `color` (did you mean `colour`?)',
    ],
    [
      'of the option that is meant',
      { url: 'x', from: { file: 'a', kye: 'b' } },
      '`from` has no key `kye` (did you mean `key`?)',
    ],
  ])('name keys that are unknown, %s', (_what, value, said) => {
    expect(problem(value)).toBe(said);
  });

  it('say what else is wrong', () => {
    expect(problem({})).toMatch(/^`url` .*expected string/);
  });
});

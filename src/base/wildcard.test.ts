import { expect, it } from 'vitest';
import { matchesWildcard } from './wildcard.ts';

it.each([
  ['bank/pay', 'bank/pay', true],
  ['bank/*', 'bank/a/b\nc', true],
  ['*/delete_*', 'x/delete_', true],
  ['bank/pa', 'bank/pay', false],
  ['b.nk/[pay]', 'bank/[pay]', false],
  ['**', '', true],
])('%s and %j: %s', (pattern, text, matches) => {
  expect(matchesWildcard(pattern, text)).toBe(matches);
});

import { describe, expect, it } from 'vitest';
import { findNameClashes } from './tool-names.ts';

const clashes = (servers: Readonly<Record<string, readonly string[]>>): string[] =>
  findNameClashes(Object.entries(servers).map(([server, tools]) => ({ server, tools }))).map(
    ({ code, between }) => `${code}: ${between.join(' ')}`,
  );

describe('G22: names that stand for one another', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
    ['nothing', { a: ['read', 'write'], b: ['send'] }, []],
    ['the same name', { a: ['read'], b: ['read'] }, ['name.shadowed: a/read b/read']],
    ['joined to one name', { a: ['b_c'], a_b: ['c'] }, ['name.collision: a/b_c a_b/c']],
    ['joined with a dash', { a: ['b-c'], 'a-b': ['c'] }, ['name.collision: a-b/c a/b-c']],
    ['letters of another alphabet', { a: ['read'], b: ['re\u0430d'] }, ['name.confusable: a/read b/re\u0430d']],
    ['digits for letters', { a: ['list_all', '1ist_a11'] }, ['name.confusable: a/1ist_a11 a/list_all']],
    ['rn for m', { a: ['confirm'], b: ['confirrn'] }, ['name.confusable: a/confirm b/confirrn']],
    ['full-width letters', { a: ['get'], b: ['\uff47et'] }, ['name.confusable: a/get b/\uff47et']],
    ['invisible ones', { a: ['get'], b: ['g\u200bet'] }, ['name.confusable: a/get b/g\u200bet']],
    [
      'letters that are small in another alphabet',
      { a: ['kill'], b: ['\u212aill'] },
      ['name.confusable: a/kill b/\u212aill'],
    ],
    ['joined to one name in two ways', { a: ['_c'], a_: ['c'] }, ['name.collision: a/_c a_/c']],
    ['spellings of one name', { a: ['read_file'], b: ['readFile', 'read-file'] }, []],
  ])('%s', (_what, servers, expected) => {
    expect(clashes(servers)).toEqual(expected);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff.ts';

/** What a diff makes of a text: the hunks put in, everything else kept. */
function patch(before: string, diff: readonly string[]): string {
  const old = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const result: string[] = [];
  let at = 0;
  for (const line of diff) {
    const [, from, count] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    if (from !== undefined) {
      const start = Number(from) - (count === '0' ? 0 : 1);
      result.push(...old.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(line.slice(1)).toBe(old[at]);
      if (line.startsWith(' ')) result.push(old[at] ?? '');
      at++;
    }
  }
  return [...result, ...old.slice(at)].map((line) => `${line}\n`).join('');
}

describe('a diff of lines', () => {
  it('shows what changes and a little around it', () => {
    expect(lineDiff('a\nb\nc\nd\ne\nf\ng\n', 'a\nb\nc\nD\ne\nf\ng\n')).toEqual([
      '@@ -2,5 +2,5 @@',
      ' b',
      ' c',
      '-d',
      '+D',
      ' e',
      ' f',
    ]);
    expect(lineDiff('', 'a\n')).toEqual(['@@ -0,0 +1,1 @@', '+a']);
    expect(lineDiff('a\n', 'a\n')).toEqual([]);
  });

  it('turns one text into the other, with as few lines as there can be', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 24 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = lineDiff(before, after);
        expect(patch(before, diff)).toBe(after);
        const kept = longestCommon(before.split('\n').slice(0, -1), after.split('\n').slice(0, -1));
        expect(diff.filter((line) => line.startsWith('-'))).toHaveLength(before.split('\n').length - 1 - kept);
      }),
    );
  });
});

/** Length of the longest common subsequence, by the table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const one of a) {
    const next: number[] = [];
    for (const [at, other] of b.entries())
      next.push(one === other ? (row[at - 1] ?? 0) + 1 : Math.max(row[at] ?? 0, next[at - 1] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

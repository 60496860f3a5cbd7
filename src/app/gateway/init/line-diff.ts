/** Lines around a change that are shown with it. */
const around = 2;

type Line = readonly [sign: ' ' | '-' | '+', text: string];

/**
 * The changes of a text as a unified diff (the format of `diff -u`, without file names and dates). Shortest by the greedy
 * algorithm of E. Myers, "An O(ND) difference algorithm and its variations" (1986).
 *
 * @returns nothing for equal texts
 */
export function lineDiff(before: string, after: string): string[] {
  const lines = compare(linesOf(before), linesOf(after));
  const shown: string[] = [];
  let [oldLine, newLine, shownTo] = [1, 1, 0];
  for (let at = 0; at < lines.length; at++) {
    if (lines[at]?.[0] === ' ') continue;
    const from = Math.max(shownTo, at - around);
    let to = at;
    // A further change close by belongs to the same piece.
    for (let next = at; next < lines.length && next <= to + 2 * around + 1; next++)
      if (lines[next]?.[0] !== ' ') to = next;
    const piece = lines.slice(from, Math.min(lines.length, to + around + 1));
    for (const [sign] of lines.slice(shownTo, from)) [oldLine, newLine] = step(sign, oldLine, newLine);
    const counted = piece.reduce(([o, n], [sign]) => step(sign, o, n), [oldLine, newLine] as [number, number]);
    shown.push(`@@ -${range(oldLine, counted[0])} +${range(newLine, counted[1])} @@`);
    shown.push(...piece.map(([sign, text]) => sign + text));
    [oldLine, newLine] = counted;
    shownTo = from + piece.length;
    at = shownTo - 1;
  }
  return shown;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function step(sign: Line[0], oldLine: number, newLine: number): [number, number] {
  return [oldLine + (sign === '+' ? 0 : 1), newLine + (sign === '-' ? 0 : 1)];
}

function range(from: number, to: number): string {
  return `${to === from ? from - 1 : from},${to - from}`;
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let same = 0;
  while (same < before.length && same < after.length && before[same] === after[same]) same++;
  let tail = 0;
  while (tail < before.length - same && tail < after.length - same && before.at(-1 - tail) === after.at(-1 - tail))
    tail++;
  const middle = shortest(before.slice(same, before.length - tail), after.slice(same, after.length - tail));
  const kept = (lines: readonly string[]): Line[] => lines.map((text) => [' ', text]);
  return [...kept(before.slice(0, same)), ...middle, ...kept(before.slice(before.length - tail))];
}

function shortest(before: readonly string[], after: readonly string[]): Line[] {
  const [rows, columns] = [before.length, after.length];
  const traces: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  const reach = (diagonal: number): number => furthest.get(diagonal) ?? -1;
  const isDown = (diagonal: number, depth: number): boolean =>
    diagonal === -depth || (diagonal !== depth && reach(diagonal - 1) < reach(diagonal + 1));
  for (let depth = 0; depth <= rows + columns; depth++) {
    traces.push(new Map(furthest));
    for (let diagonal = -depth; diagonal <= depth; diagonal += 2) {
      let x = isDown(diagonal, depth) ? reach(diagonal + 1) : reach(diagonal - 1) + 1;
      while (x < rows && x - diagonal < columns && before[x] === after[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x < rows || x - diagonal < columns) continue;
      const lines: Line[] = [];
      let [atX, atY] = [rows, columns];
      for (let back = depth; back >= 0; back--) {
        furthest = traces[back] ?? new Map();
        const here = atX - atY;
        const from = isDown(here, back) ? here + 1 : here - 1;
        const fromX = reach(from);
        const fromY = fromX - from;
        for (; atX > fromX && atY > fromY; atX--, atY--) lines.push([' ', before[atX - 1] ?? '']);
        if (back > 0) lines.push(atX === fromX ? ['+', after[atY - 1] ?? ''] : ['-', before[atX - 1] ?? '']);
        [atX, atY] = [fromX, fromY];
      }
      return lines.reverse();
    }
  }
  return [];
}

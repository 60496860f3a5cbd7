/** The candidate that differs least from a text; undefined when none is near enough to be meant. */
export function closest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(text.length / 4)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate, least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** A hint that names the candidate which differs least. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const near = closest(text, candidates);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}

/** Levenshtein's distance, or `bound` when it is not less. */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    if (Math.min(...next) >= bound) return bound;
    row = next;
  }
  return row[b.length] ?? bound;
}

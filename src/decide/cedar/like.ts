export type PatternElement = 'Wildcard' | { readonly Literal: string };

/**
 * Compiles a pattern of Cedar's `like`: `*` stands for any text, everything else for itself. Time is linear in the text
 * for each literal part, never exponential. Literals are whole characters, so matching UTF-16 units finds the same.
 */
export function likeMatcher(pattern: readonly PatternElement[]): (text: string) => boolean {
  const literals = [''];
  for (const element of pattern)
    if (element === 'Wildcard') literals.push('');
    else literals.push((literals.pop() ?? '') + element.Literal);
  const [head = '', ...rest] = literals;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let from = head.length;
    for (const literal of rest) {
      const at = text.indexOf(literal, from);
      if (at < 0 || at + literal.length > end) return false;
      from = at + literal.length;
    }
    return true;
  };
}

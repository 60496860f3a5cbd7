const compiled = new Map<string, RegExp>();

/**
 * Whether a text is what a pattern means; `*` stands for any characters, none among them. Patterns come from settings: each
 * is compiled once and kept.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const parts = pattern.split(/\*+/).map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
    expression = new RegExp(`^${parts.join('.*')}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

import { limits } from '../base/limits.ts';

/** Texts and numbers of arguments that are short enough to name a thing: the first ones, each as often as it stands there. */
export function shortTexts(args: unknown): string[] {
  const found: string[] = [];
  let left: number = limits.namingValuesMax;
  const walk = (value: unknown, depth: number): void => {
    if (depth > limits.provenanceDepthMax || --left < 0) return;
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value);
      if (text.length <= limits.namingLengthMax && /[\p{L}\p{N}]/u.test(text)) found.push(text);
    } else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) {
        if (left <= 0) return;
        walk(inner, depth + 1);
      }
  };
  walk(args, 0);
  return found;
}

/**
 * Arguments with nothing but the texts that are short enough to name a thing, the first ones of them.
 * @returns `length`: characters of the texts, at most `namingValuesMax` times `namingLengthMax`
 */
export function namingPartOf(args: unknown): { readonly args: unknown; readonly length: number } {
  let left: number = limits.namingValuesMax;
  let length = 0;
  const walk = (value: unknown, depth: number): unknown => {
    if (depth > limits.provenanceDepthMax || left <= 0) return undefined;
    if (typeof value === 'string') {
      if (value.length > limits.namingLengthMax) return undefined;
      left--;
      length += value.length;
      return value;
    }
    if (typeof value !== 'object' || value === null) return undefined;
    left--;
    return Array.isArray(value)
      ? value.map((item) => walk(item, depth + 1))
      : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, depth + 1)]));
  };
  return { args: walk(args, 0), length };
}

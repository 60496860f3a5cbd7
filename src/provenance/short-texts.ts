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

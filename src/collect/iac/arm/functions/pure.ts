import type { Value } from '../../../../model/value.ts';

/** A function of its arguments alone. `undefined`: cannot be decided from what is known. */
export type Pure = (args: readonly Value[]) => Value | undefined;

/** A function over texts; undefined when an argument is no known text. */
export function overTexts(apply: (...texts: string[]) => Value | undefined): Pure {
  return (args) => {
    const texts: string[] = [];
    for (const arg of args) {
      if (typeof arg !== 'string') return undefined;
      texts.push(arg);
    }
    return texts.length === 0 ? undefined : apply(...texts);
  };
}

/** A function over numbers; undefined when an argument is no known number. */
export function overNumbers(apply: (...numbers: number[]) => Value | undefined): Pure {
  return (args) => {
    const flat = args.length === 1 && Array.isArray(args[0]) ? (args[0] as readonly Value[]) : args;
    const numbers: number[] = [];
    for (const arg of flat) {
      if (typeof arg !== 'number') return undefined;
      numbers.push(arg);
    }
    return numbers.length === 0 ? undefined : apply(...numbers);
  };
}

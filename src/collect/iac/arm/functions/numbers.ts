import { overNumbers, type Pure } from './pure.ts';

/** Arithmetic; division and remainder are of whole numbers. */
export const numberFunctions: Readonly<Record<string, Pure>> = {
  add: overNumbers((a, b = 0) => a + b),
  sub: overNumbers((a, b = 0) => a - b),
  mul: overNumbers((a, b = 1) => a * b),
  div: overNumbers((a, b = 0) => (b === 0 ? undefined : Math.trunc(a / b))),
  mod: overNumbers((a, b = 0) => (b === 0 ? undefined : a % b)),
  min: overNumbers((...numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  max: overNumbers((...numbers) => numbers.reduce((a, b) => Math.max(a, b))),
};

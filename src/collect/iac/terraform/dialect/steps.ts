import type { Step } from './table.ts';

/** `properties.ipRules[].value` → `['properties', 'ipRules', '[]', 'value']`; `A[0].B` → `['A', 0, 'B']`. */
export function parseSteps(path: string): readonly Step[] {
  const steps: Step[] = [];
  for (const part of path.split('.')) {
    const bracket = part.indexOf('[');
    if (bracket !== 0) steps.push(bracket === -1 ? part : part.slice(0, bracket));
    if (bracket === -1) continue;
    for (const index of part.slice(bracket + 1, -1).split('][')) steps.push(index === '' ? '[]' : Number(index));
  }
  return steps;
}

/** The text of a path one step further. */
export function extend(path: string, step: Step): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}

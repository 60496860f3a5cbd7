import type { Value } from '../../../../model/value.ts';
import { collectionFunctions } from './collections.ts';
import { logicFunctions } from './logic.ts';
import { numberFunctions } from './numbers.ts';
import type { Pure } from './pure.ts';
import { textFunctions } from './text.ts';

const table: ReadonlyMap<string, Pure> = new Map(
  [logicFunctions, textFunctions, numberFunctions, collectionFunctions].flatMap((group) => Object.entries(group)),
);

/**
 * Calls a function that depends on its arguments alone.
 *
 * @param name in lower case
 * @returns undefined for a function that is not known, or when the arguments do not decide
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
 */
export function callPure(name: string, args: readonly Value[]): Value | undefined {
  return table.get(name)?.(args);
}

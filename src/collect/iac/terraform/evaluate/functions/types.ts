import { interpolate } from '../../../../../model/interpolate.ts';
import { isMarker, Unknown } from '../../../../../model/value.ts';
import type { TerraformFunction } from '../evaluator.ts';
import { Failure } from '../failure.ts';
import { toNumber, truth } from '../operators.ts';
import { toText } from './arguments.ts';

/** Conversions and markers of sensitivity (which are no concern here: secrets are sealed for themselves). */
export const typeFunctions: Readonly<Record<string, TerraformFunction>> = {
  tostring: ([value = null], call) => (value === null ? null : interpolate([toText(value, call)])),
  tonumber: ([value = null]) => (value === null ? null : toNumber(value)),
  tobool: ([value = null]) => (value === null ? null : truth(value)),
  sensitive: ([value = null]) => value,
  nonsensitive: ([value = null]) => value,
  ephemeralasnull: ([value = null]) => value,
  issensitive: () => new Unknown('whether a value is sensitive is not followed'),
  error: () => new Failure('an error'),
  textencodebase64: ([value = null]) => (isMarker(value) ? value : new Unknown('a text in another encoding')),
};

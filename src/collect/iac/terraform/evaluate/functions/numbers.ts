import { isList, Unknown } from '../../../../../model/value.ts';
import type { TerraformFunction } from '../evaluator.ts';
import { Failure } from '../failure.ts';
import { toNumber } from '../operators.ts';
import { onNumbers, toText } from './arguments.ts';

/** Numeric functions (https://developer.hashicorp.com/terraform/language/functions). */
export const numberFunctions: Readonly<Record<string, TerraformFunction>> = {
  abs: onNumbers(([value = 0]) => Math.abs(value)),
  ceil: onNumbers(([value = 0]) => Math.ceil(value)),
  floor: onNumbers(([value = 0]) => Math.floor(value)),
  log: onNumbers(([value = 0, base = 10]) => Math.log(value) / Math.log(base)),
  pow: onNumbers(([value = 0, power = 0]) => value ** power),
  signum: onNumbers(([value = 0]) => Math.sign(value)),
  max: extreme(Math.max),
  min: extreme(Math.min),
  parseint: ([value, base = 10], call) => {
    const text = toText(value, call);
    const radix = toNumber(base);
    if (typeof text !== 'string')
      return text instanceof Unknown ? text : new Unknown('a number that is known only after deployment');
    if (radix instanceof Unknown) return radix;
    if (!/^-?[0-9a-zA-Z]{1,64}$/.test(text) || radix < 2 || radix > 36) return new Failure('not a number');
    const number = Number.parseInt(text, radix);
    return Number.isFinite(number) ? number : new Failure('not a number');
  },
};

function extreme(pick: (...numbers: number[]) => number): TerraformFunction {
  return (args, call) => {
    const [first] = args;
    const values = args.length === 1 && isList(first) ? first : args;
    call.charge(values.length);
    return onNumbers((numbers) => numbers.reduce((best, number) => pick(best, number), numbers[0] ?? 0))(values, call);
  };
}

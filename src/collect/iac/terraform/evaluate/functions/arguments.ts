import {
  Interpolated,
  isList,
  isMarker,
  isProperties,
  type Properties,
  Ref,
  Unknown,
  type Value,
} from '../../../../../model/value.ts';
import type { CallContext, TerraformFunction } from '../evaluator.ts';
import { derived, Failure } from '../failure.ts';
import { toNumber } from '../operators.ts';
import { textPart } from '../text.ts';

/** A function over texts that are all known; unknown texts make the result unknown, with their references kept. */
export function onTexts(run: (texts: readonly string[], call: CallContext) => Value): TerraformFunction {
  return (args, call) => {
    const texts = args.map((arg) => toText(arg, call));
    if (texts.every((text) => typeof text === 'string')) {
      for (const text of texts) call.charge(1 + (text.length >> 6));
      return run(texts, call);
    }
    return texts.find((text) => text instanceof Failure) ?? derived(`\`${call.name}\``, texts);
  };
}

/** A function over numbers that are all known. */
export function onNumbers(run: (numbers: readonly number[]) => Value): TerraformFunction {
  return (args) => {
    const numbers: number[] = [];
    for (const arg of args) {
      const number = toNumber(arg);
      if (number instanceof Unknown) return number;
      numbers.push(number);
    }
    const result = run(numbers);
    return typeof result === 'number' && !Number.isFinite(result) ? new Failure('a number past the limit') : result;
  };
}

/** A text by Terraform's conversion, or the marker that stands for it. Structures stand for their JSON text. */
export function toText(value: Value | undefined, call: CallContext): string | Unknown | Ref | Interpolated {
  if (value === undefined || value === null) return new Failure('a text is expected');
  const part = textPart(value, call.charge);
  if (part instanceof Unknown || part instanceof Ref || part instanceof Interpolated) return part;
  return typeof part === 'object' ? new Unknown('a sealed value') : String(part);
}

/** A list: a known one as it is, null as a failure, anything else unknown. */
export function toItems(value: Value | undefined, call: CallContext): readonly Value[] | Unknown {
  if (isList(value)) {
    call.charge(value.length);
    return value;
  }
  if (value instanceof Unknown) return value;
  if (isMarker(value)) return new Unknown('a list that is known only after deployment');
  return new Failure('a list is expected');
}

/** A map or object. */
export function toMap(value: Value | undefined, call: CallContext): Properties | Unknown {
  if (isProperties(value)) {
    call.charge(1);
    return value;
  }
  if (value instanceof Unknown) return value;
  if (isMarker(value)) return new Unknown('a map that is known only after deployment');
  return new Failure('a map is expected');
}

/** A fully known scalar as a key of a map or element of a set. */
export function keyOf(value: Value): string | undefined {
  return value !== null && typeof value !== 'object' ? String(value) : undefined;
}

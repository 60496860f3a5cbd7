import { EvaluationError } from './evaluation-error.ts';

/**
 * A Cedar Long: an integer of 64 bits, signed. A number where JavaScript holds it exactly, a bigint otherwise, never both
 * for one value: so equal Longs are `===`, and the slow kind is met only beyond 2^53.
 */
export type Long = number | bigint;

export const longMax = 2n ** 63n - 1n;
export const longMin = -(2n ** 63n);

/** The Long of an exact integer; undefined when it has more than 64 bits. */
export function longOf(exact: bigint): Long | undefined {
  if (exact < longMin || exact > longMax) return undefined;
  const narrow = Number(exact);
  return Number.isSafeInteger(narrow) ? narrow : exact;
}

function checked(exact: bigint, what: string): Long {
  const long = longOf(exact);
  if (long === undefined) throw new EvaluationError(`integer overflow: ${what}`);
  return long;
}

// A sum or product that is a safe integer after rounding is exact: beyond 2^53 doubles are even.

/** @throws EvaluationError on overflow, as every operation here */
export function add(left: Long, right: Long): Long {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return checked(BigInt(left) + BigInt(right), `${left} + ${right}`);
}

export function subtract(left: Long, right: Long): Long {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return checked(BigInt(left) - BigInt(right), `${left} - ${right}`);
}

export function multiply(left: Long, right: Long): Long {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    // `+ 0` makes a negative zero a zero.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return checked(BigInt(left) * BigInt(right), `${left} * ${right}`);
}

export function negate(long: Long): Long {
  return typeof long === 'number' ? 0 - long : checked(-long, `-(${long})`);
}

/** Divides and drops the fraction; the divisor is a positive constant. */
export function quotient(long: Long, divisor: number): Long {
  return typeof long === 'number' ? Math.trunc(long / divisor) + 0 : (longOf(long / BigInt(divisor)) ?? 0);
}

/** What is left of a division, never negative; the divisor is a positive constant. */
export function modulo(long: Long, divisor: number): number {
  if (typeof long === 'number') return ((long % divisor) + divisor) % divisor;
  const wide = BigInt(divisor);
  return Number(((long % wide) + wide) % wide);
}

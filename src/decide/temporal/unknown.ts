/** Thrown while a condition is evaluated: whether it holds cannot be told. The condition then fails closed. */
export class UnknownCondition extends Error {
  override readonly name = 'UnknownCondition';
}

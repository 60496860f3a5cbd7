/** A policy could not be evaluated for a request: a missing attribute, a wrong type, an overflow. Never leaves `decide/`. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

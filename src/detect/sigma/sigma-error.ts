import { DemarcError } from '../../base/errors.ts';

/** A rule that is not Sigma, or uses of it what is not supported: `DMC_RULE_INVALID`. */
export function sigmaError(message: string, hint?: string): DemarcError {
  return new DemarcError('DMC_RULE_INVALID', message, hint === undefined ? {} : { hint });
}

import { DemarcError } from '../base/errors.ts';

/** What does not verify or cannot be read as what it claims to be: `DMC_LEDGER_INVALID`. */
export function ledgerError(message: string, hint?: string): DemarcError {
  return new DemarcError('DMC_LEDGER_INVALID', message, hint === undefined ? {} : { hint });
}

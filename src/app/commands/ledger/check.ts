import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { fileFlag, formatFlag, vkeyFlag } from './flags.ts';

export interface CheckFlags {
  readonly vkey?: string;
  readonly policy?: string;
  readonly format: 'terminal' | 'json';
}

export const checkCommand = buildCommand<CheckFlags, [string], Context>({
  async func(flags, receipt) {
    await guarded(this, async () => (await import('./check-run.ts')).runLedgerCheck(this, flags, receipt));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Receipt that `ledger prove` wrote', parse: String, placeholder: 'receipt' }],
    },
    flags: {
      vkey: { ...vkeyFlag, brief: 'Verifier key of the log, as text or file' },
      policy: { ...fileFlag, brief: 'Policy (C2SP tlog-policy): which logs, which witnesses' },
      format: formatFlag,
    },
  },
  docs: { brief: 'Check a receipt, offline' },
});

import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, fileFlag, formatFlag, keysFlag, parseCount, vkeyFlag } from './flags.ts';

export interface VerifyFlags {
  readonly vkey?: string;
  readonly origin?: string;
  readonly from?: number;
  readonly to?: number;
  readonly since?: string;
  readonly policy?: string;
  readonly payloads: boolean;
  readonly keys?: string;
  readonly format: 'terminal' | 'json';
}

const index = { kind: 'parsed', parse: parseCount, optional: true, placeholder: 'index' } as const;

export const verifyCommand = buildCommand<VerifyFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./verify-run.ts')).runLedgerVerify(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      vkey: vkeyFlag,
      origin: { ...fileFlag, placeholder: 'name', brief: 'Origin of the log, where it is not the name of its key' },
      from: { ...index, brief: 'First entry to verify (default: all)' },
      to: { ...index, brief: 'Index after the last entry to verify' },
      since: { ...fileFlag, brief: 'An older checkpoint you kept: the log must still begin with its tree' },
      policy: { ...fileFlag, brief: 'Policy (C2SP tlog-policy) that says which witnesses must have cosigned' },
      payloads: { kind: 'boolean', default: true, brief: 'Open payloads and compare them with their commitments' },
      keys: keysFlag,
      format: formatFlag,
    },
  },
  docs: { brief: 'Verify a ledger: signature, tree, every entry, payloads, silence' },
});

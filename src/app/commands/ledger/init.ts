import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, fileFlag, formatFlag, keysFlag } from './flags.ts';

export interface LedgerInitFlags {
  readonly origin?: string;
  readonly key?: string;
  readonly keys?: string;
  readonly format: 'terminal' | 'json';
}

export const initLedgerCommand = buildCommand<LedgerInitFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./init-run.ts')).runLedgerInit(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      origin: { ...fileFlag, placeholder: 'name', brief: 'Name of the log, unique in the world: example.com/agents' },
      key: { ...fileFlag, brief: 'Signing key to use; one is made where absent' },
      keys: keysFlag,
      format: formatFlag,
    },
  },
  docs: { brief: 'Make an empty ledger and its keys' },
});

import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, fileFlag } from './flags.ts';

export interface ProveFlags {
  readonly output?: string;
}

export const proveCommand = buildCommand<ProveFlags, [string, string], Context>({
  async func(flags, directory, event) {
    await guarded(this, async () => (await import('./prove-run.ts')).runLedgerProve(this, flags, directory, event));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        directoryArgument.parameters[0],
        { brief: 'Index or id of the event', parse: String, placeholder: 'event' },
      ],
    },
    flags: {
      output: { ...fileFlag, brief: 'File to write (default: event-<index>.tlog-proof; - for standard output)' },
    },
  },
  docs: { brief: 'Write a receipt that proves one event to who does not have the ledger' },
});

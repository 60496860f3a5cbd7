import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';
import { directoryArgument, fileFlag, formatFlag } from './flags.ts';
import { type IndexFlags, indexFlags, type OutputFormat } from './reading-flags.ts';

export interface ShowFlags extends IndexFlags {
  readonly format: OutputFormat;
  readonly html?: string;
}

export const showCommand = buildCommand<ShowFlags, [string, string], Context>({
  async func(flags, folder, run) {
    await guarded(this, async () => (await import('./show-run.ts')).runShow(this, flags, folder, run));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        ...directoryArgument.parameters,
        { brief: 'Run to show: its id, or what its client calls it', parse: String, placeholder: 'run' },
      ],
    },
    flags: {
      format: formatFlag,
      html: { ...fileFlag, brief: 'Also write the timeline, with a proof for each event, to this HTML file' },
      ...indexFlags,
    },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'Reconstruct a run: who called what, what was decided and why, how it ended',
    fullDescription:
      'Events are read from the ledger itself, child runs with them. Payloads are shown as far as the keys open them.\nThe HTML file asks for nothing from outside, and holds a tlog-proof of every event for `demarc ledger check`.',
  },
});

import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, formatFlag, keysFlag, vkeyFlag } from './flags.ts';

export interface FeedFlags {
  readonly config: string;
  readonly once: boolean;
  readonly dryRun: boolean;
  readonly state?: string;
  readonly vkey?: string;
  readonly keys?: string;
  readonly format: 'terminal' | 'json';
}

export const feedCommand = buildCommand<FeedFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./feed-run.ts')).runLedgerFeed(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      config: {
        kind: 'parsed',
        parse: String,
        default: 'demarc.feeds.yaml',
        placeholder: 'file',
        brief: 'Settings of the feeds',
      },
      once: { kind: 'boolean', default: false, brief: 'Deliver what is published, then end' },
      dryRun: { kind: 'boolean', default: false, brief: 'Print what would be sent next; send nothing' },
      state: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'folder',
        brief: 'Folder of cursors, spools and dead letters (default: <dir>.feeds)',
      },
      vkey: vkeyFlag,
      keys: keysFlag,
      format: formatFlag,
    },
  },
  docs: { brief: 'Deliver the events of a ledger to SIEMs' },
});

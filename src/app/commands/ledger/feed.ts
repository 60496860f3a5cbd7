import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';

export interface FeedFlags {
  readonly config: string;
  readonly once: boolean;
  readonly dryRun: boolean;
  readonly format: 'text' | 'json';
  readonly state?: string;
}

export const ledgerFeedCommand = buildCommand<FeedFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./feed-run.ts')).runLedgerFeed(this, flags, directory));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Folder of the ledger', parse: String, placeholder: 'dir' }],
    },
    flags: {
      config: { kind: 'parsed', parse: String, default: 'demarc.feeds.yaml', brief: 'Settings of the feeds' },
      once: { kind: 'boolean', default: false, brief: 'Deliver what is published, then end' },
      dryRun: { kind: 'boolean', default: false, brief: 'Print what would be sent next, send nothing' },
      format: { kind: 'enum', values: ['text', 'json'], default: 'text', brief: 'Format of the report' },
      state: { kind: 'parsed', parse: String, optional: true, brief: 'Folder of cursors and spools (<dir>.feeds)' },
    },
  },
  docs: { brief: 'Deliver the events of a ledger to SIEMs' },
});

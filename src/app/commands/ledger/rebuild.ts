import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';
import { directoryArgument, formatFlag } from './flags.ts';
import { type IndexFlags, indexFlags, type OutputFormat } from './reading-flags.ts';

export interface RebuildFlags extends IndexFlags {
  readonly format: OutputFormat;
  readonly indexText: boolean;
}

export const rebuildCommand = buildCommand<RebuildFlags, [string], Context>({
  async func(flags, folder) {
    await guarded(this, async () => (await import('./rebuild-run.ts')).runRebuild(this, flags, folder));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      format: formatFlag,
      indexText: {
        kind: 'boolean',
        default: false,
        brief: 'Also cover the words of payloads the keys open: the index then holds them in clear',
      },
      ...indexFlags,
    },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'Make the index again from the ledger',
    fullDescription:
      'An index that does not follow from the ledger is made again by itself; this is for changing what it covers.\nWords of a person’s payloads leave the index with the erasure of the person, in the same transaction.',
  },
});

import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';
import { directoryArgument, formatFlag } from './flags.ts';
import { type OutputFormat, parsePageSize, type ReadingFlags, readingFlags } from './reading-flags.ts';

export interface TailFlags extends ReadingFlags {
  readonly format: OutputFormat;
  readonly follow: boolean;
  readonly limit: number;
}

export const tailCommand = buildCommand<TailFlags, [string], Context>({
  async func(flags, folder) {
    await guarded(this, async () => (await import('./tail-run.ts')).runTail(this, flags, folder));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      format: formatFlag,
      follow: { kind: 'boolean', default: false, brief: 'Print what is published from now on, until interrupted' },
      limit: { kind: 'parsed', parse: parsePageSize, default: '10', brief: 'Events to begin with', placeholder: 'n' },
      ...readingFlags,
    },
    aliases: { f: 'format', n: 'limit' },
  },
  docs: {
    brief: 'Print the latest events, one a line',
    fullDescription:
      'Shows what a signed checkpoint covers; events that are durable but not published yet follow within seconds.',
  },
});

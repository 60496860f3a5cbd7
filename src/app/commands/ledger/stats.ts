import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';
import { directoryArgument, formatFlag } from './flags.ts';
import { type IndexFlags, indexFlags, type OutputFormat, parsePageSize, rangeFlags } from './reading-flags.ts';

export interface StatsFlags extends IndexFlags {
  readonly format: OutputFormat;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
}

export const statsCommand = buildCommand<StatsFlags, [string], Context>({
  async func(flags, folder) {
    await guarded(this, async () => (await import('./stats-run.ts')).runStats(this, flags, folder));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      format: formatFlag,
      ...rangeFlags,
      limit: { kind: 'parsed', parse: parsePageSize, default: '10', brief: 'Rows of each list', placeholder: 'n' },
      ...indexFlags,
    },
    aliases: { f: 'format', n: 'limit' },
  },
  docs: { brief: 'Count events by kind, decision, tool, agent and day' },
});

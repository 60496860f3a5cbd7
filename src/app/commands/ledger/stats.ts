import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';
import {
  directory,
  formatFlag,
  type IndexFlags,
  indexFlags,
  type OutputFormat,
  parseCount,
  rangeFlags,
} from './reading-flags.ts';

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
    positional: { kind: 'tuple', parameters: [directory] },
    flags: {
      format: formatFlag,
      ...rangeFlags,
      limit: { kind: 'parsed', parse: parseCount, default: '10', brief: 'Rows of each list', placeholder: 'n' },
      ...indexFlags,
    },
    aliases: { f: 'format', n: 'limit' },
  },
  docs: { brief: 'Count events by kind, decision, tool, agent and day' },
});

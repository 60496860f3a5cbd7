import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, formatFlag, parseCount } from './flags.ts';
import type { OutputFormat } from './reading-flags.ts';

export interface WitnessFlags {
  readonly policy: string;
  readonly timeout: number;
  readonly format: OutputFormat;
}

export const witnessCommand = buildCommand<WitnessFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./witness-run.ts')).runLedgerWitness(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      policy: {
        kind: 'parsed',
        parse: String,
        placeholder: 'file',
        brief: 'Policy (C2SP tlog-policy): the log, witnesses with their addresses, the quorum',
      },
      timeout: {
        kind: 'parsed',
        parse: parseCount,
        default: '10',
        placeholder: 'seconds',
        brief: 'Seconds a witness has to answer',
      },
      format: formatFlag,
    },
    aliases: { f: 'format' },
  },
  docs: { brief: 'Have the checkpoint cosigned by witnesses' },
});

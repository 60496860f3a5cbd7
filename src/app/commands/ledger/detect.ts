import { buildCommand } from '@stricli/core';
import { DemarcError } from '../../../base/errors.ts';
import { severities, type Severity } from '../../../model/rule.ts';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, fileFlag, formatFlag, keysFlag, parseCount } from './flags.ts';

export interface DetectFlags {
  readonly rules?: string;
  readonly builtIn: boolean;
  readonly falseAlarmRate: number;
  readonly learningDays: number;
  readonly record: boolean;
  readonly fresh: boolean;
  readonly failOn: Severity | 'never';
  readonly state?: string;
  readonly key?: string;
  readonly keys?: string;
  readonly format: 'terminal' | 'json';
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate < 1)) throw new DemarcError('DMC_USAGE', 'a share between 0 and 1');
  return rate;
}

export const detectCommand = buildCommand<DetectFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./detect-run.ts')).runLedgerDetect(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      rules: { ...fileFlag, placeholder: 'folder', brief: 'Sigma rules of your own (product: demarc)' },
      builtIn: { kind: 'boolean', default: true, brief: 'Use the detections that ship with Demarc' },
      falseAlarmRate: {
        kind: 'parsed',
        parse: parseRate,
        default: '0.01',
        placeholder: 'share',
        brief: 'Share of usual runs that baselines may call unusual',
      },
      learningDays: {
        kind: 'parsed',
        parse: parseCount,
        default: '7',
        placeholder: 'days',
        brief: 'Days an agent is only learned, not judged',
      },
      record: { kind: 'boolean', default: false, brief: 'Record the alerts in the ledger (as its writer)' },
      fresh: { kind: 'boolean', default: false, brief: 'Forget what was learned and begin with the first event' },
      failOn: {
        kind: 'enum',
        values: [...severities, 'never'],
        default: 'never',
        brief: 'Exit 1 from this severity on',
      },
      state: { ...fileFlag, brief: 'Where it keeps what it learned (default: in the folder of keys)' },
      key: { ...fileFlag, brief: 'Signing key for --record, where it is not with the other keys' },
      keys: keysFlag,
      format: formatFlag,
    },
  },
  docs: { brief: 'Run detections and baselines over new events' },
});

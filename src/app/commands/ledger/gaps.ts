import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';

export interface GapsFlags {
  readonly against?: readonly string[];
  readonly services?: readonly string[];
  readonly format: 'terminal' | 'json' | 'markdown';
  readonly tolerance: number;
  readonly silent: number;
  readonly strict: boolean;
}

const list = { kind: 'parsed', parse: String, optional: true, variadic: ',' } as const;

function seconds(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) throw new RangeError('not a number from 0 on');
  return number;
}

export const gapsCommand = buildCommand<GapsFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./gaps-run.ts')).runLedgerGaps(this, flags, directory));
  },
  parameters: {
    positional: { kind: 'tuple', parameters: [{ brief: 'Folder of the ledger', parse: String, placeholder: 'dir' }] },
    flags: {
      against: {
        ...list,
        placeholder: 'file',
        brief: 'Assessments (`demarc assess --format json`): the services they found are in use',
      },
      services: {
        ...list,
        placeholder: 'id',
        brief: 'Services in use: ids of the catalogue, their last part, or a vendor',
      },
      format: { kind: 'enum', values: ['terminal', 'json', 'markdown'], default: 'terminal', brief: 'What to print' },
      tolerance: {
        kind: 'parsed',
        parse: seconds,
        default: '5',
        placeholder: 'seconds',
        brief: 'How far apart two sources may say one call was',
      },
      silent: {
        kind: 'parsed',
        parse: seconds,
        default: '21600',
        placeholder: 'seconds',
        brief: 'From how long on a source that says nothing is reported',
      },
      strict: { kind: 'boolean', default: false, brief: 'Exit 1 when anything is missing' },
    },
  },
  docs: {
    brief: 'Show what the audit trail cannot tell, and which switch would change that',
    fullDescription:
      'Compares the events of the ledger with what each service could record, with each other, and with time. No payload is opened.\nA property that nobody states is not known, never there.',
  },
});

import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { configFlag } from '../gateway/config-flag.ts';
import { formatFlag } from '../ledger/flags.ts';
import type { OutputFormat } from '../ledger/reading-flags.ts';

export interface EraseFlags {
  readonly config: string;
  readonly format: OutputFormat;
}

export const eraseCommand = buildCommand<EraseFlags, [string], Context>({
  async func(flags, person) {
    await guarded(this, async () => (await import('./erase-run.ts')).runErase(this, flags, person));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Whom: <issuer>#<name>', parse: String, placeholder: 'person' }],
    },
    flags: { format: formatFlag, config: configFlag },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'Destroy what is kept about a person',
    fullDescription:
      'Calls this person asked for or answered: arguments, reasons and names. What still waits ends. Reaches into the state folder of the\ngateway, which has to be stopped unless its database is PostgreSQL. The ledger has a command of its own: demarc ledger erase.',
  },
});

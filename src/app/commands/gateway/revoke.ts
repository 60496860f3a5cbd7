import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { formatFlag } from '../ledger/flags.ts';
import type { OutputFormat } from '../ledger/reading-flags.ts';
import { configFlag } from './config-flag.ts';

export interface RevokeFlags {
  readonly config: string;
  readonly run?: string;
  readonly agent?: string;
  readonly person?: string;
  readonly credential?: string;
  readonly all: boolean;
  readonly lift: boolean;
  readonly reason: string;
  readonly format: OutputFormat;
}

const text = { kind: 'parsed', parse: String, optional: true } as const;

export const revokeCommand = buildCommand<RevokeFlags, [], Context>({
  async func(flags) {
    await guarded(this, async () => (await import('./revoke-run.ts')).runRevoke(this, flags));
  },
  parameters: {
    flags: {
      run: { ...text, placeholder: 'id', brief: 'Every token that is bound to this run, later ones too' },
      agent: { ...text, placeholder: 'name', brief: 'Whatever was issued to this agent until now' },
      person: { ...text, placeholder: 'issuer#subject', brief: 'Whatever was issued about this person until now' },
      credential: { ...text, placeholder: 'issuer#id', brief: 'One token, by its issuer and `jti`' },
      all: { kind: 'boolean', default: false, brief: 'Whatever was issued until now' },
      lift: { kind: 'boolean', default: false, brief: 'Let it count again' },
      reason: { kind: 'parsed', parse: String, default: '', placeholder: 'text', brief: 'Why; it is recorded' },
      format: formatFlag,
      config: configFlag,
    },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'Revoke tokens at the gateway, or say what is revoked',
    fullDescription:
      'Leaves an order in the state folder of the gateway, which looks there four times a second, and when it starts. The order\nis recorded. Without anything to revoke it says what is revoked. API keys end with `demarc gateway key revoke`.',
  },
});

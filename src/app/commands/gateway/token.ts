import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { formatFlag } from '../ledger/flags.ts';
import type { OutputFormat } from '../ledger/reading-flags.ts';
import { configFlag } from './config-flag.ts';

export interface TokenFlags {
  readonly config: string;
  readonly agent: string;
  readonly run: string;
  readonly role?: readonly string[];
  readonly person?: string;
  readonly server?: readonly string[];
  readonly ttl?: string;
  readonly format: OutputFormat;
}

const text = { kind: 'parsed', parse: String } as const;

export const tokenCommand = buildCommand<TokenFlags, [], Context>({
  async func(flags) {
    await guarded(this, async () => (await import('./token-run.ts')).runToken(this, flags));
  },
  parameters: {
    flags: {
      agent: { ...text, placeholder: 'name', brief: 'The agent that uses it' },
      run: { ...text, placeholder: 'id', brief: 'The run it is for: letters, digits, `_` and `-`' },
      role: { ...text, variadic: true, optional: true, placeholder: 'name', brief: 'A role it gives; may come again' },
      person: {
        ...text,
        optional: true,
        placeholder: 'issuer#subject',
        brief: 'The person on whose behalf the agent acts',
      },
      server: {
        ...text,
        variadic: true,
        optional: true,
        placeholder: 'name',
        brief: 'A server it is for (default: all); may come again',
      },
      ttl: {
        ...text,
        optional: true,
        placeholder: 'time',
        brief: 'How long it lasts: 15m, 2h (default: as configured)',
      },
      format: formatFlag,
      config: configFlag,
    },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'Mint a token for one run of an agent',
    fullDescription:
      'The token alone goes to standard output, unless JSON is asked for. It is signed with the key of `identity.run-tokens.key-file`, and counts at every\ngateway with the same origin and key. `demarc gateway revoke --run` ends it.',
  },
});

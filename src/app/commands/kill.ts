import { buildCommand } from '@stricli/core';
import { DemarcError } from '../../base/errors.ts';
import { type KillScope, killScopes } from '../../store/kill-switch/kill-scopes.ts';
import { type Context, guarded } from '../context.ts';
import { formatFlag } from './ledger/flags.ts';
import type { OutputFormat } from './ledger/reading-flags.ts';

export interface KillFlags {
  readonly reason: string;
  readonly lift: boolean;
  readonly format: OutputFormat;
  readonly config?: string;
  readonly state?: string;
}

function parseScope(text: string): KillScope {
  const scope = killScopes.find((known) => known === text);
  if (scope === undefined) throw new DemarcError('DMC_USAGE', `one of ${killScopes.join(', ')}`);
  return scope;
}

export const killCommand = buildCommand<KillFlags, [KillScope?, string?], Context>({
  async func(flags, scope, name) {
    await guarded(this, async () => (await import('./kill-run.ts')).runKill(this, flags, scope, name));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'What to stop: all, run or agent', parse: parseScope, placeholder: 'scope', optional: true },
        {
          brief: 'Run (its id, or what the client calls it) or name of the agent',
          parse: String,
          placeholder: 'name',
          optional: true,
        },
      ],
    },
    flags: {
      reason: { kind: 'parsed', parse: String, default: '', placeholder: 'text', brief: 'Why; it is recorded' },
      lift: { kind: 'boolean', default: false, brief: 'Let it go again; without a scope: everything' },
      format: formatFlag,
      config: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'file',
        brief:
          'Configuration of the gateway, which names its state folder (default: demarc.gateway.yaml, where there is one)',
      },
      state: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'folder',
        brief:
          'State folder of the gateway (default: that of the configuration, else DEMARC_GATEWAY_STATE, else demarc/gateway in your state folder)',
      },
    },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'Stop a run, an agent or everything at the gateway, at once',
    fullDescription:
      'Writes a file into the state folder of the gateway, which looks there four times a second: calls in flight are\ncancelled, further ones denied. It needs neither a database nor a gateway that answers. Without arguments it says what\nis stopped.',
  },
});

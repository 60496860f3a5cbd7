import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';

export interface ServersSignFlags {
  readonly key?: string;
}

export const signCommand = buildCommand<ServersSignFlags, [string?], Context>({
  async func(flags, config) {
    await guarded(this, async () =>
      (await import('./sign-run.ts')).runServersSign(this, flags, config ?? 'demarc.gateway.yaml'),
    );
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Configuration of the gateway', parse: String, placeholder: 'config', optional: true }],
    },
    flags: {
      key: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Sign with this key, as `demarc policy sign --new-key` makes it (default: that of this machine)',
        placeholder: 'file',
      },
    },
  },
  docs: {
    brief: 'Sign the servers of a configuration that start programs, as they are now',
    fullDescription:
      'The entry of each and the files of its program are signed; the gateway starts nothing that is not signed or has changed\nsince. The key is made in the state folder of the gateway at the first time; with --key it is kept elsewhere, and the\ngateway is told the public one with --server-key.',
  },
});

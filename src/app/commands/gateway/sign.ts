import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';

export const signCommand = buildCommand<Record<never, never>, [string?], Context>({
  async func(_flags, config) {
    await guarded(this, async () =>
      (await import('./sign-run.ts')).runServersSign(this, config ?? 'demarc.gateway.yaml'),
    );
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Configuration of the gateway', parse: String, placeholder: 'config', optional: true }],
    },
    flags: {},
  },
  docs: {
    brief: 'Sign the servers of a configuration that start programs, as they are now',
    fullDescription:
      'The entry of each and the files of its program are signed; the gateway starts nothing that is not signed or has changed\nsince. The key is made in the state folder of the gateway at the first time.',
  },
});

import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { configFlag } from '../gateway/config-flag.ts';

export interface BridgeFlags {
  readonly config: string;
  readonly server?: string | undefined;
}

export const bridgeCommand = buildCommand<BridgeFlags, [], Context>({
  async func(flags) {
    await guarded(this, async () => (await import('./bridge-run.ts')).runBridge(this, flags));
  },
  parameters: {
    flags: {
      config: configFlag,
      server: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Server of the configuration (default: all of them together)',
        placeholder: 'name',
      },
    },
    aliases: { c: 'config' },
  },
  docs: {
    brief: 'Stand between a client that starts its MCP servers as programs and the gateway',
    fullDescription:
      'Speaks MCP on standard input and output, and sends everything through the gateway: the one that runs at `listen` of the\n' +
      'configuration, with the token in DEMARC_GATEWAY_TOKEN where there is one; where none runs, one in this process, which\n' +
      'listens there for other bridges. When the gateway ends, one of them becomes it. Ends with its input, or on SIGINT or\n' +
      'SIGTERM. Exit codes: 0 ended, 2 it could not begin.',
  },
});

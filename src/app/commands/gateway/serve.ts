import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { configFlag } from './config-flag.ts';

export interface ServeFlags {
  readonly config: string;
  readonly serverKey?: string;
}

export const serveCommand = buildCommand<ServeFlags, [], Context>({
  async func(flags) {
    await guarded(this, async () => (await import('./serve-run.ts')).runServe(this, flags));
  },
  parameters: {
    flags: {
      config: configFlag,
      serverKey: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Public key that signed the servers that start programs (default: that of this machine)',
        placeholder: 'key',
      },
    },
    aliases: { c: 'config' },
  },
  docs: {
    brief: 'Serve MCP servers at /mcp/<name>, and together at /mcp',
    fullDescription:
      'Agents reach MCP servers through it: it identifies them, decides each call, asks a person where policies say so, records,\nand only then acts. SIGHUP loads the policies again; SIGINT or SIGTERM ends it after the calls under way.',
  },
});

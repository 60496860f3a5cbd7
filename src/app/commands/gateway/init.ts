import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';

export interface InitFlags {
  readonly machine: boolean;
  readonly dryRun: boolean;
  readonly undo: boolean;
  readonly force: boolean;
  readonly format: 'terminal' | 'json';
}

export const initCommand = buildCommand<InitFlags, [string?], Context>({
  async func(flags, path) {
    await guarded(this, async () => (await import('./init-run.ts')).runInit(this, flags, path ?? '.'));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Folder whose agents move, and which gets demarc.gateway.yaml (default: this folder)',
          parse: String,
          placeholder: 'path',
          optional: true,
        },
      ],
    },
    flags: {
      machine: { kind: 'boolean', default: false, brief: 'Also the agents of this machine and user' },
      dryRun: { kind: 'boolean', default: false, brief: 'Change nothing; print what would change' },
      undo: { kind: 'boolean', default: false, brief: 'Take back the last run in this folder' },
      force: { kind: 'boolean', default: false, brief: 'With --undo: also files that were changed since' },
      format: { kind: 'enum', values: ['terminal', 'json'], default: 'terminal', brief: 'What to print' },
    },
    aliases: { n: 'dryRun', f: 'format' },
  },
  docs: {
    brief: 'Move the MCP servers that agents use behind the gateway',
    fullDescription:
      'Writes demarc.gateway.yaml from the server entries of agents’ settings, and lets those entries start `demarc mcp bridge`. Secrets go\nto the store of secrets; what is no absolute path is found through PATH. --undo puts back every byte.',
  },
});

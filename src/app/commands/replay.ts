import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../context.ts';
import { replayPolicies } from '../replay/replay-policies.ts';

export interface ReplayFlags {
  readonly policy: string;
  readonly manifest: string;
  readonly userWords: boolean;
  readonly format: 'terminal' | 'json';
  readonly quiet: boolean;
}

export const replayCommand = buildCommand<ReplayFlags, [string], Context>({
  async func(flags, runs) {
    await guarded(this, async () => (await import('./replay-run.ts')).runReplay(this, flags, runs));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Recorded runs: JSON lines, packed with gzip or not; `-` is standard input',
          parse: String,
          placeholder: 'runs',
        },
      ],
    },
    flags: {
      policy: {
        kind: 'parsed',
        parse: String,
        default: 'provenance',
        placeholder: 'set',
        brief: `Policy set to decide by: ${replayPolicies.join(', ')}, or a folder`,
      },
      manifest: {
        kind: 'parsed',
        parse: String,
        default: 'auto',
        placeholder: 'file',
        brief: 'Labels of the tools: auto (drafted from names and arguments), or a manifest file',
      },
      userWords: {
        kind: 'boolean',
        default: true,
        brief: 'Whether what the user and the system say is visible; without it only tools are',
      },
      format: { kind: 'enum', values: ['terminal', 'json'], default: 'terminal', brief: 'What to print' },
      quiet: { kind: 'boolean', default: false, brief: 'No progress line' },
    },
    aliases: { f: 'format', q: 'quiet' },
  },
  docs: {
    brief: 'Replay recorded agent runs against a policy set, and count what it stops and what it disturbs',
    fullDescription:
      'The format of runs and the figures are described in docs/guide/provenance.md. A replay is not an interaction: the\nrecording goes on as it went, whatever is decided.\nExit codes: 0 done, 1 lines that could not be read, 2 usage.',
  },
});

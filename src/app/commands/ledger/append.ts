import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, fileFlag, keysFlag, parseCount } from './flags.ts';

export interface AppendFlags {
  readonly mode: 'durable' | 'async';
  readonly strict: boolean;
  readonly source: string;
  readonly heartbeat: number;
  readonly acceptMissingWal: boolean;
  readonly key?: string;
  readonly keys?: string;
}

export const appendCommand = buildCommand<AppendFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./append-run.ts')).runLedgerAppend(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      mode: {
        kind: 'enum',
        values: ['durable', 'async'],
        default: 'durable',
        brief: 'Answer when an event is durable, or at once (a crash may lose the last second)',
      },
      strict: { kind: 'boolean', default: false, brief: 'Refuse what is not an event of a known kind' },
      source: {
        kind: 'parsed',
        parse: String,
        default: 'cli',
        placeholder: 'name',
        brief: 'Who records, for events that do not say',
      },
      heartbeat: {
        kind: 'parsed',
        parse: parseCount,
        default: '60',
        placeholder: 'seconds',
        brief: 'Seconds between heartbeats; 0 for none',
      },
      acceptMissingWal: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Go on although the write-ahead log is gone: events it held after the last checkpoint are lost',
      },
      key: { ...fileFlag, brief: 'Signing key, where it is not with the other keys' },
      keys: keysFlag,
    },
  },
  docs: { brief: 'Record events: JSON from standard input, one a line' },
});

import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, fileFlag, formatFlag, keysFlag } from './flags.ts';

export interface LedgerInitFlags {
  readonly origin?: string;
  readonly key?: string;
  readonly keys?: string;
  readonly store?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly retention?: string;
  readonly lease?: 'file' | 'postgres';
  readonly format: 'terminal' | 'json';
}

const text = { kind: 'parsed', parse: String, optional: true } as const;

export const initLedgerCommand = buildCommand<LedgerInitFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./init-run.ts')).runLedgerInit(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      origin: { ...fileFlag, placeholder: 'name', brief: 'Name of the log, unique in the world: example.com/agents' },
      key: { ...fileFlag, brief: 'Signing key to use; one is made where absent' },
      keys: keysFlag,
      store: { ...text, placeholder: 'url', brief: 'Keep tiles in an object store: s3://bucket/prefix' },
      region: { ...text, placeholder: 'name', brief: 'Region of the bucket' },
      endpoint: { ...text, placeholder: 'url', brief: 'Address of another S3-compatible store' },
      retention: { ...text, placeholder: 'mode:days', brief: 'Object Lock for what never changes: compliance:365' },
      lease: {
        kind: 'enum',
        values: ['file', 'postgres'],
        optional: true,
        brief: 'Who may write: a lock in the folder, or a row in the database of DEMARC_DATABASE_URL',
      },
      format: formatFlag,
    },
  },
  docs: { brief: 'Make an empty ledger and its keys' },
});

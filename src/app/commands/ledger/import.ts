import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { fileFlag, formatFlag, keysFlag } from './flags.ts';

export interface ImportFlags {
  readonly source: string;
  readonly raw: 'keep' | 'hash';
  readonly dryRun: boolean;
  readonly strict: boolean;
  readonly format: 'terminal' | 'json';
  readonly key?: string;
  readonly keys?: string;
}

export const importCommand = buildCommand<ImportFlags, string[], Context>({
  async func(flags, directory = '', ...files) {
    await guarded(this, async () => (await import('./import-run.ts')).runLedgerImport(this, flags, directory, files));
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: {
        brief: 'Folder of the ledger, then logs: files, packed with gzip or not; `-` is standard input',
        parse: String,
        placeholder: 'dir file',
      },
      minimum: 2,
    },
    flags: {
      source: {
        kind: 'parsed',
        parse: String,
        default: 'auto',
        placeholder: 'name',
        brief: 'What the logs are: auto, or the name of an audit source (docs/guide/import.md)',
      },
      raw: {
        kind: 'enum',
        values: ['keep', 'hash'],
        default: 'keep',
        brief: 'Keep each record, sealed, or only its SHA-256',
      },
      dryRun: { kind: 'boolean', default: false, brief: 'Read and count, record nothing' },
      strict: { kind: 'boolean', default: false, brief: 'Exit 1 when anything could not be read' },
      format: formatFlag,
      key: { ...fileFlag, brief: 'Signing key, where it is not with the other keys' },
      keys: keysFlag,
    },
  },
  docs: {
    brief: 'Record the audit logs of AI services and agents',
    fullDescription:
      'Events that are in the ledger already are not recorded again.\nExit codes: 0 done, 1 gaps with --strict, 2 usage or the ledger.',
  },
});

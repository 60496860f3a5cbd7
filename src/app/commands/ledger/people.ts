import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { directoryArgument, fileFlag, formatFlag, keysFlag } from './flags.ts';
import type { OutputFormat } from './reading-flags.ts';

interface WriterFlags {
  readonly key?: string;
  readonly keys?: string;
}

export interface EraseFlags extends WriterFlags {
  readonly format: OutputFormat;
  readonly subject: string;
  readonly reason: string;
  readonly by?: string;
}

export interface HoldFlags extends WriterFlags {
  readonly format: OutputFormat;
  readonly subject?: string;
  readonly all: boolean;
  readonly reason?: string;
  readonly release?: string;
  readonly by?: string;
}

export type RotateFlags = WriterFlags;

const key = { ...fileFlag, brief: 'Signing key, where it is not with the other keys' } as const;
const text = { kind: 'parsed', parse: String, placeholder: 'text' } as const;
const by = { ...text, optional: true, brief: 'Who decided it (default: the user of this process)' } as const;

export const eraseCommand = buildCommand<EraseFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./people-run.ts')).runLedgerErase(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      subject: { ...text, brief: 'The person, by the name the events had, or by pseudonym' },
      reason: { ...text, brief: 'Why; recorded, sealed' },
      by,
      format: formatFlag,
      key,
      keys: keysFlag,
    },
    aliases: { f: 'format' },
  },
  docs: { brief: 'Erase what is recorded of a person: destroy their keys, and record that' },
});

export const holdCommand = buildCommand<HoldFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./people-run.ts')).runLedgerHold(this, flags, directory));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      subject: { ...text, optional: true, brief: 'Hold what is recorded of this person' },
      all: { kind: 'boolean', default: false, brief: 'Hold what is recorded of everybody' },
      reason: { ...text, optional: true, brief: 'The matter' },
      release: { ...text, optional: true, placeholder: 'id', brief: 'End this hold' },
      by,
      format: formatFlag,
      key,
      keys: keysFlag,
    },
    aliases: { f: 'format' },
  },
  docs: { brief: 'Place, list and release legal holds, which block erasure' },
});

export const rotateCommand = buildCommand<RotateFlags, [string], Context>({
  async func(flags, directory) {
    await guarded(this, async () => (await import('./people-run.ts')).runLedgerRotate(this, flags, directory));
  },
  parameters: { positional: directoryArgument, flags: { key, keys: keysFlag } },
  docs: { brief: 'Start new keys for everybody; what was sealed before stays readable' },
});

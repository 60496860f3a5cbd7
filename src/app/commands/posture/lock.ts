import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';

export interface LockFlags {
  readonly posture?: 'lockdown' | 'controlled' | 'open' | undefined;
  readonly machine: boolean;
  readonly force: boolean;
  readonly config?: string | undefined;
  readonly json: boolean;
}

export const lockCommand = buildCommand<LockFlags, [string?], Context>({
  async func(flags, folder) {
    await guarded(this, async () => (await import('./lock-run.ts')).runLock(this, flags, folder));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Folder of the project, where the lock is written (default: this folder)',
          parse: String,
          placeholder: 'folder',
          optional: true,
        },
      ],
    },
    flags: {
      posture: {
        kind: 'enum',
        values: ['lockdown', 'controlled', 'open'],
        optional: true,
        brief: 'Lock only what no finding keeps from this posture',
      },
      machine: {
        kind: 'boolean',
        default: false,
        brief: 'Lock the policy with the settings of this machine and user, and theirs too',
      },
      force: {
        kind: 'boolean',
        default: false,
        brief: 'Lock with findings that stand against the posture; the lock names them',
      },
      config: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'file',
        brief: 'Configuration (default: demarc.yaml in the folder)',
      },
      json: { kind: 'boolean', default: false, brief: 'Print JSON' },
    },
  },
  docs: {
    brief: 'Approve the effective policy of agent clients as it is now',
    fullDescription:
      'Writes digests of their settings to demarc.posture-lock.json in the folder; `demarc assess` tells when one changed.\nExit codes: 0 locked, 1 not locked for findings that stand against the posture, 2 usage or a lock that cannot be read.',
  },
});

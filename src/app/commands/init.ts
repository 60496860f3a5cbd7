import { buildCommand } from '@stricli/core';
import { resolve } from 'node:path';
import { DemarcError } from '../../base/errors.ts';
import { guarded, type Context } from '../context.ts';

const template = `# Demarc configuration. Every key is described in docs/guide/configuration.md.
# Folders and files to assess; this folder when empty.
paths: []
# Globs, relative to this folder, that are not read.
exclude: []
# The posture to measure against: lockdown, controlled or open.
posture: POSTURE
# Exit 1 from this severity on: critical, high, medium, low or info.
fail-on: high
# Changes to single rules: another severity, or off with a reason.
rules: {}
#  aws.bedrock.agent-guardrail-missing: { severity: critical }
# Findings somebody accepts. Each needs a reason, an owner and a date to look again.
suppress: []
#  - rule: aws.bedrock.agent-guardrail-missing
#    path: sandbox/**
#    reason: throw-away sandbox account without data
#    owner: jane@example.com
#    expires: 2027-03-31
`;

interface InitFlags {
  readonly posture: 'lockdown' | 'controlled' | 'open';
  readonly force: boolean;
}

export const initCommand = buildCommand<InitFlags, [string?], Context>({
  async func(flags, folder) {
    await guarded(this, () => {
      const path = resolve(this.environment.workingDirectory, folder ?? '.', 'demarc.yaml');
      if (!flags.force && exists(this, path)) {
        throw new DemarcError('DMC_OUTPUT_UNWRITABLE', `\`${path}\` exists already`, {
          hint: 'use --force to replace it',
        });
      }
      this.writer.write(path, template.replace('POSTURE', flags.posture));
      this.process.stdout.write(`wrote ${path}\nnext: demarc assess ${folder ?? '.'}\n`);
      return 0;
    });
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Folder to write demarc.yaml in (default: this folder)',
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
        default: 'controlled',
        brief: 'Posture to write',
      },
      force: { kind: 'boolean', default: false, brief: 'Replace an existing file' },
    },
  },
  docs: { brief: 'Write a commented demarc.yaml' },
});

function exists(context: Context, path: string): boolean {
  try {
    context.files.stat(path);
    return true;
  } catch {
    return false;
  }
}

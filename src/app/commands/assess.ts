import { buildCommand } from '@stricli/core';
import type { Severity } from '../../model/rule.ts';
import { guarded, type Context } from '../context.ts';

const formats = ['terminal', 'json', 'sarif', 'ocsf', 'ml-bom', 'markdown', 'junit', 'html'] as const;
export type Format = (typeof formats)[number];

export interface AssessFlags {
  readonly format: Format;
  readonly output?: string;
  readonly html?: string;
  readonly posture?: 'lockdown' | 'controlled' | 'open';
  readonly failOn?: Severity | 'never';
  readonly strict: boolean;
  readonly config?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly machine: boolean;
  readonly cache: boolean;
  readonly quiet: boolean;
}

const path = { kind: 'parsed', parse: String, optional: true, placeholder: 'file' } as const;

export const assessCommand = buildCommand<AssessFlags, string[], Context>({
  async func(flags, ...paths) {
    await guarded(this, async () => (await import('./assess-run.ts')).runAssess(this, flags, paths));
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: { brief: 'Folders or files to assess (default: this folder)', parse: String, placeholder: 'path' },
    },
    flags: {
      format: { kind: 'enum', values: formats, default: 'terminal', brief: 'What to print' },
      output: { ...path, brief: 'Write the report to a file instead of printing it' },
      html: { ...path, brief: 'Also write the HTML report to this file' },
      posture: {
        kind: 'enum',
        values: ['lockdown', 'controlled', 'open'],
        optional: true,
        brief: 'Measure the distance to a posture',
      },
      failOn: {
        kind: 'enum',
        values: ['critical', 'high', 'medium', 'low', 'info', 'never'],
        optional: true,
        brief: 'Exit 1 from this severity on (default: high)',
      },
      strict: { kind: 'boolean', default: false, brief: 'Exit 3 when anything could not be read or decided' },
      config: { ...path, brief: 'Configuration (default: demarc.yaml in the assessed folder)' },
      baseline: { ...path, brief: 'Findings listed here do not fail the run' },
      writeBaseline: { ...path, brief: 'Write all findings of this run as a baseline' },
      machine: { kind: 'boolean', default: false, brief: 'Also read the agent configuration of this machine and user' },
      cache: { kind: 'boolean', default: true, brief: 'Reuse results of unchanged files' },
      quiet: { kind: 'boolean', default: false, brief: 'No progress' },
    },
    aliases: { f: 'format', o: 'output', q: 'quiet' },
  },
  docs: {
    brief: 'Find AI workloads, check them, and show who holds which control',
    fullDescription:
      'Reads infrastructure code, application code and agent configuration. Nothing is executed and nothing is sent anywhere.\nExit codes: 0 clean, 1 findings at or above --fail-on, 2 usage, 3 gaps with --strict.',
  },
});

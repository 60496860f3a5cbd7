import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../context.ts';

export interface MapFlags {
  readonly posture?: 'lockdown' | 'controlled' | 'open';
  readonly workload?: string;
  readonly json: boolean;
  readonly all: boolean;
}

export const mapCommand = buildCommand<MapFlags, string[], Context>({
  async func(flags, ...paths) {
    await guarded(this, async () => (await import('./map-run.ts')).runMap(this, flags, paths));
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: { brief: 'Folders or files to assess (default: this folder)', parse: String, placeholder: 'path' },
    },
    flags: {
      posture: {
        kind: 'enum',
        values: ['lockdown', 'controlled', 'open'],
        optional: true,
        brief: 'Show the distance to a posture',
      },
      workload: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Only this workload (id or name)',
        placeholder: 'workload',
      },
      json: { kind: 'boolean', default: false, brief: 'Print JSON' },
      all: { kind: 'boolean', default: false, brief: 'Also list what is held, inherited or not needed' },
    },
  },
  docs: { brief: 'Show the responsibility map: layer by layer, who holds which control' },
});

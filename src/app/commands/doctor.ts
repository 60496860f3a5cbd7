import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../context.ts';

export const doctorCommand = buildCommand<{ readonly json: boolean }, [], Context>({
  async func({ json }) {
    await guarded(this, async () => (await import('./doctor-run.ts')).runDoctor(this, json));
  },
  parameters: { flags: { json: { kind: 'boolean', default: false, brief: 'Print JSON' } } },
  docs: { brief: 'Check this installation, its data and the configuration' },
});

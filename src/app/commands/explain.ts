import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../context.ts';

export const explainCommand = buildCommand<{ readonly json: boolean }, [string], Context>({
  async func({ json }, id) {
    await guarded(this, async () => (await import('./explain-run.ts')).runExplain(this, json, id));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Id of a rule, a control or a service', parse: String, placeholder: 'id' }],
    },
    flags: { json: { kind: 'boolean', default: false, brief: 'Print JSON' } },
  },
  docs: { brief: 'Explain a rule, a control or a service' },
});

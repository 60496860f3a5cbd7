import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';

export interface DraftManifestFlags {
  readonly format: 'terminal' | 'json';
}

export const draftManifestCommand = buildCommand<DraftManifestFlags, [string], Context>({
  async func(flags, tools) {
    await guarded(this, async () => (await import('./draft-manifest-run.ts')).runDraftManifest(this, flags, tools));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Answer to `tools/list`: the list, the result, or the JSON-RPC response',
          parse: String,
          placeholder: 'tools.json',
        },
      ],
    },
    flags: {
      format: { kind: 'enum', values: ['terminal', 'json'], default: 'json', brief: 'What to print' },
    },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'Draft the labels of tools: effect, untrusted output, sends out, confidentiality',
    fullDescription:
      'Drafted from names, descriptions, arguments and annotations; annotations only raise. A draft lowers no caution until a\nperson sets `review` to `approved`.',
  },
});

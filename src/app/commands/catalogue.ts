import { buildCommand, buildRouteMap } from '@stricli/core';
import { guarded, type Context } from '../context.ts';

const diffCommand = buildCommand<{ readonly json: boolean }, [string, string], Context>({
  async func(flags, oldPath, newPath) {
    await guarded(this, async () =>
      (await import('./catalogue-diff-run.ts')).runCatalogueDiff(this, flags.json, oldPath, newPath),
    );
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Older compiled catalogue: a catalogue.json', parse: String, placeholder: 'old' },
        {
          brief: 'Newer compiled catalogue, or `current` for the one of this version',
          parse: String,
          placeholder: 'new',
        },
      ],
    },
    flags: { json: { kind: 'boolean', default: false, brief: 'Print JSON' } },
  },
  docs: { brief: 'Show which responsibilities moved between two catalogue versions' },
});

const exportCommand = buildCommand<Record<never, never>, [], Context>({
  async func() {
    await guarded(this, async () => {
      const { readData } = await import('../data.ts');
      this.process.stdout.write(`${JSON.stringify(readData('catalogue.json'))}\n`);
      return 0;
    });
  },
  parameters: { flags: {} },
  docs: { brief: 'Print the compiled catalogue of this version, to keep for a later diff' },
});

export const catalogueRoutes = buildRouteMap<string, Context>({
  routes: { diff: diffCommand, export: exportCommand },
  docs: { brief: 'Compare versions of the responsibility catalogue' },
});

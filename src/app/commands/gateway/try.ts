import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';

export interface TryFlags {
  readonly servers?: string | undefined;
  readonly install: boolean;
  readonly format: 'terminal' | 'json';
}

export const tryCommand = buildCommand<TryFlags, [], Context>({
  async func(flags) {
    await guarded(this, async () => (await import('./try-run.ts')).runTry(this, flags));
  },
  parameters: {
    flags: {
      servers: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'folder',
        brief: 'Folder whose node_modules has the official servers filesystem, memory and everything',
      },
      install: { kind: 'boolean', default: false, brief: 'Install the official servers into the cache folder first' },
      format: { kind: 'enum', values: ['terminal', 'json'], default: 'terminal', brief: 'What to print' },
    },
    aliases: { f: 'format' },
  },
  docs: {
    brief: 'See what a gateway does to an agent that believes what it reads',
    fullDescription:
      'Starts a gateway of its own with the policies `provenance`, in a new folder, and a scripted agent that calls tools through\n' +
      'it: some that a user asked for, some that a text it reads told it to. What is printed is read from the ledger. With the\n' +
      'official servers where they are found, else with small ones that come with it; mail is written to a file.\n' +
      'Exit codes: 0 nothing unwanted went through, 1 something did, 2 it could not run, or was interrupted.',
  },
});

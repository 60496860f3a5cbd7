import { child } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm, type OpenFile, type Sink } from '../adapter.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

function readConfig(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {});
  readServers(child(file.root, 'mcpServers'), file, sink);
}

const yaml = (at: string, read: FileForm['read']): FileForm => ({ at, scope: 'workspace', format: 'yaml', read });

/** Continue (docs.continue.dev/reference, …/cli/tool-permissions). */
export const continueDev: Adapter = {
  id: 'continue',
  name: 'Continue',
  policy: undefined,
  forms: [
    yaml('.continue/config.yaml', readConfig),
    yaml('.continue/mcpServers/*.yaml', (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink)),
    {
      at: '.continue/mcpServers/*.json',
      scope: 'workspace',
      format: 'json',
      read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
    },
    yaml('.continue/permissions.yaml', (file, sink) =>
      addSettings(file, sink, {
        part: 'permissions',
        rules: [
          { key: 'allow', effect: 'allow', form: 'tool' },
          { key: 'ask', effect: 'ask', form: 'tool' },
          { key: 'exclude', effect: 'deny', form: 'tool' },
        ],
      }),
    ),
    ...instructionForms('rules', '.continue/rules/**/*.md', '.continuerules'),
    ...instructionForms('prompt', '.continue/prompts/**/*.prompt'),
  ],
  machine: everywhere('~/.continue'),
};

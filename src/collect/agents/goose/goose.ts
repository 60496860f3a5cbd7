import { child, stringOf } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import type { PolicyTable } from '../policy-table.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

const modes = { auto: 'bypass', smart_approve: 'auto-edit', approve: 'ask', chat: 'plan' } as const;

/** block.github.io/goose/docs/guides/config-files: `GOOSE_MODE` is `auto` unless set. */
const policy: PolicyTable = {
  precedence: ['user'],
  managed: false,
  source: { url: 'https://block.github.io/goose/docs/guides/goose-permissions', read: '2026-11-20' },
  keys: [{ key: 'GOOSE_MODE', as: 'approvalMode', merge: 'first', default: 'bypass', words: modes }],
};

/** Entries without a command or address are extensions built into the client. */
function readConfig(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    places: { approvalMode: ['GOOSE_MODE'] },
    mode: (root) => (modes as Readonly<Record<string, string>>)[stringOf(child(root, 'GOOSE_MODE')) ?? ''],
  });
  const extensions = child(file.root, 'extensions');
  if (extensions?.kind !== 'map') return;
  const external = [...extensions.entries].filter(([, { node }]) =>
    ['cmd', 'uri', 'command', 'url'].some((key) => child(node, key) !== undefined),
  );
  readServers({ ...extensions, entries: new Map(external) }, file, sink);
}

const yaml = (at: string): FileForm => ({ at, scope: 'user', format: 'yaml', read: readConfig });

/** Goose. */
export const goose: Adapter = {
  id: 'goose',
  name: 'Goose',
  policy,
  forms: [
    yaml('.config/goose/config.yaml'),
    yaml('AppData/Roaming/Block/goose/config/config.yaml'),
    ...instructionForms('memory', '.goosehints', '.config/goose/.goosehints'),
  ],
  machine: { linux: ['~/.config/goose'], darwin: ['~/.config/goose'], win32: ['~/AppData/Roaming/Block/goose/config'] },
};

import { child } from '../../documents/node.ts';
import type { Adapter, FileForm } from '../adapter.ts';
import type { PolicyTable } from '../policy-table.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

const servers = (at: string): FileForm => ({
  at,
  scope: 'user',
  format: 'json',
  read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
});

/** Organisation settings (docs.cline.bot/enterprise-solutions): an allowlist by server id, of which an empty one allows all. */
const policy: PolicyTable = {
  precedence: ['managed', 'user'],
  managed: true,
  source: {
    url: 'https://docs.cline.bot/enterprise-solutions/configuration/infrastructure-configuration/control-other-cline-features/mcp-server-controls',
    read: '2026-11-20',
  },
  allowlist: { as: 'allowedServers', unset: 'all', empty: 'all', match: 'name' },
  keys: [
    { key: 'allowedMCPServers', as: 'allowedServers', merge: 'first', only: ['managed'] },
    { key: 'mcpMarketplaceEnabled', as: 'extensions.enabled', merge: 'first', only: ['managed'] },
    {
      key: 'blockPersonalRemoteMCPServers',
      as: 'personalServersBlocked',
      merge: 'first',
      default: false,
      only: ['managed'],
    },
    { key: 'yoloModeAllowed', as: 'bypassAllowed', merge: 'first', only: ['managed'] },
  ],
};

/** Cline. */
export const cline: Adapter = {
  id: 'cline',
  name: 'Cline',
  policy,
  forms: [
    servers('cline_mcp_settings.json'),
    servers('.cline/data/settings/cline_mcp_settings.json'),
    {
      at: 'cline-remote-config.json',
      scope: 'managed',
      format: 'json',
      read: (file, sink) => addSettings(file, sink, {}),
    },
    {
      at: '.cline/remote-config.json',
      scope: 'managed',
      format: 'json',
      read: (file, sink) => addSettings(file, sink, {}),
    },
    ...instructionForms('rules', '.clinerules', '.clinerules/**/*.md'),
  ],
  machine: {
    linux: ['~/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings', '~/.cline'],
    darwin: ['~/Library/Application Support/Code/User/globalStorage/saoudrizwan.claude-dev/settings', '~/.cline'],
    win32: ['~/AppData/Roaming/Code/User/globalStorage/saoudrizwan.claude-dev/settings', '~/.cline'],
  },
};

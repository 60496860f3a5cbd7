import { child } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import type { PolicyTable } from '../policy-table.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';
import { keyTable } from '../settings-keys.ts';

/** Keys of `managed-settings.json` and of the policy domains (support.claude.com, enterprise configuration), read 2026-11-20. */
const managedKeys =
  keyTable(`isDesktopExtensionEnabled:b isDesktopExtensionDirectoryEnabled:b isDesktopExtensionSignatureRequired:b
  isLocalDevMcpEnabled:b isClaudeCodeForDesktopEnabled:b coworkTabEnabled:b secureVmFeaturesEnabled:b allowedWorkspaceFolders:a
  coworkEgressAllowedHosts:a disabledBuiltinTools:a builtinToolPolicy:a managedMcpServers:a allowedPluginMarketplaces:a
  disableAutoUpdates:b disableDeepLinkRegistration:a autoModeEnabled:b inferenceGatewayUrl:s inferenceGateway:a autoUpdaterEnforcementHours:n`);

const policy: PolicyTable = {
  precedence: ['managed', 'user'],
  managed: true,
  source: { url: 'https://support.claude.com/en/articles/12622667-enterprise-configuration', read: '2026-11-20' },
  keys: [
    { key: 'isDesktopExtensionEnabled', as: 'extensions.enabled', merge: 'first', default: true, only: ['managed'] },
    {
      key: 'isDesktopExtensionSignatureRequired',
      as: 'extensions.signatureRequired',
      merge: 'first',
      default: false,
      only: ['managed'],
    },
    {
      key: 'isDesktopExtensionDirectoryEnabled',
      as: 'extensions.directory',
      merge: 'first',
      default: true,
      only: ['managed'],
    },
    { key: 'isLocalDevMcpEnabled', as: 'localServers', merge: 'first', default: true, only: ['managed'] },
    { key: 'autoModeEnabled', as: 'autoMode', merge: 'first', only: ['managed'] },
    {
      key: 'disableDeepLinkRegistration',
      as: 'deepLinksDisabled',
      merge: 'first',
      default: false,
      only: ['managed'],
      words: { disable: true },
    },
    { key: 'disableAutoUpdates', as: 'updatesDisabled', merge: 'first', default: false, only: ['managed'] },
  ],
};

const user = (at: string): FileForm => ({ at, scope: 'user', format: 'json', read: readConfig });

function readConfig(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {});
  readServers(child(file.root, 'mcpServers'), file, sink);
}

function readManaged(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, { keys: managedKeys });
  readServers(child(file.root, 'managedMcpServers'), file, sink);
}

/** Claude Desktop. */
export const claudeDesktop: Adapter = {
  id: 'claude-desktop',
  name: 'Claude Desktop',
  policy,
  forms: [
    user('.config/Claude/claude_desktop_config.json'),
    user('Library/Application Support/Claude/claude_desktop_config.json'),
    user('AppData/Roaming/Claude/claude_desktop_config.json'),
    user('claude_desktop_config.json'),
    { at: 'etc/claude-desktop/managed-settings.json', scope: 'managed', format: 'json', read: readManaged },
  ],
  machine: {
    linux: ['~/.config/Claude/claude_desktop_config.json', '/etc/claude-desktop'],
    darwin: ['~/Library/Application Support/Claude/claude_desktop_config.json'],
    win32: ['~/AppData/Roaming/Claude/claude_desktop_config.json'],
  },
};

import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { type Adapter, everywhere, type OpenFile, type Sink } from '../adapter.ts';
import { entryAt } from '../lookup.ts';
import type { PolicyTable } from '../policy-table.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

/** docs.openclaw.ai/gateway/configuration-reference: `tools.exec` decides what runs on the host and who is asked. */
const policy: PolicyTable = {
  precedence: ['user'],
  managed: false,
  source: { url: 'https://docs.openclaw.ai/gateway/configuration-reference', read: '2026-11-21' },
  keys: [
    { key: 'tools.exec.security', as: 'execSecurity', merge: 'first' },
    { key: 'tools.exec.ask', as: 'execAsk', merge: 'first' },
    { key: 'agents.defaults.sandbox.mode', as: 'sandbox.mode', merge: 'first' },
    { key: 'gateway.bind', as: 'gatewayBind', merge: 'first' },
  ],
};

function mode(root: DocNode | undefined): string | undefined {
  const security = stringOf(entryAt(root, 'tools.exec.security')?.node);
  const ask = stringOf(entryAt(root, 'tools.exec.ask')?.node);
  if (security === 'full' && ask === 'off') return 'bypass';
  if (security === 'deny') return 'plan';
  return ask === 'always' ? 'ask' : undefined;
}

function readConfig(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, { mode, places: { approvalMode: ['tools.exec.security', 'tools.exec.ask'] } });
  readServers(child(child(file.root, 'mcp'), 'servers'), file, sink);
}

/** OpenClaw. */
export const openclaw: Adapter = {
  id: 'openclaw',
  name: 'OpenClaw',
  policy,
  forms: [
    { at: '.openclaw/openclaw.json', scope: 'user', format: 'json5', read: readConfig },
    ...instructionForms(
      'memory',
      '.openclaw/workspace/AGENTS.md',
      '.openclaw/workspace/SOUL.md',
      '.openclaw/workspace/TOOLS.md',
      '.openclaw/workspace/MEMORY.md',
    ),
    ...instructionForms('skill', '.openclaw/skills/**/SKILL.md', '.openclaw/workspace/skills/**/SKILL.md'),
  ],
  machine: everywhere('~/.openclaw'),
};

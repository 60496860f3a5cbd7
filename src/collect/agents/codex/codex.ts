import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { isProperties, Unknown, type Value } from '../../../model/value.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import { baseUrlOf } from '../environment-facts.ts';
import { entryAt } from '../lookup.ts';
import type { PolicyTable } from '../policy-table.ts';
import { readHelpers, readHooks } from '../read-hooks.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

/**
 * developers.openai.com/codex/config-reference and …/codex/enterprise/managed-configuration. `requirements.toml` limits which values may be chosen;
 * it is read as a part of its own. `approval_policy` and `sandbox_mode` have no fixed default: Codex derives them from whether the folder is trusted.
 * Codex starts from the first of `allowed_approval_policies` (openai/codex, config_requirements.rs).
 */
const policy: PolicyTable = {
  precedence: ['managed', 'project', 'user', 'system'],
  managed: true,
  source: { url: 'https://developers.openai.com/codex/config-reference', read: '2026-11-20' },
  allowlist: { as: 'allowedServers', unset: 'all', empty: 'unknown', match: 'identity' },
  derive: ({ approvalPolicy, sandbox }) => {
    if (approvalPolicy instanceof Unknown) return { approvalMode: approvalPolicy };
    const mode = isProperties(sandbox) ? sandbox['mode'] : undefined;
    if (approvalPolicy === 'never' && mode instanceof Unknown) return { approvalMode: mode };
    return {
      approvalMode:
        typeof approvalPolicy === 'string'
          ? modeOf(approvalPolicy, typeof mode === 'string' ? mode : undefined)
          : undefined,
    };
  },
  keys: [
    {
      key: 'approval_policy',
      as: 'approvalPolicy',
      merge: 'first',
      strictness: ['never', 'on-failure', 'on-request', 'untrusted'],
    },
    {
      key: 'sandbox_mode',
      as: 'sandbox.mode',
      merge: 'first',
      strictness: ['danger-full-access', 'workspace-write', 'read-only'],
    },
    {
      key: 'sandbox_workspace_write.network_access',
      as: 'sandbox.network.enabled',
      merge: 'first',
      default: false,
      strictness: [true, false],
    },
    { key: 'sandbox_workspace_write.writable_roots', as: 'additionalDirectories', merge: 'first', default: [] },
    { key: 'features.network_proxy', as: 'sandbox.network.proxy', merge: 'first' },
    { key: 'forced_login_method', as: 'login.method', merge: 'first' },
    { key: 'forced_chatgpt_workspace_id', as: 'login.organisation', merge: 'first' },
    { key: 'otel.exporter', as: 'telemetry.exporter', merge: 'first' },
    {
      key: 'allowed_approval_policies',
      part: 'requirements',
      as: 'requirements.approvalPolicies',
      merge: 'first',
      only: ['managed'],
      ordered: true,
    },
    {
      key: 'allowed_sandbox_modes',
      part: 'requirements',
      as: 'requirements.sandboxModes',
      merge: 'first',
      only: ['managed'],
    },
    {
      key: 'allow_managed_hooks_only',
      part: 'requirements',
      as: 'locks.hooks',
      merge: 'first',
      default: false,
      only: ['managed'],
    },
    { key: 'mcp_servers', part: 'requirements', as: 'allowedServers', merge: 'first', only: ['managed'] },
    {
      key: 'experimental_network',
      part: 'requirements',
      as: 'requirements.network',
      merge: 'first',
      only: ['managed'],
    },
  ],
};

/** Keys the client ignores in a project's own file, so that a repository cannot redirect it. */
const ignoredInProject = [
  'openai_base_url',
  'chatgpt_base_url',
  'model_provider',
  'model_providers',
  'notify',
  'profile',
  'profiles',
  'otel',
];

function facts(root: DocNode | undefined): Readonly<Record<string, Value | undefined>> {
  const providers = child(root, 'model_providers');
  const own = stringOf(child(root, 'openai_base_url'));
  const urls =
    providers?.kind === 'map'
      ? [...providers.entries].flatMap(([name, { node }]) => {
          const url = stringOf(child(node, 'base_url'));
          return url === undefined ? [] : [baseUrlOf(`model_providers.${name}.base_url`, url)];
        })
      : [];
  if (own !== undefined) urls.push(baseUrlOf('openai_base_url', own));
  const policyText = stringOf(child(root, 'approval_policy'));
  const sandbox = stringOf(child(root, 'sandbox_mode'));
  return {
    baseUrls: urls,
    interception: [],
    redirects: [],
    tlsOff: false,
    fullAuto: policyText === 'never' && sandbox === 'danger-full-access',
  };
}

function readConfig(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    places: {
      approvalMode: ['approval_policy'],
      fullAuto: ['approval_policy'],
      baseUrls: ['openai_base_url', 'model_providers'],
      misplacedKeys: ignoredInProject,
    },
    facts: (root) => ({
      ...facts(root),
      misplacedKeys: file.scope === 'project' ? ignoredInProject.filter((key) => entryAt(root, key) !== undefined) : [],
    }),
    mode: (root) => modeOf(stringOf(child(root, 'approval_policy')), stringOf(child(root, 'sandbox_mode'))),
  });
  readServers(child(file.root, 'mcp_servers'), file, sink);
  readHooks(child(file.root, 'hooks'), file, sink);
  if (file.scope !== 'project') readHelpers(file.root, ['notify'], file, sink);
}

/** `never` asks nobody; what it may then do is the sandbox's question. */
function modeOf(approval: string | undefined, sandbox: string | undefined): string | undefined {
  if (approval === 'never') return sandbox === 'danger-full-access' ? 'bypass' : 'auto';
  if (approval === 'on-failure') return 'auto';
  return approval === 'untrusted' || approval === 'on-request' ? 'ask' : undefined;
}

const toml = (at: string, scope: FileForm['scope'], read: FileForm['read']): FileForm => ({
  at,
  scope,
  format: 'toml',
  read,
});
const readRequirements = (file: OpenFile, sink: Sink): void => addSettings(file, sink, { part: 'requirements' });

/** OpenAI Codex CLI and IDE extension. */
export const codex: Adapter = {
  id: 'codex',
  name: 'Codex',
  policy,
  forms: [
    toml('.codex/config.toml', 'workspace', readConfig),
    toml('etc/codex/config.toml', 'system', readConfig),
    toml('etc/codex/managed_config.toml', 'managed', readConfig),
    toml('etc/codex/requirements.toml', 'managed', readRequirements),
    toml('ProgramData/OpenAI/Codex/requirements.toml', 'managed', readRequirements),
    {
      at: '.codex/hooks.json',
      scope: 'workspace',
      format: 'json',
      read: (file, sink) => readHooks(child(file.root, 'hooks'), file, sink),
    },
    ...instructionForms('memory', '.codex/AGENTS.md', 'AGENTS.override.md'),
    ...instructionForms('prompt', '.codex/prompts/*.md'),
    ...instructionForms(
      'skill',
      '.codex/skills/**/SKILL.md',
      '.agents/skills/**/SKILL.md',
      'etc/codex/skills/**/SKILL.md',
    ),
  ],
  machine: {
    linux: ['/etc/codex', '~/.codex', '~/.agents/skills'],
    darwin: ['/etc/codex', '~/.codex', '~/.agents/skills'],
    win32: ['C:\\ProgramData\\OpenAI\\Codex', '~/.codex', '~/.agents/skills'],
  },
};

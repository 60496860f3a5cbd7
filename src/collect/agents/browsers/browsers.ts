import { type Value } from '../../../model/value.ts';
import { type DocNode, newBudget, type PositionSink, toProperties, child } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm, type OpenFile, type Sink } from '../adapter.ts';
import { bagOf, entryAt } from '../lookup.ts';

/**
 * Policies of Chromium browsers (chromeenterprise.google/policies, learn.microsoft.com/deployedge) and Firefox
 * (mozilla.github.io/policy-templates) as JSON files. Property lists (macOS) and the registry are not files this reads.
 * A browser joins the files of its folder; each file is one resource, rules look at all of them together.
 */
function readPolicy(browser: string, level: string): FileForm['read'] {
  return (file: OpenFile, sink: Sink) => {
    const root = browser === 'firefox' ? child(file.root, 'policies') : file.root;
    if (root === undefined) return;
    const raw: PositionSink = {};
    const policies = toProperties(root, raw, newBudget());
    const positions: PositionSink = Object.fromEntries(Object.entries(raw).map(([key, at]) => [`policies.${key}`, at]));
    const properties = bagOf({
      browser,
      client: browser,
      scope: file.scope,
      level,
      policies,
      agentOff: agentOff(browser, root),
      training: training(root),
    });
    sink.add(file, {
      type: 'browser.policy',
      name: browser,
      address: `policy:${file.path}`,
      line: 1,
      column: 1,
      properties,
      positions,
    });
  };
}

const numberAt = (root: DocNode, key: string): number | undefined => {
  const node = entryAt(root, key)?.node;
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
};
const booleanAt = (root: DocNode, key: string): boolean | undefined => {
  const node = entryAt(root, key)?.node;
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
};

/** Whether the built-in agent is off: absent when this file says nothing about it. */
function agentOff(browser: string, root: DocNode): Value | undefined {
  if (browser === 'firefox') {
    const enabled = booleanAt(root, 'GenerativeAI.Enabled') ?? booleanAt(root, 'GenerativeAI.Chatbot');
    return enabled === undefined ? undefined : !enabled;
  }
  if (browser === 'edge') {
    const sidebar = booleanAt(root, 'HubsSidebarEnabled');
    const page = booleanAt(root, 'CopilotPageContext') ?? booleanAt(root, 'EdgeEntraCopilotPageContext');
    return sidebar === undefined && page === undefined ? undefined : sidebar === false || page === false;
  }
  const act = numberAt(root, 'GeminiActOnWebSettings');
  if (act !== undefined) return act === 1;
  const gemini = numberAt(root, 'GeminiSettings') ?? undefined;
  if (gemini !== undefined) return gemini === 1;
  const all = numberAt(root, 'GenAiDefaultSettings');
  return all === undefined ? undefined : all === 2;
}

/** `GenAiDefaultSettings`: 0 allows and improves models, 1 allows without, 2 is off. */
function training(root: DocNode): Value | undefined {
  const value = numberAt(root, 'GenAiDefaultSettings');
  return value === undefined ? undefined : value === 0;
}

const chromium = (browser: string, folder: string): FileForm[] => [
  { at: `${folder}/policies/managed/*.json`, scope: 'managed', format: 'json', read: readPolicy(browser, 'managed') },
  {
    at: `${folder}/policies/recommended/*.json`,
    scope: 'managed',
    format: 'json',
    read: readPolicy(browser, 'recommended'),
  },
];

const adapter = (id: string, name: string, forms: readonly FileForm[], folder: string): Adapter => ({
  id,
  name,
  policy: undefined,
  bystander: true,
  forms,
  machine: { ...everywhere(), linux: [folder] },
});

/** Chrome, Edge and Firefox: what an organisation says about their generative features. */
export const browsers: readonly Adapter[] = [
  adapter(
    'chrome',
    'Google Chrome',
    [...chromium('chrome', 'etc/opt/chrome'), ...chromium('chrome', 'etc/chromium')],
    '/etc/opt/chrome/policies',
  ),
  adapter('edge', 'Microsoft Edge', chromium('edge', 'etc/opt/edge'), '/etc/opt/edge/policies'),
  adapter(
    'firefox',
    'Firefox',
    [
      {
        at: 'etc/firefox/policies/policies.json',
        scope: 'managed',
        format: 'json',
        read: readPolicy('firefox', 'managed'),
      },
      { at: 'distribution/policies.json', scope: 'managed', format: 'json', read: readPolicy('firefox', 'managed') },
    ],
    '/etc/firefox/policies',
  ),
];

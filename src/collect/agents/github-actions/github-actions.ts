import type { Value } from '../../../model/value.ts';
import { Unknown } from '../../../model/value.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { type Adapter, everywhere, type OpenFile, type Sink } from '../adapter.ts';
import { bagOf } from '../lookup.ts';
import { startFacts } from '../start-facts.ts';

/** Actions that run an agent, with the input that opens them to people without write access. Sources: the actions' READMEs. */
const agentActions: readonly {
  readonly uses: RegExp;
  readonly client: string;
  readonly opens: string;
  readonly checksActor: boolean;
}[] = [
  {
    uses: /^anthropics\/claude-code(?:-base)?-action@/,
    client: 'claude-code',
    opens: 'allowed_non_write_users',
    checksActor: true,
  },
  { uses: /^openai\/codex-action@/, client: 'codex', opens: 'allow-users', checksActor: true },
  { uses: /^google-github-actions\/run-gemini-cli@/, client: 'gemini-cli', opens: '', checksActor: false },
  {
    uses: /^(?:sourcegraph\/amp-action|opencode-ai\/github|sst\/opencode\/github|anomalyco\/opencode\/github)@/,
    client: 'opencode',
    opens: '',
    checksActor: false,
  },
];

/** Events whose text anybody can write. */
const openEvents = new Set([
  'issues',
  'issue_comment',
  'pull_request_target',
  'discussion',
  'discussion_comment',
  'fork',
  'workflow_run',
]);
const openText =
  /\$\{\{[^}]{0,200}github\.event\.(?:issue|comment|pull_request|discussion|review|head_commit)\.(?:title|body|message|head\.ref)/;
const actorGate =
  /author_association|github\.actor\s*==|github\.event\.(?:sender|comment\.user|issue\.user)\.login\s*==|contains\([^)]{0,200}(?:OWNER|MEMBER|COLLABORATOR)/;

function eventsOf(root: DocNode | undefined): string[] {
  // YAML 1.1 parsers read `on` as true; this one keeps the text.
  const on = child(root, 'on') ?? child(root, 'true');
  if (on?.kind === 'map') return [...on.entries.keys()];
  if (on?.kind === 'list') return on.items.map((item) => stringOf(item) ?? '');
  const text = stringOf(on);
  return text === undefined ? [] : [text];
}

/** Whether the token may write: the job's permissions, else the workflow's; unknown when neither says. */
function writes(job: DocNode, root: DocNode | undefined): Value {
  const permissions = child(job, 'permissions') ?? child(root, 'permissions');
  if (permissions === undefined) return new Unknown('the default permissions of the repository were not read');
  if (permissions.kind !== 'map') return stringOf(permissions) === 'write-all';
  return ['contents', 'pull-requests', 'issues', 'packages', 'actions', 'deployments', 'pages'].some(
    (scope) => stringOf(child(permissions, scope)) === 'write',
  );
}

function readWorkflow(file: OpenFile, sink: Sink): void {
  const jobs = child(file.root, 'jobs');
  if (jobs?.kind !== 'map') return;
  const events = eventsOf(file.root);
  for (const [name, { node: job, line, column }] of jobs.entries) {
    const steps = child(job, 'steps');
    if (steps?.kind !== 'list') continue;
    for (const [index, step] of steps.items.entries()) {
      const facts = stepFacts(step);
      if (facts === undefined) continue;
      const gate = [child(job, 'if'), child(step, 'if')].some((node) => actorGate.test(stringOf(node) ?? ''));
      const properties = bagOf({
        name,
        scope: file.scope,
        events,
        untrustedEvent: events.some((event) => openEvents.has(event)),
        untrustedText: facts.untrustedText,
        writeScope: writes(job, file.root),
        actorChecked: gate || facts.checksActor,
        unattended: facts.unattended,
        client: facts.client,
      });
      const positions = Object.fromEntries(
        Object.keys(properties).map((key) => [key, [step.line, step.column] as const]),
      );
      sink.add(file, {
        type: 'agent.job',
        name,
        address: `job:${file.path}:${name}[${index}]`,
        line,
        column,
        properties,
        positions,
      });
    }
  }
}

function stepFacts(
  step: DocNode,
): { client: string; unattended: boolean; checksActor: boolean; untrustedText: boolean } | undefined {
  const uses = stringOf(child(step, 'uses')) ?? '';
  const action = agentActions.find((candidate) => candidate.uses.test(uses));
  const inputs = child(step, 'with');
  if (action !== undefined) {
    const opened = action.opens !== '' && (stringOf(child(inputs, action.opens)) ?? '').includes('*');
    const texts = inputs?.kind === 'map' ? [...inputs.entries.values()].map(({ node }) => stringOf(node) ?? '') : [];
    return {
      client: action.client,
      unattended: true,
      checksActor: action.checksActor && !opened,
      untrustedText: texts.some((text) => openText.test(text)),
    };
  }
  const run = stringOf(child(step, 'run'));
  if (run === undefined) return undefined;
  const { unattended } = startFacts(run);
  if (unattended !== true) return undefined;
  return { client: 'command', unattended: true, checksActor: false, untrustedText: openText.test(run) };
}

/** Agents that GitHub Actions workflows run without a person (docs.github.com/actions/security-guides). */
export const githubActions: Adapter = {
  id: 'github-actions',
  name: 'GitHub Actions',
  policy: undefined,
  bystander: true,
  forms: ['yml', 'yaml'].map((ending) => ({
    at: `.github/workflows/*.${ending}`,
    scope: 'project' as const,
    format: 'yaml' as const,
    read: readWorkflow,
  })),
  machine: everywhere(),
};

import type { Gap } from '../../../model/gap.ts';
import { newProperties, Unknown, type Value } from '../../../model/value.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { parseYaml } from '../../documents/yaml.ts';
import { Draft } from '../draft.ts';
import { agentActions, agentCommands, type ActionSignal } from '../signals/actions.ts';

/** Whether a file is a GitHub Actions workflow. */
export function isWorkflow(path: string): boolean {
  return /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** Events that people without write access can cause, with text they choose. */
const strangers = new Set([
  'issues',
  'issue_comment',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
  'discussion',
  'discussion_comment',
  'fork',
  'watch',
  'workflow_run',
]);

/** Fields of the event payload that a stranger writes. */
const strangerText =
  /\$\{\{[^}]{0,400}github\.(?:event\.(?:issue|pull_request|comment|review|review_comment|discussion|head_commit|workflow_run)(?:\.\w+){0,3}\.?(?:title|body|head_branch|message|label|default_branch)|event\.(?:issue|pull_request|comment|review|discussion)\.(?:title|body)|head_ref|event\.pull_request\.head\.(?:ref|label))/;

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Steps of a workflow that run an agent: triggers, rights, tools, and whose text it is given. */
export function readWorkflow(path: string, text: string): { drafts: Draft[]; gaps: Gap[] } {
  const parsed = parseYaml(text, path);
  const [root] = parsed.documents;
  const drafts: Draft[] = [];
  const jobs = child(root, 'jobs');
  if (root === undefined || jobs?.kind !== 'map') return { drafts, gaps: parsed.gaps };
  const triggers = triggersOf(root);
  for (const [id, job] of jobs.entries) {
    const steps = child(job.node, 'steps');
    for (const step of steps?.kind === 'list' ? steps.items : []) {
      const signal = signalOf(step);
      if (signal !== undefined) drafts.push(draftOf(path, { root, id, job: job.node, step, signal, triggers }));
    }
  }
  return { drafts, gaps: parsed.gaps };
}

interface Context {
  readonly root: DocNode;
  readonly id: string;
  readonly job: DocNode;
  readonly step: DocNode;
  readonly signal: ActionSignal;
  readonly triggers: { readonly names: readonly string[]; readonly at: Place };
}

function triggersOf(root: DocNode): Context['triggers'] {
  // YAML 1.1 readers take `on` for true; ours does not, but the key may be quoted either way.
  const node = child(root, 'on') ?? child(root, 'true');
  const at = { line: node?.line ?? 1, column: node?.column ?? 1 };
  if (node === undefined) return { names: [], at };
  if (node.kind === 'scalar') return { names: [String(node.value)], at };
  if (node.kind === 'list') return { names: node.items.flatMap((item) => stringOf(item) ?? []), at };
  return { names: [...node.entries.keys()], at };
}

function signalOf(step: DocNode): ActionSignal | undefined {
  const uses = stringOf(child(step, 'uses'));
  if (uses !== undefined)
    return agentActions.find(
      (row) =>
        uses.toLowerCase().startsWith(`${row.uses.toLowerCase()}@`) ||
        uses.toLowerCase().startsWith(`${row.uses.toLowerCase()}/`),
    );
  const run = stringOf(child(step, 'run'));
  return run === undefined ? undefined : agentCommands.find((row) => row.pattern.test(run))?.signal;
}

function draftOf(path: string, context: Context): Draft {
  const { step, signal, triggers, id } = context;
  const at: Place = { line: step.line, column: step.column };
  const usesNode = child(step, 'uses');
  const uses = stringOf(usesNode) ?? 'run';
  const draft = new Draft('code.workflow', path, at, stringOf(child(step, 'name')) ?? `${id}: ${signal.agent}`);
  draft
    .set('action', uses, usesNode ?? at)
    .set('agent', signal.agent)
    .set('job', id);
  draft.set('triggers', [...triggers.names], triggers.at);
  draft.set(
    'untrustedTrigger',
    triggers.names.some((name) => strangers.has(name)),
    triggers.at,
  );
  draft.set('pullRequestTarget', triggers.names.includes('pull_request_target'), triggers.at);
  draft.set('checksOutHead', checksOutHead(context.job));
  const permissions = child(context.job, 'permissions') ?? child(context.root, 'permissions');
  draft.set('writePermissions', writable(permissions), permissions ?? at);
  const given = child(step, 'with');
  const inputs = newProperties();
  const texts: string[] = [];
  for (const [key, entry] of given?.kind === 'map' ? given.entries : []) {
    const value = entry.node.kind === 'scalar' ? entry.node.value : null;
    if (/token|key|secret|password|credential/i.test(key)) continue;
    inputs[key] = value;
    draft.place(`inputs.${key}`, entry.node);
    if (typeof value === 'string') texts.push(value);
  }
  const run = stringOf(child(step, 'run')) ?? '';
  const env = child(step, 'env');
  for (const entry of env?.kind === 'map' ? env.entries.values() : []) texts.push(stringOf(entry.node) ?? '');
  draft.set('inputs', inputs);
  draft.set('untrustedInput', strangerText.test([run, ...texts].join('\n')), at);
  draft.set('scriptInjection', strangerText.test(run), child(step, 'run') ?? at);
  draft.set('pinned', usesNode === undefined ? null : /@[0-9a-f]{40}\b/.test(uses), usesNode ?? at);
  draft.set('tools', toolsOf(`${run}\n${texts.join('\n')}`), at);
  draft.set(
    'bypass',
    /--dangerously-skip-permissions|bypassPermissions|--yolo|approval[-_]mode[= ]+"?yolo|danger-full-access|--dangerously-bypass-approvals-and-sandbox|--allow-all-tools|unsafe/i.test(
      `${run}\n${texts.join('\n')}`,
    ),
    at,
  );
  draft.set('guarded', guarded(context, signal, inputs), at);
  draft.set(
    'anyUser',
    inputs['allowed_non_write_users'] === '*' || inputs['allow-users'] === '*' || inputs['allowed_bots'] === '*',
    at,
  );
  return draft;
}

/** Scopes with `write`; `write-all` is all; nothing said leaves it to the repository's setting. */
function writable(node: DocNode | undefined): Value {
  if (node === undefined) return new Unknown("permissions are left to the repository's default");
  if (node.kind === 'scalar') return node.value === 'write-all' ? ['all'] : [];
  if (node.kind !== 'map') return [];
  return [...node.entries].flatMap(([scope, entry]) =>
    stringOf(entry.node) === 'write' && scope !== 'id-token' ? [scope] : [],
  );
}

function toolsOf(text: string): Value {
  const found = /--?allowed-?tools?[= ]+(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})'|([^\s"'\n]{1,2000}))/i.exec(text);
  return found === null ? null : (found[1] ?? found[2] ?? found[3] ?? null);
}

/** Whether the job runs only for people with rights: the action's own check, or an `if` on who asks. */
function guarded(context: Context, signal: ActionSignal, inputs: Record<string, Value>): Value {
  if (inputs['allowed_non_write_users'] === '*' || inputs['allow-users'] === '*') return false;
  const condition = `${stringOf(child(context.job, 'if')) ?? ''} ${stringOf(child(context.step, 'if')) ?? ''}`;
  if (
    /author_association|github\.actor\s*==|github\.event\.sender|permission|head\.repo\.full_name\s*==|head\.repo\.fork/.test(
      condition,
    )
  )
    return true;
  if (child(context.job, 'environment') !== undefined) return new Unknown('the environment may require approval');
  return signal.checksActor;
}

/** `pull_request_target` with a checkout of the stranger's code. */
function checksOutHead(job: DocNode): boolean {
  const steps = child(job, 'steps');
  return (steps?.kind === 'list' ? steps.items : []).some((step) => {
    const uses = stringOf(child(step, 'uses'));
    const ref = stringOf(child(child(step, 'with'), 'ref'));
    return (
      uses?.startsWith('actions/checkout@') === true &&
      ref !== undefined &&
      /pull_request\.head|head_ref|refs\/pull/.test(ref)
    );
  });
}

import { isList, type MutableProperties, type Value } from '../../model/value.ts';
import { type DocNode, newBudget, type PositionSink, toProperties } from '../documents/node.ts';
import type { OpenFile, Sink } from './adapter.ts';
import { bagOf, entryAt } from './lookup.ts';
import { commandRule, type Effect, permissionRule, protectsSecrets } from './permission-rule.ts';
import { checkKeys, type KeyTable } from './settings-keys.ts';
import { writersOf } from './writers.ts';

/** Where a settings file holds permission rules. */
export interface RuleList {
  readonly key: string;
  readonly effect: Effect;
  /** `tool`: `Bash(git status:*)`; `command`: a bare prefix. */
  readonly form: 'tool' | 'command';
}

export interface SettingsForm {
  /** Which settings file of the client, for the effective policy. */
  readonly part?: string;
  readonly keys?: KeyTable;
  readonly rules?: readonly RuleList[];
  /** The approval mode in shared words, from the raw settings. */
  readonly mode?: (root: DocNode | undefined) => string | undefined;
  /** Where derived properties were read: property → keys, the first that is written counts. */
  readonly places?: Readonly<Record<string, readonly string[]>>;
  /** Further facts of this client, named in its folder. */
  readonly facts?: (root: DocNode | undefined) => Readonly<Record<string, Value | undefined>>;
}

/**
 * Adds one settings file as `agent.settings` and gives it to the client's policy. A file that does not parse still takes
 * part, as one whose content is unknown.
 */
export function addSettings(file: OpenFile, sink: Sink, form: SettingsForm): void {
  sink.policy(file, form.part ?? 'config', file.root);
  if (file.root === undefined) return;
  const positions: PositionSink = {};
  const raw: PositionSink = {};
  const settings = toProperties(file.root, raw, newBudget());
  for (const key of Object.keys(raw)) {
    const at = raw[key];
    if (at !== undefined) positions[`settings.${key}`] = at;
  }
  const properties: MutableProperties = bagOf({
    client: file.client,
    scope: file.scope,
    part: form.part ?? 'config',
    settings,
  });
  if (file.scope === 'managed') properties['writers'] = writersOf(file.path, file.source);
  if (form.keys !== undefined) {
    const problems = checkKeys(settings, form.keys, file.scope);
    for (const [name, list] of Object.entries(problems)) {
      properties[name] = list as readonly Value[];
      const first: unknown = list[0];
      const key =
        typeof first === 'string'
          ? first
          : typeof first === 'object' && first !== null
            ? String((first as Record<string, unknown>)['key'])
            : undefined;
      const at = key === undefined ? undefined : raw[key];
      if (at !== undefined) positions[name] = at;
    }
  }
  addRules(file.root, form.rules ?? [], properties, positions);
  const mode = form.mode?.(file.root);
  if (mode !== undefined) properties['approvalMode'] = mode;
  for (const [property, keys] of Object.entries(form.places ?? {})) {
    const entry = keys.map((key) => entryAt(file.root, key)).find((found) => found !== undefined);
    if (entry !== undefined) positions[property] = [entry.line, entry.column];
  }
  const facts = form.facts?.(file.root) ?? {};
  for (const key of Object.keys(facts)) {
    const value = facts[key];
    if (value !== undefined) properties[key] = value;
  }
  sink.add(file, {
    type: 'agent.settings',
    name: file.path.slice(file.path.lastIndexOf('/') + 1),
    address: `settings:${file.path}`,
    line: 1,
    column: 1,
    properties,
    positions,
  });
}

function addRules(
  root: DocNode,
  lists: readonly RuleList[],
  properties: MutableProperties,
  positions: PositionSink,
): void {
  const rules: Value[] = [];
  for (const { key, effect, form } of lists) {
    const node = entryAt(root, key)?.node;
    if (node?.kind !== 'list') continue;
    for (const item of node.items) {
      if (item.kind !== 'scalar' || typeof item.value !== 'string') continue;
      positions[`rules[${rules.length}]`] = [item.line, item.column];
      rules.push(form === 'tool' ? permissionRule(item.value, effect) : commandRule(item.value, effect));
    }
  }
  if (lists.length === 0) return;
  properties['rules'] = rules;
  properties['protectsSecrets'] = rules.some(
    (rule) => typeof rule === 'object' && rule !== null && !isList(rule) && protectsSecrets(rule as never),
  );
}

import { type MutableProperties, newProperties, Unknown, type Value } from '../../model/value.ts';
import { isPlaceholder } from '../../base/secrets.ts';
import { child, type DocNode, newBudget, stringOf, toValue } from '../documents/node.ts';
import type { OpenFile, Sink } from './adapter.ts';
import { inspectCommand } from './inspect-command.ts';
import { bagOf, firstOf } from './lookup.ts';

/**
 * Reads hooks in the forms the clients share: a map from event to a list of hooks, or of groups `{matcher, hooks: [...]}`
 * (Claude Code, Gemini CLI, Codex), or a map from event to plain `{command}` entries (Cursor, Windsurf, Copilot).
 */
export function readHooks(hooks: DocNode | undefined, file: OpenFile, sink: Sink): void {
  if (hooks?.kind !== 'map') return;
  for (const [event, entry] of hooks.entries) {
    const groups = entry.node.kind === 'list' ? entry.node.items : entry.node.kind === 'map' ? [entry.node] : [];
    for (const [index, group] of groups.entries()) {
      const inner = child(group, 'hooks');
      const matcher = matcherOf(child(group, 'matcher'));
      if (inner?.kind === 'list')
        for (const [at, hook] of inner.items.entries())
          addHook(event, matcher, hook, `${event}[${index}].hooks[${at}]`, file, sink);
      else addHook(event, matcher, group, `${event}[${index}]`, file, sink);
    }
  }
}

function matcherOf(node: DocNode | undefined): string {
  return stringOf(node) ?? stringOf(child(node, 'tool_name')) ?? '*';
}

function addHook(event: string, matcher: string, hook: DocNode, address: string, file: OpenFile, sink: Sink): void {
  if (hook.kind !== 'map') return;
  const command = stringOf(firstOf(hook, ['command', 'bash', 'run', 'cmd']));
  const url = stringOf(firstOf(hook, ['url', 'endpoint']));
  const prompt = stringOf(child(hook, 'prompt'));
  const kind =
    command !== undefined ? 'command' : url !== undefined ? 'http' : prompt !== undefined ? 'prompt' : undefined;
  if (kind === undefined)
    return sink.gap(
      file,
      'unsupported',
      `a hook of \`${event.slice(0, 64)}\` says neither a command nor an address`,
      hook.line,
    );
  const properties = newHook(event, matcher, kind, false, file);
  const headers = child(hook, 'headers');
  if (headers !== undefined) properties['headers'] = toValue(headers, {}, '', newBudget());
  add(properties, command ?? prompt, url, `hook:${address}`, hook, file, sink);
  const windows = stringOf(child(hook, 'powershell'));
  if (windows !== undefined)
    add(
      newHook(event, matcher, 'command', false, file),
      windows,
      undefined,
      `hook:${address}.powershell`,
      hook,
      file,
      sink,
    );
}

function newHook(event: string, matcher: string, kind: string, helper: boolean, file: OpenFile): MutableProperties {
  return bagOf({ client: file.client, scope: file.scope, event, matcher, kind, helper });
}

function add(
  properties: MutableProperties,
  text: string | undefined,
  url: string | undefined,
  address: string,
  node: DocNode,
  file: OpenFile,
  sink: Sink,
): void {
  const isCommand = properties['kind'] === 'command';
  if (text !== undefined) properties[isCommand ? 'command' : 'prompt'] = text;
  if (url !== undefined) properties['url'] = url;
  const facts = isCommand && text !== undefined ? inspectCommand(text) : newProperties();
  for (const key of Object.keys(facts)) properties[key] = facts[key] as Value;
  if (properties['kind'] === 'http' && url !== undefined) properties['sendsOut'] = sendsOut(url);
  const line = firstOf(node, ['command', 'bash', 'run', 'cmd', 'url']) ?? node;
  const positions = Object.fromEntries(Object.keys(properties).map((key) => [key, [line.line, line.column] as const]));
  sink.add(file, {
    type: 'agent.hook',
    name: typeof properties['event'] === 'string' ? properties['event'] : 'hook',
    address,
    line: node.line,
    column: node.column,
    properties,
    positions,
  });
}

function sendsOut(url: string): boolean | Unknown {
  if (isPlaceholder(url)) return new Unknown('the address is a variable');
  return !/^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/i.test(url);
}

/**
 * Settings whose value is a command the client runs: `apiKeyHelper`, `statusLine.command`, `notify`.
 *
 * @param keys dotted keys; a list value is taken as program and arguments
 */
export function readHelpers(root: DocNode | undefined, keys: readonly string[], file: OpenFile, sink: Sink): void {
  for (const key of keys) {
    const node = key.split('.').reduce<DocNode | undefined>((at, name) => child(at, name), root);
    if (node === undefined) continue;
    const items = node.kind === 'list' ? node.items.map((item) => stringOf(item) ?? '').join(' ') : stringOf(node);
    if (items === undefined || items.trim() === '') continue;
    const event = key.replace(/\.(?:command|path)$/, '');
    add(newHook(event, '*', 'command', true, file), items, undefined, `helper:${event}`, node, file, sink);
  }
}

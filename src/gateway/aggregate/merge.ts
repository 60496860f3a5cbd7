import { isJsonObject } from '../../base/json-object.ts';
import { tasksExtension } from '../tasks.ts';
import { canBeJoined, joinName } from './names.ts';

type Result = Readonly<Record<string, unknown>>;

/** One server's part in an answer. */
export interface Part {
  readonly server: string;
  readonly result: Result;
}

/** Lists of several servers: where the items stand, and by what they are called apart. */
export const lists: ReadonlyMap<string, { readonly items: string; readonly isNamed: boolean }> = new Map([
  ['tools/list', { items: 'tools', isNamed: true }],
  ['prompts/list', { items: 'prompts', isNamed: true }],
  ['resources/list', { items: 'resources', isNamed: false }],
  ['tasks/list', { items: 'tasks', isNamed: false }],
  ['resources/templates/list', { items: 'resourceTemplates', isNamed: false }],
]);

/** One page of several servers' pages; the cursor holds those that have another. */
export function mergeLists(method: string, parts: readonly Part[]): Result {
  const list = lists.get(method);
  if (list === undefined) return {};
  const items = parts.flatMap(({ server, result }) => {
    const own = result[list.items];
    if (!Array.isArray(own)) return [];
    if (!list.isNamed) return own;
    return own
      .filter((item) => isJsonObject(item) && typeof item['name'] === 'string')
      .map((item: Result) => ({ ...item, name: joinName(server, String(item['name'])) }));
  });
  const cursors = parts.flatMap(({ server, result: { nextCursor } }) =>
    typeof nextCursor === 'string' ? [[server, nextCursor] as const] : [],
  );
  return {
    [list.items]: items,
    ...(cursors.length === 0 ? {} : { nextCursor: writeCursor(cursors) }),
  };
}

function writeCursor(cursors: readonly (readonly [server: string, cursor: string])[]): string {
  return Buffer.from(JSON.stringify(Object.fromEntries(cursors))).toString('base64url');
}

/** What `mergeLists` wrote; undefined for anything else. A client may have changed it: it leads nowhere its own requests could not. */
export function readCursor(cursor: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof cursor !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!isJsonObject(value)) return undefined;
    const entries = Object.entries(value).filter(([server]) => canBeJoined(server));
    return entries.every(([, one]) => typeof one === 'string') ? new Map(entries as [string, string][]) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How long a list may be kept, and for whom (2026-07-28, Caching): as the most careful server says, and no time where one is missing.
 */
export function mergeHints(parts: readonly Part[], isComplete: boolean): Result {
  const times = parts.map(({ result: { ttlMs } }) => (typeof ttlMs === 'number' ? Math.max(ttlMs, 0) : 0));
  const isPublic = parts.length > 0 && parts.every(({ result }) => result['cacheScope'] === 'public');
  return {
    ttlMs: isComplete && parts.length > 0 ? Math.min(...times) : 0,
    cacheScope: isPublic ? 'public' : 'private',
  };
}

/** What all servers together can do: whatever one can. */
export function mergeCapabilities(parts: readonly Part[]): Result {
  const merged: Record<string, unknown> = {};
  for (const { result } of parts) {
    const { capabilities } = result;
    if (!isJsonObject(capabilities)) continue;
    for (const name of ['tools', 'prompts', 'resources', 'logging', 'completions']) {
      const own = capabilities[name];
      if (isJsonObject(own)) merged[name] = { ...(merged[name] as object | undefined), ...trueOf(own) };
    }
    if (isJsonObject(capabilities['tasks'])) merged['tasks'] = mergeObjects(merged['tasks'], capabilities['tasks']);
    const extensions = capabilities['extensions'];
    if (isJsonObject(extensions) && isJsonObject(extensions[tasksExtension]))
      // The one extension that is routed here; what others would need is not known (SEP-2663).
      merged['extensions'] = { [tasksExtension]: {} };
  }
  return merged;
}

/** Capabilities of tasks are empty objects in objects (2025-11-25, tasks, capabilities). */
function mergeObjects(one: unknown, other: Result): Result {
  const merged: Record<string, unknown> = isJsonObject(one) ? { ...one } : {};
  for (const [name, value] of Object.entries(other))
    if (isJsonObject(value) && mergeable.has(name)) merged[name] = mergeObjects(merged[name], value);
  return merged;
}
const mergeable = new Set(['list', 'cancel', 'requests', 'tools', 'call']);

const trueOf = (own: Result): Result => Object.fromEntries(Object.entries(own).filter(([, value]) => value === true));

/** What servers tell their users, under their names. */
export function mergeInstructions(parts: readonly Part[]): Result {
  const texts = parts.flatMap(({ server, result: { instructions } }) =>
    typeof instructions === 'string' && instructions !== '' ? [`${server}: ${instructions}`] : [],
  );
  return texts.length === 0 ? {} : { instructions: texts.join('\n\n') };
}

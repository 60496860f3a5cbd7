import { child, type DocNode, stringOf } from '../../documents/node.ts';
import type { OpenFile, Sink } from '../adapter.ts';
import { addSettings } from '../read-settings.ts';

const commit = /^[0-9a-f]{40}$/i;

/**
 * Names whose source is a repository or address that can change under them: no commit is named. Local paths and packages
 * with an exact version are fixed (code.claude.com/docs/en/plugin-marketplaces, plugin sources).
 *
 * @param node `extraKnownMarketplaces` (a map from name), or a list of plugins with `name` and `source`
 */
export function unpinnedSources(node: DocNode | undefined): string[] {
  if (node?.kind === 'map')
    return [...node.entries].filter(([, { node: entry }]) => isFloating(child(entry, 'source'))).map(([name]) => name);
  if (node?.kind === 'list')
    return node.items
      .filter((item) => isFloating(child(item, 'source')))
      .map((item) => stringOf(child(item, 'name')) ?? 'unnamed');
  return [];
}

function isFloating(source: DocNode | undefined): boolean {
  if (source?.kind !== 'map') return false;
  const kind = stringOf(child(source, 'source'));
  if (kind === 'npm') return !/^\d+\.\d+\.\d+/.test(stringOf(child(source, 'version')) ?? '');
  if (kind !== 'github' && kind !== 'git' && kind !== 'url' && kind !== 'git-subdir') return false;
  return !commit.test(stringOf(child(source, 'sha')) ?? '') && !commit.test(stringOf(child(source, 'ref')) ?? '');
}

/** A marketplace file: which of its plugins come from a source that is not pinned. */
export function readMarketplace(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    part: 'marketplace',
    places: { unpinnedPlugins: ['plugins'] },
    facts: (root) => ({ unpinnedPlugins: unpinnedSources(child(root, 'plugins')) }),
  });
}

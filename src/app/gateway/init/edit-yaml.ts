import { Document, isMap, parseDocument, visit, type YAMLMap } from 'yaml';
import type { EntryChange } from './client-entries.ts';

/**
 * Changes an entry of a YAML file: the entry is written anew with the comments in it, every byte around it stays.
 *
 * @returns undefined where the entry is no map of its own, or shares parts with others (anchors, aliases)
 */
export function editYaml(text: string, { path, remove, set }: EntryChange): string | undefined {
  const document = parseDocument(text, { keepSourceTokens: true });
  const entry = document.getIn(path, true);
  if (!isMap(entry) || entry.range == null || isShared(entry)) return undefined;
  const [start, end] = entry.range;
  // A block map's end lies behind the blank lines after it, which are not its own.
  const own = text.slice(start, end);
  const tail = entry.flow === true ? '' : (/\s*$/.exec(own)?.[0] ?? '');
  for (const key of remove) entry.delete(key);
  for (const [key, value] of Object.entries(set)) entry.set(key, document.createNode(value, { flow: true }));
  const fresh = new Document();
  fresh.contents = entry as never;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const lines = fresh.toString({ lineWidth: 0 }).trimEnd().split('\n');
  const written = lines.map((line, at) => (at === 0 || line === '' || entry.flow === true ? line : indent + line));
  return text.slice(0, start) + written.join(eol) + tail + text.slice(end);
}

function isShared(entry: YAMLMap): boolean {
  let shared = false;
  visit(entry, {
    Alias: () => {
      shared = true;
      return visit.BREAK;
    },
    Node: (_key, node) => {
      if (!('anchor' in node) || node.anchor === undefined) return undefined;
      shared = true;
      return visit.BREAK;
    },
  });
  return shared;
}

import { parseYaml } from '../documents/yaml.ts';
import type { DocNode } from '../documents/node.ts';

/** The YAML between `---` lines at the head of a Markdown file, and the line the body starts at. */
export interface FrontMatter {
  readonly root: DocNode | undefined;
  readonly broken: boolean;
  readonly bodyLine: number;
}

/** Splits front matter from a text. A head that is not closed is body, as the clients treat it. */
export function frontMatterOf(text: string, file: string): FrontMatter {
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (!/^---[ \t]*\r?\n/.test(clean)) return { root: undefined, broken: false, bodyLine: 1 };
  const lines = clean.split('\n');
  const end = lines.findIndex((line, index) => index > 0 && /^---[ \t]*\r?$/.test(line));
  if (end === -1) return { root: undefined, broken: false, bodyLine: 1 };
  // A blank first line keeps the line numbers of the file.
  const { documents, gaps } = parseYaml(['', ...lines.slice(1, end)].join('\n'), file);
  // Cursor and others write `globs: *.ts`, which is no YAML; what they read line by line is read so here too.
  if (gaps.length > 0) return { root: looseRoot(lines.slice(1, end)), broken: false, bodyLine: end + 2 };
  return { root: documents[0], broken: false, bodyLine: end + 2 };
}

function looseRoot(lines: readonly string[]): DocNode {
  const entries = new Map<string, { line: number; column: number; node: DocNode }>();
  for (const [index, line] of lines.entries()) {
    const cut = line.indexOf(':');
    if (cut <= 0 || /^\s/.test(line)) continue;
    const value = line.slice(cut + 1).trim();
    const scalar = value === 'true' ? true : value === 'false' ? false : value.replace(/^["']|["']$/g, '');
    entries.set(line.slice(0, cut).trim(), {
      line: index + 2,
      column: 1,
      node: { kind: 'scalar', line: index + 2, column: cut + 2, tag: undefined, value: scalar },
    });
  }
  return { kind: 'map', line: 2, column: 1, tag: undefined, entries };
}

import type { Scope } from '../scope.ts';
import { lastSegment } from '../values.ts';

/** A symbol of a library: any of `names` below any of `from` (module prefixes). One row of a table. */
export interface Signal {
  readonly from: readonly string[];
  readonly names: readonly string[];
}

/** Rows by the symbol's last name, so that a lookup does not walk the table. */
export class SignalTable<Row extends Signal> {
  readonly #byName = new Map<string, Row[]>();

  constructor(rows: readonly Row[]) {
    for (const row of rows) {
      for (const name of row.names) {
        const last = lastSegment(name);
        const known = this.#byName.get(last);
        if (known === undefined) this.#byName.set(last, [row]);
        else known.push(row);
      }
    }
  }

  /** The row a canonical path belongs to: `openai.OpenAI` is `OpenAI` from `openai`. */
  match(path: string, scope: Scope): Row | undefined {
    const rows = this.#byName.get(lastSegment(path));
    return rows?.find((row) => row.names.some((name) => names(path, row.from, name, scope)));
  }
}

function names(path: string, from: readonly string[], name: string, scope: Scope): boolean {
  if (path.startsWith('~')) {
    // A bare name under `using X;` or `from x import *`.
    return path.slice(1) === name && scope.wildcards.some((space) => from.some((prefix) => below(space, prefix)));
  }
  if (!path.endsWith(`.${name}`) && path !== name) return false;
  const root = path.slice(0, Math.max(0, path.length - name.length - 1));
  if (root.includes('()') || root.includes('[]'))
    return from.some((prefix) => prefix.includes('()') && root === prefix);
  return from.some((prefix) => (prefix === '' ? root === '' : below(root, prefix)));
}

/** Whether a module is the prefix or lies below it; a prefix that ends in `*` matches by its beginning. */
export function below(module: string, prefix: string): boolean {
  if (prefix.endsWith('*')) return module.startsWith(prefix.slice(0, -1));
  return module === prefix || (module.startsWith(prefix) && /[./:]/.test(module[prefix.length] ?? ''));
}

/** Where something stands. `file` is relative to the assessed root, with `/`; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Where each property of a resource stands: dotted path (`A.B[0].C`) to `[line, column]`, or
 * `[line, column, file]` where the property stands in another file than the resource.
 * Collectors record the paths they know; a reader falls back to the nearest recorded ancestor.
 */
export type Positions = Readonly<Record<string, readonly [number, number] | readonly [number, number, string]>>;

/** The location of a property path: its own, its nearest recorded ancestor's, or the resource's. */
export function locate(location: Location, positions: Positions, path: string): Location {
  let current = path;
  while (current !== '') {
    const found = positions[current];
    if (found !== undefined) return { file: found[2] ?? location.file, line: found[0], column: found[1] };
    const cut = Math.max(current.lastIndexOf('.'), current.lastIndexOf('['));
    if (cut <= 0) break;
    current = current.slice(0, cut);
  }
  return location;
}

import type { Unknown, Value } from '../../../model/value.ts';
import type { PositionSink } from '../../documents/node.ts';

/** Loop indices and lambda variables in force, and where positions go. */
export interface Frame {
  /** Index by loop name in lower case; `''` is the innermost resource loop. */
  readonly loops: ReadonlyMap<string, number | Unknown>;
  readonly locals: ReadonlyMap<string, Value>;
  /** Arguments of the user function that is being evaluated; then `parameters` reads these. */
  readonly arguments: ReadonlyMap<string, Value> | undefined;
  readonly positions: PositionSink;
}

/** An empty position sink without a prototype. */
export function newPositions(): PositionSink {
  return Object.create(null) as PositionSink;
}

/** A frame outside all loops. */
export function newFrame(): Frame {
  return { loops: new Map(), locals: new Map(), arguments: undefined, positions: newPositions() };
}

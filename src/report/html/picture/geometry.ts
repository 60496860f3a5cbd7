import type { Box } from './picture.ts';

/** Geometry of the picture, in SVG user units (CSS pixels at natural size). */
export const geometry = {
  boxWidth: 196,
  boxHeight: 76,
  gapX: 36,
  left: 24,
  columnsMax: 5,
  gutterMin: 34,
  stripHeight: 34,
  trackGap: 9,
} as const;

/** A box in the grid. */
export interface Cell {
  readonly box: Box;
  readonly row: number;
  readonly column: number;
}

/** A box with the coordinates of its top left corner. */
export interface PlacedBox {
  readonly box: Box;
  readonly row: number;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

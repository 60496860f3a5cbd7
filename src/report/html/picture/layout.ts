import { type Cell, geometry, type PlacedBox } from './geometry.ts';
import { type Box, type Link, type Picture, ranks } from './picture.ts';
import { routeLinks, type Route } from './route.ts';

/** The line where responsibility changes hands, above the band. */
export interface Boundary {
  readonly band: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly boundaries: readonly Boundary[];
  readonly routes: readonly Route[];
}

interface Row {
  readonly band: number;
  readonly boxes: readonly Box[];
}

/**
 * Places a picture on a grid: bands from you to the last provider, in each band a row (or more) for each rank, boxes
 * ordered so that connected ones stand above each other. Lines run in the gutters between rows and columns, never
 * through a box.
 */
export function layOut(picture: Picture): Layout {
  const rows = rowsOf(picture);
  const columns = Math.max(3, ...rows.map((row) => row.boxes.length));
  const cells = placeColumns(rows, picture.links, columns);
  const routes = routeLinks(picture.links, cells, rows.length, columns);
  const tops: number[] = [];
  const boundaries: Boundary[] = [];
  const gutters: { y: number; height: number }[] = [];
  let y = 0;
  for (let row = 0; row <= rows.length; row++) {
    const band = rows[row]?.band;
    const changes = band !== undefined && (row === 0 || rows[row - 1]?.band !== band);
    const tracks = routes.tracksIn(row);
    const height =
      tracks === 0 && row === rows.length
        ? 12
        : Math.max(row === 0 ? 14 : geometry.gutterMin, 20 + tracks * geometry.trackGap);
    gutters.push({ y, height });
    y += height;
    if (changes && band !== undefined) {
      boundaries.push({ band, y });
      y += geometry.stripHeight;
    }
    tops.push(y);
    if (row < rows.length) y += geometry.boxHeight;
  }
  const xOf = (column: number): number => geometry.left + column * (geometry.boxWidth + geometry.gapX);
  const boxes = [...cells.values()].map((cell) => ({ ...cell, x: xOf(cell.column), y: tops[cell.row] ?? 0 }));
  return {
    width: xOf(columns) - geometry.gapX + geometry.left,
    height: y,
    boxes,
    boundaries,
    routes: routes.draw(new Map(boxes.map((placed) => [placed.box.id, placed])), gutters),
  };
}

function rowsOf({ bands, boxes }: Picture): Row[] {
  return bands.flatMap((_, band) => {
    const inBand = boxes.filter((box) => box.band === band);
    const rows: Box[][] = [];
    for (const rank of ranks) {
      const ofRank = inBand.filter((box) => box.rank === rank);
      const last = rows.at(-1);
      // A lone box joins the row above while there is room: rows of one box make a picture tall for nothing.
      if (last !== undefined && ofRank.length === 1 && last.length < 3 && inBand.length > 4) last.push(...ofRank);
      else
        for (let at = 0; at < ofRank.length; at += geometry.columnsMax)
          rows.push(ofRank.slice(at, at + geometry.columnsMax));
    }
    return rows.map((row) => ({ band, boxes: row }));
  });
}

/** Columns by the mean column of what a box is connected to, from top to bottom and back (barycentre method). */
function placeColumns(rows: readonly Row[], links: readonly Link[], columns: number): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  const near = new Map<string, string[]>();
  for (const { from, to } of links) {
    near.set(from, [...(near.get(from) ?? []), to]);
    near.set(to, [...(near.get(to) ?? []), from]);
  }
  const sweeps = [...rows.keys(), ...[...rows.keys()].reverse(), ...rows.keys()];
  for (const at of sweeps) {
    const row = rows[at];
    if (row === undefined) continue;
    const start = (columns - row.boxes.length) / 2;
    const wanted = row.boxes.map((box, order) => {
      const others = (near.get(box.id) ?? []).flatMap((id) => cells.get(id) ?? []).filter((cell) => cell.row !== at);
      const mean =
        others.length === 0
          ? (cells.get(box.id)?.column ?? start + order)
          : others.reduce((sum, cell) => sum + cell.column, 0) / others.length;
      return { box, mean, order };
    });
    wanted.sort((a, b) => a.mean - b.mean || a.order - b.order);
    let free = 0;
    for (const [order, { box, mean }] of wanted.entries()) {
      const column = Math.max(free, Math.min(Math.round(mean), columns - (wanted.length - order)));
      cells.set(box.id, { box, row: at, column });
      free = column + 1;
    }
  }
  return cells;
}

import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { visibleLine } from '../../visible-text.ts';
import type { Workload } from '../../../model/graph.ts';
import { html, type Markup, trusted } from '../markup.ts';
import { pictureOf } from './draw.ts';
import { geometry, type PlacedBox } from './geometry.ts';
import { type Layout, layOut } from './layout.ts';
import type { Picture } from './picture.ts';
import type { Route } from './route.ts';

/** Bands are at least this wide: the content width of the report. */
const pageWidth = 1180;
/** Labels on more lines than these lie on each other; the table below says what each is. */
const labelsMax = 18;

/** The trust-boundary picture of a workload as inline SVG: who stands where, what runs on whom. */
export function renderPicture(workload: Workload, index: AssessmentIndex, context: ReportContext, id: string): Markup {
  const picture = pictureOf(workload, index, context);
  const layout = layOut(picture);
  const frame = frameOf(layout);
  const labelled = layout.routes.filter(({ link }) => link.label !== '');
  return html`<div class="picture" role="region" aria-label="Picture of ${workload.name}, scrolls sideways" tabindex="0">
<svg viewBox="${round(frame.left)} 0 ${round(frame.width)} ${round(layout.height)}" width="${round(frame.width)}" height="${round(layout.height)}" role="group" aria-labelledby="${id}-caption">
<defs><marker id="${id}-use" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" class="tip"/></marker><marker id="${id}-runs" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" class="tip runs"/></marker></defs>
${bands(layout, frame)}
<g aria-hidden="true">${layout.routes.map((route) => line(route, id))}</g>
${bandNames(picture, layout, frame)}
${layout.boxes.map(boxOf)}
<g aria-hidden="true">${labelled.length > labelsMax ? undefined : labelled.map(lineLabel)}</g>
</svg></div>`;
}

interface Frame {
  readonly left: number;
  readonly width: number;
}

/** Bands fill the page: a narrow picture stands in the middle of them. */
function frameOf({ width }: Layout): Frame {
  const full = Math.max(width, pageWidth);
  return { left: (width - full) / 2, width: full };
}

function bands({ boundaries, height }: Layout, { left, width }: Frame): readonly Markup[] {
  return boundaries.map(({ band, y }, at) => {
    const end = boundaries[at + 1]?.y ?? height;
    const top = at === 0 ? 0 : y;
    const edge =
      at === 0
        ? undefined
        : html`<line class="boundary" x1="${round(left)}" x2="${round(left + width)}" y1="${round(y)}" y2="${round(y)}"/>`;
    return html`<g class="band${trusted(band === 0 ? ' own' : '')}"><rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(end - top)}"/>${edge}</g>`;
  });
}

/** Names stand above the lines that cross the boundary. */
function bandNames({ bands: all }: Picture, { boundaries }: Layout, { left, width }: Frame): readonly Markup[] {
  return boundaries.map(({ band, y }, at) => {
    const [entry, before] = [all[band], all[band - 1]];
    const name = entry === undefined ? '' : entry.who === '' ? entry.name : `${entry.name}: ${entry.who}`;
    const handover =
      before === undefined || entry === undefined
        ? ''
        : `responsibility passes from ${band === 1 ? 'you' : before.name.toLowerCase()} to ${entry.name.toLowerCase()}`;
    const shown = fit(name, 13, width - 40);
    const fits = handover !== '' && textWidth(shown, 13) + textWidth(handover, 11) + 60 < width;
    return html`<g class="band${trusted(band === 0 ? ' own' : '')}"><text class="band-name" x="${round(left + 14)}" y="${round((at === 0 ? 0 : y) + 21)}">${shown}<title>${name}</title></text>${fits ? html`<text class="handover" text-anchor="end" x="${round(left + width - 14)}" y="${round(y + 20)}">${handover}</text>` : undefined}</g>`;
  });
}

function boxOf({ box, x, y }: PlacedBox): Markup {
  const { boxWidth, boxHeight } = geometry;
  const room = boxWidth - 26;
  const stacked =
    box.count > 1
      ? html`<rect class="behind" x="${round(x + 5)}" y="${round(y - 5)}" width="${boxWidth}" height="${boxHeight}" rx="7"/>`
      : undefined;
  const body = html`<title>${box.title.join('\n')}</title>${stacked}<rect class="frame" x="${round(x)}" y="${round(y)}" width="${boxWidth}" height="${boxHeight}" rx="7"/><path class="stripe" d="M${round(x + 6)} ${round(y + 0.5)}h-1a5 5 0 0 0-5 5v${boxHeight - 11}a5 5 0 0 0 5 5h1z"/><text class="kind" x="${round(x + 15)}" y="${round(y + 17)}">${fit(box.kind.toUpperCase(), 9.8, room)}</text><text class="name" x="${round(x + 15)}" y="${round(y + 34)}">${fit(box.name, 13.4, room)}</text><text class="detail" x="${round(x + 15)}" y="${round(y + 49)}">${fit(box.detail, 10.8, room)}</text><text class="status" x="${round(x + 15)}" y="${round(y + 66)}">${fit(box.status, 11.4, room)}</text>`;
  const label = `${box.kind}: ${visibleLine(box.name, 80)}, ${visibleLine(box.detail, 120)}, ${box.status}`;
  return box.href === undefined
    ? html`<g class="box t-${box.tone}" role="img" aria-label="${label}">${body}</g>`
    : html`<a class="box t-${box.tone}" href="#${box.href}" aria-label="${label}">${body}</a>`;
}

function line({ link, points }: Route, id: string): Markup {
  const marker = link.kind === 'contains' ? undefined : trusted(` marker-end="url(#${id}-${link.kind})"`);
  return html`<path class="line ${link.kind}" d="${rounded(points)}"${marker}/>`;
}

function lineLabel({ link, label }: Route): Markup {
  if (link.label === '' || label === undefined) return html``;
  return html`<text class="line-label" text-anchor="middle" x="${round(label.x)}" y="${round(label.y + 3.5)}">${link.label}</text>`;
}

/** A path with corners rounded by a quadratic curve. */
function rounded(points: readonly (readonly [number, number])[]): string {
  const clean = points.filter(
    (point, at) => at === 0 || point[0] !== points[at - 1]?.[0] || point[1] !== points[at - 1]?.[1],
  );
  let path = '';
  for (const [at, [x, y]] of clean.entries()) {
    const [before, after] = [clean[at - 1], clean[at + 1]];
    if (before === undefined) path += `M${round(x)} ${round(y)}`;
    else if (after === undefined) path += `L${round(x)} ${round(y)}`;
    else {
      const [a, b] = [toward([x, y], before), toward([x, y], after)];
      path += `L${round(a[0])} ${round(a[1])}Q${round(x)} ${round(y)} ${round(b[0])} ${round(b[1])}`;
    }
  }
  return path;
}

function toward(from: readonly [number, number], to: readonly [number, number]): readonly [number, number] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const step = Math.min(6, length / 2);
  return length === 0
    ? from
    : [from[0] + ((to[0] - from[0]) * step) / length, from[1] + ((to[1] - from[1]) * step) / length];
}

/** A text that fits a width in user units; what does not fit ends in `…`. The full text is in the title. */
export function fit(text: string, size: number, width: number): string {
  const line = visibleLine(text, 400);
  if (textWidth(line, size) <= width) return line;
  let room = width - textWidth('…', size);
  let cut = '';
  for (const character of line) {
    room -= textWidth(character, size);
    if (room < 0) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}

/** An upper estimate of a text's width: sans-serif fonts differ, a box must fit in the widest of the usual ones. */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0x2e7f) units += 1.05;
    else if (/[ilj.,:;'|!()[\]]/.test(character)) units += 0.37;
    else if (/[mwMW@%]/.test(character)) units += 0.94;
    else if (/[A-Z]/.test(character)) units += 0.71;
    else units += 0.6;
  }
  return units * size;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

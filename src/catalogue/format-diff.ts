import type { Party } from '../model/catalogue.ts';
import type { CatalogueDiff, Direction, MovedCell } from './diff.ts';

const headings: Readonly<Record<Direction, string>> = {
  'to-you': 'Responsibility moved to you',
  'from-you': 'Responsibility moved from you',
  orphaned: 'Nobody holds it any more',
  sideways: 'Responsibility moved between others',
};

/** A diff as plain text for a terminal or a commit message: one section a kind of change, the costly ones first. */
export function formatDiff(diff: CatalogueDiff): string {
  const sections = [
    ...(['to-you', 'orphaned', 'from-you', 'sideways'] as const).map((direction) =>
      section(headings[direction], diff.moved.filter((cell) => cell.direction === direction).map(movedLine)),
    ),
    section(
      'Vendor facts changed',
      diff.facts.map(({ service, topic, before, after }) => `${service} ${topic}: ${said(before)} -> ${said(after)}`),
    ),
    section(
      'Vendor recommendations for customers',
      diff.recommendations.map(({ service, before, after, growth }) =>
        growth === undefined
          ? `${service}: ${after} (not counted before)`
          : `${service}: ${before} -> ${after} (${growth > 0 ? '+' : ''}${growth})`,
      ),
    ),
    section('Services added', diff.services.added),
    section('Services removed', diff.services.removed),
    section('Controls added', diff.controls.added),
    section('Controls removed', diff.controls.removed),
    section(
      'Responsibilities now stated',
      diff.added.map(({ service, control, parties }) => `${service} ${control}: ${names(parties)}`),
    ),
    section(
      'Responsibilities no longer stated',
      diff.removed.map(({ service, control, parties }) => `${service} ${control}: ${names(parties)}`),
    ),
  ].filter((text) => text !== '');
  const body = sections.length === 0 ? 'No differences.' : sections.join('\n\n');
  return `catalogue ${diff.from} -> ${diff.to}\n\n${body}\n`;
}

function movedLine({ service, control, before, after, note, url }: MovedCell): string {
  return `${service} ${control}: ${names(before)} -> ${names(after)}\n    ${note} <${url}>`;
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${heading} (${lines.length})\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function names(parties: readonly Party[]): string {
  return parties.length === 0 ? 'nobody' : parties.join(', ');
}

function said(value: string | undefined): string {
  return value === undefined ? 'not stated' : `"${value}"`;
}

import { wrapText } from '../../base/wrap-text.ts';
import { layers, ownParties } from '../../model/catalogue.ts';
import type { Assessment, ResponsibilityCell } from '../../model/assessment.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import type { ReportContext } from '../report.ts';
import { plainStyle, type Style } from './style.ts';
import { printable, stateCounts } from './terminal.ts';

/**
 * The responsibility map for a terminal. What needs a decision comes first: orphans, double claims, claims without
 * evidence; then layer by layer.
 *
 * @param all also list what is held or inherited
 */
export function renderMap(
  assessment: Assessment,
  context: ReportContext,
  all: boolean,
  style: Style = plainStyle,
): string {
  if (assessment.workloads.length === 0) return 'No AI workload was found in what was read.\n';
  const index = new AssessmentIndex(assessment);
  const parts = assessment.workloads.map((workload) => {
    const cells = index.cellsOf(workload.id);
    const chain = index.chainOf(workload.id);
    const lines = [
      style.bold(printable(workload.name)),
      `  ${stateCounts(
        cells.map((cell) => cell.state),
        style,
      )}`,
      '',
      '  Chain of parties, nearest to you first',
    ];
    for (const { party, who, services } of chain) {
      lines.push(`    ${party.padEnd(16)} ${who}`, style.dim(wrapText(services.join(', '), 80, ' '.repeat(21))));
    }
    lines.push('', ...attention(cells, style), ...byLayer(cells, context, all, style));
    return lines.join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

function attention(cells: readonly ResponsibilityCell[], style: Style): string[] {
  const groups: readonly (readonly [string, readonly ResponsibilityCell[]])[] = [
    ['Orphaned: nobody holds it', cells.filter((cell) => cell.state === 'orphaned')],
    [
      'Claimed twice: one service leaves it to you, another to its provider',
      cells.filter((cell) => cell.doubleClaim && cell.state !== 'orphaned'),
    ],
  ];
  return groups.flatMap(([title, group]) => {
    if (group.length === 0) return [];
    return [
      `  ${style.bold(title)}`,
      ...group.map((cell) =>
        wrapText(
          `${cell.control}: ${cell.claims.map((claim) => `${claim.service}: ${claim.parties.join(' + ') || 'nobody'}`).join('; ')}`,
          80,
          '    ',
        ),
      ),
      '',
    ];
  });
}

function byLayer(
  cells: readonly ResponsibilityCell[],
  { catalogue }: ReportContext,
  all: boolean,
  style: Style,
): string[] {
  return layers.flatMap((layer) => {
    const inLayer = cells.filter((cell) => cell.layer === layer);
    const shown = inLayer.filter((cell) => all || (cell.state !== 'held' && cell.state !== 'inherited'));
    if (inLayer.length === 0) return [];
    const hidden = inLayer.length - shown.length;
    return [
      `  ${style.bold(layer)}${hidden > 0 ? style.dim(`  (${hidden} held or inherited)`) : ''}`,
      ...shown.map((cell) => {
        const title = catalogue.controlsById.get(cell.control)?.title ?? cell.control;
        const who =
          cell.parties.length === 0
            ? 'nobody'
            : cell.parties.map((party) => (ownParties.includes(party) ? `you: ${party}` : party)).join(' + ');
        return `    ${style.state(cell.state, cell.state.replace('-', ' ').padEnd(13))} ${wrapText(`${title}  [${who}]`, 80, '                  ').trimStart()}`;
      }),
      '',
    ];
  });
}

import { type Coverage, coverageOf } from '../../../decide/analysis/coverage.ts';
import { subjectName } from '../../../decide/analysis/domain.ts';
import type { Context } from '../../context.ts';
import { openSet, openTools } from '../../policy/open-set.ts';
import { loadSetFolder } from '../../policy/read-set.ts';
import type { SetFlags } from './commands.ts';
import { groupCells } from './group-cells.ts';

/** Runs `demarc policy coverage`. @returns 0 */
export function runCoverage(context: Context, flags: SetFlags, name: string): number {
  const folder = openSet(context, name);
  const coverage = coverageOf(loadSetFolder(folder, { tools: openTools(context, flags, folder) }));
  context.process.stdout.write(
    flags.json
      ? `${JSON.stringify({ ...coverage, cells: coverage.cells.map((cell) => ({ ...cell, subject: subjectName(cell.subject) })) }, null, 2)}\n`
      : render(coverage),
  );
  return 0;
}

function render({ cells, unreachable, shadowed }: Coverage): string {
  const list = (head: string, ids: readonly string[]): string =>
    ids.length === 0 ? '' : `\n${head}\n${ids.map((id) => `  ${id}\n`).join('')}`;
  return [
    `${groupCells(cells, ({ possible }) => possible.join('/')).join('\n')}\n`,
    list('policies that never apply', unreachable),
    list('permits that a forbid always overrides', shadowed),
  ].join('');
}

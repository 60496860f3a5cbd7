import { subjectName } from '../../../decide/analysis/domain.ts';
import { type ChangedCell, diffSets, othersOf } from '../../../decide/analysis/policy-diff.ts';
import type { Context } from '../../context.ts';
import { openSet, openTools } from '../../policy/open-set.ts';
import { loadSetFolder } from '../../policy/read-set.ts';
import type { SetFlags } from './commands.ts';
import { groupCells } from './group-cells.ts';

/** Runs `demarc policy diff`. @returns 0, or 1 when a cell or a policy without cells moves */
export function runDiff(context: Context, flags: SetFlags, beforeName: string, afterName: string): number {
  const [before, after] = [openSet(context, beforeName), openSet(context, afterName)];
  const tools = openTools(context, flags, before, after);
  const sets = [loadSetFolder(before, { tools }), loadSetFolder(after, { tools })] as const;
  const [changed, others] = [diffSets(...sets), othersOf(...sets)];
  context.process.stdout.write(
    flags.json
      ? `${JSON.stringify({ changed: changed.map((cell) => ({ ...cell, subject: subjectName(cell.subject) })), others }, null, 2)}\n`
      : render(changed, others),
  );
  return changed.length + others.length === 0 ? 0 : 1;
}

function render(changed: readonly ChangedCell[], others: readonly string[]): string {
  if (changed.length + others.length === 0) return 'nothing moves\n';
  const parts: string[] = [];
  if (changed.length > 0) parts.push(renderCells(changed));
  if (others.length > 0)
    parts.push(
      `policies about resources and prompts, which have no cells\n${others.map((id) => `  ${id}\n`).join('')}`,
    );
  return parts.join('\n');
}

function renderCells(changed: readonly ChangedCell[]): string {
  const lines = groupCells(changed, ({ before, after, conditionsOnly }) =>
    conditionsOnly ? `${before.join('/')}, by other conditions` : `${before.join('/')} -> ${after.join('/')}`,
  );
  return `${lines.join('\n')}\n\n${changed.length} cells move\n`;
}

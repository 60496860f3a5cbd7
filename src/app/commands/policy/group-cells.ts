import { type Cell, subjectName } from '../../../decide/analysis/domain.ts';
import { confidentialities } from '../../../model/event.ts';

/** One line for the cells of a tool and a subject that say the same, with when they say it. */
export function groupCells<T extends Cell>(cells: readonly T[], say: (cell: T) => string): string[] {
  const groups = new Map<string, T[]>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.tool, subjectName(cell.subject), say(cell)]);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [`${first.tool}  ${subjectName(first.subject)}  ${say(first)}${whenOf(group)}`];
  });
}

/** When the cells of a group apply; nothing for all of them. */
function whenOf(cells: readonly Cell[]): string {
  const of = (tainted: boolean): string[] =>
    cells.filter((cell) => cell.tainted === tainted).map(({ confidentiality }) => confidentiality);
  const parts = (
    [
      [false, 'clean run'],
      [true, 'tainted run'],
    ] as const
  ).flatMap(([tainted, name]) => {
    const levels = of(tainted);
    if (levels.length === 0) return [];
    return [levels.length === confidentialities.length ? name : `${name} that read ${levels.join(', ')}`];
  });
  return cells.length === confidentialities.length * 2 ? '' : `  (${parts.join('; ')})`;
}

import { folderOf, nameOf } from '../../../base/path.ts';
import type { Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';

/**
 * The chart whose template a file is: the nearest folder above a `templates` folder that holds a Chart.yaml.
 *
 * @returns path of the Chart.yaml, or undefined when the file is no Helm template
 */
export function chartOf(path: string, source: Pick<Source, 'has'>): string | undefined {
  let folder = folderOf(path);
  while (folder !== '') {
    const above = folderOf(folder);
    const chart = above === '' ? 'Chart.yaml' : `${above}/Chart.yaml`;
    if (nameOf(folder) === 'templates' && source.has(chart)) return chart;
    folder = above;
  }
  return undefined;
}

/** A chart as a gap: its templates are text until Helm renders them. */
export function helmGap(chart: string): Gap {
  return {
    kind: 'unsupported',
    reason: 'Helm template is not rendered: run `helm template` and assess its output',
    location: { file: chart, line: 1, column: 1 },
  };
}

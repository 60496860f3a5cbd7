import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../../base/errors.ts';
import { type Catalogue, reviveCatalogue } from '../../catalogue/catalogue.ts';
import { diffCatalogues } from '../../catalogue/diff.ts';
import { formatDiff } from '../../catalogue/format-diff.ts';
import { decodeText } from '../../collect/source.ts';
import type { Context } from '../context.ts';
import { readData } from '../data.ts';

/** Runs `demarc catalogue diff`. @returns 0 */
export function runCatalogueDiff(context: Context, json: boolean, oldPath: string, newPath: string): number {
  const diff = diffCatalogues(readCatalogue(context, oldPath), readCatalogue(context, newPath));
  context.process.stdout.write(json ? `${JSON.stringify(diff, null, 2)}\n` : formatDiff(diff));
  return 0;
}

function readCatalogue(context: Context, path: string): Catalogue {
  if (path === 'current') return reviveCatalogue(readData('catalogue.json'));
  try {
    return reviveCatalogue(
      JSON.parse(decodeText(context.files.read(resolve(context.environment.workingDirectory, path)))),
    );
  } catch (thrown) {
    throw new DemarcError('DMC_CATALOGUE_INVALID', `\`${path}\` is not a compiled catalogue: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: '`demarc catalogue export` prints one',
    });
  }
}

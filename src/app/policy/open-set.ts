import { resolve } from 'node:path';
import { DemarcError } from '../../base/errors.ts';
import type { SchemaTool } from '../../decide/schema/generate.ts';
import type { Context } from '../context.ts';
import { readJson } from '../read-json.ts';
import { readManifest } from '../../provenance/manifest/tools-list.ts';
import { readSetFolder, type SetFolder, shippedFolder } from './read-set.ts';
import { serverTools } from './tools-file.ts';

/** A set that a command names: a folder, or the name of a shipped one. @throws DemarcError `DMC_POLICY` */
export function openSet(context: Context, name: string): SetFolder {
  return shippedFolder(name) ?? readSetFolder(context.files, resolve(context.environment.workingDirectory, name), name);
}

/** The tools that a command names, or those of the sets' cases. @throws DemarcError */
export function openTools(
  context: Context,
  { tools, manifest }: { readonly tools?: readonly string[] | undefined; readonly manifest?: string | undefined },
  ...sets: readonly SetFolder[]
): SchemaTool[] {
  if (tools === undefined) return sets.flatMap(({ cases }) => cases?.tools ?? []);
  const labels = manifest === undefined ? [] : readManifest(readJson(context, manifest, 'DMC_MANIFEST'), manifest);
  return tools.flatMap((named) => {
    const at = named.indexOf('=');
    if (at < 1) throw new DemarcError('DMC_USAGE', `\`${named}\` names no server`, { hint: '--tools mail=tools.json' });
    const path = named.slice(at + 1);
    return serverTools(named.slice(0, at), readJson(context, path, 'DMC_MANIFEST'), path, labels);
  });
}

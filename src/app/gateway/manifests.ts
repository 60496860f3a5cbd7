import { resolve } from 'node:path';
import type { ToolManifestEntry } from '../../model/tool-labels.ts';
import { readManifest } from '../../provenance/manifest/tools-list.ts';
import type { Context } from '../context.ts';
import { readJson } from '../read-json.ts';
import { type GatewayConfig, readNamed } from './read-config.ts';

/** Labels that people wrote, by server and tool. @throws DemarcError `DMC_MANIFEST` */
export function readManifests(
  context: Context,
  folder: string,
  settings: Pick<GatewayConfig, 'servers' | 'placeOf'>,
): ReadonlyMap<string, ReadonlyMap<string, ToolManifestEntry>> {
  return new Map(
    Object.entries(settings.servers).flatMap(([server, { manifest }]) => {
      if (manifest === undefined) return [];
      const path = resolve(folder, manifest);
      const read = () => readManifest(readJson(context, path, 'DMC_MANIFEST'), manifest);
      const entries = readNamed(settings, ['servers', server, 'manifest'], read);
      return [[server, new Map(entries.map((entry) => [entry.name, entry]))] as const];
    }),
  );
}

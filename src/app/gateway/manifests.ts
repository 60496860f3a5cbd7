import { resolve } from 'node:path';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { ToolManifestEntry } from '../../model/tool-labels.ts';
import { readManifest } from '../../provenance/manifest/tools-list.ts';
import type { Context } from '../context.ts';
import { readJson } from '../read-json.ts';

/** Labels that people wrote, by server and tool. @throws DemarcError `DMC_MANIFEST` */
export function readManifests(
  context: Context,
  folder: string,
  servers: GatewaySettings['servers'],
): ReadonlyMap<string, ReadonlyMap<string, ToolManifestEntry>> {
  return new Map(
    Object.entries(servers).flatMap(([server, { manifest }]) => {
      if (manifest === undefined) return [];
      const path = resolve(folder, manifest);
      const entries = readManifest(readJson(context, path, 'DMC_MANIFEST'), manifest);
      return [[server, new Map(entries.map((entry) => [entry.name, entry]))] as const];
    }),
  );
}

import type { ToolManifestEntry } from '../../../model/tool-labels.ts';
import { draftLabels } from '../../../provenance/manifest/draft.ts';
import { colourStyle, plainStyle, type Style } from '../../../report/terminal/style.ts';
import { type Context, hasColour } from '../../context.ts';
import { readJson } from '../../read-json.ts';
import { manifestJson, readToolDefinitions } from '../../../provenance/manifest/tools-list.ts';
import type { DraftManifestFlags } from './draft-manifest.ts';

/** Runs `demarc mcp draft-manifest`. @throws DemarcError `DMC_MANIFEST` @returns 0 */
export function runDraftManifest(context: Context, flags: DraftManifestFlags, path: string): number {
  const drafts = readToolDefinitions(readJson(context, path, 'DMC_MANIFEST'), path).map(draftLabels);
  context.process.stdout.write(
    flags.format === 'json'
      ? manifestJson(drafts)
      : renderDrafts(drafts, hasColour(context) ? colourStyle : plainStyle),
  );
  return 0;
}

function renderDrafts(drafts: readonly ToolManifestEntry[], style: Style): string {
  const head = ['tool', 'effect', 'action', 'untrusted output', 'sends out', 'confidentiality'];
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  const rows = drafts.map(({ name, effect, action, untrustedOutput, sendsOut, confidentiality }) => [
    name.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 60),
    effect,
    action,
    yes(untrustedOutput),
    yes(sendsOut),
    confidentiality,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[style.bold(line(head)), ...rows.map(line)].join('\n')}\n\nDrafts: review them before they lower any caution.\n`;
}

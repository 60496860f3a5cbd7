import { type ToolManifestEntry, unknownTool } from '../../model/tool-labels.ts';
import { definitionOfCall, type ToolDefinition } from '../../provenance/manifest/definition.ts';
import { draftLabels } from '../../provenance/manifest/draft.ts';
import type { ActingLabels } from '../../provenance/run-tracer.ts';

/** Tells how a tool that is called, or that answered, is labelled. */
export type LabelsOf = (tool: string, args: unknown) => ActingLabels;

/** Drafts from definitions where the run has them, otherwise from the name and the arguments of each call. */
export function draftedLabels(definitions: readonly ToolDefinition[] = []): LabelsOf {
  const drafts = new Map<string, ActingLabels>();
  const defined = new Map(definitions.map((definition) => [definition.name, definition]));
  return (tool, args) => {
    const definition = defined.get(tool) ?? definitionOfCall(tool, args);
    const key = JSON.stringify([tool, definition.arguments.map(({ name }) => name)]);
    const known = drafts.get(key) ?? { labels: draftLabels(definition), reviewed: false, choices: definition.choices };
    drafts.set(key, known);
    return known;
  };
}

/** Labels of a manifest file; a tool it does not name may do anything. */
export function manifestLabels(manifest: readonly ToolManifestEntry[]): LabelsOf {
  const byName = new Map(
    manifest.map((labels): [string, ActingLabels] => [labels.name, { labels, reviewed: labels.review === 'approved' }]),
  );
  return (tool) => byName.get(tool) ?? { labels: unknownTool, reviewed: false };
}

import type { DraftLabels } from '../../integrity/tool-shape.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import { draftLabels } from '../../provenance/manifest/draft.ts';
import { readToolDefinitions } from '../../provenance/manifest/tools-list.ts';

/** Labels as `demarc mcp draft-manifest` drafts them; what cannot be read gets the cautious ones. */
export const draft: DraftLabels = (tool) => {
  const [definition] = readToolDefinitions([tool], 'tool');
  return definition === undefined ? unknownTool : draftLabels(definition);
};

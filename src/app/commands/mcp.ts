import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { draftManifestCommand } from './mcp/draft-manifest.ts';

export const mcpRoutes = buildRouteMap<string, Context>({
  routes: { draftManifest: draftManifestCommand },
  docs: { brief: 'Look at MCP servers: what their tools do and return' },
});

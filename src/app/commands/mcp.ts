import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { bridgeCommand } from './mcp/bridge.ts';
import { draftManifestCommand } from './mcp/draft-manifest.ts';
import { diffCommand, pinCommand, scanCommand } from './mcp/integrity-commands.ts';

export const mcpRoutes = buildRouteMap<string, Context>({
  routes: {
    bridge: bridgeCommand,
    draftManifest: draftManifestCommand,
    scan: scanCommand,
    pin: pinCommand,
    diff: diffCommand,
  },
  docs: {
    brief:
      'Look at MCP servers: what their tools do and return, what their definitions hide, what changed; bridge to them',
  },
});

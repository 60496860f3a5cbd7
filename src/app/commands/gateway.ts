import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { keyRoutes } from './gateway/key.ts';
import { secretRoutes } from './gateway/secret.ts';

export const gatewayRoutes = buildRouteMap<string, Context>({
  routes: { key: keyRoutes, secret: secretRoutes },
  docs: { brief: 'Stand between agents and the tools they use' },
});

import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { lockCommand } from './posture/lock.ts';

export const postureRoutes = buildRouteMap<string, Context>({
  routes: { lock: lockCommand },
  docs: { brief: 'Hold agent clients to a policy that was approved' },
});

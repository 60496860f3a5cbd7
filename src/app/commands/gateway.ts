import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { signCommand } from './gateway/sign.ts';
import { initCommand } from './gateway/init.ts';
import { serveCommand } from './gateway/serve.ts';
import { keyRoutes } from './gateway/key.ts';
import { revokeCommand } from './gateway/revoke.ts';
import { secretRoutes } from './gateway/secret.ts';
import { tokenCommand } from './gateway/token.ts';
import { tryCommand } from './gateway/try.ts';

export const gatewayRoutes = buildRouteMap<string, Context>({
  defaultCommand: 'serve',
  routes: {
    serve: serveCommand,
    init: initCommand,
    try: tryCommand,
    sign: signCommand,
    key: keyRoutes,
    token: tokenCommand,
    revoke: revokeCommand,
    secret: secretRoutes,
  },
  docs: { brief: 'Stand between agents and the tools they use' },
});

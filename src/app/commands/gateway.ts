import { buildRouteMap } from '@stricli/core';
import { closest } from '../../base/closest.ts';
import { DemarcError } from '../../base/errors.ts';
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

/**
 * What is wrong with the arguments of `demarc gateway` where the first is no command: the library takes it for an argument of `serve`,
 * which has none.
 */
export function unknownGatewayCommand([group, name]: readonly string[]): DemarcError | undefined {
  const names = gatewayRoutes.getAllEntries().map(({ name: { original } }) => original);
  if (group !== 'gateway' || name === undefined || name.startsWith('-') || names.includes(name)) return undefined;
  const near = closest(name, names);
  return new DemarcError('DMC_USAGE', `there is no command \`demarc gateway ${name}\``, {
    hint: near === undefined ? '`demarc gateway --help` lists them' : `did you mean \`demarc gateway ${near}\`?`,
  });
}

import { DemarcError } from '../../../base/errors.ts';
import { type FrontOptions, StdioFront } from '../../../gateway/front/stdio-front.ts';
import type { Context } from '../../context.ts';
import { BridgeWay } from '../../gateway/bridge-way.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { inputUntil, untilStopped } from '../../until-stopped.ts';
import type { BridgeFlags } from './bridge.ts';

/** The token that a running gateway knows this client by. */
export const tokenVariable = 'DEMARC_GATEWAY_TOKEN';

/** Runs `demarc mcp bridge` until its input ends. @returns 0 */
export async function runBridge(context: Context, flags: BridgeFlags): Promise<number> {
  const names = Object.keys(readGatewayConfig(context, flags.config).settings.servers);
  if (flags.server !== undefined && !names.includes(flags.server))
    throw new DemarcError('DMC_UNKNOWN_ID', `\`${flags.config}\` names no server \`${flags.server}\``, {
      hint: `it names ${names.join(', ')}`,
    });
  const path = flags.server === undefined ? '/mcp' : `/mcp/${flags.server}`;
  const way = new BridgeWay(context, flags.config, path, (line) => context.process.stderr.write(`${line}\n`));
  try {
    await way.open();
    await front(context, authorization(context), (call) => way.send(call));
  } finally {
    await way.close();
  }
  return 0;
}

async function front(
  { process: { stdin } }: Context,
  headers: Readonly<Record<string, string>>,
  send: FrontOptions['send'],
): Promise<void> {
  await untilStopped(async (stop) => {
    const left = new AbortController();
    // A client that reads no more has left; what was opened for it is closed in order.
    const leave = (): void => left.abort();
    process.stdout.on('error', leave);
    try {
      await new StdioFront({
        send,
        headers: async () => headers,
        input: inputUntil(AbortSignal.any([stop, left.signal]), stdin),
        write: (line) => new Promise((resolve) => process.stdout.write(line, () => resolve())),
      }).run();
    } finally {
      process.stdout.off('error', leave);
    }
  });
}

function authorization({ environment }: Context): Readonly<Record<string, string>> {
  const token = environment.variables[tokenVariable] ?? '';
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}

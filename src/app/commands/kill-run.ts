import { DemarcError } from '../../base/errors.ts';
import { formatRfc3339 } from '../../base/rfc3339.ts';
import { visibleText } from '../../store/approvals/visible-text.ts';
import type { Kill } from '../../store/kill-switch/kill.ts';
import type { KillScope } from '../../store/kill-switch/kill-scopes.ts';
import { KillFolder } from '../../store/kill-switch/kill-folder.ts';
import { type Context, printJson } from '../context.ts';
import { readGatewayConfig } from '../gateway/read-config.ts';
import {
  gatewayStateFolder,
  isGatewayState,
  killFolderIn,
  stateFolderOf,
  stateVariable,
} from '../gateway/state-folder.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { configFlag } from './gateway/config-flag.ts';
import type { KillFlags } from './kill.ts';

/**
 * Runs `demarc kill`.
 *
 * @returns 0; 1 where nothing was there to lift
 * @throws DemarcError `DMC_USAGE`, `DMC_KILL_SWITCH`, and what reading the configuration throws
 */
export async function runKill(
  context: Context,
  flags: KillFlags,
  scope: KillScope | undefined,
  name = '',
): Promise<number> {
  const { environment, clock } = context;
  const state = stateOf(context, flags);
  const place = killFolderIn(state);
  const folder = new KillFolder(nodeDurableFiles(), place);
  const tell = (facts: Readonly<Record<string, readonly Kill[]>>, text: string): void => {
    if (flags.format === 'json') printJson(context, { folder: place, ...facts });
    else context.process.stdout.write(`${text}\n`);
  };
  if (scope !== undefined && (scope === 'all') !== (name === ''))
    throw new DemarcError('DMC_USAGE', scope === 'all' ? '`all` takes no name' : `name the ${scope}`);
  const target = scope === undefined ? undefined : { scope, name };
  if (flags.lift) {
    const lifted = await folder.lift(target);
    const lines = lifted.map((kill) => `Lifted: ${describe(kill)}`);
    tell({ lifted }, lines.length === 0 ? 'Nothing was stopped.' : lines.join('\n'));
    return lifted.length === 0 ? 1 : 0;
  }
  if (target === undefined) {
    const stopped = await folder.list();
    const lines = stopped.map(describe);
    tell({ stopped }, lines.length === 0 ? `Nothing is stopped (${place}).` : lines.join('\n'));
    return 0;
  }
  if (!isGatewayState(context.files, state))
    throw new DemarcError('DMC_KILL_SWITCH', `no gateway keeps its state in \`${state}\`: nothing would be stopped`, {
      hint: '--state names the state folder of a gateway, --config its configuration',
    });
  const { USER, LOGNAME, USERNAME } = environment.variables;
  const by = USER ?? LOGNAME ?? USERNAME ?? '';
  const kill: Kill = { ...target, reason: flags.reason, by, at: formatRfc3339(clock.now()) };
  await folder.set(kill);
  tell(
    { stopped: [kill] },
    `Stopped: ${describe(kill)}\nat the gateway whose state is in ${state}\nLift it with: demarc kill ${scope}${name === '' ? '' : ` '${name}'`} --lift`,
  );
  return 0;
}

/** The state folder that was named, or that of the configuration there is. @throws DemarcError what reading a configuration throws */
function stateOf(context: Context, { state, config }: KillFlags): string {
  const { environment, files } = context;
  const { workingDirectory, variables } = environment;
  if (state !== undefined) return gatewayStateFolder(environment, state);
  const here = files.list(workingDirectory).some(({ name }) => name === configFlag.default);
  const file = config ?? (here && !variables[stateVariable] ? configFlag.default : undefined);
  if (file === undefined) return gatewayStateFolder(environment, undefined);
  return stateFolderOf(environment, readGatewayConfig(context, file));
}

function describe({ scope, name, reason, by, at }: Kill): string {
  const what = scope === 'all' ? 'everything' : `${scope} ${visibleText(name)}`;
  return [what, at, visibleText(by), visibleText(reason)].filter((part) => part !== '').join('  ');
}

import { buildApplication, buildRouteMap, type Command, type RouteMap } from '@stricli/core';
import { approvalRoutes } from './commands/approvals.ts';
import { assessCommand } from './commands/assess.ts';
import { catalogueRoutes } from './commands/catalogue.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { gatewayRoutes } from './commands/gateway.ts';
import { initCommand } from './commands/init.ts';
import { killCommand } from './commands/kill.ts';
import { ledgerRoutes } from './commands/ledger.ts';
import { mapCommand } from './commands/map.ts';
import { mcpRoutes } from './commands/mcp.ts';
import { policyRoutes } from './commands/policy.ts';
import { postureRoutes } from './commands/posture.ts';
import { replayCommand } from './commands/replay.ts';
import { rulesCommand } from './commands/rules.ts';
import type { Context } from './context.ts';
import { version } from './version.ts';

const root = buildRouteMap<string, Context>({
  routes: {
    assess: assessCommand,
    map: mapCommand,
    rules: rulesCommand,
    explain: explainCommand,
    catalogue: catalogueRoutes,
    ledger: ledgerRoutes,
    mcp: mcpRoutes,
    gateway: gatewayRoutes,
    policy: policyRoutes,
    posture: postureRoutes,
    approvals: approvalRoutes,
    kill: killCommand,
    replay: replayCommand,
    init: initCommand,
    doctor: doctorCommand,
  },
  docs: { brief: "Shows where your AI providers' responsibility ends and yours begins, and checks your side." },
});

/**
 * Arguments as their command spells them: `--json` and `--format json` are the same, whichever of the two it has.
 *
 * @param args all of a command line
 */
export function spelled(args: readonly string[]): readonly string[] {
  const has = flagsOf(args);
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const [own, rest] = [args.slice(0, end), args.slice(end)];
  if (has('format') && !has('json'))
    return [...own.flatMap((arg) => (arg === '--json' ? ['--format', 'json'] : [arg])), ...rest];
  if (!has('json') || has('format')) return args;
  const joined = own.flatMap((arg, at) => {
    if (arg === '--format' && own[at + 1] === 'json') return [];
    return arg === '--format=json' || (arg === 'json' && own[at - 1] === '--format') ? ['--json'] : [arg];
  });
  return [...joined, ...rest];
}

/** Whether the command that arguments begin with has a flag. */
function flagsOf(args: readonly string[]): (name: string) => boolean {
  let target: Command<Context> | RouteMap<Context> = root;
  for (const arg of args) {
    if (!('getRoutingTargetForInput' in target)) break;
    const next: Command<Context> | RouteMap<Context> | undefined = target.getRoutingTargetForInput(arg);
    if (next === undefined) break;
    target = next;
  }
  const command = target;
  return (name) => 'loader' in command && command.usesFlag(name, 'original');
}

/** The commands of `demarc`. */
export const application = buildApplication(root, {
  name: 'demarc',
  versionInfo: { currentVersion: version },
  scanner: { caseStyle: 'allow-kebab-for-camel' },
  documentation: { disableAnsiColor: process.env['NO_COLOR'] !== undefined || !process.stdout.isTTY },
  determineExitCode: () => 2,
});

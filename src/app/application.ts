import { buildApplication, buildRouteMap } from '@stricli/core';
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

/** The commands of `demarc`. */
export const application = buildApplication(root, {
  name: 'demarc',
  versionInfo: { currentVersion: version },
  scanner: { caseStyle: 'allow-kebab-for-camel' },
  documentation: { disableAnsiColor: process.env['NO_COLOR'] !== undefined || !process.stdout.isTTY },
  determineExitCode: () => 2,
});

#!/usr/bin/env node
import { type ApplicationContext, buildApplication, buildRouteMap, run } from '@stricli/core';
import { DemarcError } from '../base/errors.ts';
import { assessCommand } from './commands/assess.ts';
import { catalogueRoutes } from './commands/catalogue.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { initCommand } from './commands/init.ts';
import { mapCommand } from './commands/map.ts';
import { rulesCommand } from './commands/rules.ts';
import { type Context, processContext } from './context.ts';
import { version } from './version.ts';

const root = buildRouteMap<string, Context>({
  routes: {
    assess: assessCommand,
    map: mapCommand,
    rules: rulesCommand,
    explain: explainCommand,
    catalogue: catalogueRoutes,
    init: initCommand,
    doctor: doctorCommand,
  },
  docs: { brief: "Shows where your AI providers' responsibility ends and yours begins, and checks your side." },
});

const application = buildApplication(root, {
  name: 'demarc',
  versionInfo: { currentVersion: version },
  scanner: { caseStyle: 'allow-kebab-for-camel' },
  documentation: { disableAnsiColor: process.env['NO_COLOR'] !== undefined || !process.stdout.isTTY },
  determineExitCode: () => 2,
});

/** Usage errors of the command-line library end with 2, as all usage errors do. */
async function main(): Promise<void> {
  const context = processContext();
  await run(application, process.argv.slice(2), context as Context & ApplicationContext);
  const code = Number(process.exitCode ?? 0);
  // The library signals unknown commands and bad flags with negative codes.
  process.exitCode = code < 0 || code > 125 ? 2 : code;
}

main().catch((thrown: unknown) => {
  const known = thrown instanceof DemarcError;
  process.stderr.write(
    `error: ${known ? thrown.message : thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`,
  );
  process.exitCode = 2;
});

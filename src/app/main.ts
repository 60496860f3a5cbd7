#!/usr/bin/env node
import { type ApplicationContext, run } from '@stricli/core';
import { DemarcError } from '../base/errors.ts';
import { application, spelled } from './application.ts';
import { unknownGatewayCommand } from './commands/gateway.ts';
import { type Context, guarded, processContext } from './context.ts';
import { withoutInlineWasm } from './inline-wasm.ts';

withoutInlineWasm();

/** Usage errors of the command-line library end with 2, as all usage errors do. */
async function main(): Promise<void> {
  const context = processContext();
  const args = spelled(process.argv.slice(2));
  const unknown = unknownGatewayCommand(args);
  if (unknown === undefined) await run(application, args, context as Context & ApplicationContext);
  else await guarded(context, () => Promise.reject(unknown));
  const code = Number(process.exitCode ?? 0);
  // The library signals unknown commands and bad flags with negative codes.
  process.exitCode = code < 0 || code > 125 ? 2 : code;
}

// The reader of a pipe may have seen enough (`demarc rules | head`): that is no error. A command whose work is not for that
// reader listens itself, and goes on.
process.stdout.on('error', (thrown: NodeJS.ErrnoException) => {
  if (thrown.code !== 'EPIPE') throw thrown;
  if (process.stdout.listenerCount('error') === 1) process.exit(0);
});

// Whom nobody hears need not stop working for that.
process.stderr.on('error', () => {});

main().catch((thrown: unknown) => {
  const known = thrown instanceof DemarcError;
  process.stderr.write(
    `error: ${known ? thrown.message : thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`,
  );
  process.exitCode = 2;
});

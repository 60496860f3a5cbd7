import type { CommandContext } from '@stricli/core';
import { DemarcError } from '../base/errors.ts';
import type { Clock, Environment, Files, FileWriter } from '../base/ports.ts';
import { fileError } from './file-error.ts';
import { nodeClock, nodeEnvironment, nodeFiles, nodeWriter } from './node-ports.ts';

/** What every command receives: the outside world and where to write. Tests make their own. */
export interface Context extends CommandContext {
  readonly process: {
    readonly stdin?: AsyncIterable<Uint8Array>;
    readonly stdout: { write(text: string): void; readonly isTTY?: boolean; readonly columns?: number };
    readonly stderr: { write(text: string): void; readonly isTTY?: boolean };
    exitCode?: number | string | null | undefined;
  };
  readonly files: Files;
  readonly writer: FileWriter;
  readonly clock: Clock;
  readonly environment: Environment;
}

/** The context of this process. */
export function processContext(): Context {
  return { process, files: nodeFiles, writer: nodeWriter, clock: nodeClock, environment: nodeEnvironment() };
}

/**
 * Runs a command's work and turns an expected error into one `error:` line, a `hint:` line and exit code 2. Anything
 * else is a defect and keeps its stack.
 */
export async function guarded(context: Context, work: () => Promise<number> | number): Promise<void> {
  try {
    context.process.exitCode = await work();
  } catch (thrown) {
    const error = thrown instanceof DemarcError ? thrown : fileError(thrown);
    if (error === undefined) throw thrown;
    tellError(context, error);
    context.process.exitCode = 2;
  }
}

/** Writes an error as people see it. */
export function tellError({ process: { stderr } }: Context, { message, code, hint }: DemarcError): void {
  stderr.write(`error: ${message} [${code}]\n`);
  if (hint !== undefined) stderr.write(`hint: ${hint}\n`);
}

/** Prints what a command found or did, for programs. */
export function printJson({ process: { stdout } }: Context, value: unknown): void {
  stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Whether standard output is a terminal that wants colours (https://no-color.org). */
export function hasColour(context: Context): boolean {
  return context.process.stdout.isTTY === true && (context.environment.variables['NO_COLOR'] ?? '') === '';
}

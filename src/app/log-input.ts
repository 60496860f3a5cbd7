import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from './context.ts';

/** The bytes of a log to import: a file, or standard input for `-`. */
export function logInput(context: Context, path: string): AsyncIterable<Uint8Array> {
  if (path !== '-') return createReadStream(resolve(context.environment.workingDirectory, path));
  return context.process.stdin ?? nothing();
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // Without standard input there is nothing to read.
}

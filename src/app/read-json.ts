import { resolve } from 'node:path';
import { DemarcError, type ErrorCode, messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Context } from './context.ts';

/** Reads a JSON file that a command is given. @throws DemarcError with the code, when it cannot be read or parsed */
export function readJson(context: Context, path: string, code: ErrorCode): unknown {
  const file = resolve(context.environment.workingDirectory, path);
  try {
    if (context.files.size(file) > limits.fileBytesMax)
      throw new DemarcError(code, `\`${path}\` is larger than ${limits.fileBytesMax} bytes`);
    return JSON.parse(Buffer.from(context.files.read(file)).toString('utf8'));
  } catch (thrown) {
    if (thrown instanceof DemarcError) throw thrown;
    throw new DemarcError(code, `\`${path}\` cannot be read as JSON: ${messageOf(thrown)}`, { cause: thrown });
  }
}

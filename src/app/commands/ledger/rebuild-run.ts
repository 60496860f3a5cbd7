import { grouped } from '../../../report/html/words.ts';
import type { Context } from '../../context.ts';
import { type IndexOptions, withIndex } from './open-index.ts';
import type { RebuildFlags } from './rebuild.ts';

/** Runs `demarc ledger rebuild`. @returns 0, or 1 when the entries do not lead to the root the checkpoint signs */
export function runRebuild(
  context: Context,
  flags: RebuildFlags,
  folder: string,
  options?: IndexOptions,
): Promise<number> {
  const started = context.clock.monotonic();
  return withIndex(
    context,
    flags,
    folder,
    async ({ projected, agrees }) => {
      const seconds = (context.clock.monotonic() - started) / 1000;
      const words = flags.indexText ? ', with the words of payloads' : '';
      context.process.stdout.write(
        flags.format === 'json'
          ? `${JSON.stringify({ entries: projected, agrees, texts: flags.indexText })}\n`
          : `${grouped(projected)} entries in the index${words}, in ${seconds.toFixed(1)} s\n`,
      );
      return agrees ? 0 : 1;
    },
    { ...options, rebuild: { texts: flags.indexText } },
  );
}

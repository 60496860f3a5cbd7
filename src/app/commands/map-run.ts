import type { Context } from '../context.ts';
import { runAssessment } from '../run-assessment.ts';
import type { MapFlags } from './map.ts';

/** Runs `demarc map`. @returns 0; the map is information, `demarc assess` fails builds */
export async function runMap(context: Context, flags: MapFlags, paths: readonly string[]): Promise<number> {
  const { assessment } = await runAssessment(context, paths, { posture: flags.posture, cache: true, quiet: flags.json });
  context.process.stdout.write(`${JSON.stringify(assessment.responsibilities, null, 2)}\n`);
  return 0;
}

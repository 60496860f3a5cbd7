import { DemarcError } from '../../base/errors.ts';
import type { Assessment } from '../../model/assessment.ts';
import { prettyWithList } from '../../report/pretty-list.ts';
import { renderMap } from '../../report/terminal/map.ts';
import { colourStyle, plainStyle } from '../../report/terminal/style.ts';
import { hasColour, type Context } from '../context.ts';
import { runAssessment } from '../run-assessment.ts';
import { inBatches } from '../write-report.ts';
import type { MapFlags } from './map.ts';

/** Runs `demarc map`. @returns 0; the map is information, `demarc assess` fails builds */
export async function runMap(context: Context, flags: MapFlags, paths: readonly string[]): Promise<number> {
  const run = await runAssessment(context, paths, { posture: flags.posture, cache: true, quiet: flags.json });
  const assessment = flags.workload === undefined ? run.assessment : onlyWorkload(run.assessment, flags.workload);
  const { workloads, chains, responsibilities, posture } = assessment;
  const style = hasColour(context) ? colourStyle : plainStyle;
  if (flags.json) {
    const whole = { workloads, chains, responsibilities: [], posture: posture ?? null };
    for (const piece of inBatches(prettyWithList(whole, 'responsibilities', 2, responsibilities)))
      context.process.stdout.write(piece);
    context.process.stdout.write('\n');
  } else context.process.stdout.write(renderMap(assessment, run.report, flags.all, style));
  if (!flags.json && posture !== undefined) {
    const reached = posture.required.held + posture.required.inherited;
    const total = reached + posture.missing.length;
    context.process.stdout.write(
      `\nPosture ${posture.posture}: ${reached} of ${total} required controls are held or inherited\n`,
    );
  }
  return 0;
}

function onlyWorkload(assessment: Assessment, wanted: string): Assessment {
  const found = assessment.workloads.filter((workload) => workload.id === wanted || workload.name === wanted);
  const ids = new Set(found.map((workload) => workload.id));
  if (ids.size === 0) {
    throw new DemarcError('DMC_UNKNOWN_ID', `no workload is called \`${wanted}\``, {
      hint: `there are ${assessment.workloads.map((workload) => workload.name).join(', ') || 'none'}`,
    });
  }
  return {
    ...assessment,
    workloads: found,
    chains: assessment.chains.filter((chain) => ids.has(chain.workload)),
    responsibilities: {
      of: (id) => (ids.has(id) ? assessment.responsibilities.of(id) : []),
      statesOf: (id) => (ids.has(id) ? assessment.responsibilities.statesOf(id) : []),
      *[Symbol.iterator]() {
        for (const id of ids) yield* assessment.responsibilities.of(id);
      },
    },
  };
}

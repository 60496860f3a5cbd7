import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { traceDecider } from '../../decide/trace-decider.ts';
import { colourStyle, plainStyle } from '../../report/terminal/style.ts';
import { type Context, hasColour } from '../context.ts';
import { logInput } from '../log-input.ts';
import { openSet } from '../policy/open-set.ts';
import { Progress } from '../progress.ts';
import { readJson } from '../read-json.ts';
import { draftedLabels, type LabelsOf, manifestLabels } from '../replay/labels.ts';
import { isRunGap, readRuns, type RunGap } from '../replay/read-runs.ts';
import { renderReplay, replayJson } from '../replay/render.ts';
import { ReplayCount } from '../replay/replay.ts';
import { isReplayPolicy } from '../replay/replay-policies.ts';
import { decideReplay } from '../replay/replay-policy.ts';
import { replayRun } from '../replay/replay-run.ts';
import { readManifest, readToolDefinitions } from '../../provenance/manifest/tools-list.ts';
import type { ReplayFlags } from './replay.ts';

/** Runs `demarc replay`. @throws DemarcError `DMC_REPLAY` when no run could be read @returns 0, or 1 with gaps */
export async function runReplay(context: Context, flags: ReplayFlags, path: string): Promise<number> {
  const { policy, manifest, userWords } = flags;
  const shared =
    manifest === 'auto'
      ? draftedLabels()
      : manifestLabels(readManifest(readJson(context, manifest, 'DMC_MANIFEST'), manifest));
  const decide = isReplayPolicy(policy) ? decideReplay(policy) : traceDecider(openSet(context, policy));
  const progress = new Progress(context, flags.quiet);
  const count = new ReplayCount();
  const gaps: RunGap[] = [];
  let runs = 0;
  for await (const read of readRuns(logInput(context, path))) {
    if (isRunGap(read)) {
      if (gaps.length < limits.gapsPerLogMax) gaps.push(read);
      continue;
    }
    const labelsOf = manifest === 'auto' ? labelsOfRun(read.tools, shared, path) : shared;
    count.add(read, replayRun(read, { decide, labelsOf, userWords }));
    progress.show(++runs, runs, read.id);
  }
  progress.clear();
  if (runs === 0)
    throw new DemarcError(
      'DMC_REPLAY',
      `\`${path}\` holds no recorded run${gaps[0] === undefined ? '' : `: line ${gaps[0].line}: ${gaps[0].reason}`}`,
      {
        hint: 'one run a line, as docs/guide/provenance.md describes',
      },
    );
  const result = count.result({ policy, manifest, userWords, gaps });
  context.process.stdout.write(
    flags.format === 'json' ? replayJson(result) : renderReplay(result, hasColour(context) ? colourStyle : plainStyle),
  );
  return gaps.length === 0 ? 0 : 1;
}

/** A run that brings the definitions of its tools is drafted from them. */
function labelsOfRun(tools: readonly unknown[] | undefined, shared: LabelsOf, path: string): LabelsOf {
  return tools === undefined ? shared : draftedLabels(readToolDefinitions(tools, path));
}

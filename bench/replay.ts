/**
 * Replays recorded agent runs by every policy set, with drafted manifests, with and without the user's words, and prints the
 * figures that docs/guide/provenance.md states. Reads `agent-traces.jsonl.gz` in `DEMARC_DATA` (default: ../shared/data
 * beside the repository); says so and ends where there is none.
 *
 *   npx tsx bench/replay.ts [--sensitivity] [--json out.json]
 */
import { createReadStream, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { draftedLabels, type LabelsOf, manifestLabels } from '../src/app/replay/labels.ts';
import { isRunGap, readRuns } from '../src/app/replay/read-runs.ts';
import type { RecordedRun } from '../src/app/replay/recorded-run.ts';
import type { ReplayPolicy } from '../src/app/replay/replay-policies.ts';
import { decideReplay } from '../src/app/replay/replay-policy.ts';
import { replayRun } from '../src/app/replay/replay-run.ts';
import { type Score, ScoreBoard } from '../src/app/replay/score.ts';
import type { Share } from '../src/base/wilson.ts';
import { defaultThresholds, type TraceThresholds } from '../src/provenance/trace.ts';
import { manifestOf } from '../test/provenance/disguise.ts';

const { values } = parseArgs({
  options: { json: { type: 'string' }, sensitivity: { type: 'boolean', default: false } },
});
const folder = process.env['DEMARC_DATA'] ?? new URL('../../shared/data', import.meta.url).pathname;
const data = join(folder, 'agent-traces.jsonl.gz');

interface Row {
  readonly policy: ReplayPolicy;
  readonly manifest: string;
  readonly userWords: boolean;
  readonly thresholds?: TraceThresholds;
  readonly seconds: number;
  readonly overall: Score;
  readonly suites: Record<string, Score>;
  readonly models: Record<string, Score>;
}

const percent = ({ share, low, high }: Share, digits: number): string =>
  [share, low, high].map((part) => ((part ?? 0) * 100).toFixed(digits)).join(' ');

function measure(
  runs: readonly RecordedRun[],
  row: Pick<Row, 'policy' | 'manifest' | 'userWords' | 'thresholds'>,
  labelsOf: LabelsOf,
): Row {
  const started = performance.now();
  const board = new ScoreBoard();
  const decide = decideReplay(row.policy);
  for (const run of runs) board.add(run, replayRun(run, { ...row, decide, labelsOf }));
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const result = { ...row, seconds, ...board.scores() };
  const { overall } = result;
  const note =
    row.thresholds === undefined
      ? ''
      : ` copied > ${row.thresholds.copiedShare.toFixed(2)} of <= ${row.thresholds.copiedWordsMax} words`;
  console.log(
    `${row.policy.padEnd(16)} ${row.manifest.padEnd(6)} words ${row.userWords ? 'seen  ' : 'unseen'}  stopped ${percent(overall.stopped, 1)}  residual ${percent(overall.residual, 2)}  kept ${percent(overall.kept, 1)}  asks ${(overall.asksPerTask ?? 0).toFixed(2)}  under attack kept ${percent(overall.keptUnderAttack, 1)}${note}`,
  );
  return result;
}

if (!existsSync(data)) {
  console.log(`${data} is not there: nothing is measured`);
} else {
  const runs: RecordedRun[] = [];
  for await (const run of readRuns(createReadStream(data))) if (!isRunGap(run)) runs.push(run);
  const rows: Row[] = [];
  const drafted = draftedLabels();
  for (const policy of ['provenance', 'rule-of-two', 'least-privilege', 'none'] as const)
    for (const userWords of [true, false]) rows.push(measure(runs, { policy, manifest: 'auto', userWords }, drafted));
  // One manifest for each suite, as `draft-manifest` makes it: two suites may use one name for two tools.
  const bySuite = new Map(
    [...new Set(runs.map(({ suite }) => suite))].map((suite) => [
      suite,
      manifestLabels(manifestOf(runs.filter((run) => run.suite === suite))),
    ]),
  );
  for (const userWords of [true, false]) {
    const board = new ScoreBoard();
    const started = performance.now();
    const decide = decideReplay('provenance');
    for (const run of runs)
      board.add(run, replayRun(run, { decide, userWords, labelsOf: bySuite.get(run.suite) ?? drafted }));
    const scores = board.scores();
    rows.push({
      policy: 'provenance',
      manifest: 'file',
      userWords,
      seconds: Math.round((performance.now() - started) / 100) / 10,
      ...scores,
    });
    console.log(
      `provenance       file   words ${userWords ? 'seen  ' : 'unseen'}  stopped ${percent(scores.overall.stopped, 1)}  kept ${percent(scores.overall.kept, 1)}`,
    );
  }
  if (values.sensitivity)
    for (const copiedShare of [0.5, 0.6, 0.75, 0.9])
      for (const userWords of [true, false])
        rows.push(
          measure(
            runs,
            { policy: 'provenance', manifest: 'auto', userWords, thresholds: { ...defaultThresholds, copiedShare } },
            drafted,
          ),
        );
  if (values.sensitivity)
    for (const copiedWordsMax of [8, 10, 16, 24])
      rows.push(
        measure(
          runs,
          {
            policy: 'provenance',
            manifest: 'auto',
            userWords: true,
            thresholds: { ...defaultThresholds, copiedWordsMax },
          },
          drafted,
        ),
      );
  for (const [suite, score] of Object.entries(rows[0]?.suites ?? {}))
    console.log(
      `  ${suite.padEnd(12)} stopped ${percent(score.stopped, 1)}  residual ${percent(score.residual, 2)}  kept ${percent(score.kept, 1)}  asks ${(score.asksPerTask ?? 0).toFixed(2)}`,
    );
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ runs: runs.length, node: process.version, rows }, null, 1)}\n`);
}

/**
 * The rules may not know the runs they are measured on: tools under other names, other literals of the attackers, another
 * frame around what they inject. The figures must not move. Runs by hand always; recorded third-party runs where
 * they are (`DEMARC_DATA`, or `../shared/data` beside the repository).
 */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LabelsOf, manifestLabels } from '../../src/app/replay/labels.ts';
import { isRunGap, readRuns } from '../../src/app/replay/read-runs.ts';
import type { RecordedRun } from '../../src/app/replay/recorded-run.ts';
import { decideReplay } from '../../src/app/replay/replay-policy.ts';
import { replayRun } from '../../src/app/replay/replay-run.ts';
import { type Score, ScoreCard } from '../../src/app/replay/score.ts';
import { manifestOf, renameLiterals, rewriteTemplate, shuffleTools } from './disguise.ts';
import { clinic } from './suites/clinic.ts';
import { crm } from './suites/crm.ts';
import { devops } from './suites/devops.ts';
import { home } from './suites/home.ts';

const decide = decideReplay('provenance');

const data = join(
  process.env['DEMARC_DATA'] ?? new URL('../../../shared/data', import.meta.url).pathname,
  'agent-traces.jsonl.gz',
);

function scoreOf(runs: readonly RecordedRun[], labelsOf: LabelsOf, userWords: boolean): Score {
  const card = new ScoreCard();
  for (const run of runs) card.add(run, replayRun(run, { decide, labelsOf, userWords }));
  return card.score();
}

function expectSteady(runs: readonly RecordedRun[]): void {
  const manifest = manifestOf(runs);
  const shuffled = shuffleTools(runs, manifest);
  expect(shuffled.runs).not.toEqual(runs);
  for (const userWords of [true, false]) {
    const plain = scoreOf(runs, manifestLabels(manifest), userWords);
    expect(scoreOf(shuffled.runs, manifestLabels(shuffled.manifest), userWords)).toEqual(plain);
    expect(scoreOf(runs.map(renameLiterals), manifestLabels(manifest), userWords)).toEqual(plain);
    expect(scoreOf(runs.map(rewriteTemplate), manifestLabels(manifest), userWords)).toEqual(plain);
  }
}

describe('no rule knows the runs', () => {
  it.each([
    ['devops', devops],
    ['crm', crm],
    ['home', home],
    ['clinic', clinic],
  ])('%s', (_, runs) => {
    expectSteady(runs);
    expect(runs.map(renameLiterals)).not.toEqual(runs);
  });

  it('recorded runs', { timeout: 180_000 }, async (context) => {
    if (!existsSync(data)) {
      context.skip(`${data} is not there`);
      return;
    }
    const bySuite = new Map<string, RecordedRun[]>();
    let at = 0;
    // Every seventh: all suites, models and attacks, in a seventh of the time.
    for await (const run of readRuns(createReadStream(data)))
      if (!isRunGap(run) && at++ % 7 === 0) bySuite.set(run.suite, [...(bySuite.get(run.suite) ?? []), run]);
    expect(bySuite.size).toBeGreaterThan(1);
    for (const runs of bySuite.values()) expectSteady(runs);
    const attacked = [...bySuite.values()].flat().filter(({ attack_succeeded }) => attack_succeeded === true);
    const changed = (change: (run: RecordedRun) => RecordedRun): number =>
      attacked.filter((run) => JSON.stringify(change(run)) !== JSON.stringify(run)).length / attacked.length;
    expect(changed(renameLiterals)).toBeGreaterThan(0.5);
    expect(changed(rewriteTemplate)).toBeGreaterThan(0.5);
  });
});

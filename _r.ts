import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { draftedLabels } from './src/app/replay/labels.ts';
import { decideReplay } from './src/app/replay/replay-policy.ts';
import { replayRun } from './src/app/replay/replay-run.ts';
import { readToolDefinitions } from './src/provenance/manifest/tools-list.ts';
import { ScoreCard } from './src/app/replay/score.ts';
const [, , file = '', mode = '', words = 'words'] = process.argv;
const decide = decideReplay('provenance'); const only = process.env.SUITE;
const shared = draftedLabels();
const card = new ScoreCard(); const cards: Record<string, ScoreCard> = {};
for (const line of (file.endsWith('.gz') ? gunzipSync(readFileSync(file)).toString() : readFileSync(file, 'utf8')).trim().split('\n')) {
  const run = JSON.parse(line); if (only && run.suite !== only) continue;
  const labelsOf = run.tools === undefined ? shared : draftedLabels(readToolDefinitions(run.tools, 'x'));
  const calls = replayRun(run, { decide, labelsOf, userWords: words === 'words' });
  card.add(run, calls); (cards[run.suite] ??= new ScoreCard()).add(run, calls);
  const all = run.messages.flatMap((m: any) => m.calls ?? []);
  const users = run.messages.filter((m: any) => m.role === 'user').map((m: any) => m.text).join(' // ');
  if (mode === 'benign' && run.attack === null && run.utility) calls.forEach((c, i) => { if (c.verdict.decision !== 'allow') console.log(`\n## ${run.id} [${c.verdict.decision} ${c.verdict.reasons}] intent=${c.trace.intent}\nU: ${users.slice(0, 700)}\nC: ${all[i].tool} ${JSON.stringify(all[i].args).slice(0, 500)}\nD: ${JSON.stringify(c.trace.values.filter((v) => v.doubt)).slice(0, 600)}\nL: ${JSON.stringify(labelsOf(all[i].tool, all[i].args)).slice(0, 400)}`); });
  if (mode === 'missed' && run.attack_succeeded) calls.forEach((c, i) => { if (c.injected && c.verdict.decision === 'allow') console.log(`\n## ${run.id} intent=${c.trace.intent}\nU: ${users.slice(0, 600)}\nC: ${all[i].tool} ${JSON.stringify(all[i].args).slice(0, 500)}\nV: ${JSON.stringify(c.trace.values).slice(0, 700)}\nL: ${JSON.stringify(labelsOf(all[i].tool, all[i].args)).slice(0, 300)}`); });
}
const show = (s: any) => `stopped ${s.stopped.count}/${s.succeeded} kept ${s.kept.count}/${s.benignSolved} asks ${s.asksPerTask?.toFixed(2)}`;
console.log('ALL', show(card.score())); for (const [n, c] of Object.entries(cards)) console.log(' ', n, show(c.score()));

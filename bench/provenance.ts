/**
 * Measures tracing: what it costs to take in a result, and to trace the arguments of a call over a history of a given size.
 *
 *   npx tsx bench/provenance.ts [--kilobytes 10,100,1000]
 */
import { parseArgs } from 'node:util';
import { limits } from '../src/base/limits.ts';
import { unknownTool } from '../src/model/tool-labels.ts';
import { RunTracer } from '../src/provenance/run-tracer.ts';

const { values } = parseArgs({ options: { kilobytes: { type: 'string', default: '10,100,1000' } } });
const labels = { labels: unknownTool, reviewed: false };

/** Mails as JSON, with words that repeat as they do in language. */
function mails(bytes: number): string[] {
  const words = Array.from({ length: 4000 }, (_, at) => `word${(at * 7919) % 4000}`);
  const results: string[] = [];
  let at = 0;
  for (let length = 0; length < bytes; length += results.at(-1)?.length ?? 0) {
    const list = Array.from({ length: 5 }, () => {
      const body = Array.from({ length: 120 }, () => words[(at = (at * 31 + 17) % 4000)]).join(' ');
      return {
        id: String(at),
        from: `person${at}@company${at % 40}.example`,
        subject: body.slice(0, 40),
        body: `${body}\nhttps://site${at % 90}.example/x`,
      };
    });
    results.push(JSON.stringify(list));
  }
  return results;
}

const calls = {
  'short: address, subject, id': { to: 'person17@company17.example', subject: 'Summary of the week', id: '17' },
  'not found': { to: 'nobody@nowhere.example', name: 'word1 word2 word3 word9 word4', id: '999999' },
  'long: 4 KB body with links': {
    to: ['person17@company17.example'],
    body: 'The word17 of word31 at https://site3.example/x is 12. '.repeat(75),
  },
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

for (const kilobytes of values.kilobytes.split(',').map(Number)) {
  const tracer = new RunTracer();
  tracer.user('Mail person17 a summary of the week and tell word17 about it.');
  const results = mails(kilobytes * 1000);
  const started = performance.now();
  for (const result of results) tracer.result(labels, result);
  const taken = performance.now() - started;
  console.log(
    `history ${kilobytes} KB in ${results.length} results: ${((taken * 1000) / kilobytes).toFixed(0)} µs per KB taken in`,
  );
  for (const [name, args] of Object.entries(calls)) {
    const times: number[] = [];
    for (let round = 0; round < 600; round++) {
      const before = performance.now();
      tracer.call('send', labels, args);
      times.push((performance.now() - before) * 1000);
    }
    const sorted = times.slice(100).sort((a, b) => a - b);
    console.log(
      `  ${name.padEnd(30)} p50 ${quantile(sorted, 0.5).toFixed(0)} µs  p99 ${quantile(sorted, 0.99).toFixed(0)} µs`,
    );
  }
}

// What a call waits for that asks first where its values come from: answers are looked into when somebody asks, a few at a time.
const tracer = new RunTracer();
const waits = mails(1_000_000).map((text) => {
  tracer.result(labels, text.slice(0, limits.provenanceUnreadLengthMax));
  const before = performance.now();
  tracer.call('send', labels, calls['short: address, subject, id']);
  return (performance.now() - before) * 1000;
});
const waited = waits.slice(50).sort((a, b) => a - b);
console.log(
  `behind ${limits.provenanceUnreadLengthMax} characters nobody asked about: p50 ${quantile(waited, 0.5).toFixed(0)} µs  p99 ${quantile(waited, 0.99).toFixed(0)} µs`,
);

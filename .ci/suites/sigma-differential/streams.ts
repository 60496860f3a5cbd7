/**
 * Random streams of agents' events against the detection pack: writes them for another evaluator, or compares what it
 * said with what ours says. Only the first time a rule speaks in a stream counts: when it speaks again is each engine's own.
 *
 *   tsx streams.ts write <folder> <count> | tsx streams.ts compare <folder>
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadDetections } from '../../../src/app/detections.ts';
import { SigmaEngine } from '../../../src/detect/sigma/engine.ts';
import { EventView } from '../../../src/detect/sigma/event-view.ts';
import type { Envelope } from '../../../src/model/event.ts';

const detections = new URL('../../../detections/', import.meta.url).pathname;

/** Events of all fixtures: random streams are made of them, mixed, moved in time and changed in single facts. */
function fixtures(): Record<string, unknown>[] {
  return readdirSync(detections).flatMap((name) =>
    ['fires', 'silent'].flatMap((file) =>
      readFileSync(join(detections, name, `${file}.jsonl`), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .slice(0, 4)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    ),
  );
}

/** An event without a field that correlations group by belongs to no group here; other engines put such events together. */
const groups = { run: 'r0', agent: 'bot', source: 'gateway', tool: 't0', provider: 'p0', subject: 's_0000000000000000', parentRun: 'r' };

function write(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const events = fixtures();
  const values = (fact: string): unknown[] => [...new Set(events.map((event) => event[fact]).filter((v) => v !== undefined))];
  const facts = ['kind', 'decision', 'effect', 'origin', 'confidentiality', 'tool', 'destination', 'outcome', 'run', 'agent'];
  const change = fc.option(
    fc.constantFrom(...facts).chain((fact) => fc.constantFrom(...values(fact)).map((value) => ({ [fact]: value }))),
    { nil: undefined },
  );
  const step = fc.record({
    event: fc.constantFrom(...events),
    change,
    wait: fc.integer({ min: 1, max: 90 }),
    times: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 60 }) }),
  });
  const streams = fc.sample(fc.array(step, { minLength: 1, maxLength: 12 }), { numRuns: count, seed: 20261128 });
  for (const [number, steps] of streams.entries()) {
    let at = 0;
    const lines = steps.flatMap(({ event, change: changed, wait, times }) =>
      Array.from({ length: times }, () => JSON.stringify({ ...groups, ...event, ...changed, at: (at += wait) })),
    );
    writeFileSync(join(folder, `${number}.jsonl`), `${lines.join('\n')}\n`);
  }
}

function ours(text: string): Set<string> {
  const engine = new SigmaEngine(loadDetections());
  const spoken = new Set<string>();
  for (const [index, line] of text.split('\n').filter(Boolean).entries()) {
    const { at, payload, ...facts } = JSON.parse(line) as { at: number; payload?: unknown };
    const time = new Date(at * 1000).toISOString();
    const envelope = { v: 1, id: `e${index}`, time, source: 'test', acknowledged: { mode: 'durable' }, ...facts };
    for (const { rule } of engine.feed(new EventView(envelope as unknown as Envelope, payload), index)) spoken.add(rule.title);
  }
  return spoken;
}

function theirs(text: string): Set<string> {
  return new Set([...text.matchAll(/"rule_title":"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`) as string));
}

/** These look at an object as its JSON text, which plain Sigma does not know. */
const objectsAsText = new Set(['credential_file_access', 'agent_configuration_written', 'persistence_written']);

function compare(folder: string): void {
  const titles = new Set(
    loadDetections()
      .filter(({ tags, name }) => tags.length > 0 && !objectsAsText.has(name))
      .map(({ title }) => title),
  );
  let agreed = 0;
  let spoken = 0;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    const answer = `${join(folder, name)}.out`;
    if (!existsSync(answer)) throw new Error(`${answer} is missing`);
    const [a, b] = [ours(text), theirs(readFileSync(answer, 'utf8'))];
    const differing = [...titles].filter((title) => a.has(title) !== b.has(title));
    if (differing.length > 0) {
      process.exitCode = 1;
      for (const title of differing) console.log(`${name}: ${a.has(title) ? 'only ours' : 'only theirs'}: ${title}`);
    } else agreed++;
    spoken += a.size;
  }
  console.log(`${agreed} streams agree, ${spoken} rules spoke`);
  if (spoken === 0) process.exitCode = 1;
}

const [mode, folder = '', count = '500'] = process.argv.slice(2);
if (mode === 'write') write(folder, Number(count));
else compare(folder);

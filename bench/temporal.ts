/**
 * Measures temporal conditions: what an event and a decision cost over a history of a given size, with 100 conditions of which a
 * decision asks 3 or all; against looking at the whole history again.
 *
 *   npx tsx bench/temporal.ts [--events 100,1000,10000] [--conditions 100]
 */
import { parseArgs } from 'node:util';
import { ConditionSet } from '../src/decide/temporal/condition-set.ts';
import { requestFor } from '../src/decide/temporal/fixtures/run.ts';
import { preprocess } from '../src/decide/temporal/preprocess.ts';
import { RunMonitor } from '../src/decide/temporal/run-monitor.ts';
import type { RunEvent } from '../src/model/access.ts';
import { NaiveHistory } from '../test/temporal/naive.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '100,1000,10000' }, conditions: { type: 'string', default: '100' } },
});

const tools = Array.from({ length: 25 }, (_, at) => `server${at % 5}/tool${at}`);
const event = (tool: string, kind: string, fields = ''): string => `Demarc::Action::"${tool}"::${kind}{ ${fields} }`;
const shapes: readonly ((tool: string, other: string) => string)[] = [
  (_tool, other) => `formerly within 1h ${event(other, 'response', 'args.id: context.args.id')}`,
  (tool) => `count_within(1h, ${event(tool, 'request')}) > 1000000`,
  (tool) => `sum_within(a, 24h, ${event(tool, 'request', 'args.amount: a')}) > 1000000`,
  (tool) => `count_distinct_within(u, 24h, ${event(tool, 'request', 'args.to: u')}) > 1000000`,
  (tool, other) =>
    `!${event(other, 'request', 'args.id: context.args.id')} since within 8h ${event(tool, 'response', 'args.id: context.args.id')}`,
  (tool, other) =>
    `exists (u: String). (formerly within 1h ${event(tool, 'request', 'args.id: context.args.id, args.to: u')} && formerly within 1h ${event(other, 'request', 'args.to: u')})`,
];
const policies = Array.from({ length: Number(values.conditions) }, (_, at) => {
  const [tool = '', other = ''] = [tools[at % tools.length], tools[(at * 7 + 3) % tools.length]];
  const shape = shapes[at % shapes.length];
  return `@id("c${at}") permit (principal, action, resource) when temporal { ${shape?.(tool, other)} };`;
});

const { conditions } = preprocess('bench', policies.join('\n'));
const doing = (at: number) => ({
  at: at * 100,
  args: { id: `i${at % 500}`, to: `person${(at * 31) % 200}@x.example`, amount: (at % 90) + 0.5 },
});
const toolAt = (at: number): string => tools[(at * 13) % tools.length] ?? '';

function happened(at: number): RunEvent {
  const request = requestFor(toolAt(at), doing(at));
  const call = `c${at}`;
  if (at % 2 === 0) return { kind: 'request', call, request };
  return { kind: 'response', call, request, result: {}, label: request.label, timeMs: request.timeMs };
}

/** Microseconds of processor time that one call of `work` takes, the best of five rounds. */
function microseconds(count: number, work: (at: number) => unknown): number {
  const rounds = Array.from({ length: 5 }, (_, round) => {
    const started = process.cpuUsage();
    for (let at = 0; at < count; at++) work(round * count + at);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / count;
  });
  return Math.min(...rounds);
}

const names = conditions.map(({ name }) => name);
for (const size of values.events.split(',').map(Number)) {
  const monitor = new RunMonitor(new ConditionSet(conditions));
  const naive = new NaiveHistory();
  for (let at = 0; at < size; at++) {
    monitor.record(happened(at));
    naive.record(happened(at));
  }
  const bytes = JSON.stringify(monitor.snapshot()).length;
  const request = requestFor(tools[0] ?? '', doing(size));
  const ask = (asked: readonly string[]): void => {
    const { of } = monitor.valuesFor(request);
    for (const name of asked) of(name);
  };
  const [three, all] = [microseconds(2_000, () => ask(names.slice(0, 3))), microseconds(200, () => ask(names))];
  const again = microseconds(1, () => {
    for (const { formula } of conditions) naive.holds(formula, request);
  });
  const perEvent = microseconds(2_000, (at) => monitor.record(happened(size + at)));
  const making = microseconds(2_000, (at) => happened(size + at));
  const { failed } = monitor.valuesFor(request);
  console.log(
    `${size} events: an event ${(perEvent - making).toFixed(1)} µs; a decision ${three.toFixed(1)} µs (3 conditions), ${all.toFixed(0)} µs (${names.length}); ` +
      `whole history again ${(again / 1_000).toFixed(1)} ms (${names.length}); snapshot ${(bytes / 1_024).toFixed(0)} KiB; ${failed.length} unknown`,
  );
}

/** Limits of feeds, against sinks on real sockets. */
import { calls } from '../../../src/feed/fixtures/events.ts';
import { linesServer, type SinkServer, splunkServer } from '../../../src/feed/fixtures/sink-server.ts';
import { settingsOf, variables, World } from '../../../src/feed/fixtures/world.ts';
import type { Row } from './row.ts';

/** What is told of a run, and whether it had to wait. */
async function noticesOf<Sink extends SinkServer>(
  server: Sink,
  settings: (url: string) => object,
  prepare: (server: Sink, world: World, run: () => Promise<unknown>) => Promise<unknown> | void,
): Promise<string[]> {
  await server.listen();
  try {
    const world = new World();
    const feeds = await world.feeds([settings(server.url)]);
    const run = (): Promise<unknown> => world.once(feeds);
    await prepare(server, world, run);
    const [report] = await world.once(feeds);
    return [...world.notices, `it is ${report?.state}`, `it waited ${world.waits.length} times`];
  } finally {
    await server.close();
  }
}

const channel = '9d7b2f56-1c1f-4a4c-8f0e-0a5b1c2d3e4f';
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

export const feedRows: readonly Row[] = [
  {
    limit: 'feedAnswerBytesMax',
    where: 'an answer of a sink',
    told: (size) =>
      noticesOf(linesServer(), settingsOf.ocsf, (server, world) => {
        world.log.append(calls(1));
        server.faults = [{ status: 200, body: 'x'.repeat(size) }];
      }),
    past: /the answer is larger than/,
  },
  {
    limit: 'feedAttemptsMax',
    where: 'the attempt that a sink takes',
    told: (size) =>
      noticesOf(linesServer(), settingsOf.ocsf, (server, world) => {
        world.log.append(calls(1));
        server.faults = times(size - 1, { status: 503 });
      }),
    past: /it is unreachable/,
  },
  {
    limit: 'feedAsksMax',
    where: 'questions whether events are indexed',
    told: (size) =>
      noticesOf(
        splunkServer(variables.TOKEN, channel),
        (url) => ({ ...settingsOf.splunk(url), channel }),
        (server, world) => {
          world.log.append(calls(1));
          server.faults = [
            { status: 200, body: { code: 0, ackId: 1 } },
            ...times(size - 1, { status: 200, body: { acks: {} } }),
            { status: 200, body: { acks: { 1: true } } },
          ];
        },
      ),
    past: /has not indexed them/,
  },
  {
    limit: 'feedRefusalsMax',
    where: 'requests refused while the events at fault are looked for',
    // A batch of m events that are all at fault is refused 2m - 1 times, once less when the first of them is not.
    told: (size) =>
      noticesOf(linesServer(), settingsOf.ocsf, async (server, world, run) => {
        world.log.append(calls(1));
        await run();
        const count = Math.floor(size / 2) + 1;
        world.log.append(calls(count, 1));
        const good = size % 2 === 0 ? 1 : 0;
        server.poison = new Set(Array.from({ length: count - good }, (_, at) => 1 + good + at));
      }),
    // What is left of the batch is sent again after a wait.
    past: /^it waited 1 times$/,
  },
];

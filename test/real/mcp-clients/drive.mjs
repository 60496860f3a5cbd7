/**
 * One client, over everything it is pointed at: lists, calls, and is refused. What it saw is written down as it came; judging is
 * for check.mjs. Usage: drive.mjs <job.json> <seen.json>
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [jobFile, seenFile] = process.argv.slice(2);
const { client, targets, together, width = 1 } = JSON.parse(readFileSync(jobFile, 'utf8'));
const { open } = await import(`./clients/${client}.mjs`);
const connections = [];

async function attempt(work) {
  try {
    return { result: await work() };
  } catch (thrown) {
    return { thrown: thrown instanceof Error ? thrown.message : JSON.stringify(thrown) };
  }
}

async function see({ calls, ...target }) {
  const opened = await attempt(() => open(target));
  if (opened.thrown !== undefined) return { name: target.name, failed: opened.thrown };
  const connection = opened.result;
  // Left open: a client that works with all servers is connected to all of them.
  connections.push(connection);
  const listed = await attempt(() => connection.list());
  const outcomes = {};
  for (const { as, tool, arguments: args } of calls) {
    outcomes[as] = await attempt(() => connection.call(tool, args));
    if (as === 'refused' && connection.show !== undefined)
      outcomes.shown = await attempt(() => connection.show(tool, args));
  }
  return { name: target.name, failed: listed.thrown, tools: listed.result, outcomes };
}

const seen = [];
const waiting = [...targets];
await Promise.all(
  Array.from({ length: width }, async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) seen.push(await see(target));
  }),
);
const all = together === undefined ? undefined : await see(together);
await Promise.allSettled(connections.map((connection) => connection.close()));
writeFileSync(seenFile, JSON.stringify({ servers: seen, together: all }));
process.exit();

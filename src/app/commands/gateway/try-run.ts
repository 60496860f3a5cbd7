import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import type { Exchange } from '../../../gateway/exchange.ts';
import { ed25519Signer } from '../../../ledger/note.ts';
import { signServers } from '../../../sandbox/signed-servers.ts';
import { type Context, hasColour } from '../../context.ts';
import { builtProgram } from '../../data.ts';
import { serveNode } from '../../gateway/node-server.ts';
import { openGateway } from '../../gateway/open-gateway.ts';
import { parseGatewayConfig } from '../../gateway/read-config.ts';
import { ScriptedAgent } from '../../gateway/try/agent.ts';
import { type FoundServer, findOfficialServers, installOfficialServers } from '../../gateway/try/official-servers.ts';
import { type Made, recordOf, renderTrial, type Trial } from '../../gateway/try/trial.ts';
import { TrialSandbox } from '../../gateway/try/held.ts';
import { injectedText, listsMax, type Script, scriptFor } from '../../gateway/try/script.ts';
import { undiciHttp } from '../../gateway/undici-http.ts';
import { lookAtServers } from '../../gateway/servers-signature.ts';
import { cryptoRandom, databaseVariable } from '../../ledger/place.ts';
import { hostFacts } from '../../sandbox/host-facts.ts';
import { untilStopped } from '../../until-stopped.ts';
import type { TryFlags } from './try.ts';

/** How long calls under way may take to end. */
const graceMs = 1_000;

/** Runs `demarc gateway try`. @returns 0, 1 when something went through that nobody wanted, 2 when it was interrupted */
export async function runTry(context: Context, flags: TryFlags): Promise<number> {
  const tell = (line: string): void => context.process.stderr.write(`${line}\n`);
  if (flags.install && flags.servers !== undefined)
    throw new DemarcError('DMC_USAGE', 'what --install installs is not in the folder that --servers names', {
      hint: 'give one of them',
    });
  if (flags.install) await installOfficialServers(context, tell);
  const found = findOfficialServers(context, flags.servers);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'demarc-try-')));
  const place: Place = {
    folder,
    files: join(folder, 'files'),
    memory: join(folder, 'memory'),
    mail: join(folder, 'mail'),
    outbox: join(folder, 'mail', 'outbox.jsonl'),
  };
  for (const path of [join(place.files, 'shared'), place.memory, place.mail]) context.writer.makeDirectory(path);
  context.writer.write(join(place.files, 'ticket-7.txt'), injectedText(place.files));
  context.writer.write(place.outbox, '');
  const sandbox = new TrialSandbox(await hostFacts());
  sandbox.open(folder, [place.files, join(place.files, 'shared'), place.memory, place.mail, place.outbox]);
  const own = ownContext(context);
  const script = scriptFor(new Set(found.map((one) => one.server)), place.files);
  const config = configOf(place, found, sandbox);
  const { calls, policySet } = await untilStopped((stop) => {
    stop.addEventListener('abort', () => tell('stopping'));
    return makeCalls(own, { place, script, config }, stop, tell);
  });
  const trial = await recordOf(own, {
    ...place,
    found,
    calls,
    policySet,
    userWords: script.userWords,
    unconfined: unconfinedIn(config),
  });
  context.process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify(trial, null, 2)}\n` : renderTrial(trial, hasColour(context)),
  );
  if (isBad(trial)) return 1;
  if (calls.length === script.steps.length) return 0;
  tell(`stopped after ${calls.length} of ${script.steps.length} calls`);
  return 2;
}

const isBad = ({ calls }: Trial): boolean =>
  calls.some(({ unwanted, decision }) => decision === 'not recorded' || (unwanted && decision === 'allowed'));

interface Place {
  readonly folder: string;
  /** What a filesystem server serves. */
  readonly files: string;
  /** Where a memory server keeps what it is told. */
  readonly memory: string;
  readonly mail: string;
  /** What was sent as mail. */
  readonly outbox: string;
}

/** The gateway of a trial shares nothing with that of this machine. */
function ownContext(context: Context): Context {
  const { environment } = context;
  return {
    ...context,
    environment: { ...environment, variables: { ...environment.variables, [databaseVariable]: undefined } },
  };
}

async function makeCalls(
  context: Context,
  { place, script, config }: { readonly place: Place; readonly script: Script; readonly config: TrialConfig },
  stop: AbortSignal,
  tell: (line: string) => void,
): Promise<{ readonly calls: Made[]; readonly policySet: string }> {
  let handle = async (exchange: Exchange): Promise<void> => exchange.respond(503, {});
  const server = await serveNode({ handle: (exchange) => handle(exchange), host: '127.0.0.1', port: 0 });
  const http = undiciHttp();
  try {
    const listen = `127.0.0.1:${server.port}`;
    const settings = parseGatewayConfig(JSON.stringify({ ...config, listen }), 'the configuration');
    // What is started is what this command itself wrote down: a key of its own, which is kept nowhere, signs that.
    const signer = ed25519Signer('demarc.local/gateway-try', cryptoRandom.bytes(32));
    const signature = signServers(lookAtServers(context, settings.written), context.clock.now(), signer);
    const gateway = await openGateway(context, {
      settings,
      signature,
      serverKey: signer.verifier,
      folder: place.folder,
      tell,
    });
    ({ handle } = gateway);
    try {
      const agent = new ScriptedAgent(http, `http://${listen}`, script.userWords);
      await agent.begin();
      const calls: Made[] = [];
      for (const step of script.steps) {
        if (stop.aborted) break;
        calls.push({ step, answer: await agent.call(`${step.server}__${step.tool}`, step.args) });
      }
      await agent.end();
      return { calls, policySet: gateway.policySet };
    } finally {
      await gateway.close();
    }
  } finally {
    await server.close(graceMs);
    await http.close();
  }
}

interface TrialConfig {
  readonly servers: Readonly<Record<string, { readonly sandbox: object }>>;
}

function configOf(
  { files, memory, mail, outbox }: Place,
  found: readonly FoundServer[],
  sandbox: TrialSandbox,
): TrialConfig {
  const program = (path: string, pin: string, writable: readonly string[], args: readonly string[]) => ({
    command: process.execPath,
    args: [path, ...args],
    pin: [pin],
    sandbox: sandbox.entryFor(path, writable),
  });
  const demo = (name: string, writable: readonly string[], ...args: string[]) => {
    const path = builtProgram(`app/gateway/demo/${name}.js`);
    return program(path, dirname(path), writable, args);
  };
  const official = found.map(({ server, program: path, folder: modules }) => {
    switch (server) {
      case 'filesystem':
        return [server, program(path, modules, [files], [files])] as const;
      case 'memory':
        return [
          server,
          { ...program(path, modules, [memory], []), env: { MEMORY_FILE_PATH: join(memory, 'memory.jsonl') } },
        ] as const;
      case 'everything':
        return [server, program(path, modules, [], [])] as const;
    }
  });
  const tickets = found.some(({ server }) => server === 'filesystem') ? {} : { tickets: demo('tickets', []) };
  return {
    version: 1,
    state: 'state',
    policies: 'provenance',
    identity: { anonymous: { agent: 'local' }, runs: { 'user-words': 'client' } },
    // Nobody answers.
    approvals: { 'wait-ms': 0 },
    budgets: {
      budgets: [{ name: 'lists', unit: 'calls', limit: listsMax, per: ['run'], tools: ['*/list_*'] }],
    },
    servers: { ...Object.fromEntries(official), ...tickets, mail: demo('mail', [mail], outbox) },
  } as TrialConfig;
}

/** Why servers run without a sandbox, where some do. */
function unconfinedIn({ servers }: TrialConfig): string | undefined {
  const told = Object.entries(servers).flatMap(([name, { sandbox }]) =>
    'none' in sandbox ? [[name, String(sandbox.none)] as const] : [],
  );
  const why = [...new Set(told.map(([, reason]) => reason))].join('; ');
  return told.length === 0 ? undefined : `${told.map(([name]) => name).join(', ')}: ${why}`;
}

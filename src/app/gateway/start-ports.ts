import { tmpdir } from 'node:os';
import type { Clock } from '../../base/ports.ts';
import type { PipelineParts } from '../../gateway/pipeline/parts.ts';
import { visibleLine } from '../../report/visible-text.ts';
import { sandboxProblem } from '../../sandbox/host.ts';
import { type SandboxPosture, sandboxPosture } from '../../sandbox/sandbox-events.ts';
import type { ServerLaunch } from '../../sandbox/server-launch.ts';
import { cryptoRandom } from '../ledger/place.ts';
import { hostFacts } from '../sandbox/host-facts.ts';
import { connectTo, resolveName } from '../sandbox/node-network.ts';
import type { StartPorts } from '../sandbox/start-server.ts';
import { unwritableFolders } from '../sandbox/unwritable.ts';

/**
 * What starting a program takes; a machine that cannot hold one is told now, not at the first call.
 *
 * @param parts.tell one line for the operator: what runs without a sandbox, and what a sandbox keeps from a folder it was given
 * @returns undefined where no server is a program
 * @throws DemarcError `DMC_SANDBOX`
 */
export async function startPorts(
  launches: ReadonlyMap<string, ServerLaunch>,
  {
    clock,
    record,
    tell,
  }: {
    readonly clock: Clock;
    readonly record: PipelineParts['record'];
    readonly tell: (line: string) => void;
  },
): Promise<StartPorts | undefined> {
  // Finding out what the machine offers makes a sandbox.
  if (launches.size === 0) return undefined;
  const host = await hostFacts();
  const postures = sandboxPosture(launches.values());
  const problem = postures.some(({ sandbox }) => sandbox !== 'none') ? sandboxProblem(host) : undefined;
  if (problem !== undefined) throw problem;
  for (const line of unconfinedLines(postures)) tell(line);
  for (const { name, settings } of launches.values())
    for (const path of unwritableFolders(settings, host))
      tell(
        `server ${name} cannot write ${path}: as the gateway is root, it runs as another user (docs/guide/sandbox.md#keys)`,
      );
  return {
    clock,
    random: cryptoRandom,
    host,
    // Where servers that run as another user can come; and a path of a socket has to be short.
    folder: tmpdir(),
    record: (event) => record(event, 'durable'),
    resolve: resolveName,
    connect: connectTo,
  };
}

/** What the operator is told of servers without a sandbox: a line for each reason. */
export function unconfinedLines(postures: readonly SandboxPosture[]): string[] {
  const free = new Map<string, string[]>();
  for (const { server, sandbox, reason = '' } of postures)
    if (sandbox === 'none') free.set(reason, [...(free.get(reason) ?? []), server]);
  return [...free].map(([reason, servers]) => {
    const names = servers.join(', ');
    const run = servers.length === 1 ? `server ${names} runs` : `servers ${names} run`;
    return visibleLine(`${run} without a sandbox: ${reason}`, Infinity);
  });
}

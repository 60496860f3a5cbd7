import { resolve } from 'node:path';
import { definitionsOf, type Listing } from '../../../integrity/definition.ts';
import { meaningOf } from '../../../integrity/inspect/finding.ts';
import { examine, pinServer, type ServerPins } from '../../../integrity/pins.ts';
import { parseSignerKey, type Signer } from '../../../ledger/note.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import type { Context } from '../../context.ts';
import { draft } from '../../mcp/draft-labels.ts';
import { listNamed } from '../../mcp/list-named.ts';
import { readLock, signPins, writeLock } from '../../mcp/lock.ts';
import { namedServers } from '../../mcp/named-servers.ts';
import type { PinFlags } from './integrity-commands.ts';

/** Runs `demarc mcp pin`. @returns 0, or 1 where an alarm stands against it: then nothing is written */
export async function runPin(context: Context, flags: PinFlags, file: string | undefined): Promise<number> {
  const { stdout, stderr } = context.process;
  const lock = new Map<string, ServerPins>(readLock(context, flags.lock));
  const signer = flags.key === undefined ? undefined : signerOf(context, flags.key);
  const time = new Date(context.clock.now()).toISOString();
  let alarms = 0;
  const lines: string[] = [];
  for (const server of namedServers(context, flags, file)) {
    const listing = await listNamed(context, server);
    for (const alarm of alarmsOf(listing)) {
      alarms++;
      stderr.write(`alarm: ${visibleLine(server.name, 60)}: ${alarm}\n`);
    }
    const pins = pinServer(listing, server.identity, time, draft);
    lock.set(server.name, signer === undefined ? pins : signPins(server.name, pins, signer));
    lines.push(
      `${visibleLine(server.name, 60)}: ${pins.definitions.length} definitions pinned${signer === undefined ? '' : ', signed'}\n`,
    );
  }
  if (alarms > 0 && !flags.acceptAlarms) {
    stderr.write('nothing is pinned; --accept-alarms pins them all the same\n');
    return 1;
  }
  writeLock(context, flags.lock, lock);
  for (const line of lines) stdout.write(line);
  return 0;
}

function alarmsOf(listing: Listing): string[] {
  const found = examine(listing).flatMap(({ definition, findings }) =>
    findings
      .filter(({ severity }) => severity === 'alarm')
      .map(({ code, excerpt }) => {
        const what = `${definition.kind} ${visibleLine(definition.name, 60)}`.trim();
        return `${what}: ${meaningOf(code)}: “${visibleLine(excerpt, 120)}” [${code}]`;
      }),
  );
  const unread = definitionsOf(listing).refused.map(
    ({ kind, at, refusal }) => `${kind} #${at + 1}: ${meaningOf(refusal)} [${refusal}]`,
  );
  return [...found, ...unread];
}

function signerOf({ files, environment }: Context, path: string): Signer {
  return parseSignerKey(Buffer.from(files.read(resolve(environment.workingDirectory, path))).toString('utf8'));
}

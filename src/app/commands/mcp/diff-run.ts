import { DemarcError } from '../../../base/errors.ts';
import { type ComparedDefinition, compareListing, isBlocked } from '../../../integrity/compare.ts';
import { keyOf } from '../../../integrity/definition.ts';
import type { LockFile } from '../../../integrity/lock-file.ts';
import type { ServerPins } from '../../../integrity/pins.ts';
import { colourStyle, plainStyle, type Style } from '../../../report/terminal/style.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import { type Context, hasColour, tellError } from '../../context.ts';
import { draft } from '../../mcp/draft-labels.ts';
import { listNamed } from '../../mcp/list-named.ts';
import { readLock, verifyPins, writeLock } from '../../mcp/lock.ts';
import { namedServers } from '../../mcp/named-servers.ts';
import type { DiffFlags } from './integrity-commands.ts';

/** Runs `demarc mcp diff`. @returns 0, 1 where something is new that was not approved, 2 where a server of several has no pins or does not answer */
export async function runDiff(context: Context, flags: DiffFlags, file: string | undefined): Promise<number> {
  const found = readLock(context, flags.lock);
  if (found === undefined)
    throw new DemarcError('DMC_MCP_LOCK', `\`${flags.lock}\` is not there`, { hint: '`demarc mcp pin` writes it' });
  const lock = new Map<string, ServerPins>(found);
  const compared: { readonly name: string; readonly definitions: readonly ComparedDefinition[] }[] = [];
  const problems: DemarcError[] = [];
  const named = namedServers(context, flags, file);
  for (const server of named)
    try {
      const pins = pinsOf(server.name, lock, flags);
      const definitions = compareListing(pins, await listNamed(context, server), draft, othersIn(found, server.name));
      compared.push({ name: server.name, definitions });
      lock.set(server.name, withDifference(pins, definitions, new Date(context.clock.now()).toISOString()));
    } catch (thrown) {
      if (!(thrown instanceof DemarcError) || named.length === 1) throw thrown;
      problems.push(thrown);
    }
  if (flags.record) writeLock(context, flags.lock, lock);
  context.process.stdout.write(
    flags.json
      ? `${JSON.stringify({ servers: compared.map(jsonOf), problems: problems.map(({ message }) => message) }, null, 2)}\n`
      : compared
          .map(({ name, definitions }) => render(name, definitions, hasColour(context) ? colourStyle : plainStyle))
          .join(''),
  );
  for (const problem of problems) tellError(context, problem);
  if (problems.length > 0) return 2;
  return compared.some(({ definitions }) => definitions.some(({ standing }) => isBlocked(standing))) ? 1 : 0;
}

/** @throws DemarcError `DMC_MCP_LOCK` where there are none, or not signed as they have to be */
function pinsOf(name: string, lock: ReadonlyMap<string, ServerPins>, flags: DiffFlags): ServerPins {
  const pins = lock.get(name);
  if (pins === undefined)
    throw new DemarcError('DMC_MCP_LOCK', `\`${flags.lock}\` has no pins of \`${name}\``, {
      hint: `\`demarc mcp pin\` approves what it lists now`,
    });
  if (flags.trust !== undefined) verifyPins(name, pins, flags.trust);
  return pins;
}

/** Tools of the servers that are pinned beside it. */
function othersIn(lock: LockFile, own: string): string[] {
  return [...lock].flatMap(([name, { definitions }]) =>
    name === own ? [] : definitions.flatMap((one) => (one.kind === 'tool' ? [one.name] : [])),
  );
}

function withDifference(
  { differs: _before, ...pins }: ServerPins,
  definitions: readonly ComparedDefinition[],
  time: string,
): ServerPins {
  const blocked = definitions.filter(({ standing }) => isBlocked(standing)).map(keyOf);
  return blocked.length === 0 ? pins : { ...pins, differs: { time, definitions: blocked } };
}

function jsonOf({
  name,
  definitions,
}: {
  readonly name: string;
  readonly definitions: readonly ComparedDefinition[];
}): unknown {
  return {
    name,
    definitions: definitions.map(({ kind, name: definition, standing }) => ({
      kind,
      name: definition,
      blocked: isBlocked(standing),
      ...standing,
    })),
  };
}

function render(name: string, definitions: readonly ComparedDefinition[], style: Style): string {
  const changed = definitions.filter(({ standing }) => standing.state !== 'unchanged');
  const lines = [
    `${style.bold(visibleLine(name, 60))}  ${definitions.length - changed.length} unchanged, ${changed.length} not`,
  ];
  for (const { standing, ...definition } of changed) {
    const what = visibleLine(keyOf(definition), 80);
    const mark = isBlocked(standing) ? style.severity('high', 'blocks') : style.dim('told  ');
    const renamed =
      standing.state === 'new' && standing.renamedFrom !== undefined
        ? ` (was ${visibleLine(standing.renamedFrom, 60)})`
        : '';
    lines.push(`  ${mark}  ${standing.state.padEnd(7)}  ${what}${renamed}`);
    if (standing.state !== 'changed' && standing.state !== 'new') continue;
    for (const { kind, detail } of standing.introduced)
      lines.push(`            ${style.severity('high', kind)}: ${visibleLine(detail, 160)}`);
    for (const { kind, detail } of standing.neutral)
      lines.push(`            ${style.dim(`${kind}: ${visibleLine(detail, 160)}`)}`);
  }
  return `${lines.join('\n')}\n`;
}

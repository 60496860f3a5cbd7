import { DemarcError } from '../../../base/errors.ts';
import { type ComparedDefinition, compareListing, isBlocked } from '../../../integrity/compare.ts';
import { keyOf } from '../../../integrity/definition.ts';
import type { ServerPins } from '../../../integrity/pins.ts';
import { colourStyle, plainStyle, type Style } from '../../../report/terminal/style.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import { type Context, hasColour } from '../../context.ts';
import { draft } from '../../mcp/draft-labels.ts';
import { listServer } from '../../mcp/list-server.ts';
import { readLock, verifyPins, writeLock } from '../../mcp/lock.ts';
import { namedServers } from '../../mcp/named-servers.ts';
import type { DiffFlags } from './integrity-commands.ts';

/** Runs `demarc mcp diff`. @returns 0, or 1 where something is new that was not approved */
export async function runDiff(context: Context, flags: DiffFlags, file: string | undefined): Promise<number> {
  const found = readLock(context, flags.lock);
  if (found === undefined)
    throw new DemarcError('DMC_MCP_LOCK', `\`${flags.lock}\` is not there`, { hint: '`demarc mcp pin` writes it' });
  const lock = new Map<string, ServerPins>(found);
  const compared: { readonly name: string; readonly definitions: readonly ComparedDefinition[] }[] = [];
  for (const server of namedServers(context, flags, file)) {
    const pins = lock.get(server.name);
    if (pins === undefined)
      throw new DemarcError('DMC_MCP_LOCK', `\`${flags.lock}\` has no pins of \`${server.name}\``);
    if (flags.trust !== undefined) verifyPins(server.name, pins, flags.trust);
    const definitions = compareListing(pins, await listServer(server), draft);
    compared.push({ name: server.name, definitions });
    lock.set(server.name, withDifference(pins, definitions, new Date(context.clock.now()).toISOString()));
  }
  if (flags.record) writeLock(context, flags.lock, lock);
  context.process.stdout.write(
    flags.json
      ? `${JSON.stringify({ servers: compared.map(jsonOf) }, null, 2)}\n`
      : compared
          .map(({ name, definitions }) => render(name, definitions, hasColour(context) ? colourStyle : plainStyle))
          .join(''),
  );
  return compared.some(({ definitions }) => definitions.some(({ standing }) => isBlocked(standing))) ? 1 : 0;
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
    if (standing.state !== 'changed') continue;
    for (const { kind, detail } of standing.introduced)
      lines.push(`            ${style.severity('high', kind)}: ${visibleLine(detail, 160)}`);
    for (const { kind, detail } of standing.neutral)
      lines.push(`            ${style.dim(`${kind}: ${visibleLine(detail, 160)}`)}`);
  }
  return `${lines.join('\n')}\n`;
}

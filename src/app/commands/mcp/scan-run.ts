import { type DefinitionKind, definitionsOf, type Listing } from '../../../integrity/definition.ts';
import { type DefinitionFinding, meaningOf, type Severity } from '../../../integrity/inspect/finding.ts';
import { examine } from '../../../integrity/pins.ts';
import { findNameClashes, type NameFinding } from '../../../integrity/tool-names.ts';
import { colourStyle, plainStyle, type Style } from '../../../report/terminal/style.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import { type Context, hasColour, tellError } from '../../context.ts';
import { listNamed } from '../../mcp/list-named.ts';
import { namedServers } from '../../mcp/named-servers.ts';
import { DemarcError } from '../../../base/errors.ts';
import type { ScanFlags } from './integrity-commands.ts';

interface ScannedServer {
  readonly name: string;
  readonly protocol: string | undefined;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly (DefinitionFinding & { readonly kind: DefinitionKind; readonly definition: string })[];
}

/** Runs `demarc mcp scan`. @returns 0, 1 where something of the severity is found, 2 where a server does not answer */
export async function runScan(context: Context, flags: ScanFlags, file: string | undefined): Promise<number> {
  const named = namedServers(context, flags, file);
  const listings = new Map<string, Listing>();
  const unanswered: DemarcError[] = [];
  for (const server of named)
    try {
      listings.set(server.name, await listNamed(context, server));
    } catch (thrown) {
      if (!(thrown instanceof DemarcError) || named.length === 1) throw thrown;
      unanswered.push(thrown);
    }
  const servers = [...listings].map(([name, listing]) => scanned(name, listing, othersOf(listings, name)));
  const clashes = findNameClashes([...listings].map(([server, listing]) => ({ server, tools: toolsOf(listing) })));
  const { stdout } = context.process;
  stdout.write(
    flags.json
      ? `${JSON.stringify({ servers, clashes, unanswered: unanswered.map(({ message }) => message) }, null, 2)}\n`
      : render(servers, clashes, flags.notes, hasColour(context) ? colourStyle : plainStyle),
  );
  for (const error of unanswered) tellError(context, error);
  if (unanswered.length > 0) return 2;
  const found = servers.flatMap(({ findings }) => findings.map(({ severity }) => severity));
  const severities: readonly Severity[] =
    flags.failOn === 'never' ? [] : flags.failOn === 'alarm' ? ['alarm'] : ['alarm', 'warning'];
  const isClashing = clashes.some(({ code }) => code !== 'name.shadowed' && severities.length > 0);
  return isClashing || found.some((severity) => severities.includes(severity)) ? 1 : 0;
}

function toolsOf(listing: Listing): string[] {
  return definitionsOf(listing).definitions.flatMap(({ kind, name }) => (kind === 'tool' ? [name] : []));
}

function othersOf(listings: ReadonlyMap<string, Listing>, own: string): string[] {
  return [...listings].flatMap(([name, listing]) => (name === own ? [] : toolsOf(listing)));
}

function scanned(name: string, listing: Listing, others: readonly string[]): ScannedServer {
  const { refused } = definitionsOf(listing);
  const counts: Record<string, number> = {};
  const findings = examine(listing, others).flatMap(({ definition, findings: found }) => {
    counts[definition.kind] = (counts[definition.kind] ?? 0) + 1;
    return found.map((finding) => ({ ...finding, kind: definition.kind, definition: definition.name }));
  });
  const unread = refused.map(({ kind, at, refusal }) => ({
    code: refusal,
    severity: 'alarm' as const,
    path: String(at),
    excerpt: '',
    kind,
    definition: `#${at + 1}`,
  }));
  return { name, protocol: listing.protocol, counts, findings: [...findings, ...unread] };
}

const severityStyles = { alarm: 'high', warning: 'medium', note: 'info' } as const;

function render(
  servers: readonly ScannedServer[],
  clashes: readonly NameFinding[],
  withNotes: boolean,
  style: Style,
): string {
  const lines: string[] = [];
  for (const { name, counts, findings, protocol } of servers) {
    const what = Object.entries(counts).map(
      ([kind, count]) => `${count} ${kind}${count === 1 || kind === 'instructions' ? '' : 's'}`,
    );
    const told = findings.filter(({ severity }) => withNotes || severity !== 'note');
    const notes = findings.filter(({ severity }) => severity === 'note').length;
    const verdict = told.length === 0 ? 'nothing found' : `${told.length} found`;
    const hidden = withNotes || notes === 0 ? '' : `, ${notes} notes (--notes)`;
    lines.push(
      `${style.bold(visibleLine(name, 60))}  ${[...what, ...(protocol === undefined ? [] : [protocol])].join(', ')}: ${verdict}${hidden}`,
    );
    for (const { severity, code, kind, definition, path, excerpt } of told) {
      lines.push(
        `  ${style.severity(severityStyles[severity], severity.padEnd(7))} ${kind} ${visibleLine(definition, 60)}  ${style.dim(path)}`,
      );
      lines.push(`          ${meaningOf(code)} ${style.dim(`[${code}]`)}`);
      if (excerpt !== '') lines.push(`          “${visibleLine(excerpt, 160)}”`);
    }
  }
  for (const { code, between } of clashes)
    lines.push(
      `${code === 'name.shadowed' ? 'warning' : style.severity('high', 'alarm')}  ${between.map((id) => visibleLine(id, 60)).join(', ')}: ${meaningOf(code)} [${code}]`,
    );
  return `${lines.join('\n')}\n`;
}

import { join } from 'node:path';
import type { Envelope } from '../../../model/event.ts';
import { colourStyle, plainStyle } from '../../../report/terminal/style.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import { readEntries } from '../../../ledger/log-files.ts';
import { openEntry } from '../../../ledger/read.ts';
import { noKeys, readCheckpoint, readLedger } from '../../commands/ledger/read-ledger.ts';
import type { Context } from '../../context.ts';
import type { Answered } from './agent.ts';
import { becauseOf } from './because.ts';
import { type FoundServer, installCommand } from './official-servers.ts';
import type { Step, Wanted } from './script.ts';

/** A call that was made, and what the agent was answered. */
export interface Made {
  readonly step: Step;
  readonly answer: Answered;
}

/** One call as the ledger has it. */
export interface TriedCall {
  readonly server: string;
  readonly tool: string;
  /** Who wants it, and whether it is not to go through. */
  readonly wanted: Wanted;
  readonly unwanted: boolean;
  readonly decision: 'allowed' | 'redacted' | 'asked' | 'refused' | 'not recorded';
  /** Codes of the reasons. */
  readonly reasons: readonly string[];
  /** Why, from the record of the decision. */
  readonly because: string;
  /** How the server's answer was recorded; absent when the call did not reach one. */
  readonly outcome?: string | undefined;
  /** What the agent read. */
  readonly answer: string;
}

/** What happened, read from the ledger and from the file of mail. */
export interface Trial {
  readonly servers: readonly { readonly name: string; readonly version: string }[];
  readonly policies: { readonly set: 'provenance'; readonly digest: string };
  /** Why the servers ran without a sandbox; absent where they were held in one. */
  readonly unconfined?: string | undefined;
  readonly userWords: string;
  readonly calls: readonly TriedCall[];
  /** Addresses that mail was sent to. */
  readonly mailSentTo: readonly string[];
  readonly ledger: string;
  readonly run: string | undefined;
  /** Shows the run. */
  readonly show: string;
}

export interface TrialParts {
  readonly folder: string;
  readonly outbox: string;
  readonly found: readonly FoundServer[];
  readonly calls: readonly Made[];
  readonly policySet: string;
  readonly userWords: string;
  readonly unconfined: string | undefined;
}

/** One event of the ledger with its payload, as far as it opens. */
interface Recorded {
  readonly event: Envelope;
  readonly payload: unknown;
}

/** Reads what happened; the gateway has to be closed. @throws DemarcError */
export async function recordOf(context: Context, parts: TrialParts): Promise<Trial> {
  const ledger = join(parts.folder, 'state', 'ledger');
  const recorded = await readRecords(context, ledger);
  const uses = recorded.filter(
    ({ event: { kind, call } }) => call !== undefined && (kind === 'tool.call' || kind === 'decision'),
  );
  const results = new Map(
    recorded.flatMap(({ event }) => (event.kind === 'tool.result' ? [[event.call, event] as const] : [])),
  );
  const run = uses[0]?.event.run;
  return {
    servers: parts.found.map(({ server, version }) => ({ name: server, version })),
    policies: { set: 'provenance', digest: parts.policySet },
    unconfined: parts.unconfined,
    userWords: parts.userWords,
    calls: parts.calls.map((made) => triedCall(made, uses, results)),
    mailSentTo: sentTo(Buffer.from(context.files.read(parts.outbox)).toString('utf8')),
    ledger,
    run,
    show: `demarc ledger show ${ledger} ${run ?? '<run>'}`,
  };
}

async function readRecords(context: Context, folder: string): Promise<Recorded[]> {
  const ledger = await readLedger(context, {}, folder);
  const { size } = (await readCheckpoint(ledger)).checkpoint;
  const found: Recorded[] = [];
  for await (const { entry } of readEntries(ledger.place.logFiles, size)) {
    const { envelope, ...read } = await openEntry(entry, ledger.keys ?? noKeys, ledger.place.logFiles);
    if (envelope === undefined) continue;
    const payload = 'payload' in read && read.payload.state === 'clear' ? read.payload.value : undefined;
    found.push({ event: envelope, payload });
  }
  return found;
}

const words = { allow: 'allowed', redact: 'redacted', ask: 'asked', deny: 'refused' } as const;

/** Calls were made one after the other, so the next event of that tool is this call's. It is taken out. */
function triedCall(
  { step, answer }: Made,
  uses: Recorded[],
  results: ReadonlyMap<string | undefined, Envelope>,
): TriedCall {
  const { server, tool, wanted, unwanted = false } = step;
  const at = uses.findIndex(({ event }) => event.server === server && event.tool === tool);
  const [use] = at < 0 ? [] : uses.splice(at, 1);
  const { event } = use ?? {};
  const decision = event?.decision;
  return {
    server,
    tool,
    wanted,
    unwanted,
    decision: decision === undefined ? 'not recorded' : words[decision],
    reasons: event?.reasons ?? [],
    because: use === undefined ? '' : becauseOf(use.event, use.payload),
    outcome: event === undefined ? undefined : results.get(event.call)?.outcome,
    answer: answer.text,
  };
}

function sentTo(outbox: string): string[] {
  return outbox.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { to: string }).to]));
}

const wantedBy: Readonly<Record<Wanted, string>> = { user: 'the user', text: 'the text', agent: 'the agent' };

/** A trial for people: a line for each call, then where to look further. */
export function renderTrial(trial: Trial, colour: boolean): string {
  const style = colour ? colourStyle : plainStyle;
  const names = trial.calls.map(({ server, tool }) => `${server} ${tool}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = trial.calls.map(({ decision, outcome, because, wanted }, at) => {
    const told = decision.padEnd(8);
    const shown = decision === 'allowed' ? told : style.severity(decision === 'asked' ? 'medium' : 'high', told);
    const failed = outcome === undefined || outcome === 'ok' ? '' : `; the server's answer: ${outcome}`;
    const why = visibleLine(`${because}${failed}`, 160);
    return `  ${(names[at] ?? '').padEnd(width)}  ${wantedBy[wanted].padEnd(9)}  ${shown}  ${style.dim(why)}`;
  });
  const official = trial.servers.map(({ name, version }) => `${name} ${version}`).join(', ');
  const hint =
    trial.servers.length > 0
      ? `official servers: ${official}\n`
      : `small servers that come with this command; for the official ones: demarc gateway try --install\nor, in a folder for --servers: ${installCommand}\n`;
  const sandbox = trial.unconfined === undefined ? 'each server in a sandbox' : `none: ${trial.unconfined}`;
  return [
    `${hint}policies: ${trial.policies.set} ${trial.policies.digest}\nsandbox: ${visibleLine(sandbox, 200)}\n\n`,
    `the user wrote: ${visibleLine(trial.userWords, 240)}\n\n`,
    `  ${'call'.padEnd(width)}  wanted by  decided   because (as the ledger has it)\n`,
    `${lines.join('\n')}\n\n`,
    `mail was sent to: ${trial.mailSentTo.map((to) => visibleLine(to, 60)).join(', ') || 'nobody'}\n`,
    `ledger: ${trial.ledger}\n${trial.show}\n`,
  ].join('');
}

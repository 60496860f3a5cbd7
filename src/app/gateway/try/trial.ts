import { join } from 'node:path';
import type { Envelope } from '../../../model/event.ts';
import { colourStyle, plainStyle } from '../../../report/terminal/style.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import { readEnvelopes } from '../../commands/ledger/read-envelopes.ts';
import type { Context } from '../../context.ts';
import { ledgerPlace } from '../../ledger/place.ts';
import type { Answered } from './agent.ts';
import { type FoundServer, installCommand } from './official-servers.ts';
import type { Step } from './script.ts';

/** A call that was made, and what the agent was answered. */
export interface Made {
  readonly step: Step;
  readonly answer: Answered;
}

/** One call as the ledger has it. */
export interface TriedCall {
  readonly server: string;
  readonly tool: string;
  readonly because: string;
  readonly unwanted: boolean;
  readonly decision: 'allowed' | 'redacted' | 'asked' | 'refused' | 'not recorded';
  /** Codes of the reasons. */
  readonly reasons: readonly string[];
  /** How the server's answer was recorded; absent when the call did not reach one. */
  readonly outcome?: string | undefined;
  /** What the agent read. */
  readonly answer: string;
}

/** What happened, read from the ledger and from the file of mail. */
export interface Trial {
  readonly servers: readonly { readonly name: string; readonly version: string }[];
  readonly policies: { readonly set: 'provenance'; readonly digest: string };
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
}

/** Reads what happened; the gateway has to be closed. @throws DemarcError */
export async function recordOf(context: Context, parts: TrialParts): Promise<Trial> {
  const ledger = join(parts.folder, 'state', 'ledger');
  const events: Envelope[] = [];
  for await (const event of readEnvelopes(ledgerPlace(context, ledger))) events.push(event);
  const uses = events.filter(({ kind, call }) => call !== undefined && (kind === 'tool.call' || kind === 'decision'));
  const results = new Map(
    events.flatMap((event) => (event.kind === 'tool.result' ? [[event.call, event] as const] : [])),
  );
  const run = uses[0]?.run;
  return {
    servers: parts.found.map(({ server, version }) => ({ name: server, version })),
    policies: { set: 'provenance', digest: parts.policySet },
    calls: parts.calls.map((made) => triedCall(made, uses, results)),
    mailSentTo: sentTo(Buffer.from(context.files.read(parts.outbox)).toString('utf8')),
    ledger,
    run,
    show: `demarc ledger show ${ledger} ${run ?? '<run>'}`,
  };
}

const words = { allow: 'allowed', redact: 'redacted', ask: 'asked', deny: 'refused' } as const;

/** Calls were made one after the other, so the next event of that tool is this call's. It is taken out. */
function triedCall(
  { step, answer }: Made,
  uses: Envelope[],
  results: ReadonlyMap<string | undefined, Envelope>,
): TriedCall {
  const { server, tool, because, unwanted = false } = step;
  const at = uses.findIndex((event) => event.server === server && event.tool === tool);
  const [event] = at < 0 ? [] : uses.splice(at, 1);
  const decision = event?.decision;
  return {
    server,
    tool,
    because,
    unwanted,
    decision: decision === undefined ? 'not recorded' : words[decision],
    reasons: event?.reasons ?? [],
    outcome: event === undefined ? undefined : results.get(event.call)?.outcome,
    answer: answer.text,
  };
}

function sentTo(outbox: string): string[] {
  return outbox.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { to: string }).to]));
}

/** A trial for people: a line for each call, then where to look further. */
export function renderTrial(trial: Trial, colour: boolean): string {
  const style = colour ? colourStyle : plainStyle;
  const names = trial.calls.map(({ server, tool }) => `${server} ${tool}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = trial.calls.map(({ decision, reasons, outcome, because }, at) => {
    const told = decision.padEnd(12);
    const shown = decision === 'allowed' ? told : style.severity(decision === 'asked' ? 'medium' : 'high', told);
    const failed = outcome === undefined || outcome === 'ok' ? [] : [`the server's answer: ${outcome}`];
    const why = [...reasons, ...failed].join(', ');
    return `  ${(names[at] ?? '').padEnd(width)}  ${shown}  ${visibleLine(why, 60).padEnd(34)}  ${style.dim(because)}`;
  });
  const official = trial.servers.map(({ name, version }) => `${name} ${version}`).join(', ');
  const hint =
    trial.servers.length > 0
      ? `official servers: ${official}\n`
      : `small servers that come with this command; for the official ones: demarc gateway try --install\nor, in a folder for --servers: ${installCommand}\n`;
  return [
    `${hint}policies: ${trial.policies.set} ${trial.policies.digest}\n\n`,
    `${lines.join('\n')}\n\n`,
    `mail was sent to: ${trial.mailSentTo.map((to) => visibleLine(to, 60)).join(', ') || 'nobody'}\n`,
    `ledger: ${trial.ledger}\n${trial.show}\n`,
  ].join('');
}

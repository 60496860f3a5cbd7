import type { Decision, EventKind } from '../../model/event.ts';
import { grouped, plural } from '../html/words.ts';
import type { PayloadState } from '../../ledger/read.ts';
import type { RecordedEvent } from '../../model/recorded-event.ts';

/** What happened, as a verb phrase after the actor. */
export const kindWords: Readonly<Record<EventKind, string>> = {
  'run.start': 'starts the run',
  'run.end': 'ends the run',
  'model.request': 'asks',
  'model.response': 'answers',
  'tool.call': 'calls',
  'tool.result': 'answers',
  'data.query': 'queries',
  decision: 'decides',
  approval: 'approval',
  'credential.issued': 'credential issued',
  'credential.revoked': 'credential revoked',
  'sandbox.start': 'sandbox starts',
  'sandbox.exit': 'sandbox exits',
  'config.change': 'configuration changes',
  finding: 'finding',
  'training.completed': 'training completed',
  erasure: 'personal data erased',
  alert: 'alert',
  heartbeat: 'heartbeat',
  custom: 'event',
};

/** A decision is never told by colour alone: each has a sign and a word. */
export const decisionSigns: Readonly<Record<Decision, string>> = { allow: '✓', deny: '✕', redact: '◐', ask: '?' };

/** Worst first. */
export const decisionOrder: readonly Decision[] = ['deny', 'ask', 'redact', 'allow'];

/** Who an event is of: for a call the agent, for an answer who answered, for a decision the policy. */
export function actorOf(event: RecordedEvent): string {
  switch (event.kind) {
    case 'run.start':
    case 'run.end':
    case 'model.request':
    case 'tool.call':
    case 'data.query':
      return event.agent ?? 'agent';
    case 'model.response':
      return event.model ?? event.provider ?? 'model';
    case 'tool.result':
      return event.server ?? event.tool ?? 'tool';
    case 'decision':
      return 'policy';
    case 'approval':
    case 'training.completed':
      return event.subject ?? 'person';
    case 'credential.issued':
    case 'credential.revoked':
    case 'sandbox.start':
    case 'sandbox.exit':
    case 'config.change':
    case 'finding':
    case 'erasure':
    case 'alert':
    case 'heartbeat':
    case 'custom':
      return event.source;
  }
}

/** What an event is about: the tool, data, model or thing it names. */
export function targetOf(event: RecordedEvent): string | undefined {
  const { tool, server, dataSource, operation, model, provider, destination, rule, reference } = event;
  if (tool !== undefined) return joined(server, tool);
  if (dataSource !== undefined) return joined(dataSource, operation);
  if (model !== undefined || provider !== undefined) return joined(provider, model);
  return server ?? destination ?? rule ?? reference;
}

/** What an event is about beside who it is of: an answer names its tool, not once more the server that answers. */
export function objectOf(event: RecordedEvent): string | undefined {
  if (event.kind === 'model.response') return undefined;
  return event.kind === 'tool.result' && event.server !== undefined ? event.tool : targetOf(event);
}

function joined(first: string | undefined, second: string | undefined): string {
  if (first !== undefined && second?.startsWith(`${first}/`) === true) return second;
  return [first, second].filter((part) => part !== undefined).join('/');
}

/** The labels of an event, as words. */
export function labelsOf({ effect, confidentiality, origin, severity }: RecordedEvent): readonly string[] {
  return [effect, confidentiality, origin, severity].filter((label) => label !== undefined);
}

/** Numbers an event states, as words. */
export function measuresOf(event: RecordedEvent): readonly string[] {
  const { inputTokens, outputTokens, bytes, rows, exitCode, beat } = event;
  const counted: readonly (readonly [number | undefined, string, string])[] = [
    [inputTokens, 'token in', 'tokens in'],
    [outputTokens, 'token out', 'tokens out'],
    [bytes, 'byte', 'bytes'],
    [rows, 'row', 'rows'],
  ];
  return [
    ...counted.flatMap(([count, one, many]) => (count === undefined ? [] : [plural(count, one, many)])),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(beat === undefined ? [] : [`beat ${grouped(beat)}`]),
  ];
}

/** Why a payload is not shown, or undefined when there is nothing to say. */
export function payloadWords(payload: PayloadState): string | undefined {
  switch (payload.state) {
    case 'none':
    case 'clear':
      return undefined;
    case 'erased':
      return 'payload erased: its keys were destroyed; the proof of the entry still holds';
    case 'no-keys':
      return 'payload sealed: the keys given do not open it';
    case 'tampered':
      return `payload does not verify: ${payload.why}`;
  }
}

/** A payload as text: indented JSON, a text as itself. */
export function payloadText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null');
}

/** A span of time, in two units at most: `0 ms`, `320 ms`, `1.20 s`, `2 min 03 s`, `1 h 02 min`, `3 d 04 h`. */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  const two = (count: number): string => String(count).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** `2026-11-20 10:00:00.123 UTC`; a time out of range stays as it is said. */
export function timeWords(ms: number | undefined): string {
  if (ms === undefined) return 'no time';
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

import type { ControlState } from '../../model/assessment.ts';
import { type Layer, ownParties, type Party } from '../../model/catalogue.ts';
import type { GapKind } from '../../model/gap.ts';
import type { EdgeKind } from '../../model/graph.ts';
import { html, type Markup } from './markup.ts';

/** A state is never told by colour alone: each has a sign and a word. */
export const stateSigns: Readonly<Record<ControlState, string>> = {
  held: '✓',
  open: '✕',
  inherited: '⇧',
  claimed: '≈',
  'not-assessed': '?',
  orphaned: '∅',
};
export const stateWords: Readonly<Record<ControlState, string>> = {
  held: 'Held',
  open: 'Open',
  inherited: 'Inherited',
  claimed: 'Claimed',
  'not-assessed': 'Not assessed',
  orphaned: 'Orphaned',
};
export const stateMeanings: Readonly<Record<ControlState, string>> = {
  held: 'A check read configuration, an API or a log on your side and found the control in place.',
  open: 'At least one finding stands against it. It is yours to close.',
  inherited: 'A provider holds it, and evidence that was verified says so.',
  claimed: 'A provider says so in a document. Nothing verified it.',
  'not-assessed':
    'Nothing verified it: no check applies, a check could not decide, or the evidence has expired. Never a pass.',
  orphaned: 'No party holds it. It falls between you and your providers until somebody takes it.',
};
/** Worst first: the order in which a reader should look. */
export const stateOrder: readonly ControlState[] = ['orphaned', 'open', 'not-assessed', 'claimed', 'inherited', 'held'];

export const layerNames: Readonly<Record<Layer, string>> = {
  hardware: 'Hardware',
  network: 'Network',
  identity: 'Identity',
  'service-configuration': 'Service configuration',
  'model-artifact': 'Model artifact',
  'model-behaviour': 'Model behaviour',
  'prompts-guardrails': 'Prompts and guardrails',
  'tools-connectors': 'Tools and connectors',
  data: 'Data',
  'logging-detection': 'Logging and detection',
  people: 'People',
};

export const partyNames: Readonly<Record<Party, string>> = {
  infra: 'Infrastructure',
  platform: 'Platform',
  router: 'Router',
  model: 'Model',
  app: 'Application vendor',
  'tool-publisher': 'Tool publisher',
  organisation: 'Organisation',
  builder: 'Builder',
  user: 'User',
};
/** From you outwards. */
export const partyOrder: readonly Party[] = [
  'user',
  'builder',
  'organisation',
  'app',
  'tool-publisher',
  'router',
  'platform',
  'model',
  'infra',
];

export const gapWords: Readonly<Record<GapKind, string>> = {
  unreadable: 'Could not be read',
  'too-large': 'Over a limit',
  syntax: 'Does not parse',
  unsupported: 'A form that is not evaluated',
  unresolved: 'Refers to something outside what was read',
  symlink: 'A link that leaves the assessed path',
};

export const edgeWords: Readonly<Record<EdgeKind, string>> = {
  reference: 'refers to',
  role: 'acts as',
  guardrail: 'guarded by',
  network: 'runs in',
  key: 'encrypted with',
  data: 'reads or writes',
  tool: 'calls tool',
  model: 'asks model',
  endpoint: 'connects to',
  log: 'logs to',
  hosts: 'hosts',
  contains: 'contains',
};

/** `✕ Open` as a coloured mark. */
export function stateMark(state: ControlState): Markup {
  return html`<span class="mark s-${state}"><span aria-hidden="true">${stateSigns[state]}</span> ${stateWords[state]}</span>`;
}

/** Whether the party is one of yours. */
export function isOwn(party: Party): boolean {
  return ownParties.includes(party);
}

/** `1 finding`, `2 findings`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : nouns}`;
}

/** 12345 → `12,345`, independent of a locale. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

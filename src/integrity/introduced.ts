import { confidentialities, effectsByHarm } from '../model/event.ts';
import type { Definition } from './definition.ts';
import { excerptOf } from './inspect/excerpt.ts';
import { foldLetters } from './inspect/fold.ts';
import { type FindingCode, meaningOf } from './inspect/finding.ts';
import { isInstruction, type Surroundings } from './inspect/speech.ts';
import { type ExaminedDefinition, type PinnedDefinition, sentencesOfDefinition, wordsOf } from './pins.ts';
import { isUpperBound } from './argument-places.ts';
import { addressFormats, type ArgumentShape, type DraftLabels, shapeOf, type ToolShape } from './tool-shape.ts';

/** What a change brings in that was not approved. Each blocks the definition until it is approved again. */
export const introducedCapabilities = [
  'never-approved',
  'effect-raised',
  'sends-out',
  'untrusted-output',
  'confidentiality-raised',
  'hint-changed',
  'new-destination',
  'new-required-argument',
  'schema-widened',
  'new-instruction',
  'new-app',
  'new-finding',
] as const;
export type IntroducedCapability = (typeof introducedCapabilities)[number];

/** A change that brings in nothing: it is told. */
export type NeutralChange =
  | 'typography'
  | 'reworded'
  | 'new-argument'
  | 'argument-removed'
  | 'schema-narrowed'
  | 'schema-loosened'
  | 'label-lowered'
  | 'other';

export interface Change<Kind> {
  readonly kind: Kind;
  /** In our words; of the definition only names of arguments and what a person is to see of a sentence. */
  readonly detail: string;
}

export interface Changes {
  readonly introduced: readonly Change<IntroducedCapability>[];
  readonly neutral: readonly Change<NeutralChange>[];
}

const destinationName =
  /(?:^|[^a-z])(?:to|cc|bcc|recipient|url|uri|href|link|endpoint|webhook|callback|host|hostname|domain|server|address|email|e-mail|phone|destination|target|channel|account|iban|wallet|forward|redirect|proxy|upload|remote|origin|peer)(?:e?s)?(?:$|[^a-z])/;
/** What a definition brings in, compared with what was approved under its name. */
export function changesOf(
  pinned: PinnedDefinition,
  { definition, findings }: ExaminedDefinition,
  draft: DraftLabels,
  around: Surroundings,
): Changes {
  const introduced: Change<IntroducedCapability>[] = [];
  const neutral: Change<NeutralChange>[] = [];
  if (pinned.tool !== undefined && definition.kind === 'tool')
    compareShapes(pinned.tool, shapeOf(definition.json, draft), introduced, neutral);
  const accepted = new Set<FindingCode>(pinned.accepted);
  for (const { code, severity, excerpt } of findings)
    if (severity !== 'note' && !accepted.has(code))
      introduced.push({ kind: 'new-finding', detail: `${meaningOf(code)}: ${excerpt}` });
  compareTexts(pinned, definition, around, introduced, neutral);
  if (introduced.length === 0 && neutral.length === 0)
    neutral.push({ kind: 'other', detail: 'a part that says and allows nothing' });
  return { introduced, neutral };
}

function compareShapes(
  before: ToolShape,
  after: ToolShape,
  introduced: Change<IntroducedCapability>[],
  neutral: Change<NeutralChange>[],
): void {
  const was = before.labels;
  const is = after.labels;
  const rank = (order: readonly string[], from: string, to: string): number => order.indexOf(to) - order.indexOf(from);
  const effect = rank(effectsByHarm, was.effect, is.effect);
  if (effect > 0) introduced.push({ kind: 'effect-raised', detail: `${was.effect} → ${is.effect}` });
  if (effect < 0) neutral.push({ kind: 'label-lowered', detail: `effect ${was.effect} → ${is.effect}` });
  if (is.sendsOut && !was.sendsOut)
    introduced.push({ kind: 'sends-out', detail: 'it now carries its arguments outside' });
  if (is.untrustedOutput && !was.untrustedOutput)
    introduced.push({ kind: 'untrusted-output', detail: 'its results may now hold anybody’s words' });
  const private_ = rank(confidentialities, was.confidentiality, is.confidentiality);
  if (private_ > 0)
    introduced.push({ kind: 'confidentiality-raised', detail: `${was.confidentiality} → ${is.confidentiality}` });
  compareHints(before.hints, after.hints, introduced, neutral);
  for (const [path, argument] of Object.entries(after.arguments)) {
    const known = Object.hasOwn(before.arguments, path) ? before.arguments[path] : undefined;
    if (known === undefined) compareNew(path, argument, introduced, neutral);
    else compareArgument(path, known, argument, introduced, neutral);
  }
  for (const path of Object.keys(before.arguments)) {
    if (Object.hasOwn(after.arguments, path)) continue;
    if (isFreed(path, after)) introduced.push({ kind: 'schema-widened', detail: `${named(path)}: anything` });
    else neutral.push({ kind: 'argument-removed', detail: named(path) });
  }
}

/** Whether the members of what is still there were taken by a schema of theirs, and are by none. */
function isFreed(path: string, after: ToolShape): boolean {
  const parent = /(?:\[\]|\{\})$/.test(path) ? after.arguments[path.slice(0, -2)] : undefined;
  if (parent === undefined) return false;
  if (path.endsWith('{}')) return parent.open === true;
  return parent.types.length === 0 || parent.types.includes('array');
}

const named = (path: string): string => `\`${excerptOf(path)}\``;

/** What holds where a hint is not given (MCP 2025-11-25, ToolAnnotations). */
const hintDefaults = { readOnlyHint: false, destructiveHint: true, openWorldHint: true } as const;

/** Of the first two both directions count: a tool says that it does more, or gets clients to ask less. */
function compareHints(
  before: ToolShape['hints'],
  after: ToolShape['hints'],
  introduced: Change<IntroducedCapability>[],
  neutral: Change<NeutralChange>[],
): void {
  for (const hint of ['readOnlyHint', 'destructiveHint', 'openWorldHint'] as const) {
    const was = before[hint] ?? hintDefaults[hint];
    const is = after[hint] ?? hintDefaults[hint];
    if (was === is) continue;
    const detail = `${hint} ${String(before[hint] ?? 'absent')} → ${String(after[hint] ?? 'absent')}`;
    if (hint === 'openWorldHint' && !is) neutral.push({ kind: 'label-lowered', detail });
    else introduced.push({ kind: 'hint-changed', detail });
  }
}

function compareNew(
  path: string,
  argument: ArgumentShape,
  introduced: Change<IntroducedCapability>[],
  neutral: Change<NeutralChange>[],
): void {
  const name = foldLetters(path.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
  if (destinationName.test(name) || addressFormats.has(argument.format ?? ''))
    introduced.push({ kind: 'new-destination', detail: `new argument ${named(path)}` });
  else if (argument.required) introduced.push({ kind: 'new-required-argument', detail: named(path) });
  else neutral.push({ kind: 'new-argument', detail: named(path) });
}

function compareArgument(
  path: string,
  before: ArgumentShape,
  after: ArgumentShape,
  introduced: Change<IntroducedCapability>[],
  neutral: Change<NeutralChange>[],
): void {
  const where = path === '' ? 'the arguments' : named(path);
  if (before.format !== after.format && addressFormats.has(after.format ?? ''))
    introduced.push({ kind: 'new-destination', detail: `${where} is now an address` });
  else if (before.format !== after.format && addressFormats.has(before.format ?? ''))
    neutral.push({ kind: 'schema-loosened', detail: `${where}: no address only` });
  const wider = [...widenings(before, after), ...(before.rest === after.rest ? [] : ['other rules'])];
  if (wider.length > 0) introduced.push({ kind: 'schema-widened', detail: `${where}: ${wider.join(', ')}` });
  const narrower = widenings(after, before);
  if (narrower.length > 0) neutral.push({ kind: 'schema-narrowed', detail: where });
  if (!before.required && after.required && path !== '')
    neutral.push({ kind: 'schema-narrowed', detail: `${where} is required` });
  if (before.required && !after.required) neutral.push({ kind: 'schema-loosened', detail: `${where} may be left out` });
  if (before.open === false && after.open === true)
    neutral.push({ kind: 'schema-loosened', detail: `${where}: members that are not named` });
}

/** How a value may be given that was refused before. */
function widenings(before: ArgumentShape, after: ArgumentShape): string[] {
  const found: string[] = [];
  const types = (shape: ArgumentShape): readonly string[] => (shape.types.length === 0 ? ['any'] : shape.types);
  const taken = new Set(types(before));
  const isTaken = (type: string): boolean => taken.has(type) || (type === 'integer' && taken.has('number'));
  if (!taken.has('any') && !types(after).every(isTaken)) found.push('more types');
  if (before.values !== undefined) {
    const known = new Set(before.values);
    if (after.values === undefined) found.push('any value');
    else if (after.values.some((value) => !known.has(value))) found.push('more values');
  }
  if (before.pattern !== undefined && before.pattern !== after.pattern)
    found.push(after.pattern === undefined ? 'no pattern' : 'another pattern');
  for (const [bound, value] of Object.entries(before.bounds ?? {})) {
    const now = after.bounds?.[bound];
    if (now === undefined || (isUpperBound(bound) ? now > value : now < value)) found.push(`${bound} loosened`);
  }
  if (before.format !== undefined && before.format !== after.format && !addressFormats.has(before.format))
    found.push(after.format === undefined ? 'any format' : 'another format');
  return found;
}

function compareTexts(
  pinned: PinnedDefinition,
  definition: Definition,
  around: Surroundings,
  introduced: Change<IntroducedCapability>[],
  neutral: Change<NeutralChange>[],
): void {
  const known = new Set(pinned.sentences);
  const after = sentencesOfDefinition(definition);
  // Another dot is another address, and an order may begin behind it.
  const isTypography = wordsOf(after) === pinned.words;
  const added = [...after].filter(([digest]) => !known.has(digest)).map(([, sentence]) => sentence);
  let isReworded = pinned.sentences.some((digest) => !after.has(digest));
  for (const { text, isLink } of added) {
    if (isLink && text.startsWith('ui://')) introduced.push({ kind: 'new-app', detail: excerptOf(text) });
    // Instructions for the whole server are orders by nature.
    else if ((definition.kind === 'instructions' && !isTypography) || (!isLink && isInstruction(text, around)))
      introduced.push({ kind: 'new-instruction', detail: excerptOf(text) });
    else isReworded = true;
  }
  if (!isReworded) return;
  if (!isTypography) neutral.push({ kind: 'reworded', detail: `${added.length} new sentences` });
  else if (introduced.length === 0 && neutral.length === 0)
    neutral.push({ kind: 'typography', detail: 'no word changed' });
}

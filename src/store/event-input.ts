import { isJsonObject } from '../base/json-object.ts';
import { limits } from '../base/limits.ts';
import { remembered } from '../base/remembered.ts';
import { formatRfc3339, parseRfc3339 } from '../base/rfc3339.ts';
import { findSecrets, redactText } from '../base/secrets.ts';
import { type EventInput, type EventKind, eventKinds, sealedFact } from '../model/event.ts';
import { commonFacts, type FactName, type FactType, factTypes, kindFacts } from '../model/event-facts.ts';
import { holdsPersonalData } from './personal-data.ts';

declare const accepted: unique symbol;
/** An event that went through `parseEventInput`: what is in clear in it may stand in a ledger. */
export type AcceptedEvent = EventInput & { readonly [accepted]: true };

/** The event that is recorded for what was given, and what was not right about that, one line each. */
export interface ParsedEvent {
  readonly input: AcceptedEvent;
  readonly problems: readonly string[];
}

/**
 * Makes an event of anything that is JSON; nothing is dropped.
 *
 * - An object whose `kind` is known and whose fields fit is that event. Anything else is an event of kind `custom` with
 *   the whole of it as payload; facts that fit stay in clear.
 * - Fields that are no facts, and facts that do not belong to the kind, move into the payload.
 * - A fact in clear that is no identifier, or looks like personal data or a credential, becomes `[sealed]` and its text
 *   moves into the payload. Of a URL only scheme, host and port stay.
 * - `time` becomes UTC with milliseconds; where that says less than was given, the original moves into the payload.
 *
 * What moves into the payload stands there under its own name, beside the fields of a payload that is an object; any
 * other payload is then found under `payload`.
 *
 * @param nowMs the ledger's clock: a time far from it is kept, and is a problem
 * @returns problems never hold a value that was given, so they may be shown and logged
 */
export function parseEventInput(value: unknown, nowMs: number): ParsedEvent {
  if (!isJsonObject(value))
    return { input: { kind: 'custom', payload: value } as AcceptedEvent, problems: ['not a JSON object'] };
  return isAsItShouldBe(value)
    ? { input: value as unknown as AcceptedEvent, problems: noProblems }
    : readObject(value, nowMs);
}

const noProblems: readonly string[] = [];

/** Whether an event stands as it would after it was read, but for what is undefined: those of the gateway do, and they are many. */
function isAsItShouldBe(value: Readonly<Record<string, unknown>>): boolean {
  const kind = value['kind'] as EventKind;
  const facts = factsOf.get(kind);
  if (facts === undefined || kindFacts[kind].reserved === true) return false;
  for (const name in value) {
    const field = value[name];
    if (field === undefined || name === 'kind' || name === 'payload') continue;
    const stays =
      name === 'source'
        ? isClear(field)
        : name === 'subject'
          ? isSubject(field)
          : facts.has(name) && isClearFact(factTypes[name as FactName], field);
    if (!stays) return false;
  }
  return kindFacts[kind].requires.every((group) => group.some((name) => value[name] !== undefined));
}

function isClearFact(fact: FactType, value: unknown): boolean {
  switch (fact.type) {
    case 'identifier':
      return isClear(value);
    case 'address':
      return isClear(value) && !(value as string).includes('://');
    case 'codes':
      return Array.isArray(value) && value.length > 0 && value.length <= limits.reasonsMax && value.every(isClear);
    case 'choice':
      return fact.of.includes(value as string);
    case 'number':
      return isNumber(fact, value);
    case 'time':
      return false;
  }
}

function isClear(value: unknown): boolean {
  return typeof value === 'string' && isIdentifier(value) && whatItIsLike(value) === 'nothing';
}

const kinds: ReadonlySet<unknown> = new Set(eventKinds);
const factsOf = new Map<EventKind, ReadonlySet<string>>(
  eventKinds.map((kind) => {
    const { requires, may } = kindFacts[kind];
    return [kind, new Set<string>([...commonFacts, ...may, ...requires.flat()])];
  }),
);

/** An event while it is read. */
interface Draft {
  readonly kind: EventKind;
  readonly clear: Record<string, unknown>;
  /** What moves into the payload, by its name. */
  readonly moved: Map<string, unknown>;
  readonly problems: string[];
  /** Whether the object is the event it says it is. */
  fits: boolean;
}

function readObject(value: Readonly<Record<string, unknown>>, nowMs: number): ParsedEvent {
  const draft: Draft = { ...kindOf(value['kind']), clear: {}, moved: new Map() };
  const facts = factsOf.get(draft.kind);
  for (const name of Object.keys(value)) {
    const field = value[name];
    if (name === 'kind' || name === 'payload' || field === undefined) continue;
    const known = facts?.has(name) === true || frame.has(name);
    if (known && (field === null || field === '')) continue;
    if (facts?.has(name) === true) readFact(draft, name as FactName, field);
    else if (name === 'time') readTime(draft, name, field, nowMs);
    else if (name === 'source') readIdentifier(draft, name, field);
    else if (name === 'subject') readSubject(draft, field);
    else if (name === 'alsoAbout') readAlsoAbout(draft, field);
    else moveField(draft, name, field);
  }
  sealPersonal(draft);
  for (const group of kindFacts[draft.kind].requires)
    if (!group.some((name) => draft.clear[name] !== undefined))
      misfit(draft, `\`${draft.kind}\` has no ${group.map((name) => `\`${name}\``).join(' or ')}`);
  return { input: finish(draft, value), problems: draft.problems };
}

/** Fields of every event that are no facts. */
const frame: ReadonlySet<string> = new Set(['time', 'source', 'subject', 'alsoAbout']);

function kindOf(kind: unknown): Pick<Draft, 'kind' | 'fits' | 'problems'> {
  if (kind === undefined) return { kind: 'custom', fits: false, problems: ['no `kind`'] };
  if (!kinds.has(kind)) return { kind: 'custom', fits: false, problems: ['the `kind` is not a known one'] };
  const known = kind as EventKind;
  if (kindFacts[known].reserved !== true) return { kind: known, fits: true, problems: [] };
  return { kind: 'custom', fits: false, problems: [`\`${known}\` is recorded by the ledger itself only`] };
}

function finish({ clear, kind, fits, moved }: Draft, value: Readonly<Record<string, unknown>>): AcceptedEvent {
  const { alsoAbout } = clear;
  const payload = fits ? joinPayload(value['payload'], moved) : value;
  clear['kind'] = fits ? kind : 'custom';
  if (payload !== undefined) clear['payload'] = payload;
  // Without a payload they would stand nowhere.
  else if (alsoAbout !== undefined) clear['payload'] = { alsoAbout };
  return clear as unknown as AcceptedEvent;
}

/** The payload with the fields that moved into it, without either replacing the other. */
function joinPayload(payload: unknown, moved: ReadonlyMap<string, unknown>): unknown {
  if (moved.size === 0) return payload;
  const fields: Record<string, unknown> = Object.fromEntries(moved);
  if (payload === undefined) return fields;
  const joins = isJsonObject(payload) && ![...moved.keys()].some((name) => Object.hasOwn(payload, name));
  return joins ? { ...payload, ...fields } : { ...fields, payload };
}

function readFact(draft: Draft, name: FactName, value: unknown): void {
  const fact: FactType = factTypes[name];
  switch (fact.type) {
    case 'identifier':
    case 'address':
      return readIdentifier(draft, name, value, fact.type === 'address');
    case 'codes':
      return readCodes(draft, name, value);
    case 'time':
      return readTime(draft, name, value);
    case 'choice':
      if (typeof value === 'string' && fact.of.includes(value)) draft.clear[name] = value;
      else misfit(draft, `\`${name}\` is none of ${fact.of.join(', ')}`);
      return;
    case 'number':
      if (isNumber(fact, value)) draft.clear[name] = value;
      else misfit(draft, `\`${name}\` is not a${fact.whole ? ' whole' : ''} number from ${fact.from} on`);
      return;
  }
}

function isNumber({ from, whole }: Extract<FactType, { type: 'number' }>, value: unknown): boolean {
  return typeof value === 'number' && value >= from && (whole ? Number.isSafeInteger(value) : Number.isFinite(value));
}

const identifierShape = /^[A-Za-z0-9._:/@+#=,~*()[\]$-]+$/;

function isIdentifier(text: string): boolean {
  return text.length <= limits.identifierLengthMax && identifierShape.test(text);
}

function readIdentifier(draft: Draft, name: string, value: unknown, address = false): void {
  if (typeof value !== 'string') return misfit(draft, `\`${name}\` is not a text`);
  const text = address ? withoutPath(value) : value;
  if (text !== value) draft.moved.set(name, value);
  if (isIdentifier(text)) draft.clear[name] = text;
  else sealFact(draft, name, value, 'is not an identifier');
}

/** Scheme, host and port of a URL; anything else unchanged. */
function withoutPath(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (!URL.canParse(text)) return text;
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`;
}

function readCodes(draft: Draft, name: string, value: unknown): void {
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string'))
    return misfit(draft, `\`${name}\` is not a list of texts`);
  if (value.length > limits.reasonsMax) sealFact(draft, name, value, `has more than ${limits.reasonsMax} codes`);
  else if (!value.every(isIdentifier)) sealFact(draft, name, value, 'holds a text that is not an identifier');
  else if (value.length > 0) draft.clear[name] = value;
}

function sealFact(draft: Draft, name: string, value: unknown, why: string): void {
  draft.clear[name] = Array.isArray(value) ? [sealedFact] : sealedFact;
  if (!draft.moved.has(name)) draft.moved.set(name, value);
  draft.problems.push(`\`${name}\` ${why}: sealed`);
}

/** What is text of the caller's own choice and in clear. */
const free: ReadonlySet<string> = new Set([
  'source',
  ...Object.entries(factTypes).flatMap(([name, { type }]) =>
    type === 'identifier' || type === 'address' || type === 'codes' ? [name] : [],
  ),
]);

/** Seals the identifiers that look like a person's data or a credential. */
function sealPersonal(draft: Draft): void {
  for (const name in draft.clear) {
    if (!free.has(name)) continue;
    const value = draft.clear[name];
    const like = whatItIsLike(textOf(value));
    if (like !== 'nothing') sealFact(draft, name, value, `looks like ${like}`);
  }
}

/** What an identifier looks like that must not stand in clear. Nearly all that stand in events have stood in one before. */
const whatItIsLike = remembered((text): 'personal data' | 'a credential' | 'nothing' => {
  if (holdsPersonalData(text)) return 'personal data';
  const longest = text.includes('\n') ? Math.max(...text.split('\n').map(({ length }) => length)) : text.length;
  return redactText(text) !== text || (longest >= 40 && hidesSecret(text)) ? 'a credential' : 'nothing';
}, 2_000);

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('\n') : String(value);
}

/** Whether there is a credential behind Base64 in a text. */
function hidesSecret(text: string): boolean {
  const parts = text.match(/[A-Za-z0-9+/]{40,}/g) ?? [];
  return parts.some((part) => findSecrets(Buffer.from(part, 'base64').toString('latin1')).length > 0);
}

/** @param nowMs the clock the time is compared with, where it should be near it */
function readTime(draft: Draft, name: string, value: unknown, nowMs?: number): void {
  const instant = typeof value === 'string' ? parseRfc3339(value) : undefined;
  if (instant === undefined) return misfit(draft, `\`${name}\` is not a time with offset (RFC 3339)`);
  draft.clear[name] = formatRfc3339(instant.ms);
  if (!instant.exact) draft.moved.set(name, value);
  if (nowMs === undefined) return;
  if (instant.ms > nowMs + limits.eventAheadMsMax)
    draft.problems.push(`\`${name}\` is more than a day ahead of the clock`);
  if (instant.ms < nowMs - limits.eventAgeMsMax) draft.problems.push(`\`${name}\` is more than ten years ago`);
}

function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= limits.subjectLengthMax;
}

function readSubject(draft: Draft, value: unknown): void {
  if (isSubject(value)) draft.clear['subject'] = value;
  else misfit(draft, '`subject` does not name a person: the payload cannot be erased for them');
}

function readAlsoAbout(draft: Draft, value: unknown): void {
  const people = (Array.isArray(value) ? value : []).filter(isSubject).slice(0, limits.subjectsPerEventMax);
  if (people.length > 0) draft.clear['alsoAbout'] = people;
  if (!Array.isArray(value) || people.length < value.length)
    misfit(draft, '`alsoAbout` does not name people only: the payload cannot be erased for all of them');
}

function moveField(draft: Draft, name: string, value: unknown): void {
  draft.moved.set(name, value);
  if (draft.fits && Object.hasOwn(factTypes, name))
    draft.problems.push(`\`${name}\` is no fact of \`${draft.kind}\`: sealed`);
}

function misfit(draft: Draft, problem: string): void {
  draft.fits = false;
  draft.problems.push(problem);
}

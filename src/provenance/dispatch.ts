import type { ToolAction, ToolLabels } from '../model/tool-labels.ts';
import { type Choices, isChoice } from './choices.ts';
import { isJsonObject } from '../base/json-object.ts';
import { endingOfVerb } from './endings.ts';
import { actionOfVerb } from './lexicon.ts';
import { moreCautious } from './manifest/caution.ts';
import { invitedNouns, placeNouns, webNouns } from './manifest/nouns.ts';
import { speaksOf, splitName } from './names.ts';

/** Arguments that say what a tool is to do. */
const dispatching = ['action', 'operation', 'method', 'op', 'verb', 'command', 'mode', 'decision'] as const;

/** Whether an argument says what a tool is to do, in a verb that is known: that is judged as what the user asked for. */
export function isDispatched(name: string, value: string): boolean {
  return dispatching.some((one) => one === name) && actionOf(value.toLowerCase()) !== undefined;
}

const derived = new WeakMap<ToolLabels, Map<string, ToolLabels>>();

/**
 * Labels of one call of a tool that does several things (`device_action(action: "wipe")`): its argument is the verb. They are less
 * cautious than those of the tool only where it may do anything and its schema names the verb as one that reads, where it was drafted from
 * another of the verbs that its schema names, where it leaves out whom it would tell, and where a statement only reads.
 */
export function labelsOfCall(ofTool: ToolLabels, args: unknown, choices?: Choices): ToolLabels {
  const labels = reachesNobody(ofTool, args) ? withoutWay(ofTool) : ofTool;
  if (isJsonObject(args) && labels.action === 'fetch') return asRequested(labels, args);
  if (isJsonObject(args) && isOfStatements(labels)) return asStated(labels, args);
  if (labels.action === 'read' || labels.action === 'fetch' || !isJsonObject(args)) return labels;
  const name = dispatching.find((one) => typeof args[one] === 'string');
  if (name === undefined) return labels;
  const said = String(args[name]);
  const words = splitName(said.slice(0, 64)).filter((word) => word.length >= 2);
  const word = words.find((one) => actionOf(one) !== undefined) ?? words[0];
  if (word === undefined) return labels;
  const isListed = isChoice(choices, [name], said);
  if (labels.action === 'other' && isListed && actionOf(word) === 'read') {
    const sendsOut = leadsOut(labels, args);
    return { ...labels, effect: 'read', action: sendsOut ? 'fetch' : 'read', sendsOut };
  }
  const isOneOfItsVerbs = isListed && isSummedUp(labels, choices?.get(name));
  return remembered(labels, `${word} ${isOneOfItsVerbs}`, () => withVerb(labels, word, isOneOfItsVerbs));
}

/** A request that does more than get a page does what its method says (RFC 9110, section 9.3). */
function asRequested(labels: ToolLabels, { method }: Readonly<Record<string, unknown>>): ToolLabels {
  if (typeof method !== 'string' || /^(?:get|head|options)?$/i.test(method)) return labels;
  const verb = splitName(method.slice(0, 64))[0] ?? '';
  return remembered(labels, verb, () =>
    withVerb({ ...labels, effect: 'write', action: 'other', verb, nouns: ['request'] }, verb, true),
  );
}

/** A tool that seemed to read, and takes a statement for a database. */
const isOfStatements = ({ action, verb = '' }: ToolLabels): boolean =>
  action === 'run' && actionOfVerb(verb) === 'read';

function asStated(labels: ToolLabels, args: Readonly<Record<string, unknown>>): ToolLabels {
  const texts = Object.entries(args).flatMap(([name, value]) => (isStatementName.test(name) ? [value] : []));
  const isRead = texts.length === 1 && texts.every((text) => typeof text === 'string' && isPlainSelect(text));
  return isRead
    ? remembered(labels, 'select', () => ({ ...labels, effect: 'read', action: 'read', sendsOut: false }))
    : labels;
}

const isStatementName = /^(?:sql|statement|query)$/i;

/** Whether a statement is one SELECT that stores nothing, locks nothing and calls nothing but what computes. */
function isPlainSelect(text: string): boolean {
  const plain = text.replace(/'[^'\\]*'/g, '0');
  const calls = [...plain.matchAll(/([^\s(]*)\s*\(/g)].map(([, name = '']) => name.toLowerCase());
  return (
    /^\s*select\s[^;'\\#]*;?\s*$/i.test(plain) &&
    !/--|\/\*|\$\$|(?<!\w)(?:into|update|share|procedure)(?!\w)/i.test(plain) &&
    calls.every((name) => computing.has(name))
  );
}

const computing = new Set(
  (
    ' in and or not exists from join on where having as by over count sum avg min max lower upper trim length round abs coalesce date year month day now ' +
    'date_trunc extract substring substr concat cast'
  ).split(' '),
);

/** Labels are told apart by identity: the same ones for the same call. */
function remembered(labels: ToolLabels, key: string, make: () => ToolLabels): ToolLabels {
  const known = derived.get(labels) ?? new Map<string, ToolLabels>();
  derived.set(labels, known);
  const found = known.get(key) ?? make();
  // The words come from the agent: a hostile one could bring as many as it likes.
  if (known.size < 100) known.set(key, found);
  return found;
}

/** Whether what a tool does was drafted from one of the verbs that its argument lists, or is no more than changing something. */
const isSummedUp = ({ action, verb }: ToolLabels, listed: ReadonlySet<string> | undefined): boolean =>
  action === 'update' || action === 'create' || (verb !== undefined && listed?.has(verb) === true);

/** Whether a call leaves out all arguments that would send something out. */
const reachesNobody = ({ sendsOut, sendsOutBy }: ToolLabels, args: unknown): boolean =>
  sendsOut &&
  sendsOutBy !== undefined &&
  isJsonObject(args) &&
  Object.entries(args).every(
    ([name, value]) =>
      (!sendsOutBy.includes(name) && !speaksOf(name, invitedNouns)) || value === null || value === '' || isEmpty(value),
  );

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const inside = new WeakMap<ToolLabels, ToolLabels>();

function withoutWay(labels: ToolLabels): ToolLabels {
  const known = inside.get(labels) ?? { ...labels, sendsOut: false };
  inside.set(labels, known);
  return known;
}

/** What reads a place outside tells that place what is asked for. */
const leadsOut = ({ nouns = [] }: ToolLabels, args: Readonly<Record<string, unknown>>): boolean =>
  nouns.some((noun) => webNouns.has(noun)) || Object.keys(args).some((name) => speaksOf(name, placeNouns));

/** What a word means that says what a tool is to do. */
const actionOf = (verb: string): ToolAction | undefined =>
  actionOfVerb(verb) ?? (endingOfVerb(verb) === undefined ? undefined : 'delete');

/** Verbs of what a tool does beside reading, as its schema lists them for an argument that says what it is to do. */
export function actingVerbs(choices: Choices | undefined): string[] {
  return dispatching
    .flatMap((name) => [...(choices?.get(name) ?? [])])
    .map((word) => word.toLowerCase())
    .filter((word) => (actionOf(word) ?? 'read') !== 'read');
}

/** @param replaces the verb takes the place of what was drafted, also where that is more cautious */
function withVerb(labels: ToolLabels, verb: string, replaces: boolean): ToolLabels {
  const action = actionOf(verb);
  if (action === undefined || action === 'read' || (!replaces && !moreCautious(action, labels.action))) return labels;
  const ends = action === 'delete' || action === 'run';
  return { ...labels, action, verb, ...(ends ? { effect: 'destructive' } : {}) };
}

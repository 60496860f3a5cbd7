import type { ToolLabels } from '../model/tool-labels.ts';
import { type Choices, isChoice } from './choices.ts';
import { isJsonObject } from '../base/json-object.ts';
import { endingOfVerb } from './endings.ts';
import { actionOfVerb } from './lexicon.ts';
import { moreCautious } from './manifest/caution.ts';
import { placeNouns, singular, webNouns } from './manifest/nouns.ts';
import { splitName } from './names.ts';

/** Arguments that say what a tool is to do. */
export const dispatching = ['action', 'operation', 'method', 'op', 'verb', 'command', 'mode'] as const;

const derived = new WeakMap<ToolLabels, Map<string, ToolLabels>>();

/**
 * Labels of one call of a tool that does several things (`device_action(action: "wipe")`): its argument is the verb. They are less
 * cautious than those of the tool only where that may do anything, and its schema names the verb as one that reads.
 */
export function labelsOfCall(labels: ToolLabels, args: unknown, choices?: Choices): ToolLabels {
  if (labels.action === 'read' || labels.action === 'fetch' || !isJsonObject(args)) return labels;
  const name = dispatching.find((one) => typeof args[one] === 'string');
  const word = name === undefined ? '' : /^\p{L}{2,32}/u.exec(String(args[name]))?.[0].toLowerCase();
  if (word === undefined || word === '') return labels;
  if (labels.action === 'other' && isChoice(choices, [name ?? ''], String(args[name ?? ''])) && isReading(word)) {
    const sendsOut = leadsOut(labels, args);
    return { ...labels, effect: 'read', action: sendsOut ? 'fetch' : 'read', sendsOut };
  }
  const known = derived.get(labels) ?? new Map<string, ToolLabels>();
  derived.set(labels, known);
  const found = known.get(word) ?? withVerb(labels, word);
  // The words come from the agent: a hostile one could bring as many as it likes.
  if (known.size < 100) known.set(word, found);
  return found;
}

/** What reads a place outside tells that place what is asked for. */
const leadsOut = ({ nouns = [] }: ToolLabels, args: Readonly<Record<string, unknown>>): boolean =>
  nouns.some((noun) => webNouns.has(noun)) ||
  Object.keys(args).some((name) => splitName(name).some((word) => placeNouns.has(singular(word))));

const isReading = (word: string): boolean => actionOfVerb(word) === 'read';

/** Verbs of what a tool does beside reading, as its schema lists them for an argument that says what it is to do. */
export function actingVerbs(choices: Choices | undefined): string[] {
  return dispatching
    .flatMap((name) => [...(choices?.get(name) ?? [])])
    .map((word) => word.toLowerCase())
    .filter((word) => (actionOfVerb(word) === undefined ? endingOfVerb(word) !== undefined : !isReading(word)));
}

function withVerb(labels: ToolLabels, verb: string): ToolLabels {
  const action = actionOfVerb(verb) ?? (endingOfVerb(verb) === undefined ? undefined : 'delete');
  if (action === undefined || action === 'read' || !moreCautious(action, labels.action)) return labels;
  const ends = action === 'delete' || action === 'run';
  return { ...labels, action, verb, ...(ends ? { effect: 'destructive' } : {}) };
}

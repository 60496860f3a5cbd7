import type { ToolAction, ToolLabels } from '../model/tool-labels.ts';
import { type Choices, isChoice } from './choices.ts';
import { isJsonObject } from '../base/json-object.ts';
import { endingOfVerb } from './endings.ts';
import { actionOfVerb } from './lexicon.ts';
import { moreCautious } from './manifest/caution.ts';
import { placeNouns, webNouns } from './manifest/nouns.ts';
import { speaksOf } from './names.ts';

/** Arguments that say what a tool is to do. */
const dispatching = ['action', 'operation', 'method', 'op', 'verb', 'command', 'mode'] as const;

const derived = new WeakMap<ToolLabels, Map<string, ToolLabels>>();

/**
 * Labels of one call of a tool that does several things (`device_action(action: "wipe")`): its argument is the verb. They are less
 * cautious than those of the tool only where that may do anything, and its schema names the verb as one that reads.
 */
export function labelsOfCall(labels: ToolLabels, args: unknown, choices?: Choices): ToolLabels {
  if (labels.action === 'read' || labels.action === 'fetch' || !isJsonObject(args)) return labels;
  const name = dispatching.find((one) => typeof args[one] === 'string');
  if (name === undefined) return labels;
  const said = String(args[name]);
  const word = /^\p{L}{2,32}/u.exec(said)?.[0].toLowerCase();
  if (word === undefined) return labels;
  if (labels.action === 'other' && isChoice(choices, [name], said) && actionOf(word) === 'read') {
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

function withVerb(labels: ToolLabels, verb: string): ToolLabels {
  const action = actionOf(verb);
  if (action === undefined || action === 'read' || !moreCautious(action, labels.action)) return labels;
  const ends = action === 'delete' || action === 'run';
  return { ...labels, action, verb, ...(ends ? { effect: 'destructive' } : {}) };
}

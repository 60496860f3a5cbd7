import type { ToolLabels } from '../model/tool-labels.ts';
import { isJsonObject } from '../base/json-object.ts';
import { endingOfVerb } from './endings.ts';
import { actionOfVerb } from './lexicon.ts';
import { moreCautious } from './manifest/caution.ts';

/** Arguments that say what a tool is to do. */
const dispatching = ['action', 'operation', 'method', 'op', 'verb', 'command'] as const;

const derived = new WeakMap<ToolLabels, Map<string, ToolLabels>>();

/**
 * Labels of one call of a tool that does several things (`device_action(action: "wipe")`): its argument is the verb. They are never
 * less cautious than those of the tool.
 */
export function labelsOfCall(labels: ToolLabels, args: unknown): ToolLabels {
  if (labels.action === 'read' || labels.action === 'fetch' || !isJsonObject(args)) return labels;
  const name = dispatching.find((one) => typeof args[one] === 'string');
  const word = name === undefined ? '' : /^\p{L}{2,32}/u.exec(String(args[name]))?.[0].toLowerCase();
  if (word === undefined || word === '') return labels;
  const known = derived.get(labels) ?? new Map<string, ToolLabels>();
  derived.set(labels, known);
  const found = known.get(word) ?? withVerb(labels, word);
  // The words come from the agent: a hostile one could bring as many as it likes.
  if (known.size < 100) known.set(word, found);
  return found;
}

function withVerb(labels: ToolLabels, verb: string): ToolLabels {
  const action = actionOfVerb(verb) ?? (endingOfVerb(verb) === undefined ? undefined : 'delete');
  if (action === undefined || !moreCautious(action, labels.action)) return labels;
  const ends = action === 'delete' || action === 'run';
  return { ...labels, action, verb, ...(ends ? { effect: 'destructive' } : {}) };
}

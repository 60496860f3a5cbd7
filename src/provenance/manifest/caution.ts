import { confidentialities, effectsByHarm } from '../../model/event.ts';
import type { ApprovedLabels, ToolAction, ToolManifestEntry } from '../../model/tool-labels.ts';

/** Kinds of action, the most cautious first; of what is not known there is none. */
export const caution: readonly ToolAction[] = [
  'delete',
  'secure',
  'pay',
  'run',
  'send',
  'share',
  'book',
  'update',
  'create',
  'fetch',
  'read',
];

/** Whether a kind of action calls for more caution than another; than one that is not known, each that is known and has an effect does. */
export function moreCautious(one: ToolAction, other: ToolAction): boolean {
  return other === 'other' || caution.indexOf(one) < caution.indexOf(other);
}

/** Labels drafted from a definition that changed: what a server now says of its tool lowers none of those it was approved with. */
export function noLowerThan(approved: ApprovedLabels, drafted: ToolManifestEntry): ToolManifestEntry {
  const higher = <Label>(order: readonly Label[], one: Label, other: Label): Label =>
    order.indexOf(one) > order.indexOf(other) ? one : other;
  const raised = {
    effect: higher(effectsByHarm, approved.effect, drafted.effect),
    action: moreCautious(approved.action, drafted.action) ? approved.action : drafted.action,
    untrustedOutput: approved.untrustedOutput || drafted.untrustedOutput,
    sendsOut: approved.sendsOut || drafted.sendsOut,
    document: approved.document === true || drafted.document,
    confidentiality: higher(confidentialities, approved.confidentiality, drafted.confidentiality),
  };
  // What it acts on, and by which arguments it sends, was told of another action.
  const { verb, nouns, sendsOutBy } = raised.action === drafted.action ? drafted : {};
  const because = [...drafted.because, 'changed since it was approved: no label is lower than then'];
  return { ...drafted, ...raised, verb, nouns, sendsOutBy, because };
}

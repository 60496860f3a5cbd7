import type { ToolAction } from '../../model/tool-labels.ts';

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

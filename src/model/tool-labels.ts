import type { Confidentiality, Effect } from './event.ts';

/**
 * What kind of thing a tool does, as far as a person's request can make it plausible. `fetch` is a read that names a
 * place outside; `delete` takes away, cancels or revokes; `secure` changes how someone signs in or what they may do; `other` could not be told.
 */
export const toolActions = [
  'read',
  'fetch',
  'create',
  'update',
  'delete',
  'send',
  'share',
  'pay',
  'book',
  'secure',
  'run',
  'other',
] as const;
export type ToolAction = (typeof toolActions)[number];

/** What a tool does and what it returns. */
export interface ToolLabels {
  readonly effect: Effect;
  readonly action: ToolAction;
  /** Results may hold text that neither the user nor the organisation wrote. */
  readonly untrustedOutput: boolean;
  /** A call carries its arguments to somebody outside. */
  readonly sendsOut: boolean;
  /** The arguments that do: a call without any of them sends nothing out. */
  readonly sendsOutBy?: readonly string[] | undefined;
  /** Of what it returns. */
  readonly confidentiality: Confidentiality;
  /** A result is one document of somebody's making (a page, a file): no part of it is a record of the tool itself. */
  readonly document: boolean;
  /** The verb of what it does, as its name or description says it; absent where none is known. */
  readonly verb?: string | undefined;
  /** Words for what it acts on, singular. */
  readonly nouns?: readonly string[] | undefined;
}

/** What is kept of the labels of a tool that somebody approved. */
export type ApprovedLabels = Pick<
  ToolLabels,
  'effect' | 'action' | 'untrustedOutput' | 'sendsOut' | 'confidentiality'
> & {
  readonly document?: boolean | undefined;
};

/** Labels of one tool: drafted from its definition, or approved by a person. Only the latter may lower caution. */
export interface ToolManifestEntry extends ToolLabels {
  readonly name: string;
  readonly review: 'draft' | 'approved';
  /** Why the labels are what they are, one short line each. */
  readonly because: readonly string[];
}

/** Labels of everything that is not known: it may do anything, return anything and send anything out. */
export const unknownTool: ToolLabels = {
  effect: 'write',
  action: 'other',
  untrustedOutput: true,
  sendsOut: true,
  confidentiality: 'confidential',
  document: false,
};

/** Labels of reading a resource or a prompt: nothing is changed, what comes back is somebody's document. */
export const documentLabels: ToolLabels = {
  ...unknownTool,
  effect: 'read',
  action: 'read',
  sendsOut: false,
  document: true,
};

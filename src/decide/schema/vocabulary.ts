import { type Confidentiality, confidentialities } from '../../model/event.ts';
import type { ToolLabels } from '../../model/tool-labels.ts';

/** The names that policies use; docs/guide/policies.md lists them for people, `generate.ts` types them. */
export const namespace = 'Demarc';

export const entityType = {
  agent: `${namespace}::Agent`,
  person: `${namespace}::Person`,
  role: `${namespace}::Role`,
  group: `${namespace}::Group`,
  server: `${namespace}::Server`,
  tool: `${namespace}::Tool`,
  resource: `${namespace}::Resource`,
  prompt: `${namespace}::Prompt`,
  action: `${namespace}::Action`,
} as const;

/** Groups of actions by what they do. A read that carries its arguments outside is no `read`. */
export const actionGroups = ['read', 'write', 'destructive', 'sends'] as const;
export type ActionGroup = (typeof actionGroups)[number];

export function groupsOf({ effect, sendsOut }: Pick<ToolLabels, 'effect' | 'sendsOut'>): ActionGroup[] {
  const groups: ActionGroup[] = effect === 'send' || sendsOut ? ['sends'] : [];
  if (effect === 'write' || effect === 'destructive') groups.push(effect);
  return groups.length === 0 ? ['read'] : groups;
}

/** The actions for what is no tool: policies tell servers apart by `resource in Demarc::Server::"…"`. */
export const readResourceAction = 'readResource';
export const getPromptAction = 'getPrompt';

/** Id of a tool, as an action and as a resource. Names of servers hold no slash, so no two tools share one. */
export const toolId = (server: string, tool: string): string => `${server}/${tool}`;

/** Id of a person: names from two issuers never meet. No issuer holds a bar. */
export const personId = (issuer: string, subject: string): string => `${issuer}|${subject}`;

/** Postures from the freest to the strictest; 0 is one that is not known. */
export const postures = ['open', 'controlled', 'lockdown'] as const;
export const postureLevel = (posture: string | undefined): number =>
  postures.findIndex((known) => known === posture) + 1;

export const confidentialityLevel = (name: Confidentiality): number => confidentialities.indexOf(name);

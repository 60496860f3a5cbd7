import type { ToolLabels } from '../../model/tool-labels.ts';

export const actionGroups = ['read', 'write', 'destructive', 'sends'] as const;
export type ActionGroup = (typeof actionGroups)[number];

export function groupsOf({ effect, sendsOut }: Pick<ToolLabels, 'effect' | 'sendsOut'>): ActionGroup[] {
  const groups: ActionGroup[] = effect === 'send' || sendsOut ? ['sends'] : [];
  if (effect === 'write' || effect === 'destructive') groups.push(effect);
  return groups.length === 0 ? ['read'] : groups;
}

export const entityType = {
  agent: 'Demarc::Agent',
  person: 'Demarc::Person',
  tool: 'Demarc::Tool',
  resource: 'Demarc::Resource',
  prompt: 'Demarc::Prompt',
} as const;
export const readResourceAction = 'readResource';
export const getPromptAction = 'getPrompt';
export const toolId = (server: string, tool: string): string => `${server}/${tool}`;
export const personId = (issuer: string, subject: string): string => `${issuer}|${subject}`;

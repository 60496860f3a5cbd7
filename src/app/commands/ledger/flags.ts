import { DemarcError } from '../../../base/errors.ts';

/** Arguments and flags that commands of the ledger share. */
export const directoryArgument = {
  kind: 'tuple',
  parameters: [{ brief: 'Folder of the ledger', parse: String, placeholder: 'dir' }],
} as const;

export const fileFlag = { kind: 'parsed', parse: String, optional: true, placeholder: 'file' } as const;

export const keysFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  placeholder: 'folder',
  brief: 'Folder of the keys (default: <dir>.keys)',
} as const;

export const vkeyFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  placeholder: 'key',
  brief: 'Verifier key you trust, as text or file (default: the one beside the keys)',
} as const;

export const formatFlag = {
  kind: 'enum',
  values: ['terminal', 'json'],
  default: 'terminal',
  brief: 'What to print',
} as const;

/** A whole number from 0 on. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw new DemarcError('DMC_USAGE', 'a whole number from 0 on');
  return count;
}

import { buildCommand, buildRouteMap } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import { formatFlag } from '../ledger/flags.ts';
import type { OutputFormat } from '../ledger/reading-flags.ts';

export interface SecretFlags {
  readonly store?: string;
}
export interface SecretListFlags extends SecretFlags {
  readonly format: OutputFormat;
}

const flags = {
  store: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'folder',
    brief: "Folder of the store (default: demarc/secrets in the user's state folder)",
  },
} as const;
const name = {
  kind: 'tuple',
  parameters: [{ brief: 'Name of the secret', parse: String, placeholder: 'name' }],
} as const;

const setCommand = buildCommand<SecretFlags, [string], Context>({
  async func(given, secret) {
    await guarded(this, async () => (await import('./secret-run.ts')).runSecretSet(this, given, secret));
  },
  parameters: { positional: name, flags },
  docs: { brief: 'Keep a secret, encrypted; it is read from standard input' },
});

const listCommand = buildCommand<SecretListFlags, [], Context>({
  async func(given) {
    await guarded(this, async () => (await import('./secret-run.ts')).runSecretList(this, given));
  },
  parameters: { flags: { ...flags, format: formatFlag }, aliases: { f: 'format' } },
  docs: { brief: 'Names of the secrets that are kept' },
});

const removeCommand = buildCommand<SecretFlags, [string], Context>({
  async func(given, secret) {
    await guarded(this, async () => (await import('./secret-run.ts')).runSecretRemove(this, given, secret));
  },
  parameters: { positional: name, flags },
  docs: { brief: 'Destroy a secret' },
});

export const secretRoutes = buildRouteMap<string, Context>({
  routes: { set: setCommand, list: listCommand, remove: removeCommand },
  docs: { brief: 'Secrets for upstream servers, in a local encrypted store' },
});

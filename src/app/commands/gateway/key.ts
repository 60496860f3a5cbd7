import { buildCommand, buildRouteMap } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';
import { formatFlag } from '../ledger/flags.ts';
import type { OutputFormat } from '../ledger/reading-flags.ts';

interface FolderFlags {
  readonly directory: string;
}
export interface KeyCreateFlags extends FolderFlags {
  readonly agent: string;
  readonly role?: readonly string[];
  readonly person?: string;
  readonly issuer?: string;
  readonly expires?: string;
  readonly format: OutputFormat;
}
export interface KeyListFlags extends FolderFlags {
  readonly format: OutputFormat;
}
export type KeyRevokeFlags = FolderFlags;

const directory = {
  kind: 'parsed',
  parse: String,
  default: 'demarc.gateway.keys',
  placeholder: 'folder',
  brief: 'Folder of the keys, as `identity.api-keys.directory` names it',
} as const;
const text = { kind: 'parsed', parse: String } as const;

const createCommand = buildCommand<KeyCreateFlags, [], Context>({
  async func(flags) {
    await guarded(this, async () => (await import('./key-run.ts')).runKeyCreate(this, flags));
  },
  parameters: {
    flags: {
      agent: { ...text, placeholder: 'name', brief: 'The agent that uses it' },
      role: { ...text, variadic: true, optional: true, placeholder: 'name', brief: 'A role it gives; may come again' },
      person: { ...text, optional: true, placeholder: 'name', brief: 'The person on whose behalf the agent acts' },
      issuer: {
        ...text,
        optional: true,
        placeholder: 'url',
        brief: 'Issuer of the tokens they have; this gateway if none',
      },
      expires: { ...text, optional: true, placeholder: 'time', brief: 'When it ends: 90d, 12h, or a date' },
      format: formatFlag,
      directory,
    },
    aliases: { f: 'format' },
  },
  docs: { brief: 'Make an API key; it is printed once and not kept' },
});

const listCommand = buildCommand<KeyListFlags, [], Context>({
  async func(flags) {
    await guarded(this, async () => (await import('./key-run.ts')).runKeyList(this, flags));
  },
  parameters: {
    flags: {
      format: formatFlag,
      directory,
    },
    aliases: { f: 'format' },
  },
  docs: { brief: 'API keys by id, agent and roles' },
});

const revokeCommand = buildCommand<KeyRevokeFlags, [string], Context>({
  async func(flags, id) {
    await guarded(this, async () => (await import('./key-run.ts')).runKeyRevoke(this, flags, id));
  },
  parameters: {
    positional: { kind: 'tuple', parameters: [{ brief: 'Id of the key', parse: String, placeholder: 'id' }] },
    flags: { directory },
  },
  docs: { brief: 'End an API key: gateways refuse it within a second' },
});

export const keyRoutes = buildRouteMap<string, Context>({
  routes: { create: createCommand, list: listCommand, revoke: revokeCommand },
  docs: { brief: 'API keys of agents, for use without an identity provider' },
});

import { buildCommand } from '@stricli/core';
import { type Context, guarded } from '../../context.ts';
import type { ServerFlags } from '../../mcp/named-servers.ts';

export interface ScanFlags extends ServerFlags {
  readonly json: boolean;
  readonly notes: boolean;
  readonly failOn: 'alarm' | 'warning' | 'never';
}
export interface PinFlags extends ServerFlags {
  readonly lock: string;
  readonly acceptAlarms: boolean;
  readonly key?: string | undefined;
}
export interface DiffFlags extends ServerFlags {
  readonly lock: string;
  readonly json: boolean;
  readonly record: boolean;
  readonly trust?: string | undefined;
}

const text = { kind: 'parsed', parse: String, optional: true } as const;
const source = {
  command: { ...text, brief: 'Start this program and ask it over standard input and output', placeholder: 'line' },
  url: { ...text, brief: 'Ask the server at this address', placeholder: 'url' },
  config: { ...text, brief: 'A JSON configuration of a client or project that names servers', placeholder: 'file' },
  start: {
    ...text,
    variadic: ',',
    brief: 'Entries of --config that may be started or asked, or `all`; nothing is without it',
    placeholder: 'name',
  },
  name: { ...text, brief: 'Name of the server (default: `server`, or that of the entry)', placeholder: 'name' },
  env: { ...text, variadic: ',', brief: 'Variables the program gets: NAME, or NAME=value', placeholder: 'variable' },
  header: { ...text, variadic: ',', brief: 'Fields sent to an address: `Name: value`', placeholder: 'field' },
} as const;
const lock = {
  kind: 'parsed',
  parse: String,
  default: 'demarc.mcp-lock.json',
  brief: 'The lock file',
  placeholder: 'file',
} as const;
const json = { kind: 'boolean', default: false, brief: 'Print JSON' } as const;
const positional = {
  kind: 'tuple',
  parameters: [
    {
      brief:
        'An answer to `tools/list`, or an object with `tools`, `prompts`, `resources`, `resourceTemplates`, `instructions`',
      parse: String,
      placeholder: 'tools.json',
      optional: true,
    },
  ],
} as const;

export const scanCommand = buildCommand<ScanFlags, [string?], Context>({
  async func(flags, file) {
    await guarded(this, async () => (await import('./scan-run.ts')).runScan(this, flags, file));
  },
  parameters: {
    positional,
    flags: {
      ...source,
      json,
      notes: { kind: 'boolean', default: false, brief: 'Print notes too, not their number only' },
      failOn: {
        kind: 'enum',
        values: ['alarm', 'warning', 'never'],
        default: 'alarm',
        brief: 'What makes the exit code 1',
      },
    },
  },
  docs: {
    brief: 'Look for poison and hidden text in the definitions of MCP servers',
    fullDescription:
      'A server is started or asked only when --command, --url or --start names it; no tool is called.\nExit codes: 0 nothing of that severity, 1 something, 2 usage or a server that does not answer.',
  },
});

export const pinCommand = buildCommand<PinFlags, [string?], Context>({
  async func(flags, file) {
    await guarded(this, async () => (await import('./pin-run.ts')).runPin(this, flags, file));
  },
  parameters: {
    positional,
    flags: {
      ...source,
      lock,
      acceptAlarms: {
        kind: 'boolean',
        default: false,
        brief: 'Pin definitions that raise an alarm too: somebody looked at them',
      },
      key: { ...text, brief: 'Sign with this key, as `demarc policy sign --new-key` makes it', placeholder: 'file' },
    },
  },
  docs: {
    brief: 'Approve the definitions of MCP servers as they are now',
    fullDescription:
      'Writes their digests, arguments and drafted labels, none of their sentences, to the lock file; other servers in it stay.\nExit codes: 0 pinned, 1 not pinned for an alarm, 2 usage or a server that does not answer.',
  },
});

export const diffCommand = buildCommand<DiffFlags, [string?], Context>({
  async func(flags, file) {
    await guarded(this, async () => (await import('./diff-run.ts')).runDiff(this, flags, file));
  },
  parameters: {
    positional,
    flags: {
      ...source,
      lock,
      json,
      record: {
        kind: 'boolean',
        default: false,
        brief: 'Write to the lock file that they differ, for `demarc assess`',
      },
      trust: { ...text, brief: 'Public key that must have signed the pins', placeholder: 'key' },
    },
  },
  docs: {
    brief: 'Compare the definitions of MCP servers with those that were approved',
    fullDescription:
      'Exit codes: 0 nothing new that they can do or say to do, 1 something that was not approved, 2 usage or a server that does not answer.',
  },
});

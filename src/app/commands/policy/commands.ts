import { buildCommand } from '@stricli/core';
import { guarded, type Context } from '../../context.ts';

/** What a set is loaded against, and how to print. */
export interface SetFlags {
  readonly tools?: readonly string[] | undefined;
  readonly manifest?: string | undefined;
  readonly json: boolean;
}
export interface SignFlags {
  readonly key: string;
  readonly newKey?: string | undefined;
}

const set = { brief: 'Folder of `.cedar` files, or a shipped set', parse: String, placeholder: 'set' } as const;
const flags = {
  tools: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: ',',
    placeholder: 'server=file',
    brief: 'Answer to `tools/list` of a server: the tools that policies may name (default: those of the cases)',
  },
  manifest: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'file',
    brief: 'Labels of the tools, reviewed by a person (default: drafted)',
  },
  json: { kind: 'boolean', default: false, brief: 'Print JSON' },
} as const;

export const validateCommand = buildCommand<SetFlags, [string], Context>({
  async func(given, name) {
    await guarded(this, async () => (await import('./validate-run.ts')).runValidate(this, given, name));
  },
  parameters: { positional: { kind: 'tuple', parameters: [set] }, flags },
  docs: {
    brief: 'Check a policy set against the tools that it is about',
    fullDescription: 'Exit codes: 0 valid, 1 refused, 2 usage.',
  },
});

export const testCommand = buildCommand<SetFlags, [string], Context>({
  async func(given, name) {
    await guarded(this, async () => (await import('./test-run.ts')).runTest(this, given, name));
  },
  parameters: { positional: { kind: 'tuple', parameters: [set] }, flags },
  docs: {
    brief: 'Run the cases of a policy set',
    fullDescription:
      'Cases stand in `cases.yaml` beside the policies.\nExit codes: 0 all come out, 1 some do not, 2 usage.',
  },
});

export const explainCommand = buildCommand<SetFlags, [string, string], Context>({
  async func(given, name, request) {
    await guarded(this, async () => (await import('./explain-run.ts')).runExplain(this, given, name, request));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [set, { brief: 'Request, as a case holds it: JSON or YAML', parse: String, placeholder: 'request' }],
    },
    flags,
  },
  docs: { brief: 'Show what a set decides about one request, which policies decided, and why' },
});

export const diffCommand = buildCommand<SetFlags, [string, string], Context>({
  async func(given, before, after) {
    await guarded(this, async () => (await import('./diff-run.ts')).runDiff(this, given, before, after));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { ...set, brief: 'The set before', placeholder: 'before' },
        { ...set, brief: 'The set after', placeholder: 'after' },
      ],
    },
    flags,
  },
  docs: {
    brief: 'Show what a change of policies moves: role or agent x tool x taint x confidentiality',
    fullDescription:
      'Every cell of that domain is decided by both sets. What a cell does not say (arguments, time, training, …) is open:\nthen the possible decisions and the open policies are compared.\nExit codes: 0 nothing moves, 1 something does, 2 usage.',
  },
});

export const coverageCommand = buildCommand<SetFlags, [string], Context>({
  async func(given, name) {
    await guarded(this, async () => (await import('./coverage-run.ts')).runCoverage(this, given, name));
  },
  parameters: { positional: { kind: 'tuple', parameters: [set] }, flags },
  docs: { brief: 'Show who can reach what, policies that never apply, and permits that never count' },
});

export const signCommand = buildCommand<SignFlags, [string], Context>({
  async func(given, folder) {
    await guarded(this, async () => (await import('./sign-run.ts')).runSign(this, given, folder));
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Folder of the policy set', parse: String, placeholder: 'folder' }],
    },
    flags: {
      key: { kind: 'parsed', parse: String, placeholder: 'file', brief: 'Private key: C2SP signed-note, Ed25519' },
      newKey: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'name',
        brief: 'Make the key under this name first; nothing is overwritten',
      },
    },
  },
  docs: {
    brief: 'Sign a policy set, so that a gateway that knows the key loads no other',
    fullDescription: 'Writes `policies.note` into the folder and prints the public key.',
  },
});

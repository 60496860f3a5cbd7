import { z } from 'zod';
import { limits } from '../base/limits.ts';
import { findSecrets } from '../base/secrets.ts';
import { handOn, readSettings } from '../base/settings.ts';
import { secretReference } from '../model/secret-reference.ts';
import { egressRule, formatTarget } from './egress-rules.ts';

/** An absolute path in its plain form: no `.`, `..`, empty part or control character. */
const absolutePath = z
  .string()
  .max(4_096)
  .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}]+)+$/u, 'is not an absolute path in its plain form');
const argument = z.string().regex(/^[^\0]*$/, 'holds a NUL character');

/** Folders that belong to the system, or to everybody: nothing a server may be given whole. */
const tooWide = /^\/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?$/;
const readablePath = absolutePath.refine(
  (path) => !/^\/(?:proc|sys|dev|run)(?:\/|$)/.test(path) && !/^\/(?:etc|home|root|var|tmp)$/.test(path),
  'may not be given to a server',
);
const declaredFolder = readablePath.refine((path) => !tooWide.test(path), 'is too wide: name a folder below it');

const egress = z.array(egressRule).max(limits.sandboxEgressRulesMax);

const confined = z.strictObject({
  /** Files and folders it may read, beside its own program and the system's. */
  readable: z.array(readablePath).max(limits.sandboxPathsMax).default([]),
  /** Folders it may write. */
  writable: z.array(declaredFolder).max(limits.sandboxPathsMax).default([]),
  /** Where it may connect to; nowhere by default. */
  egress: egress.default([]),
  /** Who it runs as outside the sandbox when the gateway is root. */
  user: z.int().min(1).max(4_294_967_294).default(65_534),
  'memory-mib': z.int().min(32).max(1_048_576).default(1_024),
  /** Processes and threads together. */
  processes: z.int().min(8).max(65_536).default(128),
  /** Share of one processor in percent; needs control groups. */
  'cpu-percent': z.int().min(1).max(100_000).optional(),
  /** Processor seconds one process may take. */
  'cpu-seconds': z.int().min(1).max(31_536_000).optional(),
  /** Largest file it may write, and open files of one process. */
  'file-mib': z.int().min(1).max(1_048_576).default(1_024),
  'open-files': z.int().min(64).max(1_048_576).default(1_024),
  /** Room in `/tmp`, which is its own and gone afterwards; it counts as memory. */
  'temporary-mib': z.int().min(1).max(65_536).default(64),
  /** How long one process of it lasts; timers count up to 2^31 - 1 ms. */
  'lifetime-seconds': z.int().min(1).max(2_147_483).optional(),
});

/** `none`, with the reason why: the server runs with the gateway's rights. */
const unconfined = z.strictObject({ none: z.string().min(8, 'is no reason why this server runs without a sandbox') });

export type ConfinedSettings = z.output<typeof confined>;
export type SandboxSettings = ConfinedSettings | z.output<typeof unconfined>;

const sandbox = z.unknown().transform((value, context): SandboxSettings => {
  const isNone = typeof value === 'object' && value !== null && 'none' in value;
  if (value === 'none') context.addIssue({ code: 'custom', message: 'needs a reason: `sandbox: { none: <why> }`' });
  const read = isNone ? readSettings(unconfined, value) : readSettings(confined, value);
  if (read.problems === undefined) return read.data;
  if (value !== 'none') handOn(read.problems, context);
  return z.NEVER;
});

const npmPackage = z.strictObject({
  /** `name@version`. */
  npm: z.string().regex(/^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*@\d[\w.+-]*$/i, 'is not `name@version`'),
  /** As npm states it: `npm view <name>@<version> dist.integrity`. */
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/, 'is not `sha512-…` as npm states it'),
  /** Where it was installed: the folder that holds `node_modules`. */
  folder: declaredFolder,
  /** Which of its programs, where it has several. */
  bin: z.string().min(1).optional(),
  /** The published archive, to compare what is installed with, file by file. */
  archive: absolutePath.optional(),
});
const pypiPackage = z.strictObject({
  /** `name==version`. */
  pypi: z.string().regex(/^[a-z0-9][\w.-]*==\d[\w.+!-]*$/i, 'is not `name==version`'),
  /** Of the archive, in hex, as PyPI states it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hex'),
  archive: absolutePath,
  /** The virtual environment it was installed in. */
  folder: declaredFolder,
  /** Its program in `bin/`, where it is not called like the package. */
  bin: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
});
export type NpmPackage = z.output<typeof npmPackage>;
export type PypiPackage = z.output<typeof pypiPackage>;

const target = z.string().regex(/^[a-z0-9.-]+:\d{1,5}$/, 'is not `host:port`');
const environmentValue = z
  .union([
    argument,
    z.strictObject({
      secret: secretReference,
      /** The only places it may be sent to; then the server may connect nowhere else. */
      origins: z.array(target).min(1).optional(),
    }),
  ])
  .refine(
    (value) => typeof value !== 'string' || findSecrets(value).length === 0,
    'is a secret in clear: keep it with `demarc gateway secret set <name>`, and write `{secret: store:<name>}`',
  );

/** The members of a server's entry that say what is started, and how it is held. */
export const launchShape = {
  command: absolutePath.optional(),
  package: z.union([npmPackage, pypiPackage]).optional(),
  args: z.array(argument).max(limits.sandboxArgumentsMax).default([]),
  /** The whole environment, beside `PATH` and `LANG` and, in a sandbox, `HOME` and `TMPDIR`. */
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), environmentValue).default({}),
  cwd: absolutePath.optional(),
  /** Further files and folders of the program: pinned when the configuration is signed, and readable. */
  pin: z.array(readablePath).max(limits.sandboxPathsMax).default([]),
  sandbox: sandbox.prefault({}),
};

/** What of an entry is right only together. @returns what is wrong, where something is */
export function launchProblem(entry: LaunchSettings): string | undefined {
  if ((entry.command === undefined) === (entry.package === undefined))
    return 'needs either `command`, an absolute path, or `package`';
  const bound = Object.entries(entry.env).flatMap(([name, value]) =>
    typeof value === 'string' || value.origins === undefined ? [] : [{ name, origins: value.origins }],
  );
  if ('none' in entry.sandbox) {
    const [first] = bound;
    return first === undefined ? undefined : `${goesTo(first)}, and without a sandbox it connects wherever it likes`;
  }
  const { readable, writable, egress: rules } = entry.sandbox;
  const program = [entry.command, entry.package?.folder, ...entry.pin].filter((path) => path !== undefined);
  for (const folder of writable) {
    const problem = writeProblem(folder, program, [...readable, ...writable]);
    if (problem !== undefined) return problem;
  }
  for (const one of bound) {
    const beyond = rules.find((rule) => !one.origins.includes(formatTarget(rule)));
    if (beyond !== undefined) return `${goesTo(one)}, and lets it reach ${formatTarget(beyond)}`;
  }
  return undefined;
}

function goesTo({ name, origins }: { readonly name: string; readonly origins: readonly string[] }): string {
  return `gives it \`${name}\`, which may go to ${origins.join(', ')} only`;
}

/**
 * What is wrong with letting a server write a folder; undefined where nothing is.
 *
 * @param program paths of which nothing may change @param given paths of which only the content may
 * @param whose they are, where they are not the server's own
 */
export function writeProblem(
  folder: string,
  program: readonly string[],
  given: readonly string[],
  whose = '',
): string | undefined {
  const held = [...program, ...given].find((path) => isInside(path, folder));
  const around = program.find((path) => isAtOrInside(folder, path));
  if (held === undefined && around === undefined) return undefined;
  const what = held === undefined ? `belongs to \`${around}\`` : `holds \`${held}\``;
  return `lets it write \`${folder}\`, which ${what}${whose}: what it can replace cannot be relied on`;
}

const entrySchema = z.object(launchShape).transform((entry, context) => {
  const problem = launchProblem(entry);
  if (problem === undefined) return entry;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

export type LaunchSettings = z.output<z.ZodObject<typeof launchShape>>;

/** Reads what starts a server out of its entry; members that say other things are left alone. */
export const launchSettings = entrySchema;

/** Whether a path lies below a folder. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

export function isAtOrInside(path: string, folder: string): boolean {
  return path === folder || isInside(path, folder);
}

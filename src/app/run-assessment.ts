import { isAbsolute, parse, relative, resolve, sep } from 'node:path';
import { DemarcError, messageOf } from '../base/errors.ts';
import { reviveCatalogue } from '../catalogue/catalogue.ts';
import { decodeText } from '../collect/source.ts';
import type { Assessment } from '../model/assessment.ts';
import type { ReportContext } from '../report/report.ts';
import { assess, chooseRules } from './assess.ts';
import { type Config, defaultConfig } from './config.ts';
import type { Context } from './context.ts';
import { loadMeanings, loadRules, readData } from './data.ts';
import { readBaseline } from './baseline.ts';
import { Progress } from './progress.ts';
import { version } from './version.ts';
import { makeCollectors } from './wire.ts';
import { CacheDamaged, openCache } from './cache.ts';

export interface AssessmentFlags {
  readonly machine?: boolean;
  readonly config?: string | undefined;
  readonly posture?: Config['posture'];
  readonly baseline?: string | undefined;
  readonly cache: boolean;
  readonly quiet: boolean;
  /** Only a part of the assessment will be shown: what is known already is read when it is asked for. */
  readonly partly?: boolean;
}

export interface AssessmentRun {
  readonly assessment: Assessment;
  readonly config: Config;
  readonly report: ReportContext;
}

/** Runs the assessment and makes something of it; once more if what the cache kept turns out to be damaged meanwhile. */
export async function withAssessment<T>(
  context: Context,
  paths: readonly string[],
  flags: AssessmentFlags,
  use: (run: AssessmentRun) => Promise<T>,
): Promise<T> {
  try {
    return await use(await runAssessment(context, paths, flags));
  } catch (thrown) {
    if (!(thrown instanceof CacheDamaged)) throw thrown;
    return use(await runAssessment(context, paths, flags, true));
  }
}

/**
 * Reads configuration and data, runs the assessment with progress on the terminal.
 *
 * @param anew what the cache keeps is written again, and not used
 */
export async function runAssessment(
  context: Context,
  paths: readonly string[],
  flags: AssessmentFlags,
  anew = false,
): Promise<AssessmentRun> {
  const { config, place } = await chosenPlace(context, paths, flags);
  const rules = loadRules();
  const catalogue = reviveCatalogue(readData('catalogue.json'));
  const progress = new Progress(context, flags.quiet);
  const cache = flags.cache ? openCache(context, place.root, { anew, whole: flags.partly !== true }) : undefined;
  try {
    const assessment = await assess({
      version,
      files: context.files,
      clock: context.clock,
      catalogue,
      meanings: loadMeanings(),
      rules,
      collectors: makeCollectors(),
      config,
      ...place,
      baseline: flags.baseline === undefined ? new Set() : readBaseline(context, flags.baseline),
      cache,
      onProgress: (done, total, what) => progress.show(done, total, what),
    });
    cache?.save();
    const inForce = new Map(rules.map((rule) => [rule.id, rule]));
    for (const rule of chooseRules(rules, config)) inForce.set(rule.id, rule);
    return { assessment, config, report: { catalogue, rules: inForce } };
  } finally {
    progress.clear();
  }
}

/** What to read, as the user and the configuration found there say. */
export async function chosenPlace(
  context: Context,
  paths: readonly string[],
  flags: Pick<AssessmentFlags, 'machine' | 'config' | 'posture'>,
): Promise<{ readonly config: Config; readonly place: Place }> {
  const { root, starts, named } = placeOf(context, paths.length > 0 ? paths : ['.']);
  const config = await readConfig(context, root, flags);
  const effective =
    paths.length > 0 || config.paths.length === 0
      ? { root, starts, named }
      : placeOf(
          context,
          config.paths.map((path) => resolve(root, path)),
        );
  return { config, place: flags.machine === true ? await withMachine(context, effective) : effective };
}

/** The common folder of what the user named, and the places below it to read. */
export function placeOf(
  context: Context,
  paths: readonly string[],
): { root: string; starts: readonly string[]; named: readonly string[] } {
  const absolute = paths.map((path) => {
    const full = resolve(context.environment.workingDirectory, path);
    try {
      return { path: full, kind: context.files.kind(full) };
    } catch (thrown) {
      throw new DemarcError('DMC_PATH_NOT_FOUND', `\`${path}\` cannot be read`, {
        cause: thrown,
        hint: 'name a folder or a file that exists',
      });
    }
  });
  const [only] = absolute;
  if (absolute.length === 1 && only?.kind === 'directory')
    return { root: withoutSlash(only.path), starts: [''], named: paths };
  const folders = absolute.map(({ path, kind }) => (kind === 'directory' ? path : resolve(path, '..')));
  const root = folders.reduce(commonFolder);
  return {
    root: withoutSlash(root),
    starts: absolute.map(({ path }) => relative(root, path).split(sep).join('/')),
    named: paths,
  };
}

export type Place = ReturnType<typeof placeOf>;

/** The place with what lies on this machine besides: everything is then relative to the root of the file system. */
export async function withMachine(context: Context, place: Place): Promise<Place> {
  const { machinePaths } = await import('../collect/agents/machine-paths.ts');
  const { platform, homeDirectory } = context.environment;
  const present = machinePaths(platform, homeDirectory).filter((path) => {
    try {
      context.files.kind(path);
      return true;
    } catch {
      return false;
    }
  });
  const root = parse(place.root).root;
  const below = (path: string): string => relative(root, path).split(sep).join('/');
  const starts = [...place.starts.map((start) => below(resolve(place.root, start))), ...present.map(below)];
  return { root: withoutSlash(root), starts, named: [...place.named, 'this machine'] };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (relative(folder, b).startsWith('..') || isAbsolute(relative(folder, b))) folder = resolve(folder, '..');
  return folder;
}

async function readConfig(
  context: Context,
  root: string,
  flags: Pick<AssessmentFlags, 'config' | 'posture'>,
): Promise<Config> {
  const path =
    flags.config === undefined
      ? resolve(root, 'demarc.yaml')
      : resolve(context.environment.workingDirectory, flags.config);
  let text: string;
  try {
    text = decodeText(context.files.read(path));
  } catch (thrown) {
    if (flags.config !== undefined)
      throw new DemarcError('DMC_CONFIG_UNREADABLE', `\`${flags.config}\` cannot be read: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    return { ...defaultConfig, posture: flags.posture };
  }
  // The schema library costs start-up time; only a configuration file pays for it.
  const { parseConfig } = await import('./config-file.ts');
  const config = parseConfig(text, flags.config ?? 'demarc.yaml');
  return flags.posture === undefined ? config : { ...config, posture: flags.posture };
}
